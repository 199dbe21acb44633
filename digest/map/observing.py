"""What a map shows, in numbers: themes and where they meet, what grew since the map before, remarkable places.

A paper counts for every category and topic that it has, except where its first one alone is meant: growth and
places are those of the papers that are mainly of a topic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from heapq import nsmallest
from itertools import combinations
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from digest.map.cards import column
from digest.map.observed import Earlier, Growth, Meeting, Observed, Place, Theme
from digest.map.stability import diameter
from digest.records.maps import MapPaper, MapView
from digest.records.papers import OTHER

MOST_THEMES, MOST_TOPICS, MOST_PAIRS, MOST_BREAKOUTS, MOST_GROUPS, MOST_PLACES, MOST_BORN = 20, 10, 6, 8, 3, 3, 10
MOST_TOGETHER = 5
# Papers cited for each thing said, and weeks in its sparkline.
CITED, WEEKS = 3, 20
# The least that is told: papers of a breakout and how many times as many as expected; papers of a dense or lonely
# place; papers in two themes at once.
NEW, TIMES, FEWEST, SHARED = 3, 1.5, 10, 3
# How many standard deviations above what was expected a breakout is, and a topic that grows with its neighbours.
CLEARLY, SOMEWHAT = 2.0, 1.0
# Neighbours grow together where each grew more than expected and is among so many topics nearest to the other.
GREW, NEAREST = 1.2, 4

Key = TypeVar("Key", str, int)
Of = TypeVar("Of")
Made = TypeVar("Made")


def observe(view: MapView, earlier: Earlier | None, chances: Mapping[int, float] | None = None) -> Observed:
    """What the map shows, against the map before if there was one.

    `chances` are the p of topics that a test found to be rising.
    """
    sorted_ = _Sorted(view)
    grown = sorted_.grown(earlier, chances or {}) if earlier else []
    breakouts = [g for g in grown if _grew(g, TIMES, CLEARLY)]
    return Observed(
        papers=len(view.papers),
        topics=len(sorted_.mainly),
        several=sum(len(found) > 1 for found in sorted_.themes_of),
        came=sum(paper not in earlier.ids for paper in sorted_.ids) if earlier else 0,
        themes=tuple(sorted_.themes())[:MOST_THEMES],
        largest=tuple(sorted_.place(t) for t in sorted_.by_size(sorted_.having))[:MOST_TOPICS],
        overlaps=tuple(sorted_.overlaps()),
        bridges=tuple(sorted_.bridges()),
        breakouts=tuple(sorted(breakouts, key=lambda g: (-g.surprise, g.topic.id)))[:MOST_BREAKOUTS],
        together=tuple(sorted_.together(grown)),
        newborn=tuple(sorted_.newborn(earlier.day)) if earlier else (),
        densest=tuple(sorted_.densest()),
        loneliest=tuple(sorted_.loneliest()),
    )


class _Sorted:
    """A view's papers by theme and topic. `mainly` and `having` are rows by topic, `themes_of` slugs by paper."""

    def __init__(self, view: MapView) -> None:
        self.view = view
        self.ids, self.days = column(view.papers, "id"), column(view.papers, "date")
        self.last = max(self.days, default=date.min)
        self.topics = {topic.id: topic for topic in view.topics if not topic.retired}
        slugs = {category.slug for category in view.categories}
        self.main = column(view.papers, "category")
        pairs = zip(self.main, column(view.papers, "categories"), strict=True)
        # Papers share what they are sorted into: each set and each tuple is made once.
        self.themes_of = _each(pairs, lambda pair: frozenset((pair[0], *pair[1])) & slugs)
        self.topics_of = _each(
            column(view.papers, "topics"), lambda ids: tuple(t for t in dict.fromkeys(ids) if t in self.topics)
        )
        self.mainly = _rows(found[:1] for found in self.topics_of)
        self.having = _rows(self.topics_of)
        self.centres = {t: np.median(view.positions[rows], axis=0) for t, rows in self.mainly.items()}

    def by_size(self, rows: Mapping[int, NDArray[np.int64]]) -> list[int]:
        """The topics, most papers first."""
        return sorted(rows, key=lambda topic: (-len(rows[topic]), topic))

    def central(self, topic: int, among: NDArray[np.int64] | None = None) -> tuple[MapPaper, ...]:
        """The papers of a topic nearest to its middle."""
        rows = self.mainly.get(topic, np.zeros(0, dtype=np.int64)) if among is None else among
        if not len(rows):
            return ()
        far = np.linalg.norm(self.view.positions[rows] - self.centres[topic], axis=1)
        return tuple(self.view.papers[row] for row in rows[np.argsort(far, kind="stable")[:CITED]])

    def newest(self, rows: Iterable[int]) -> tuple[MapPaper, ...]:
        """The latest papers of some rows."""
        latest = nsmallest(CITED, rows, key=lambda row: (-self.days[row].toordinal(), self.ids[row]))
        return tuple(self.view.papers[row] for row in latest)

    def themes(self) -> Iterator[Theme]:
        """The categories, largest first and `other` last, each with the central papers of its largest topics."""
        having = Counter(slug for found in self.themes_of for slug in found)
        mainly: dict[str, list[int]] = {slug: [] for slug in having}
        for row, slug in enumerate(self.main):
            if slug in mainly:
                mainly[slug].append(row)
        for slug, count in sorted(having.items(), key=lambda told: (told[0] == OTHER, -told[1], told[0])):
            rows = mainly[slug]
            by_topic = _rows(self.topics_of[row][:1] for row in rows)
            largest = self.by_size(by_topic)[:CITED]
            shown = [self.central(t, np.array(rows)[by_topic[t]])[0] for t in largest]
            others = (row for row, found in enumerate(self.themes_of) if slug in found)
            yield Theme(slug, count, len(rows), tuple(shown) or self.newest(others))

    def place(self, topic: int, figure: float = 0.0, near: int = 0) -> Place:
        """A topic with its papers."""
        having, mainly = (len(rows.get(topic, ())) for rows in (self.having, self.mainly))
        other = self.topics.get(near)
        return Place(self.topics[topic], having, mainly, self.central(topic), figure, other)

    def overlaps(self) -> Iterator[Meeting]:
        """Pairs of categories with the most papers in both."""
        for one, other, rows, times in _meetings(_each(self.themes_of, lambda found: found - {OTHER})):
            yield Meeting(one, other, len(rows), times, self.newest(rows))

    def bridges(self) -> Iterator[Meeting]:
        """Pairs of topics of two categories with the most papers in both, more than by chance."""
        for one, other, rows, times in _meetings(self.topics_of, self._bridge):
            yield Meeting(self.topics[one], self.topics[other], len(rows), times, self.newest(rows))

    def _bridge(self, one: int, other: int, times: float) -> bool:
        return times >= TIMES and self.topics[one].category != self.topics[other].category

    def grown(self, earlier: Earlier, chances: Mapping[int, float]) -> list[Growth]:
        """What came to each topic that is older than the earlier map, and what its share there made expect."""
        new = np.array([paper not in earlier.ids for paper in self.ids], dtype=bool)
        came, stood = int(new.sum()), int((~new).sum())
        found = []
        for topic, rows in self.mainly.items():
            if self.topics[topic].born > earlier.day:
                continue
            before = int((~new[rows]).sum())
            expected = came * before / max(stood, 1)
            examples = self.central(topic, rows[new[rows]])
            told = (before, len(rows), expected, chances.get(topic), self.weeks(rows), examples)
            found.append(Growth(self.topics[topic], *told))
        return found

    def weeks(self, rows: NDArray[np.int64]) -> tuple[int, ...]:
        """The papers of some rows by week, up to the map's last one."""
        sunday = self.last + timedelta(days=6 - self.last.weekday())
        ago = Counter((sunday - self.days[row]).days // 7 for row in rows)
        return tuple(ago[week] for week in reversed(range(WEEKS)))

    def together(self, grown: Sequence[Growth]) -> list[tuple[Growth, ...]]:
        """Groups of topics near each other that all grew, those with most newcomers first."""
        growing = {g.topic.id: g for g in grown if _grew(g, GREW, SOMEWHAT)}
        near = self._nearest(NEAREST)
        beside = {t: [o for o in near[t] if o in growing and t in near[o]] for t in growing}
        groups, seen = [], set[int]()
        for topic in sorted(growing):
            group, ahead = [], [topic]
            while ahead:
                at = ahead.pop()
                if at not in seen:
                    seen.add(at)
                    group.append(growing[at])
                    ahead += beside[at]
            if len(group) > 1:
                groups.append(tuple(sorted(group, key=lambda g: (-g.new, g.topic.id))[:MOST_TOGETHER]))
        return sorted(groups, key=lambda group: -sum(g.new for g in group))[:MOST_GROUPS]

    def newborn(self, since: date) -> list[Place]:
        """The topics born since, largest first."""
        return [self.place(t) for t in self.by_size(self.mainly) if self.topics[t].born > since][:MOST_BORN]

    def densest(self) -> list[Place]:
        """The topics with most papers in the smallest room, by the median topic's density."""
        dense = {}
        for topic, rows in self.mainly.items():
            if len(rows) >= FEWEST:
                far = np.linalg.norm(self.view.positions[rows] - self.centres[topic], axis=1)
                dense[topic] = len(rows) / max(float(np.median(far)) ** 2, 1e-12)
        usual = float(np.median(list(dense.values()))) if dense else 1.0
        ordered = sorted(dense, key=lambda topic: (-dense[topic], topic))
        return [self.place(t, dense[t] / usual) for t in ordered[:MOST_PLACES]]

    def loneliest(self) -> list[Place]:
        """The topics farthest from any other, by the map's diameter."""
        width, near = diameter(self.view.positions), self._nearest(1)
        far = {
            topic: (float(np.linalg.norm(self.centres[topic] - self.centres[others[0]])), others[0])
            for topic, others in near.items()
            if others and width and len(self.mainly[topic]) >= FEWEST
        }
        ordered = sorted(far, key=lambda topic: (-far[topic][0], topic))
        return [self.place(t, far[t][0] / width, far[t][1]) for t in ordered[:MOST_PLACES]]

    def _nearest(self, count: int) -> dict[int, list[int]]:
        """The topics nearest to each one on the map."""
        topics = sorted(self.centres)
        places = np.array([self.centres[topic] for topic in topics]).reshape(-1, 2)
        found = {}
        for row, topic in enumerate(topics):
            far = np.linalg.norm(places - places[row], axis=1)
            far[row] = np.inf
            order = np.argsort(far, kind="stable")[: min(count, len(topics) - 1)]
            found[topic] = [topics[other] for other in order]
        return found


def _grew(growth: Growth, times: float, deviations: float) -> bool:
    return growth.new >= max(NEW, times * growth.expected) and growth.surprise >= deviations


def _each(keys: Iterable[Of], made: Callable[[Of], Made]) -> list[Made]:
    """What is made of each key, once for those that are the same."""
    known: dict[Of, Made] = {}
    return [known[key] if key in known else known.setdefault(key, made(key)) for key in keys]


def _rows(keys: Iterable[Iterable[int]]) -> dict[int, NDArray[np.int64]]:
    """The rows in which each key stands."""
    found: dict[int, list[int]] = {}
    for row, ids in enumerate(keys):
        for key in ids:
            found.setdefault(key, []).append(row)
    return {key: np.array(rows, dtype=np.int64) for key, rows in found.items()}


def _meetings(
    sets: Sequence[Collection[Key]], told: Callable[[Key, Key, float], bool] = lambda *_: True
) -> Iterator[tuple[Key, Key, list[int], float]]:
    """Pairs of keys that stand in the same rows, most first: the rows, and how many times as many as by chance."""
    each = Counter(key for found in sets for key in found)
    both: dict[tuple[Key, Key], list[int]] = {}
    for row, found in enumerate(sets):
        for pair in combinations(sorted(found), 2):
            both.setdefault(pair, []).append(row)
    pairs = [
        (one, other, rows, len(rows) * len(sets) / (each[one] * each[other]))
        for (one, other), rows in both.items()
        if len(rows) >= SHARED
    ]
    worth = [pair for pair in pairs if told(pair[0], pair[1], pair[3])]
    yield from sorted(worth, key=lambda pair: (-len(pair[2]), pair[:2]))[:MOST_PAIRS]
