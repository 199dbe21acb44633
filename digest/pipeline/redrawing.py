"""The topics redrawn: what the arithmetic says, made into records with lineage, categories, papers and names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from digest import topics as arithmetic
from digest.archive.clustering import Clustering, Fold
from digest.curation import Curation
from digest.naming import Portrait
from digest.pipeline.everyone import Everyone, Read
from digest.records import OTHER, UNSORTED, Change, Event, Mention, Topic, Topics, Why
from digest.scale import Held
from digest.topics.cosines import Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Papers by which a topic is named, and those that its page shows.
CENTRAL, BOUNDARY = 40, 8
EXEMPLARS, NEWEST, NEIGHBOURS = 5, 10, 5
# The papers that speak for a topic are of its latest editions, if there are enough: a name is for what it is now.
RECENT = 120
# A topic is named anew when its centroid has turned so far (cosine) from where it was named, or less far if it has
# doubled since.
MOVED, MOVED_GROWN = 0.92, 0.96


@dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """What people want done at once, and nothing else: topics to merge (younger, older) and to split."""

    merges: Sequence[tuple[int, int]] = ()
    splits: Sequence[int] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Redrawn:
    """The topics after a rebalance, not yet named; `portraits` show every live one to its namer."""

    fold: Fold
    portraits: tuple[Portrait, ...]
    changes: tuple[Change, ...]
    moved: int


def redrawn(
    clustering: Clustering,
    everyone: Everyone,
    day: date,
    curation: Curation,
    wishes: Wishes | None = None,
    parts: Held[Vectors] | None = None,
) -> Redrawn:
    """Rebalance all topics over all papers, or do only what is wished; nothing on the disk is changed.

    A rebalance asks the `parts` (see `parted`) where there are any.
    """
    papers = (clustering.state, everyone.vectors, everyone.assigned.topics[:, 0])
    if wishes is not None:
        done = arithmetic.as_asked(*papers, wishes.merges, wishes.splits)
    else:
        merges = _due_merges(clustering, curation)
        done = arithmetic.rebalance(*papers, day, _held(clustering, curation), merges, parts)
    changes = tuple(
        Change(day, m.event, m.topic, m.other, m.reason, tuple(everyone.ids[row] for row in m.rows), m.figures)
        for m in done.changes
    )
    named, named_sizes = _aligned(clustering, done.topics)
    after = Clustering(
        _records(clustering, done.topics, changes, day),
        done.topics,
        (*clustering.lineage, *changes),
        named,
        named_sizes,
    )
    members = _members(done.topics, done.assigned.topics[:, 0])
    after = _with_categories(after, members, everyone)
    after, portraits = _with_papers(after, members, everyone, due(after))
    return Redrawn(Fold(after, everyone.rows(done.assigned), anew=True), portraits, changes, done.moved)


def _held(clustering: Clustering, curation: Curation) -> frozenset[int]:
    """The topics that stay: those that are locked, and those that people have merged or split."""
    asked = [change for change in clustering.lineage if change.reason == Why.ASKED_FOR]
    made = {change.other for change in asked} | {c.topic for c in asked if c.event is Event.SPLIT}
    return curation.locked | (made & clustering.live.keys())


def _due_merges(clustering: Clustering, curation: Curation) -> list[tuple[int, int]]:
    """The merges that people wrote down and that are not done yet; an older topic that has gone is its heir."""
    live = clustering.live
    pairs = [(young, heir_of(clustering, old)) for young, old in curation.merges if young in live]
    return [(max(pair), min(pair)) for pair in pairs if pair[1] in live and pair[0] != pair[1]]


def _records(clustering: Clustering, state: Topics, changes: Sequence[Change], day: date) -> tuple[Topic, ...]:
    """Every topic there ever was, the newborn and the retired ones among them."""
    gone = {c.topic: c for c in changes if c.event in (Event.MERGED, Event.RETIRED)}
    known = {topic.id: topic for topic in clustering.topics}
    sizes = dict(zip(state.ids, state.counts.tolist(), strict=True))
    near = _neighbours(state)
    for topic_id in state.ids:
        topic = known.get(topic_id) or Topic(topic_id, day)
        known[topic_id] = replace(topic, size=sizes[topic_id], neighbours=near[topic_id])
    for topic_id, change in gone.items():
        # One that came and went within a rebalance was never anybody's.
        if topic_id in known:
            known[topic_id] = replace(known[topic_id], retired=day, heir=change.other, size=0, neighbours=())
    return tuple(known[topic_id] for topic_id in sorted(known))


def _neighbours(state: Topics) -> dict[int, tuple[int, ...]]:
    centres = arithmetic.centroids(state)
    near = centres @ centres.T
    np.fill_diagonal(near, -2)
    order = np.argsort(-near, axis=1, kind="stable")[:, :NEIGHBOURS]
    return {
        topic: tuple(state.ids[column] for column in row if state.ids[column] != topic)
        for topic, row in zip(state.ids, order, strict=True)
    }


def _aligned(clustering: Clustering, state: Topics) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """What each topic was named by, for the ids that live now; zeros for the newborn."""
    named = np.zeros(state.sums.shape, dtype=np.float32)
    sizes = np.zeros(len(state.ids), dtype=np.int64)
    before = {topic: row for row, topic in enumerate(clustering.state.ids)}
    for row, topic in enumerate(state.ids):
        if topic in before:
            named[row], sizes[row] = clustering.named[before[topic]], clustering.named_sizes[before[topic]]
    return named, sizes


def due(clustering: Clustering) -> frozenset[int]:
    """The live topics that need a name: those without one, and those that have moved since they got it."""
    state = clustering.state
    turned = np.einsum("kd,kd->k", arithmetic.centroids(state), clustering.named)
    limit = np.where(state.counts >= 2 * clustering.named_sizes, MOVED_GROWN, MOVED)
    live = clustering.live
    return frozenset(
        topic for topic, moved in zip(state.ids, turned < limit, strict=True) if moved or not live[topic].namer
    )


def _members(state: Topics, primary: NDArray[np.int32]) -> dict[int, NDArray[np.int64]]:
    order = np.argsort(primary, kind="stable")
    starts = np.searchsorted(primary[order], state.ids, side="left")
    ends = np.searchsorted(primary[order], state.ids, side="right")
    return {topic: order[start:end] for topic, start, end in zip(state.ids, starts, ends, strict=True)}


def _with_categories(
    clustering: Clustering, members: Mapping[int, NDArray[np.int64]], everyone: Everyone
) -> Clustering:
    """Each live topic under the category of most of its members; "other" only where it is all there is."""

    def most(topic: Topic) -> str:
        counts = Counter(everyone.categories[row] for row in members[topic.id])
        counts.pop(OTHER, None)
        # Of equals, the one that it has been under.
        return min(counts, key=lambda slug: (-counts[slug], slug != topic.category, slug), default=OTHER)

    found = tuple(t if t.id not in members else replace(t, category=most(t)) for t in clustering.topics)
    return replace(clustering, topics=found)


def _with_papers(
    clustering: Clustering, members: Mapping[int, NDArray[np.int64]], everyone: Everyone, wanted: frozenset[int]
) -> tuple[Clustering, tuple[Portrait, ...]]:
    """The topics with their exemplars and newest papers, and the portraits of all if one is to be named."""
    central, boundary = (CENTRAL, BOUNDARY) if wanted else (EXEMPLARS, 0)
    recent = recent_of(everyone)
    centres = dict(zip(clustering.state.ids, arithmetic.centroids(clustering.state), strict=True))
    chosen: dict[int, tuple[list[int], list[int], list[int]]] = {}
    for topic_id, rows in members.items():
        late = rows[np.array([everyone.editions[row] >= recent[0] for row in rows], dtype=bool)]
        rows = late if len(late) >= EXEMPLARS else rows
        near = np.argsort(-np.round(everyone.vectors[rows] @ centres[topic_id], 5), kind="stable")
        ordered = rows[near].tolist()
        rest = ordered[central:]
        newest = sorted(rows.tolist(), key=lambda row: (everyone.editions[row], row), reverse=True)[:NEWEST]
        chosen[topic_id] = ordered[:central], rest[len(rest) - min(boundary, len(rest)) :], newest
    papers = everyone.papers(row for found in chosen.values() for rows in found for row in rows)
    told, portraits = [], []
    for topic in clustering.topics:
        if topic.id in chosen:
            middle, edge, newest = chosen[topic.id]
            topic = replace(
                topic,
                exemplars=tuple(papers[row][1] for row in middle[:EXEMPLARS]),
                newest=tuple(papers[row][1] for row in newest),
            )
            read: list[tuple[Read, ...]] = [tuple(papers[row][0] for row in rows) for rows in (middle, edge)]
            portraits.append(Portrait(topic, read[0], read[1], due=topic.id in wanted))
        told.append(topic)
    return replace(clustering, topics=tuple(told)), tuple(portraits) if wanted else ()


def recent_of(everyone: Everyone) -> list[date]:
    """The editions whose papers speak for topics, oldest first."""
    return sorted(set(everyone.editions))[-RECENT:]


def newest_first(topic: Topic, fresh: Sequence[Mention]) -> Topic:
    """The topic with an edition's papers before those it had."""
    return (
        replace(topic, newest=(*fresh, *topic.newest)[:NEWEST], size=topic.size + len(fresh)) if fresh else topic
    )


def resorted(clustering: Clustering, categories: Mapping[str, str]) -> Clustering:
    """The topics naming their papers under the `categories` that these have now, by paper id.

    The category of a topic itself waits for the next rebalance.
    """

    def shown(mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
        return tuple(replace(m, category=categories.get(m.paper_id, m.category)) for m in mentions)

    topics = (replace(t, exemplars=shown(t.exemplars), newest=shown(t.newest)) for t in clustering.topics)
    return replace(clustering, topics=tuple(topics))


def heir_of(clustering: Clustering, topic_id: int) -> int:
    """Where an id leads: to itself while it lives, else to the heir of its heirs; UNSORTED if there is none."""
    known = {topic.id: topic for topic in clustering.topics}
    while topic_id in known and known[topic_id].retired is not None:
        topic_id = known[topic_id].heir
    return topic_id if topic_id in known else UNSORTED
