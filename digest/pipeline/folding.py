"""An edition's papers to topics: folded in, the topics redrawn and named when due, and what it all tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from digest import topics as arithmetic
from digest.archive import Archive, Journal
from digest.archive.clustering import Clustering, Fold, Rows
from digest.curation import Curation, folded
from digest.enrich import Progress
from digest.naming import PERSON, Portrait, name_missing
from digest.pipeline.everyone import Batch, everyone, mention
from digest.pipeline.parting import parted
from digest.pipeline.parts import Parts
from digest.pipeline.reading import begin_writing
from digest.pipeline.redrawing import Redrawn, Wishes, newest_first, redrawn
from digest.pipeline.telling import Told, told
from digest.providers.base import Named
from digest.records import Assigned, Change, Enrichment, Event, Paper, Topic, Topics, Why

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """What folding an edition in changes in the archive, and what the report tells of it."""

    fold: Fold | None = None
    told: Told = field(default_factory=Told)


def fold_in(
    edition: date,
    archive: Archive,
    parts: Parts,
    papers: Sequence[Paper],
    enrichments: Sequence[Enrichment],
    vectors: NDArray[np.float32],
    journal: Journal,
    progress: Progress,
) -> Folded:
    """Fold an edition's new papers into the topics, redrawing and naming them first where that is due.

    Raises `ArchiveError` if the archive's topics, vectors and papers do not agree, and `ProviderError` if a paid
    namer fails without a fallback.
    """
    if not papers:
        return Folded()
    progress("topics", 0, 1)
    before = archive.clustering or empty(vectors.shape[1])
    state, assigned = arithmetic.fold(before.state, vectors)
    ids = [paper.id for paper in papers]
    rows: dict[date, Rows] = {edition: (ids, assigned)}
    day = max(edition, state.rebalanced or edition)
    fold = Fold(_received(replace(before, state=state), edition, papers, enrichments, assigned), rows)
    if arithmetic.due(state, day if parts.weekly else state.rebalanced or day):
        categories = [reading.primary for reading in enrichments]
        read = tuple(zip(papers, enrichments, strict=True))
        batch = Batch(edition, ids, vectors, assigned, categories, read)
        folk = everyone(archive, batch)
        drawn = redrawn(fold.clustering, folk, day, parts.curation, parts=parted(folk, parts.crew))
        fold = named(drawn, day, parts, journal)
    fold = replace(fold, clustering=curated(fold.clustering, parts.curation, day))
    progress("topics", 1, 1)
    founded = before.state.rebalanced is None
    return Folded(fold, told(edition, archive, fold, papers, before, founded))


def empty(dimension: int) -> Clustering:
    """No topics at all."""
    nothing = np.zeros((0, dimension), dtype=np.float32)
    return Clustering((), Topics.start(dimension), (), nothing, np.zeros(0, dtype=np.int64))


def _received(
    clustering: Clustering,
    edition: date,
    papers: Sequence[Paper],
    enrichments: Sequence[Enrichment],
    assigned: Assigned,
) -> Clustering:
    """The topics with an edition's papers among their newest, the closest first."""
    fresh: dict[int, list[int]] = {}
    for row in np.argsort(-assigned.scores[:, 0], kind="stable").tolist():
        fresh.setdefault(int(assigned.topics[row, 0]), []).append(row)
    topics = tuple(
        newest_first(topic, [mention(papers[row], enrichments[row], edition) for row in fresh.get(topic.id, ())])
        for topic in clustering.topics
    )
    return replace(clustering, topics=topics)


def named(drawn: Redrawn, day: date, parts: Parts, journal: Journal) -> Fold:
    """The redrawn topics with the names that their namers give; journalled, so that none is paid for twice."""
    begin_writing(parts.reader, journal)
    clustering = curated(drawn.fold.clustering, parts.curation, day)
    live = clustering.live
    portraits = [replace(portrait, topic=live[portrait.topic.id]) for portrait in drawn.portraits]
    names = name_missing(parts.reader, portraits, parts.categories, journal, parts.languages[0], parts.fallback)
    clustering = _with_names(clustering, portraits, names, day)
    return replace(drawn.fold, clustering=clustering)


def _with_names(
    clustering: Clustering, portraits: Sequence[Portrait], names: Mapping[int, Named], day: date
) -> Clustering:
    """The topics under their new names, and where they stood when they got them."""
    topics, changes = [], []
    for topic in clustering.topics:
        if (found := names.get(topic.id)) is not None:
            if topic.name and topic.name != found.name:
                changes.append(_renamed(topic, found.name, Why.MOVED_ON, day))
            topic = replace(
                topic,
                name=found.name,
                description=found.description,
                includes=found.includes,
                excludes=found.excludes,
                namer=found.namer,
            )
        topics.append(topic)
    settled = {portrait.topic.id for portrait in portraits if portrait.due}
    rows = np.array([topic in settled for topic in clustering.state.ids], dtype=bool)
    centres = arithmetic.centroids(clustering.state)
    return replace(
        clustering,
        topics=tuple(topics),
        lineage=(*clustering.lineage, *changes),
        named=np.where(rows[:, None], centres, clustering.named),
        named_sizes=np.where(rows, clustering.state.counts, clustering.named_sizes),
    )


def curated(clustering: Clustering, curation: Curation, day: date) -> Clustering:
    """The topics under the names that people gave them, which are theirs for ever.

    A topic that the program gave such a name shows its id beside it until it is named anew.
    """
    given = {folded(name): topic for topic, name in curation.names.items() if topic in clustering.live}
    topics, changes = [], []
    for topic in clustering.topics:
        name, namer = curation.names.get(topic.id, topic.name), PERSON
        if given.get(folded(topic.name), topic.id) != topic.id and topic.id not in curation.names:
            name, namer = f"{topic.name} t{topic.id}", ""
        if topic.retired is None and name != topic.name:
            if topic.name:
                changes.append(_renamed(topic, name, Why.BY_HAND if namer else Why.TAKEN, day))
            topic = replace(topic, name=name, namer=namer)
        elif topic.id in curation.names and topic.retired is None:
            topic = replace(topic, namer=PERSON)
        topics.append(topic)
    return replace(clustering, topics=tuple(topics), lineage=(*clustering.lineage, *changes))


def _renamed(topic: Topic, name: str, why: Why, day: date) -> Change:
    return Change(day, Event.RENAMED, topic.id, reason=why, figures={"before": topic.name, "after": name})


def redraw(archive: Archive, parts: Parts, day: date, wishes: Wishes | None = None) -> Redrawn:
    """What a rebalance now would do; nothing is changed. The archive must have topics."""
    clustering = archive.clustering or empty(archive.head.dimension)
    papers = everyone(archive)
    held = None if wishes else parted(papers, parts.crew)
    return redrawn(clustering, papers, day, parts.curation, wishes, held)
