"""Laying one picture over another: the similarity that brings papers nearest to where they were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Similarity:
    """A similarity transform: positions times `scale`, turned by `turn` (2, 2), plus `shift` (2,)."""

    scale: float
    turn: NDArray[np.float64]
    shift: NDArray[np.float64]

    def __call__(self, positions: Positions) -> Positions:
        """The positions (n, 2) where they come to lie."""
        return (self.scale * (positions @ self.turn) + self.shift).astype(np.float32)


def registration(moving: Positions, fixed: Positions) -> Similarity:
    """The similarity that brings `moving` (n, 2) nearest to `fixed` (n, 2) by least squares, and to their size.

    Procrustes analysis (Schönemann and Carroll 1970) but for the scale: the best one by least squares shrinks what
    fits badly. Papers that all lie in one place, or none, are only shifted.
    """
    if not len(moving):
        return Similarity(1.0, np.eye(2), np.zeros(2))
    here, there = moving.mean(axis=0, dtype=np.float64), fixed.mean(axis=0, dtype=np.float64)
    away, wanted = moving - here, fixed - there
    widths = float((away**2).sum()), float((wanted**2).sum())
    left, _, right = np.linalg.svd(away.T @ wanted)
    turn = left @ right
    scale = (widths[1] / widths[0]) ** 0.5 if min(widths) > 0 else 1.0
    return Similarity(scale, turn, there - scale * (here @ turn))
