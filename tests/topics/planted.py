"""Invented papers around planted directions, and editions of them folded as an archive does."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from digest.topics import Rebalance, Topics, as_asked, due, fold, rebalance
from digest.topics.state import unit

DIMENSION = 64
# So many subjects of twelve papers each are what an archive of that size gets topics for.
SUBJECTS = range(26)
EACH = 12
PAPERS = EACH * len(SUBJECTS)
MONDAY = date(2026, 1, 5)

Vectors = NDArray[np.float32]


def around(direction: int, count: int, seed: int = 0, spread: float = 0.07) -> Vectors:
    """Unit rows (count, DIMENSION) near one of the axes, which stand for subjects."""
    rng = np.random.default_rng((seed, direction))
    rows = rng.normal(0, spread, (count, DIMENSION))
    rows[:, direction] += 1
    return unit(rows)


def mixed(directions: range, count: int, seed: int = 0, spread: float = 0.07) -> Vectors:
    """`count` papers of each subject, one subject after the other in turn."""
    parts = np.stack([around(direction, count, seed, spread) for direction in directions], axis=1)
    return parts.reshape(-1, DIMENSION)


class Shelf:
    """All papers so far, their first topics, and the topics; rebalances when it is due, or when told to."""

    def __init__(self) -> None:
        self.topics = Topics.start(DIMENSION)
        self.vectors = np.zeros((0, DIMENSION), dtype=np.float32)
        self.primary = np.zeros(0, dtype=np.int32)
        self.history: list[Rebalance] = []

    def edition(self, vectors: Vectors, day: date) -> NDArray[np.int32]:
        """Fold an edition and rebalance if it is due; returns what the fold gave the new papers (n, 3)."""
        self.topics, given = fold(self.topics, vectors)
        self.vectors = np.concatenate([self.vectors, vectors])
        self.primary = np.concatenate([self.primary, given.topics[:, 0]])
        if due(self.topics, day):
            self.redraw(day)
        return given.topics

    def redraw(
        self,
        day: date,
        locked: frozenset[int] = frozenset(),
        merges: tuple[tuple[int, int], ...] = (),
        splits: tuple[int, ...] = (),
    ) -> Rebalance:
        """Rebalance now, or split only."""
        if splits:
            done = as_asked(self.topics, self.vectors, self.primary, merges, splits)
        else:
            done = rebalance(self.topics, self.vectors, self.primary, day, locked, merges)
        self.topics, self.primary = done.topics, done.assigned.topics[:, 0].copy()
        self.history.append(done)
        return done

    def topic_of(self, rows: slice) -> int:
        """The topic of most of some papers."""
        return int(np.bincount(self.primary[rows]).argmax())


def week(number: int) -> date:
    """The Monday of a week, counted from 0."""
    return MONDAY + timedelta(weeks=number)


def founded() -> Shelf:
    """A shelf with one topic for each subject."""
    shelf = Shelf()
    shelf.edition(mixed(SUBJECTS, EACH), week(0))
    assert len(shelf.topics.ids) == len(SUBJECTS)
    return shelf


def subject(number: int) -> slice:
    """The papers of a subject in the first edition of `founded`."""
    return slice(number, PAPERS, len(SUBJECTS))
