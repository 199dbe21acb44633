"""Papers in parts, as a crew holds them, give the topics that they give whole."""

from datetime import date

import numpy as np
import pytest

from digest.scale import Held, Here
from digest.topics import Topics, rebalance
from digest.topics.cosines import Vectors
from digest.topics.ground import Ground
from tests.topics.planted import mixed


def parted(vectors: Vectors) -> Held[Vectors]:
    return Here().held(np.asarray, [vectors[:100], vectors[100:107], vectors[107:107], vectors[107:]])


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return mixed(range(9), 70, seed=3)


def test_what_is_asked_of_all_is_asked_of_the_parts(vectors: Vectors) -> None:
    whole, parts = Ground(vectors), Ground(vectors, parted(vectors))
    centres = vectors[::80]
    labels, best = whole.nearest(centres)
    assert np.array_equal(labels, parts.nearest(centres)[0])
    # Other blocks may round the last digit the other way.
    assert np.allclose(best, parts.nearest(centres)[1], atol=1.1e-5)
    assert np.allclose(whole.sums(labels, 7)[0], parts.sums(labels, 7)[0])
    assert np.array_equal(whole.sums(labels, 7)[1], parts.sums(labels, 7)[1])
    for one, other in zip(whole.closer(best, vectors[:5]), parts.closer(best, vectors[:5]), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("spacing", [2, 3, 8])
def test_what_is_asked_of_some_is_asked_of_those_of_the_parts(vectors: Vectors, spacing: int) -> None:
    some, parts = Ground(vectors[::spacing]), Ground(vectors, parted(vectors)).drawn(spacing)
    assert np.array_equal(some.vectors, parts.vectors)
    centres = vectors[::80]
    labels, best = some.nearest(centres)
    assert np.array_equal(labels, parts.nearest(centres)[0])
    assert np.array_equal(some.sums(labels, 7)[1], parts.sums(labels, 7)[1])
    for one, other in zip(some.closer(best, vectors[:5]), parts.closer(best, vectors[:5]), strict=True):
        assert np.array_equal(one, other)
    for one, other in zip(some.lloyd(centres, 3), parts.lloyd(centres, 3), strict=True):
        assert np.allclose(one, other, atol=1.1e-5)


def test_a_founding_and_a_rebalance_are_the_same(vectors: Vectors) -> None:
    vectors = vectors.copy()
    vectors[50] = 0
    worded = vectors[vectors.any(axis=1)]
    start, nobody = Topics.start(vectors.shape[1]), np.zeros(len(vectors), dtype=np.int32)
    whole = rebalance(start, vectors, nobody, date(2026, 1, 5))
    parts = rebalance(start, vectors, nobody, date(2026, 1, 5), parts=parted(worded))
    assert whole.topics.ids == parts.topics.ids
    assert np.array_equal(whole.assigned.topics, parts.assigned.topics)
    again = rebalance(parts.topics, vectors, parts.assigned.topics[:, 0], date(2026, 1, 12), parts=parted(worded))
    assert np.array_equal(
        again.assigned.topics,
        rebalance(whole.topics, vectors, whole.assigned.topics[:, 0], date(2026, 1, 12)).assigned.topics,
    )


def test_parts_of_other_papers_are_refused(vectors: Vectors) -> None:
    with pytest.raises(ValueError, match="the parts hold 630 rows, not 629"):
        Ground(vectors[1:], parted(vectors)).nearest(vectors[:2])
