"""What happened to topics at a rebalance, and why, with figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digest.records.topics import UNSORTED, Event, Figure, Why
from digest.topics.cosines import Vectors, nearest
from digest.topics.draft import Draft
from digest.topics.state import Topics, centroids

EXEMPLARS = 5
# Rebalances in a row that a topic may be too small or without new papers.
PATIENCE = 2
# A newborn is split from a topic if more than this share of its papers was there.
MOST = 0.5


@dataclass(frozen=True, slots=True)
class Move:
    """What happened to a topic, why, and up to five papers (rows) that show it; see `Change`."""

    event: Event
    topic: int
    other: int
    reason: Why
    rows: tuple[int, ...]
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Papers (n, d), their topics' ids before and after (n,), and centres by id before and after."""

    vectors: Vectors
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    centres_before: dict[int, Vectors]
    centres: dict[int, Vectors]

    @classmethod
    def of(cls, draft: Draft, topics: Topics, after: Topics, primary: NDArray[np.int32]) -> Scene:
        """What a rebalance made of the topics; `primary` (n,) are the papers' first topics now."""
        was = dict(zip(topics.ids, centroids(topics), strict=True))
        return cls(draft.vectors, draft.before, primary, was, dict(zip(after.ids, centroids(after), strict=True)))

    def story(self, merged: list[tuple[int, int]], gone: dict[int, bool], newborn: list[int]) -> list[Move]:
        """All that the arithmetic did: merges, then retirements, then births."""
        return [
            *(self.merged(young, old) for young, old in merged),
            *(self.retired(topic, small) for topic, small in gone.items()),
            *(self.appeared(topic) for topic in newborn),
        ]

    def appeared(self, topic: int) -> Move:
        """A newborn: split from a topic if most of its papers were there, else born."""
        rows = np.flatnonzero(self.after == topic)
        parent = self._most(self.before[rows])
        came = rows[self.before[rows] == parent]
        shown = self._central(rows, topic)
        if parent != UNSORTED and len(came) > MOST * len(rows):
            return self._split(topic, parent, came, shown)
        now = self._mean(rows, self.centres[topic])
        if not self.centres_before:
            return Move(Event.BORN, topic, UNSORTED, Why.FIRST, shown, {"count": len(rows), "now": _two(now)})
        figures = {"papers": len(rows), "was": _two(self._was(rows)), "now": _two(now)}
        return Move(Event.BORN, topic, UNSORTED, Why.UNFITTED, shown, figures)

    def _split(self, topic: int, parent: int, came: NDArray[np.int64], shown: tuple[int, ...]) -> Move:
        """A newborn most of whose papers `came` from one topic, to lie closer together or to join others."""
        whole = int((self.before == parent).sum())
        now, was = self._mean(came, self.centres[topic]), self._mean(came, self.centres_before[parent])
        figures: dict[str, Figure] = {"count": len(came), "papers": whole, "topic": parent}
        if _two(now) <= _two(was):
            return Move(Event.SPLIT, topic, parent, Why.JOINED, shown, figures)
        return Move(Event.SPLIT, topic, parent, Why.CLOSER, shown, {**figures, "now": _two(now), "was": _two(was)})

    def merged(self, young: int, old: int) -> Move:
        """A topic that went into an older one."""
        rows = np.flatnonzero(self.before == young)
        alike = float(self.centres_before[young] @ self.centres_before[old])
        there = int((self.before == old).sum())
        figures = {"papers": len(rows), "there": there, "topic": old, "alike": _two(alike)}
        return Move(Event.MERGED, young, old, Why.ALIKE, self._central_before(rows, young), figures)

    def retired(self, topic: int, small: bool) -> Move:
        """A topic that was too small, or that nothing came to, for too long."""
        rows = np.flatnonzero(self.before == topic)
        heir = self._most(self.after[rows])
        why, figures = Why.FEW if small else Why.IDLE, {"papers": len(rows), "times": PATIENCE}
        return Move(Event.RETIRED, topic, heir, why, self._central_before(rows, topic), figures)

    def _was(self, rows: NDArray[np.int64]) -> float:
        centres = np.stack(list(self.centres_before.values()))
        return float(nearest(self.vectors[rows], centres)[1].mean())

    def _mean(self, rows: NDArray[np.int64], centre: Vectors) -> float:
        return float((self.vectors[rows] @ centre).mean()) if len(rows) else 0.0

    def _central(self, rows: NDArray[np.int64], topic: int) -> tuple[int, ...]:
        return self._closest(rows, self.centres[topic])

    def _central_before(self, rows: NDArray[np.int64], topic: int) -> tuple[int, ...]:
        return self._closest(rows, self.centres_before[topic])

    def _closest(self, rows: NDArray[np.int64], centre: Vectors) -> tuple[int, ...]:
        near = np.argsort(-np.round(self.vectors[rows] @ centre, 5), kind="stable")[:EXEMPLARS]
        return tuple(rows[near].tolist())

    def _most(self, topics: NDArray[np.int32]) -> int:
        """The commonest topic, the oldest of equals; UNSORTED only if there is no other."""
        found, counts = np.unique(topics[topics != UNSORTED], return_counts=True)
        return int(found[counts.argmax()]) if len(found) else UNSORTED


def _two(similarity: float) -> float:
    """As it is told; further digits are the processor's own."""
    return round(similarity, 2)
