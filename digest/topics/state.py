"""Vectors of rolling topics: rows of length one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digest.records import Assigned, Topics

__all__ = ["Assigned", "Topics", "centroids", "unit"]


def unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    """Rows (n, d) at length one; rows of zeros stay zeros."""
    wide = rows.astype(np.float64, copy=False)
    lengths = np.sqrt(np.einsum("nd,nd->n", wide, wide))[:, None]
    scaled: NDArray[np.float32] = (wide / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled


def centroids(topics: Topics) -> NDArray[np.float32]:
    """The topics' unit centroids (k, d); a topic whose members cancel out has a row of zeros."""
    return unit(topics.sums)
