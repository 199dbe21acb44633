"""Rolling topics as arithmetic sees them, and what it says of papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Topics:
    """The live topics; row k of every array belongs to topic `ids[k]`, and ids ascend.

    `sums` (k, d) are the sums of the members' unit vectors, `counts` (k,) the members, `thresholds` (k,) the
    cosine below which a paper is Unsorted, `idle` (k,) how many rebalances in a row found a topic too small or
    without new papers. `next_id` is the id that the next newborn gets; ids are never used twice. `rebalanced` says
    when topics were last redrawn (None: never), `at_rebalance` how many papers there were then, `folded` how many
    have been folded since and `unsorted` how many of those found no topic.
    """

    ids: tuple[int, ...]
    sums: NDArray[np.float64]
    counts: NDArray[np.int64]
    thresholds: NDArray[np.float32]
    idle: NDArray[np.int64]
    next_id: int
    rebalanced: date | None
    at_rebalance: int
    folded: int
    unsorted: int

    @classmethod
    def start(cls, dimension: int) -> Topics:
        """No topics yet, for vectors of `dimension` values."""
        return cls(
            ids=(),
            sums=np.zeros((0, dimension)),
            counts=np.zeros(0, dtype=np.int64),
            thresholds=np.zeros(0, dtype=np.float32),
            idle=np.zeros(0, dtype=np.int64),
            next_id=1,
            rebalanced=None,
            at_rebalance=0,
            folded=0,
            unsorted=0,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """What a fold says of n papers: up to three topics each, best first, with their cosines.

    `topics` (n, 3) int32 has UNSORTED where there is none, `scores` (n, 3) float32 has 0 there. A paper that
    fits no topic keeps the cosine to the nearest one as its first score, so that one sees how far off it is.
    """

    topics: NDArray[np.int32]
    scores: NDArray[np.float32]
