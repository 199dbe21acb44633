"""What of a map is seen at first: the place of most papers, without room for a few that lie far off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Of fewer papers than these each counts; else the outermost percents of both sides may lie without.
FEW, OUTER = 100, 1.0
# The share of its width and height by which the place of the others is widened at each side.
WIDER = 0.08


def framed(positions: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lower and the upper corner (2,) of what is seen first of papers at `positions` (n, 2), n > 0.

    As `extent` of the page has it, for the page's first view and for pictures to be of the same.
    """
    least, most = positions.min(axis=0).astype(np.float64), positions.max(axis=0).astype(np.float64)
    if len(positions) < FEW:
        return least, most
    low, high = np.percentile(positions, [OUTER, 100 - OUTER], axis=0)
    side = WIDER * (high - low)
    return np.maximum(low - side, least), np.minimum(high + side, most)
