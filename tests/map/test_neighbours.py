"""Nearest neighbours: exact, the same in any number of steps and threads, and none for papers without words."""

import numpy as np
import pytest

from digest.map import neighbours as room
from digest.map.neighbours import COUNT, NOBODY, Neighbours, nearest, neighbours
from tests.topics.planted import DIMENSION, Vectors, mixed


@pytest.fixture
def vectors(monkeypatch: pytest.MonkeyPatch) -> Vectors:
    # Small blocks, so that a few hundred papers are searched block by block.
    monkeypatch.setattr(room, "BLOCK", 70)
    return mixed(range(10), 30)


def by_hand(vectors: Vectors) -> tuple[np.ndarray, np.ndarray]:
    cosines = np.round(vectors @ vectors.T, 5)
    np.fill_diagonal(cosines, -9)
    rows = np.argsort(-cosines, axis=1, kind="stable")[:, :COUNT]
    return rows, np.take_along_axis(cosines, rows, axis=1)


def same(one: Neighbours, other: Neighbours) -> bool:
    return one.rows.tobytes() == other.rows.tobytes() and one.cosines.tobytes() == other.cosines.tobytes()


def test_they_are_the_nearest_of_all(vectors: Vectors) -> None:
    rows, cosines = by_hand(vectors)
    found = neighbours(vectors)
    assert np.array_equal(found.rows, rows)
    assert found.cosines == pytest.approx(cosines, abs=2e-5)


@pytest.mark.parametrize("first", [1, 69, 70, 150, 299, 300])
def test_added_papers_give_the_same_as_all_at_once(vectors: Vectors, first: int) -> None:
    assert same(neighbours(vectors, neighbours(vectors[:first])), neighbours(vectors))


@pytest.mark.parametrize("workers", [1, 3])
def test_the_number_of_threads_does_not_matter(
    vectors: Vectors, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = neighbours(vectors)
    monkeypatch.setattr(room, "WORKERS", workers)
    monkeypatch.setattr(room, "FEWEST", 1)
    assert same(neighbours(vectors), found)


def test_among_equals_the_first_are_nearest(vectors: Vectors) -> None:
    found = neighbours(np.repeat(vectors[:2], 40, axis=0))
    assert found.rows[0].tolist() == list(range(1, COUNT + 1))
    assert found.rows[79].tolist() == list(range(40, 40 + COUNT))


def test_papers_without_words_have_no_neighbours_and_are_nobodys(vectors: Vectors) -> None:
    vectors[[3, 71, 200]] = 0
    found = neighbours(vectors)
    assert (found.rows[[3, 71, 200]] == NOBODY).all() and (found.cosines[[3, 71, 200]] == -1).all()
    assert not np.isin(found.rows, [3, 71, 200]).any()
    assert same(neighbours(vectors, neighbours(vectors[:100])), found)
    worded = vectors.any(axis=1)
    assert same(found.among(worded), neighbours(vectors[worded]))


def test_a_few_papers_have_fewer_neighbours(vectors: Vectors) -> None:
    for papers in range(4):
        found = neighbours(vectors[:papers])
        assert ((found.rows != NOBODY).sum(axis=1) == max(papers - 1, 0)).all()
    assert same(neighbours(vectors[:40], neighbours(vectors[:3])), neighbours(vectors[:40]))


def test_neighbours_of_other_vectors_are_not_believed(vectors: Vectors) -> None:
    other = mixed(range(10), 30, seed=1)
    assert same(neighbours(vectors, neighbours(other)), neighbours(vectors))
    assert same(neighbours(vectors[:50], neighbours(vectors)), neighbours(vectors[:50]))
    found = neighbours(vectors)
    torn = Neighbours(found.rows[:50], found.cosines[:50])
    assert found.rows[:50].max() >= 50 and same(neighbours(vectors, torn), found)


def test_nearest_among_others(vectors: Vectors) -> None:
    asked, among = vectors[:90], vectors[90:]
    expected = np.argsort(-np.round(asked @ among.T, 5), axis=1, kind="stable")[:, :5]
    assert np.array_equal(nearest(asked, among, 5), expected)
    assert nearest(asked, among[:2], 5)[:, 2:].tolist() == [[NOBODY] * 3] * 90
    assert (nearest(asked, np.zeros((0, DIMENSION), np.float32), 5) == NOBODY).all()
