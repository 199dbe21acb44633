"""What of a map is seen at first."""

import numpy as np
import pytest

from digest.map.framing import FEW, framed


def scattered(count: int) -> np.ndarray:
    return np.random.default_rng(3).uniform(0, 1, size=(count, 2)).astype(np.float32)


def test_a_tiny_cluster_far_off_does_not_shrink_the_rest() -> None:
    far = np.full((4, 2), 9.0, dtype=np.float32)
    low, high = framed(np.concatenate([scattered(1000), far]))
    assert (low < 0.02).all() and (high > 0.98).all() and (high < 1.2).all()


def test_without_strays_all_are_seen_and_no_room_is_added() -> None:
    positions = scattered(1000)
    low, high = framed(positions)
    assert np.allclose(low, positions.min(axis=0)) and np.allclose(high, positions.max(axis=0))


@pytest.mark.parametrize("count", [1, 2, FEW - 1])
def test_of_few_papers_each_is_seen(count: int) -> None:
    positions = scattered(count)
    positions[-1] = (50, -50)
    low, high = framed(positions)
    assert (low <= positions.min(axis=0)).all() and (high >= positions.max(axis=0)).all()


def test_a_large_cluster_far_off_is_seen() -> None:
    low, high = framed(np.concatenate([scattered(900), scattered(100) + 9]))
    assert (low < 0.1).all() and (high > 9.9).all()
