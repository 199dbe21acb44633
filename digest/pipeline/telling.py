"""What topics and categories say of an edition: where its papers are, what rises and fades, and what is new."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from digest import trends
from digest.archive import Archive
from digest.archive.clustering import Clustering, Fold, tally
from digest.archive.history import Day, History
from digest.records import OTHER, UNSORTED, Category, Event, Newborn, Outcome, Paper, Share, Topic, Trend

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
    # A parent may have gone in the same rebalance.
    parents = {n.parent for n in newborn}
    names |= {topic.id: topic.name for topic in fold.clustering.topics if topic.id in parents}
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
        found = _trend(shift, self.counts.matrix, topic.id, topic.name, topic.category)
        return replace(found, papers=self._papers(topic.id))

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


def moved(
    edition: date, categories: Sequence[Category], shares: Sequence[Share], history: History
) -> tuple[tuple[Trend, ...], tuple[Trend, ...]]:
    """The categories with unusually many and with unusually few papers, by the editions up to this one.

    `shares` are the edition's counts; what `history` says of it, or of later ones, is passed over. A category
    counts from the first edition that has a paper of it: the taxonomy may have got it since. Where the taxonomy
    has changed otherwise, the archive must be sorted anew for its counts to be comparable.
    """
    today = Day(edition, Outcome.PUBLISHED, counts={share.category: share.count for share in shares})
    if not today.total:
        return (), ()
    past = sorted((d for d in history.days.values() if d.edition < edition and d.total), key=lambda d: d.edition)
    days = [*past, today]
    latest = days[-trends.HISTORY :]
    slugs = [category.slug for category in categories if category.slug != OTHER]
    matrix = np.array([[day.counts.get(slug, 0) for slug in slugs] for day in latest], dtype=np.int64)
    totals = np.array([day.total for day in latest], dtype=np.int64)
    first = [next((row for row, day in enumerate(days) if day.counts.get(slug)), len(days)) for slug in slugs]
    begun = np.maximum(np.array(first, dtype=np.int64) - (len(days) - len(latest)), 0)

    def told(shift: trends.Shift) -> Trend:
        slug = slugs[shift.column]
        return _trend(shift, matrix, UNSORTED, slug, slug)

    return (
        tuple(map(told, trends.rising(matrix, totals, begun)[:MOST_RISING])),
        tuple(map(told, trends.fading(matrix, totals, begun)[:MOST_FADING])),
    )


def _trend(
    shift: trends.Shift,
    matrix: np.ndarray[tuple[int, int], np.dtype[np.int64]],
    topic: int,
    name: str,
    category: str,
) -> Trend:
    return Trend(
        topic=topic,
        name=name,
        category=category,
        count=shift.count,
        expected=round(shift.expected, 1),
        p=float(f"{shift.p:.2g}"),
        editions=shift.editions,
        days=tuple(matrix[-SPARKLINE:, shift.column].tolist()),
    )
