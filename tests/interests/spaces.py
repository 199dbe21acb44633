"""Unit vectors of an invented space: fields that papers gather around, and papers of no field."""

import numpy as np
from numpy.typing import NDArray

DIMENSION = 64


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


FIELDS = unit(np.eye(4, DIMENSION))


def noise(count: int, seed: int = 0) -> NDArray[np.float32]:
    return unit(np.random.default_rng(seed).normal(size=(count, DIMENSION)))


def field(number: int, count: int, seed: int = 2) -> NDArray[np.float32]:
    """Papers of one field, each with something of its own."""
    return unit(FIELDS[number] + 0.5 * noise(count, seed))
