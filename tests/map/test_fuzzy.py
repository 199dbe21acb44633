"""UMAP's arithmetic: bonds, first positions, and that the descent separates what is separate."""

import numpy as np
import pytest

from digest.map import neighbours as neighbouring
from digest.map.fuzzy import EXTENT, descended, graph, spread
from digest.map.neighbours import neighbours
from digest.map.stability import purity
from tests.topics.planted import mixed


def test_bonds_are_symmetric_and_full_to_the_nearest() -> None:
    near = neighbours(mixed(range(8), 20))
    bonds = graph(near).toarray()
    assert np.array_equal(bonds, bonds.T)
    assert not np.diagonal(bonds).any() and bonds.max() <= 1 and bonds.min() == 0
    assert bonds[np.arange(160), near.rows[:, 0]] == pytest.approx(np.ones(160))


def test_all_bonds_of_a_paper_one_way_are_worth_a_logarithm() -> None:
    from digest.map.fuzzy import strengths

    distances = np.sort(np.random.default_rng(6).uniform(0.1, 1, (50, 15)), axis=1).astype(np.float32)
    strong = strengths(distances, np.ones((50, 15), bool))
    assert strong.sum(axis=1) == pytest.approx(np.full(50, 4.0), abs=1e-3)
    alike = strengths(np.zeros((1, 15), np.float32), np.ones((1, 15), bool))
    assert alike.tolist() == [[1] * 15]


def test_first_positions_are_the_main_directions_within_bounds() -> None:
    vectors = np.zeros((100, 6), np.float32)
    vectors[:, 4] = np.linspace(-3, 3, 100)
    vectors[:, 2] = np.cos(np.arange(100))
    first = spread(vectors, 1)
    assert np.abs(first).max() == pytest.approx(EXTENT, abs=0.01)
    assert abs(np.corrcoef(first[:, 0], vectors[:, 4])[0, 1]) > 0.999
    assert len(np.unique(spread(np.ones((5, 4), np.float32), 1), axis=0)) == 5


@pytest.mark.parametrize("workers", [1, 3])
def test_the_number_of_threads_does_not_matter(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = mixed(range(8), 20)
    bonds, start = graph(neighbours(vectors)), spread(vectors, 1)
    found = descended(start, bonds, 50, 1.0, 1)
    before = start.copy()
    monkeypatch.setattr(neighbouring, "WORKERS", workers)
    monkeypatch.setattr(neighbouring, "FEWEST", 1)
    assert descended(start, bonds, 50, 1.0, 1).tobytes() == found.tobytes()
    assert start.tobytes() == before.tobytes()
    assert descended(start, bonds, 50, 1.0, 2).tobytes() != found.tobytes()


def test_subjects_come_to_lie_apart() -> None:
    vectors = mixed(range(12), 30)
    drawn = descended(spread(vectors, 1), graph(neighbours(vectors)), 300, 1.0, 1)
    shares = purity(np.tile(np.arange(12, dtype=np.int32), 30), drawn)
    assert shares is not None and shares > 0.98
