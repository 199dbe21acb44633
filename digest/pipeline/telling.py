"""What the topics say of an edition: where its papers are, what rises and fades, and what is new."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from digest import trends
from digest.archive import Archive
from digest.archive.clustering import Clustering, Fold, tally
from digest.records import UNSORTED, Event, Newborn, Paper, Topic, Trend

# The editions that trends are read from lie within so many days.
SPAN = timedelta(days=120)
SPARKLINE, PAPERS = 20, 3
MOST_RISING, MOST_FADING, MOST_NEWBORN = 5, 5, 8


@dataclass(frozen=True, slots=True)
class Told:
    """What the record of an edition says of topics; see `EditionReport`."""

    folded: tuple[tuple[int, ...], ...] = ()
    topic_names: dict[int, str] = field(default_factory=dict)
    rising: tuple[Trend, ...] = ()
    fading: tuple[Trend, ...] = ()
    newborn: tuple[Newborn, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Papers by edition (rows) and live topic (columns), oldest first, up to the edition told of."""

    ids: tuple[int, ...]
    matrix: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    totals: np.ndarray[tuple[int], np.dtype[np.int64]]
    begun: np.ndarray[tuple[int], np.dtype[np.int64]]


def told(
    edition: date, archive: Archive, fold: Fold, papers: Sequence[Paper], before: Clustering, founded: bool
) -> Told:
    """All that the edition's record says of topics. Where they were all `founded` with it, none is called new."""
    live = fold.clustering.live
    given = fold.rows[edition][1].topics
    counts = _counts(edition, archive, fold, live)
    tell = _Teller(counts, live, given, papers)
    folded = tuple(tuple(int(t) for t in row if t != UNSORTED) for row in given)
    rising = tuple(map(tell.trend, trends.rising(counts.matrix, counts.totals, counts.begun)[:MOST_RISING]))
    fading = tuple(map(tell.trend, trends.fading(counts.matrix, counts.totals, counts.begun)[:MOST_FADING]))
    newborn = () if founded else tell.newborn(fold.clustering, {topic.id for topic in before.topics})
    names = {topic: live[topic].name for row in folded for topic in row}
    names |= {n.parent: live[n.parent].name for n in newborn if n.parent in live}
    return Told(folded, dict(sorted(names.items())), rising, fading, newborn)


def _counts(edition: date, archive: Archive, fold: Fold, live: dict[int, Topic]) -> _Counts:
    known = {} if fold.anew else archive.topic_counts(edition, SPAN)
    known |= {day: tally(rows) for day, rows in fold.rows.items() if edition - SPAN < day <= edition}
    days = sorted(known)
    ids = tuple(sorted(live))
    column = {topic: place for place, topic in enumerate(ids)}
    matrix = np.zeros((len(days), len(ids)), dtype=np.int64)
    for row, day in enumerate(days):
        for topic, count in known[day].items():
            if topic in column:
                matrix[row, column[topic]] = count
    totals = np.array([sum(known[day].values()) for day in days], dtype=np.int64)
    begun = np.array([bisect_left(days, live[topic].born) for topic in ids], dtype=np.int64)
    return _Counts(ids, matrix, totals, begun)


@dataclass(frozen=True, slots=True, eq=False)
class _Teller:
    """Makes records of what was found."""

    counts: _Counts
    live: dict[int, Topic]
    given: np.ndarray[tuple[int, int], np.dtype[np.int32]]
    papers: Sequence[Paper]

    def trend(self, shift: trends.Shift) -> Trend:
        topic = self.live[self.counts.ids[shift.column]]
        return Trend(
            topic=topic.id,
            name=topic.name,
            category=topic.category,
            count=shift.count,
            expected=round(shift.expected, 1),
            p=float(f"{shift.p:.2g}"),
            editions=shift.editions,
            days=tuple(self.counts.matrix[-SPARKLINE:, shift.column].tolist()),
            papers=self._papers(topic.id),
        )

    def newborn(self, clustering: Clustering, known: set[int]) -> tuple[Newborn, ...]:
        parents = {c.topic: c.other for c in clustering.lineage if c.event is Event.SPLIT}
        fresh = sorted((t for t in self.live.values() if t.id not in known), key=lambda t: (-t.size, t.id))
        return tuple(
            Newborn(
                t.id,
                t.name,
                t.description,
                t.category,
                t.size,
                parents.get(t.id, UNSORTED),
                self._papers(t.id),
            )
            for t in fresh[:MOST_NEWBORN]
        )

    def _papers(self, topic: int) -> tuple[str, ...]:
        return tuple(self.papers[row].id for row in np.flatnonzero(self.given[:, 0] == topic)[:PAPERS])
