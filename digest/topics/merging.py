"""Which topics are the least worth keeping apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def costs(total: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the sum of all cosines loses when two topics with sums of vectors (k, d) become one: (k, k), >= 0.

    This is Ward's criterion (1963) on the sphere: a topic's papers have as much in common as their sum is long.
    The diagonal is infinite.
    """
    square = total @ total.T
    own = np.diag(square)
    long = np.sqrt(own)
    together = np.sqrt(np.maximum(own[:, None] + own[None, :] + 2 * square, 0))
    lost = long[:, None] + long[None, :] - together
    np.fill_diagonal(lost, np.inf)
    positive: NDArray[np.float64] = np.maximum(lost, 0)
    return positive
