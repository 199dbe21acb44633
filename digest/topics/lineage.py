"""What happened to topics at a rebalance, in plain words with figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.records.topics import UNSORTED, Event
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
    """What happened to a topic, why, and up to five papers (rows) that show it; `other` is as in `Change`."""

    event: Event
    topic: int
    other: int
    reason: str
    rows: tuple[int, ...]


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
        now = self._mean(rows, self.centres[topic])
        shown = self._central(rows, topic)
        if parent != UNSORTED and len(came) > MOST * len(rows):
            whole = int((self.before == parent).sum())
            was = self._mean(came, self.centres_before[parent])
            reason = (
                f"{len(came)} of the {whole} papers of t{parent} lie closer together (mean similarity {now:.2f}) "
                f"than they did there ({was:.2f})"
            )
            return Move(Event.SPLIT, topic, parent, reason, shown)
        if not self.centres_before:
            return Move(
                Event.BORN,
                topic,
                UNSORTED,
                f"{len(rows)} of the first papers lie close together ({now:.2f})",
                shown,
            )
        was = self._was(rows)
        poor = f"{len(rows)} papers that fitted nothing well (mean similarity {was:.2f})"
        reason = f"{poor} lie close together ({now:.2f})"
        return Move(Event.BORN, topic, UNSORTED, reason, shown)

    def merged(self, young: int, old: int) -> Move:
        """A topic that went into an older one."""
        rows = np.flatnonzero(self.before == young)
        alike = float(self.centres_before[young] @ self.centres_before[old])
        reason = (
            f"its {len(rows)} papers and the {int((self.before == old).sum())} of t{old} were the least worth "
            f"keeping apart (similarity of their centres {alike:.2f})"
        )
        return Move(Event.MERGED, young, old, reason, self._central_before(rows, young))

    def retired(self, topic: int, small: bool) -> Move:
        """A topic that was too small, or that nothing came to, for too long."""
        rows = np.flatnonzero(self.before == topic)
        heir = self._most(self.after[rows])
        why = f"only {_papers(len(rows))}" if small else f"none of the new papers went to its {len(rows)}"
        reason = f"{why}, at {PATIENCE} rebalances in a row"
        return Move(Event.RETIRED, topic, heir, reason, self._central_before(rows, topic))

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


def _papers(count: int) -> str:
    return f"{count} paper" if count == 1 else f"{count} papers"
