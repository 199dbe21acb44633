"""The figures of a rebuild, each against another way to get it, and the gates."""

from dataclasses import replace

import numpy as np
import pytest

from digest.map import stability as room
from digest.map.neighbours import neighbours
from digest.map.stability import Stability, beside, diameter, displacement, purity, recalled, trustworthiness
from tests.topics.planted import mixed

FINE = Stability(100, 90, 0.01, 0.05, 0.93, 0.3, None, 0.935, 100)


def test_trustworthiness_is_that_of_scikit_learn() -> None:
    from sklearn.manifold import trustworthiness as theirs

    vectors = mixed(range(20), 15)
    positions = np.random.default_rng(3).normal(size=(300, 2)).astype(np.float32)
    expected = theirs(vectors.astype(np.float64), positions, n_neighbors=15, metric="cosine")
    assert trustworthiness(vectors, positions) == pytest.approx(expected, abs=1e-3)


def test_trustworthiness_of_a_sample_is_near_that_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, positions = mixed(range(20), 30), mixed(range(20), 30)[:, :2]
    every = trustworthiness(vectors, positions)
    monkeypatch.setattr(room, "SAMPLE", 200)
    assert trustworthiness(vectors, positions) == pytest.approx(every, abs=0.02)


@pytest.mark.parametrize("papers", [0, 1, 2, 3, 4])
def test_few_papers_have_figures_too(papers: int) -> None:
    vectors, positions = mixed(range(4), 1)[:papers], np.arange(2.0 * papers, dtype=np.float32).reshape(-1, 2)
    assert 0 <= trustworthiness(vectors, positions) <= 1
    assert (recalled(neighbours(vectors), positions) == 1).all()
    assert purity(np.zeros(papers, np.int32), positions) == (1 if papers > 1 else None)


def test_neighbours_in_the_picture_leave_the_paper_itself_out() -> None:
    positions = np.array([[0, 0], [1, 0], [3, 0], [7, 0]], np.float32)
    assert beside(positions, 2).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    heap = np.zeros((30, 2), np.float32)
    rows = beside(heap, 5, np.array([4, 29]))
    assert rows.shape == (2, 5) and 4 not in rows[0] and 29 not in rows[1]


def test_recall_counts_shared_neighbours() -> None:
    vectors = mixed(range(4), 20)
    near = neighbours(vectors)
    scattered = np.random.default_rng(4).normal(size=(80, 2)).astype(np.float32)
    expected = [
        len(set(near.rows[paper]) & set(np.argsort(((scattered - scattered[paper]) ** 2).sum(axis=1))[1:16])) / 15
        for paper in range(80)
    ]
    assert recalled(near, scattered).tolist() == pytest.approx(expected)


def test_displacement_is_a_share_of_the_diameter() -> None:
    before = np.stack(np.meshgrid(np.linspace(0, 3, 101), np.linspace(0, 4, 101)), axis=-1).reshape(-1, 2)
    positions = before.astype(np.float32)
    assert diameter(positions) == pytest.approx(0.98 * 5, rel=1e-3)
    moved = positions.copy()
    moved[:2000, 0] += 1
    assert displacement(positions, moved, 5.0) == (0, pytest.approx(0.2))
    nobody = positions[:0]
    assert displacement(nobody, nobody, 1.0) == (0, 0) and diameter(nobody) == 0
    assert displacement(positions[:1], positions[:1], diameter(positions[:1])) == (0, 0)


def test_purity_is_of_newborn_topics_alone() -> None:
    positions = np.repeat(np.array([[0, 0], [100, 0]], np.float32), 40, axis=0)
    positions += np.random.default_rng(5).normal(size=positions.shape).astype(np.float32)
    newborn = np.full(80, -1, np.int32)
    assert purity(newborn, positions) is None
    newborn[:40] = 7
    assert purity(newborn, positions) == 1
    newborn[40:44], positions[40:44] = 8, positions[40:44] + 1000
    assert purity(newborn, positions) == pytest.approx((40 + 4 * 3 / 15) / 44)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (FINE, ""),
        (replace(FINE, median=0.02, p95=0.08), ""),
        (replace(FINE, median=0.031), "half of its papers would move by over 0.031 of its diameter"),
        (replace(FINE, p95=0.09), "one paper in twenty would move by over 0.090 of its diameter"),
        (replace(FINE, trustworthiness=0.92), "trustworthiness would be 0.920, a cold fit's is 0.935"),
    ],
)
def test_gates(figures: Stability, said: str) -> None:
    assert figures.failed() == said
    both = replace(figures, median=0.5, p95=0.6).failed()
    assert both.startswith("half of its papers") and "; one paper in twenty" in both
