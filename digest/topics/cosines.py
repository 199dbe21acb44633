"""Cosines of many papers to some centres, block by block, and sums of papers by topic: what all else stands on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]

# Rows at a time: a block's cosines to a few hundred centres stay within some megabytes.
BLOCK = 8192
# Cosines are compared after rounding, so that processors which multiply in another order see the same ties.
DECIMALS = 5


def cosines(vectors: Vectors, centres: Vectors) -> Iterator[tuple[slice, Vectors]]:
    """Blocks of rows and their rounded cosines (rows, k) to the unit centres (k, d)."""
    for start in range(0, len(vectors), BLOCK):
        rows = slice(start, min(start + BLOCK, len(vectors)))
        block = vectors[rows] @ centres.T
        yield rows, np.round(block, DECIMALS, out=block)


def nearest(vectors: Vectors, centres: Vectors) -> tuple[Labels, Vectors]:
    """Row of the nearest centre (n,) and the cosine to it (n,); the first among equals."""
    labels = np.zeros(len(vectors), dtype=np.int64)
    best = np.zeros(len(vectors), dtype=np.float32)
    for rows, block in cosines(vectors, centres):
        labels[rows] = block.argmax(axis=1)
        best[rows] = np.take_along_axis(block, labels[rows][:, None], axis=1)[:, 0]
    return labels, best


def own(vectors: Vectors, centres: Vectors, labels: Labels) -> Vectors:
    """Cosine (n,) of each paper to the centre that its label names; 0 where the label is negative."""
    found = np.zeros(len(vectors), dtype=np.float32)
    for start in range(0, len(vectors), BLOCK):
        rows = slice(start, start + BLOCK)
        found[rows] = np.einsum("nd,nd->n", vectors[rows], centres[labels[rows]])
    rounded: Vectors = np.where(labels >= 0, np.round(found, DECIMALS), np.float32(0))
    return rounded


def sums(vectors: Vectors, labels: Labels, k: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Sums (k, d) and numbers (k,) of the papers of each label 0 to k - 1; negative labels count nowhere."""
    rows = members(labels, k)
    total = np.array([vectors[found].sum(axis=0, dtype=np.float64) for found in rows]).reshape(k, -1)
    return total, np.array([len(found) for found in rows], dtype=np.int64)


def members(labels: Labels, k: int) -> list[NDArray[np.int64]]:
    """Rows of each label 0 to k - 1, in order."""
    order = np.argsort(labels, kind="stable")
    edges = np.searchsorted(labels[order], np.arange(k + 1))
    return [order[first:last] for first, last in pairwise(edges)]
