"""Who is most like whom: the exact nearest neighbours of papers by cosine, found once and kept up to date."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Rows = NDArray[np.int32]
T = TypeVar("T")

# UMAP's own default; a paper has so many neighbours, or as many as there are others.
COUNT = 15
NOBODY = -1
# Papers at a time: a block of cosines takes 16 MB.
BLOCK = 2048
# Threads, and the rows that are worth another one; the outcome does not depend on either.
WORKERS, FEWEST = os.cpu_count() or 1, 512


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The nearest neighbours of n papers, nearest first, among equals the first.

    `rows` (n, k) int32 has NOBODY and `cosines` (n, k) float32 has -1 where there is none; papers without words
    have none and are nobody's.
    """

    rows: Rows
    cosines: Vectors

    def steps(self) -> Rows:
        """The cosines (n, k) in whole steps, which are compared."""
        from digest.map.compiled import NOTHING, STEPS

        return np.where(self.rows == NOBODY, NOTHING, np.rint(self.cosines * STEPS).astype(np.int32))

    def among(self, papers: NDArray[np.bool_]) -> Neighbours:
        """Those of some papers (n,), who know nobody else."""
        if papers.all():
            return self
        numbers = np.append(np.where(papers, np.cumsum(papers) - 1, NOBODY), NOBODY).astype(np.int32)
        return Neighbours(numbers[self.rows[papers]], self.cosines[papers])


def have_words(vectors: Vectors) -> NDArray[np.bool_]:
    """Which (n,) of the vectors (n, d) are not zero."""
    return np.asarray(vectors.any(axis=1))


def neighbours(vectors: Vectors, known: Neighbours | None = None) -> Neighbours:
    """The `COUNT` nearest neighbours of each of the unit vectors (n, d).

    `known` are those of the first of these vectors; the rest are added to them, which gives the same outcome. From
    nothing the time grows with the square of n.
    """
    first = 0 if known is None or not fits(known, vectors) else len(known.rows)
    best = _Best.of(len(vectors), COUNT, known if first else None)
    best.offer_all(vectors, first)
    return best.neighbours()


def fits(known: Neighbours, vectors: Vectors) -> bool:
    """Whether kept neighbours are those of these vectors."""
    from digest.map.compiled import recounted

    papers = len(known.rows)
    if papers > len(vectors) or known.rows.shape[1] != COUNT or known.rows.max(initial=NOBODY) >= papers:
        return False
    alone = (known.rows == NOBODY).all(axis=1)
    if papers > 1 and (alone & have_words(vectors[:papers])).any() and (~alone).any():
        return False
    with ThreadPoolExecutor(WORKERS) as pool:
        return not sum(share(pool, recounted, (vectors, known.rows, known.steps()), papers))


def nearest(vectors: Vectors, among: Vectors, count: int) -> Rows:
    """Rows (n, count) of the nearest of the unit vectors `among` (m, d), nearest first; NOBODY where m is less."""
    best = _Best.of(len(among) + len(vectors), count)
    best.offer_all(np.concatenate([among, vectors]), len(among), both=False)
    return best.rows[len(among) :]


def found_among(vectors: Vectors, among: Vectors, count: int) -> Neighbours:
    """The nearest (n, count) as `nearest` gives them, with their cosines."""
    best = _Best.of(len(among) + len(vectors), count)
    best.offer_all(np.concatenate([among, vectors]), len(among), both=False)
    return _Best(best.steps[len(among) :], best.rows[len(among) :]).neighbours()


class _Best:
    """The best neighbours so far: `steps` (n, k) are cosines in whole steps, `rows` (n, k) whose they are."""

    def __init__(self, steps: Rows, rows: Rows) -> None:
        self.steps, self.rows = steps, rows

    @classmethod
    def of(cls, papers: int, count: int, known: Neighbours | None = None) -> _Best:
        from digest.map.compiled import NOTHING

        steps = np.full((papers, count), NOTHING, dtype=np.int32)
        rows = np.full((papers, count), NOBODY, dtype=np.int32)
        if known is not None:
            steps[: len(known.rows)], rows[: len(known.rows)] = known.steps(), known.rows
        return cls(steps, rows)

    def offer_all(self, vectors: Vectors, first: int, both: bool = True) -> None:
        """Offer those before `first` to those from it on; if `both`, also these to one another and to those."""
        from digest.map.compiled import WORDLESS, columns_best, rows_best

        wordless = ~have_words(vectors)
        old, new = _blocks(0, first), _blocks(first, len(vectors))
        with ThreadPoolExecutor(WORKERS) as pool:
            for here, block in enumerate(new):
                for other in old + new[: here + 1] if both else old:
                    cosines = vectors[block] @ vectors[other].T
                    cosines[wordless[block]] = WORDLESS
                    cosines[:, wordless[other]] = WORDLESS
                    given = (vectors, cosines, block.start, other.start, self.steps, self.rows)
                    share(pool, rows_best, given, cosines.shape[0])
                    if both and other is not block:
                        share(pool, columns_best, given, cosines.shape[1])

    def neighbours(self) -> Neighbours:
        """What was found."""
        from digest.map.compiled import STEPS

        cosines = np.where(self.rows == NOBODY, np.float32(-1), self.steps.astype(np.float32) / STEPS)
        return Neighbours(self.rows, cosines)


def _blocks(first: int, last: int) -> list[slice]:
    return [slice(start, min(start + BLOCK, last)) for start in range(first, last, BLOCK)]


def share(
    pool: ThreadPoolExecutor, loop: Callable[..., T], given: tuple[object, ...], last: int, first: int = 0
) -> list[T]:
    """What a compiled loop says of rows `first` to `last`, a stretch of them in each thread."""
    threads = min(WORKERS, (last - first) // FEWEST)
    if threads < 2:
        return [loop(*given, first, last)]
    edges = np.linspace(first, last, threads + 1).astype(int).tolist()
    return [done.result() for done in [pool.submit(loop, *given, start, stop) for start, stop in pairwise(edges)]]
