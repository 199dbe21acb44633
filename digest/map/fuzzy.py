"""UMAP as arithmetic: from neighbours to a fuzzy graph, and from a start and a graph to positions.

McInnes, Healy and Melville 2018 (arXiv:1802.03426), with their package's constants. Three things differ. The
neighbours are exact. A cold fit starts from the two main directions of the vectors. In each epoch all papers move
at once by all their bonds, weighted, and by many strangers, weighted down, where the package draws some bonds and
a few strangers. So less is left to chance: fewer epochs show more, a map that is drawn again stays nearer to where
it was, and threads may share the work with the same outcome for any number of them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digest.map.neighbours import NOBODY, WORKERS, Neighbours, Vectors, share

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Positions = NDArray[np.float32]

# The curve 1 / (1 + a d^2b) that papers' nearness follows in the picture, for a smallest distance of 0.1.
CURVE = (1.5769434, 0.8950608)
# How many strangers a paper looks at in each epoch, and the weakest bond, by the strongest, that counts.
DRAWN = 20
WEAKEST = 1 / 200
# Halvings in the search for a paper's scale, and the smallest scale as a share of the mean distance.
HALVINGS, LEAST = 64, 1e-3
# How far from the middle first positions lie at most, and how much they are shaken, so that no two are the same.
EXTENT, SHAKEN = 10.0, 1e-4


def graph(near: Neighbours) -> csr_matrix:
    """The fuzzy graph (n, n): the strength of each pair's bond, from 0 to 1, symmetric."""
    from scipy.sparse import csr_matrix

    there = near.rows != NOBODY
    distances = np.where(there, np.maximum(1 - near.cosines, 0), 0).astype(np.float32)
    strong = strengths(distances, there)
    papers = np.repeat(np.arange(len(there)), there.sum(axis=1))
    way = csr_matrix((strong[there], (papers, near.rows[there])), shape=(len(there), len(there)))
    back = way.T.tocsr()
    bonds: csr_matrix = (way + back - way.multiply(back)).tocsr()
    bonds.data[bonds.data < WEAKEST * bonds.data.max(initial=0)] = 0
    bonds.eliminate_zeros()
    bonds.sort_indices()
    return bonds


def strengths(distances: Vectors, there: NDArray[np.bool_]) -> Vectors:
    """How strongly (n, k) each paper holds to its neighbours: the nearest fully, all together log2(k)."""
    apart = there & (distances > 0)
    nearest = np.where(apart, distances, np.inf).min(axis=1, initial=np.inf)
    nearest = np.where(np.isfinite(nearest), nearest, 0)[:, None]
    beyond = np.maximum(distances - nearest, 0)
    wanted = np.log2(np.maximum(there.sum(axis=1) + 1, 2))[:, None]
    low, high = np.zeros_like(nearest), np.full_like(nearest, np.inf)
    scale = np.ones_like(nearest)
    for _ in range(HALVINGS):
        total = np.where(there, np.exp(-beyond / scale), 0).sum(axis=1, keepdims=True)
        low, high = np.where(total > wanted, low, scale), np.where(total > wanted, scale, high)
        before, scale = scale, np.where(np.isinf(high), scale * 2, (low + np.minimum(high, 1e9)) / 2)
        if np.array_equal(before, scale):
            break
    mean = distances.sum(axis=1, keepdims=True) / np.maximum(there.sum(axis=1, keepdims=True), 1)
    strong: Vectors = np.exp(-beyond / np.maximum(scale, np.maximum(LEAST * mean, 1e-12))).astype(np.float32)
    return strong


def spread(vectors: Vectors, seed: int) -> Positions:
    """First positions (n, 2) of vectors (n, d): their two main directions, at most `EXTENT` from the middle."""
    if not len(vectors):
        return np.zeros((0, 2), dtype=np.float32)
    away = vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    _, axes = np.linalg.eigh((away.T @ away).astype(np.float64))
    main = axes[:, ::-1][:, :2]
    main = main * np.where(main[np.abs(main).argmax(axis=0), [0, 1]] < 0, -1, 1)
    flat = away @ main.astype(np.float32)
    flat *= EXTENT / max(float(np.abs(flat).max(initial=0)), 1e-9)
    return shaken(flat, seed)


def shaken(positions: NDArray[np.floating], seed: int) -> Positions:
    """The positions, no two the same."""
    noise = np.random.default_rng(seed).normal(scale=SHAKEN, size=positions.shape)
    return (positions + noise).astype(np.float32)


def descended(
    start: Positions, bonds: csr_matrix, epochs: int, rate: float, seed: int, first: int = 0, gravity: float = 0.0
) -> Positions:
    """The positions (n, 2) after so many epochs at a rate that falls to 0, in UMAP's own units.

    Only the papers from `first` on move. `gravity` draws them to the origin, by that share of their way at rate 1.
    """
    from digest.map.compiled import epoch

    shares = (bonds.data / max(float(bonds.data.max(initial=0)), 1e-9)).astype(np.float32)
    edges, ends = bonds.indptr.astype(np.int64), bonds.indices.astype(np.int32)
    curve, was, now = np.array(CURVE, dtype=np.float32), start.copy(), start.copy()
    with ThreadPoolExecutor(WORKERS) as pool:
        for turn in range(epochs if first < len(start) else 0):
            falling = np.float32(rate * (1 - turn / epochs))
            given = (was, now, edges, ends, shares, curve, falling, np.float32(gravity), DRAWN, turn, seed)
            share(pool, epoch, given, len(start), first)
            was, now = now, was
    return was
