"""What the map's page shows in every language: the papers' cards, read once, and the groups that papers form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digest.enrich import Progress
from digest.map.cards import Cards
from digest.naming import Portrait
from digest.pipeline.everyone import Everyone, Read
from digest.pipeline.mapping import Drawn
from digest.pipeline.redrawing import BOUNDARY, CENTRAL
from digest.records import OTHER, Topic
from digest.records.maps import MapPaper
from digest.text import delatex

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Cards between one sign of progress and the next.
TOLD = 500


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Groups of papers by the `labels` (n,) from 0, -1 for none, and what shows each of them to its namer."""

    labels: NDArray[np.int32]
    portraits: tuple[Portrait, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """All papers, still without addresses of reports; positions (n, 2); dense regions; the groups of a list."""

    papers: Sequence[MapPaper]
    positions: NDArray[np.float32]
    dense: Grouping
    groups: Grouping | None


@contextmanager
def gathered(
    drawn: Drawn, folder: Path, groups: NDArray[np.int32] | None = None, progress: Progress = lambda *_: None
) -> Iterator[Gathered]:
    """Read all papers; until the block ends, their cards are in a file without a name in the `folder`.

    `groups` (n,) are of the papers of a list: these are in no edition, so that they have days of their own.
    """
    found = drawn.everyone
    positions, provisional = drawn.layout.of(found.ids)
    dense = dense_regions(found.ids, positions)
    shown = [_Shown.of(found, labels) for labels in (dense, *(() if groups is None else (groups,)))]
    wanted = {row for one in shown for row in one.rows}
    told: dict[int, Read] = {}
    with Cards(folder) as cards:
        for row, read in enumerate(found.reads()):
            paper, edition = read[0], found.editions[row]
            day = edition if groups is None else paper.submitted or edition
            cards.add(_card(read, day, found.assigned.topics[row].tolist(), bool(provisional[row])))
            if row in wanted:
                told[row] = read
            if len(cards) % TOLD == 0 or len(cards) == len(found.ids):
                progress("cards", len(cards), len(found.ids))
        by_density, *others = (Grouping(one.labels, one.portraits(told)) for one in shown)
        yield Gathered(cards, positions, by_density, others[0] if others else None)


def dense_regions(ids: Sequence[str], positions: NDArray[np.float32]) -> NDArray[np.int32]:
    """The dense region (n,) of the map that each paper lies in, -1 for none.

    Of a large map they are those of papers evenly drawn; the others are where the nearest of these is.
    """
    from digest.map.landmarks import evenly
    from digest.topics.density import NOISE, density

    drawn, found = evenly(ids), np.full(len(ids), NOISE, dtype=np.int32)
    found[drawn] = density(positions[drawn])
    if not drawn.all():
        from scipy.spatial import cKDTree

        found[~drawn] = found[drawn][cKDTree(positions[drawn]).query(positions[~drawn])[1]]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """Groups of papers, and which rows show each of them: those of its middle, and of its edge."""

    labels: NDArray[np.int32]
    topics: tuple[Topic, ...]
    middles: tuple[Sequence[int], ...]
    edges: tuple[Sequence[int], ...]

    @classmethod
    def of(cls, found: Everyone, labels: NDArray[np.int32]) -> _Shown:
        topics, middles, edges = [], [], []
        for group in range(int(labels.max(initial=-1)) + 1):
            rows = np.flatnonzero(labels == group)
            vectors = found.vectors[rows]
            order = rows[np.argsort(-np.round(vectors @ vectors.mean(axis=0), 5), kind="stable")].tolist()
            counts = Counter(found.categories[row] for row in order)
            category = min(counts, key=lambda slug: (slug == OTHER, -counts[slug], slug), default=OTHER)
            born = found.editions[order[0]] if order else date.min
            topics.append(Topic(group + 1, born, category=category))
            middles.append(order[:CENTRAL])
            edges.append(order[CENTRAL:][-BOUNDARY:])
        return cls(labels, tuple(topics), tuple(middles), tuple(edges))

    @property
    def rows(self) -> set[int]:
        """Every row that shows something."""
        return {row for rows in (*self.middles, *self.edges) for row in rows}

    def portraits(self, told: dict[int, Read]) -> tuple[Portrait, ...]:
        """What the groups' namer sees, of the papers by their rows."""
        groups = zip(self.topics, self.middles, self.edges, strict=True)
        return tuple(
            Portrait(topic, tuple(told[row] for row in middle), tuple(told[row] for row in edge), due=True)
            for topic, middle, edge in groups
        )


def _card(read: Read, day: date, topics: Sequence[int], provisional: bool) -> MapPaper:
    paper, reading = read
    return MapPaper(
        id=paper.id,
        title=delatex(paper.title),
        authors=tuple(map(delatex, paper.authors)),
        date=day,
        source=paper.source,
        provider=reading.provider,
        category=reading.primary,
        categories=(reading.primary, *reading.secondary),
        topics=tuple(topic for topic in topics if topic),
        tldr=reading.tldr,
        eli5=reading.eli5,
        problem=reading.problem,
        method=reading.method,
        result=reading.result,
        application=reading.application,
        abstract=delatex(paper.abstract),
        url=paper.url,
        pdf_url=paper.pdf_url,
        arxiv=paper.subjects[0] if paper.subjects else "",
        provisional=provisional,
    )
