"""Laying one picture over another."""

import numpy as np
import pytest

from digest.map.registration import registration


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_similarity_is_found_again(mirrored: bool) -> None:
    fixed = np.random.default_rng(1).normal(size=(200, 2)).astype(np.float32)
    turn = np.array([[np.cos(2), -np.sin(2)], [np.sin(2), np.cos(2)]]) @ np.diag([1, -1 if mirrored else 1])
    moving = (3 * (fixed @ turn) + [5, -7]).astype(np.float32)
    found = registration(moving, fixed)
    assert found(moving) == pytest.approx(fixed, abs=1e-5)
    assert found.scale == pytest.approx(1 / 3)


def test_no_other_turn_or_shift_brings_papers_nearer_and_the_size_stays() -> None:
    rng = np.random.default_rng(2)
    moving, fixed = rng.normal(size=(2, 50, 2)).astype(np.float32)
    laid = registration(moving, fixed)(moving)
    assert laid.var(axis=0).sum() == pytest.approx(fixed.var(axis=0).sum(), rel=1e-5)
    least, middle = ((laid - fixed) ** 2).sum(), laid.mean(axis=0)
    for angle in np.linspace(-3, 3, 25):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        for mirror in (np.eye(2), np.diag([1, -1])):
            assert (((laid - middle) @ mirror @ turn + middle - fixed) ** 2).sum() >= least - 1e-3
    assert ((laid + 0.01 - fixed) ** 2).sum() >= least


def test_papers_in_one_place_are_only_shifted() -> None:
    alone = registration(np.array([[1, 2]], np.float32), np.array([[4, 4]], np.float32))
    assert alone(np.array([[1, 2], [2, 2]], np.float32)).tolist() == [[4, 4], [5, 4]]
    heap = registration(np.ones((3, 2), np.float32), np.eye(3, 2, dtype=np.float32))
    assert heap.scale == 1 and np.isfinite(heap(np.ones((1, 2), np.float32))).all()
    nobody = registration(np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32))
    assert nobody(np.ones((1, 2), np.float32)).tolist() == [[1, 1]]
