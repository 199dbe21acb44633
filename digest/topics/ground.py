"""All papers of an archive as topics see them: by themselves, or in parts that a crew holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.scale import Held
from digest.topics.cosines import BLOCK, Labels, Vectors, nearest, sums
from digest.topics.folding import place
from digest.topics.state import Assigned, Topics, unit


@dataclass(slots=True, eq=False)
class Ground:
    """Unit vectors (n, d) and what must be asked of every one of them.

    Where `parts` hold the same rows in the same order, they are asked instead, and only centres and labels travel.
    Sums are then added part by part, so that they may differ from one sum in the last digits. The parts may hold
    more: then `vectors` are every `spacing`-th of their rows.
    """

    vectors: Vectors
    parts: Held[Vectors] | None = None
    spacing: int = 1
    _slices: list[slice] = field(default_factory=list)
    _firsts: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.vectors)

    def drawn(self, spacing: int) -> Ground:
        """Every `spacing`-th of the papers."""
        return Ground(np.ascontiguousarray(self.vectors[::spacing]), self.parts, self.spacing * spacing)

    def nearest(self, centres: Vectors) -> tuple[Labels, Vectors]:
        """Row of the nearest centre (n,) and the cosine to it (n,)."""
        if self.parts is None:
            return nearest(self.vectors, centres)
        labels, best = zip(*self._each(nearest, lambda _: (centres,)), strict=True)
        return np.concatenate(labels), np.concatenate(best)

    def sums(self, labels: Labels, k: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Sums (k, d) and numbers (k,) of the papers of each label; negative labels count nowhere."""
        if self.parts is None:
            return sums(self.vectors, labels, k)
        totals, counts = zip(*self._each(sums, lambda rows: (labels[rows], k)), strict=True)
        return np.sum(totals, axis=0), np.sum(counts, axis=0)

    def closer(self, best: Vectors, candidates: Vectors) -> list[NDArray[np.int64]]:
        """Rows that lie closer to each candidate than by `best` (n,) to what they have."""
        if self.parts is None:
            return closer(self.vectors, best, candidates)
        found = self._each(closer, lambda rows: (best[rows], candidates))
        starts = [rows.start for rows in self._slices]
        return [
            np.concatenate([part[number] + start for part, start in zip(found, starts, strict=True)])
            for number in range(len(candidates))
        ]

    def lloyd(self, centres: Vectors, steps: int) -> tuple[Vectors, Labels, Vectors]:
        """Up to `steps` of spherical k-means from the given centres: centres, labels and cosines of the last step.

        A centre that nothing is nearest to stays where it is.
        """
        labels, best = self.nearest(centres)
        for _ in range(steps):
            total, counts = self.sums(labels, len(centres))
            centres = np.where((counts > 0)[:, None], unit(total), centres)
            before = labels
            labels, best = self.nearest(centres)
            if np.array_equal(before, labels):
                break
        return centres, labels, best

    def placed(self, topics: Topics, kept: Labels) -> Assigned:
        """See `folding.place`."""
        if self.parts is None:
            return place(topics, self.vectors, kept)
        found = self._each(_placed, lambda rows: (topics, kept[rows]))
        return Assigned(
            np.concatenate([part.topics for part in found]), np.concatenate([part.scores for part in found])
        )

    def _each(self, work: Callable[..., Any], told: Callable[[slice], tuple[Any, ...]]) -> list[Any]:
        assert self.parts is not None
        if not self._slices:
            edges = np.cumsum([0, *self.parts.each(len)])
            # How many rows are drawn before each edge, and so where in its part the next one lies.
            before = -(-edges // self.spacing)
            if before[-1] != len(self.vectors):
                raise ValueError(f"the parts hold {before[-1]} rows, not {len(self.vectors)}")
            self._slices = [slice(first, last) for first, last in pairwise(before.tolist())]
            self._firsts = (before * self.spacing - edges)[:-1].tolist()
        if self.spacing == 1:
            return self.parts.each(work, [told(rows) for rows in self._slices])
        return self.parts.each(
            _of_drawn,
            [
                (first, self.spacing, work, told(rows))
                for first, rows in zip(self._firsts, self._slices, strict=True)
            ],
        )


def _of_drawn(vectors: Vectors, first: int, spacing: int, work: Callable[..., Any], told: tuple[Any, ...]) -> Any:
    return work(vectors[first::spacing], *told)


def closer(vectors: Vectors, best: Vectors, candidates: Vectors) -> list[NDArray[np.int64]]:
    """Rows of the vectors (n, d) that lie closer to each candidate than by `best` (n,) to what they have."""
    found: list[list[NDArray[np.int64]]] = [[np.zeros(0, dtype=np.int64)] for _ in candidates]
    for start in range(0, len(vectors), BLOCK):
        rows = slice(start, start + BLOCK)
        hits = candidates @ vectors[rows].T > best[rows]
        for number, hit in enumerate(hits):
            found[number].append(np.flatnonzero(hit) + start)
    return [np.concatenate(parts) for parts in found]


def _placed(vectors: Vectors, topics: Topics, kept: Labels) -> Assigned:
    return place(topics, vectors, kept)
