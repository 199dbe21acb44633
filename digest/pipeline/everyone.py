"""Every folded paper at once: what a rebalance looks at, and the papers that speak for a topic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Archive
from digest.archive.clustering import Rows
from digest.errors import ArchiveError
from digest.records import Assigned, Enrichment, Mention, Paper

if TYPE_CHECKING:
    from numpy.typing import NDArray

Read = tuple[Paper, Enrichment]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """One edition's papers: ids, vectors (n, d), what they were assigned, and their main categories."""

    edition: date
    ids: Sequence[str]
    vectors: NDArray[np.float32]
    assigned: Assigned
    categories: Sequence[str]
    # The papers themselves, of an edition that is not in the archive yet.
    read: tuple[Read, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Everyone:
    """All papers in the order of their editions; entry i of `editions`, `ids`, `categories` is that of row i."""

    editions: Sequence[date]
    ids: Sequence[str]
    vectors: NDArray[np.float32]
    assigned: Assigned
    categories: Sequence[str]
    archive: Archive
    latest: Batch | None
    # Papers with their readings by edition, where they were read already.
    read: Mapping[date, Sequence[Read]] = field(default_factory=dict)

    def with_read(self, editions: Iterable[date]) -> Everyone:
        """The same with the papers of some editions and their readings at hand: for who looks at them again."""
        return replace(self, read={day: tuple(self._edition(day)) for day in editions})

    def some(self, papers: NDArray[np.bool_]) -> Everyone:
        """Those of the papers (n,) alone."""
        rows = np.flatnonzero(papers)
        places = rows.tolist()
        return replace(
            self,
            editions=[self.editions[row] for row in places],
            ids=[self.ids[row] for row in places],
            vectors=self.vectors[rows],
            assigned=Assigned(self.assigned.topics[rows], self.assigned.scores[rows]),
            categories=[self.categories[row] for row in places],
        )

    def reads(self) -> Iterator[Read]:
        """Every paper with its reading, row by row."""
        return (read for edition in dict.fromkeys(self.editions) for read in self._edition(edition))

    @property
    def spans(self) -> dict[date, tuple[int, int]]:
        """The first row of each edition and the one after its last, in the order of the rows."""
        starts = [n for n, day in enumerate(self.editions) if not n or day != self.editions[n - 1]]
        ends = [*starts[1:], len(self.editions)]
        return {self.editions[start]: (start, end) for start, end in zip(starts, ends, strict=True)}

    def rows(self, assigned: Assigned) -> dict[date, Rows]:
        """The assignments by edition."""
        return {
            day: (list(self.ids[start:end]), Assigned(assigned.topics[start:end], assigned.scores[start:end]))
            for day, (start, end) in self.spans.items()
        }

    def papers(self, places: Iterable[int]) -> dict[int, tuple[Read, Mention]]:
        """The papers of some rows with their readings, and as a topic's page names them."""
        wanted: dict[date, list[int]] = {}
        for place in sorted(set(places)):
            wanted.setdefault(self.editions[place], []).append(place)
        found = {}
        for edition, rows in wanted.items():
            by_id = {read[0].id: read for read in self._edition(edition)}
            for place in rows:
                read = by_id[self.ids[place]]
                found[place] = (read, mention(*read, edition))
        return found

    def _edition(self, edition: date) -> Iterable[Read]:
        if edition in self.read:
            return self.read[edition]
        if self.latest is not None and self.latest.edition == edition:
            return self.latest.read
        return zip(self.archive.papers(edition), self.archive.enrichments(edition), strict=True)


def mention(paper: Paper, reading: Enrichment, edition: date) -> Mention:
    """A paper as a topic's page names it."""
    return Mention(paper.id, paper.title, paper.url, edition, reading.primary)


def everyone(archive: Archive, latest: Batch | None = None, rows: Mapping[date, Rows] | None = None) -> Everyone:
    """Every folded paper of the archive, and those of an edition that is about to be committed.

    `rows` stand in for the assignments of the archive. Raises `ArchiveError` where vectors and assignments are of
    different papers.
    """
    assigned = archive.all_assigned() if rows is None else rows
    told: list[tuple[date, Sequence[str], Assigned]] = [(day, *found) for day, found in assigned.items()]
    if latest is not None:
        told.append((latest.edition, latest.ids, latest.assigned))
    told.sort(key=itemgetter(0))
    edges = list(accumulate((len(ids) for _, ids, _ in told), initial=0))
    dimension = archive.head.dimension if latest is None else latest.vectors.shape[1]
    # Vectors are most of the memory that a large archive takes: none is there twice, but those of one edition.
    vectors, categories = np.empty((edges[-1], dimension), dtype=np.float32), list[str]()
    for (day, ids, _), (start, end) in zip(told, pairwise(edges), strict=True):
        if latest is not None and ids is latest.ids:
            vectors[start:end] = latest.vectors
            categories += latest.categories
        else:
            vectors[start:end] = _vectors(archive, day, ids)
            categories += archive.main_categories(day)
    return Everyone(
        editions=[day for day, ids, _ in told for _ in ids],
        ids=[i for _, ids, _ in told for i in ids],
        vectors=vectors,
        assigned=Assigned(
            np.concatenate([given.topics for _, _, given in told]),
            np.concatenate([given.scores for _, _, given in told]),
        ),
        categories=categories,
        archive=archive,
        latest=latest,
    )


def _vectors(archive: Archive, edition: date, ids: Sequence[str]) -> NDArray[np.float32]:
    known, vectors = archive.vectors(edition)
    if known != ids:
        raise ArchiveError(f"topics and vectors of edition {edition} do not agree; `digest doctor` tells more")
    return vectors
