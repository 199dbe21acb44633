"""How near papers are to what is liked, measured against what is usual: pure arithmetic on vectors.

All figures are in deviations from what is usual in a background of papers that nobody chose, so that a short
query, one liked paper and a library of hundreds can be compared, in any vector space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Exact = NDArray[np.float64]

# Fewer papers than this say nothing of what is usual.
LEAST_BACKGROUND = 20
# A background's covariance is drawn this far towards a sphere of the same size, and for few examples further: a
# single one has much of its own that says nothing, and plain likeness is then the best guess.
SHRINKAGE, FOR_ONE = 1.0, 15.0
# A paper need not be like all of the liked ones, which may be of several kinds: the nearest half decides.
NEAREST, LEAST_NEAREST = 0.5, 5


def to_queries(vectors: Floats, queries: Floats, background: Floats) -> Exact:
    """How far each of n papers stands out by its cosine to each of q queries: shape (n, q)."""
    usual = (background @ queries.T).astype(np.float64)
    return _standing_out((vectors @ queries.T).astype(np.float64), usual)


class Liking:
    """Tells papers like the `examples` (k, d) from the `background` (m, d), by linear discriminants.

    Each example has the discriminant that tells it from the background (Fisher 1936, with a covariance shrunk
    as by Friedman 1989): directions in which all papers differ count less than those in which few do.
    """

    def __init__(self, examples: Floats, background: Floats) -> None:
        usual = background.astype(np.float64)
        self._mean = usual.mean(axis=0)
        spread = np.cov(usual.T)
        size = np.trace(spread) / len(spread)
        spread += max((SHRINKAGE + FOR_ONE / len(examples)) * size, 1e-12) * np.eye(len(spread))
        self._directions = np.linalg.solve(spread, (examples - self._mean).T)
        self._usual = (usual - self._mean) @ self._directions

    def to_each(self, vectors: Floats) -> Exact:
        """How far each of n papers stands out by its likeness to each example: shape (n, k)."""
        return _standing_out((vectors - self._mean) @ self._directions, self._usual)

    def to_all(self, vectors: Floats) -> Exact:
        """How far each of n papers stands out by its likeness to the nearest half of the examples: shape (n,)."""
        usual = _nearest(_standing_out(self._usual, self._usual))
        return _standing_out(_nearest(self.to_each(vectors))[:, None], usual[:, None])[:, 0]


def _nearest(likeness: Exact) -> Exact:
    """The mean of each row's highest values."""
    count = likeness.shape[1]
    kept = min(count, max(LEAST_NEAREST, int(np.ceil(count * NEAREST))))
    highest: Exact = np.partition(likeness, count - kept, axis=1)[:, count - kept :].mean(axis=1)
    return highest


def _standing_out(values: Exact, usual: Exact) -> Exact:
    """Columns of `values` in deviations of `usual` from its median; 0 where all that is usual is alike.

    The deviation is that of the lower half: the upper one may hold many papers of the very interest, which must
    not make each other usual.
    """
    middle = np.median(usual, axis=0)
    deviation = np.sqrt(2 * (np.minimum(usual - middle, 0.0) ** 2).mean(axis=0))
    return np.where(deviation > 1e-9, (values - middle) / np.maximum(deviation, 1e-9), 0.0)
