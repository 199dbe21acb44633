"""Places without a drawing: amid one's neighbours, and beside the map for papers without words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digest.map.neighbours import NOBODY, Vectors, nearest
from digest.map.registration import Positions
from digest.map.stability import diameter

# A newcomer lies in the middle of so many of its nearest.
MIDST = 5
# How far papers without words lie from the lower right corner and from one another, by the map's diameter.
ASIDE, GAP = 0.05, 0.004
# The golden angle: what sunflowers turn by between seeds.
TURN = np.pi * (3 - 5**0.5)


def amid(vectors: Vectors, among: Vectors, positions: Positions) -> Positions:
    """Positions (n, 2) of newcomers with unit vectors (n, d): the means of those of their nearest among m papers.

    `among` (m, d) and `positions` (m, 2) are of those who have a place. Where there is nobody, it is the middle.
    """
    rows = nearest(vectors, among, MIDST)
    there = (rows != NOBODY)[:, :, None]
    if not len(among):
        return np.zeros((len(vectors), 2), dtype=np.float32)
    total = np.where(there, positions[rows], 0).sum(axis=1)
    middle: Positions = (total / np.maximum(there.sum(axis=1), 1)).astype(np.float32)
    return middle


def aside(positions: Positions, count: int) -> Positions:
    """Positions (count, 2) for papers without words, beside the lower right corner of the others' (n, 2).

    They form a disc that grows outwards, so the first ones stay where they are when more come.
    """
    width = diameter(positions) or 1.0
    corner = np.array([positions[:, 0].max(initial=0), positions[:, 1].min(initial=0)], dtype=np.float64)
    seeds = np.arange(count)
    away, angle = GAP * width * np.sqrt(seeds), TURN * seeds
    middle = corner + ASIDE * width * np.array([1.0, 0.0])
    disc: Positions = (middle + np.stack([away * np.cos(angle), away * np.sin(angle)], axis=1)).astype(np.float32)
    return disc


def with_wordless(positions: Positions, worded: NDArray[np.bool_]) -> Positions:
    """Positions (n, 2) of all papers, from those (m, 2) of the ones that have words as `worded` (n,) says."""
    every = np.empty((len(worded), 2), dtype=np.float32)
    every[worded] = positions
    every[~worded] = aside(positions, int((~worded).sum()))
    return every
