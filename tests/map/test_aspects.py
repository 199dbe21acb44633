"""The map by an aspect: papers come to lie by what they say of it, from where the map has them, and stay there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digest.map.aspects import added, drawn_by, redrawn_by
from digest.map.stability import diameter, displacement, trustworthiness

COUNT = 400
Floats = NDArray[np.float32]


def space(of: NDArray[np.int64], seed: int) -> Floats:
    """Unit vectors of papers in five fields, as `of` says."""
    noise = np.random.default_rng(seed)
    middles = noise.normal(size=(5, 16))
    found = middles[of] + 0.4 * noise.normal(size=(len(of), 16))
    unit: Floats = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


OF = np.arange(COUNT) % 5
VECTORS = space(OF, 1)
# A map that knows nothing of the aspect.
POSITIONS = np.random.default_rng(2).normal(size=(COUNT, 2)).astype(np.float32) * 6
SILENT = np.arange(COUNT) % 20 == 3


def drawn(vectors: Floats = VECTORS) -> Floats:
    return drawn_by(POSITIONS, vectors, 1.0)


def test_papers_come_to_lie_by_the_aspect_within_the_map() -> None:
    found = drawn()
    assert trustworthiness(VECTORS, found) > 0.9 > trustworthiness(VECTORS, POSITIONS) + 0.2
    assert np.abs(found.mean(axis=0) - POSITIONS.mean(axis=0)).max() < 0.1
    assert 0.5 < diameter(found) / diameter(POSITIONS) < 2
    assert found.tobytes() == drawn().tobytes()


def test_papers_without_a_text_stay_where_they_are() -> None:
    vectors = np.where(SILENT[:, None], np.float32(0), VECTORS)
    found = drawn(vectors)
    assert (found[SILENT] == POSITIONS[SILENT]).all() and (found[~SILENT] != POSITIONS[~SILENT]).any(axis=1).all()
    nothing = np.zeros_like(VECTORS)
    assert (drawn(nothing) == POSITIONS).all()
    assert (added(POSITIONS, nothing, ~SILENT) == POSITIONS).all()


def test_newcomers_lie_amid_their_nearest_and_nobody_else_moves() -> None:
    known = np.arange(COUNT) < COUNT - 40
    places = drawn()
    moved = np.where(known[:, None], places, np.float32(99))
    found = added(moved, VECTORS, known)
    assert (found[known] == places[known]).all()
    middles = np.stack([places[known & (field == OF)].mean(axis=0) for field in range(5)])
    nearest = np.linalg.norm(found[~known][:, None] - middles, axis=2).argmin(axis=1)
    assert (nearest == OF[~known]).mean() > 0.9
    assert (added(moved, VECTORS, np.zeros(COUNT, dtype=bool)) == moved).all()


def test_a_rebuild_stays_where_it_was_and_settles_the_newcomers() -> None:
    known = np.arange(COUNT) % 10 != 0
    places = drawn()
    begun = added(np.where(known[:, None], places, POSITIONS), VECTORS, known)
    found = redrawn_by(begun, VECTORS, known, 1.0)
    median, p95 = displacement(places[known], found[known], diameter(places))
    assert median < 0.03 and p95 < 0.1
    assert trustworthiness(VECTORS, found) > trustworthiness(VECTORS, places) - 0.02
    assert found.tobytes() == redrawn_by(begun, VECTORS, known, 1.0).tobytes()
