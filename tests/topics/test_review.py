"""Which topics are put before a person, and what is said of them."""

from dataclasses import replace

import numpy as np
import pytest

from digest.topics import density, doubts
from digest.topics.density import UNKNOWN
from digest.topics.state import unit
from tests.topics.planted import DIMENSION, EACH, SUBJECTS, Shelf, around, mixed, week


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    made = Shelf()
    made.edition(mixed(SUBJECTS, EACH), week(0))
    made.edition(mixed(SUBJECTS, EACH, seed=1), week(0))
    return made


def test_sound_topics_are_in_no_doubt(shelf: Shelf) -> None:
    sound = replace(shelf.topics, ids=shelf.topics.ids)
    large = [topic for topic, count in zip(sound.ids, sound.counts, strict=True) if count >= 20]
    assert large
    assert not {doubt.topic for doubt in doubts(sound, shelf.vectors, shelf.primary)} & set(large)


def test_few_papers_are_a_ground(shelf: Shelf) -> None:
    topic = shelf.topics.ids[0]
    kept = (shelf.primary != topic) | (np.cumsum(shelf.primary == topic) <= 3)
    found = {doubt.topic: doubt for doubt in doubts(shelf.topics, shelf.vectors[kept], shelf.primary[kept])}
    assert found[topic].score > 0.8
    assert "only 3 papers" in found[topic].reason


def test_papers_that_have_little_in_common_are_a_ground(shelf: Shelf) -> None:
    topic = shelf.topics.ids[0]
    rows = np.flatnonzero(shelf.primary == topic)
    vectors = shelf.vectors.copy()
    vectors[rows] = unit(np.random.default_rng(0).normal(size=(len(rows), DIMENSION)))
    (worst, *_) = doubts(shelf.topics, vectors, shelf.primary)
    assert worst.topic == topic
    assert "little in common (mean similarity" in worst.reason and "the typical topic has" in worst.reason


def test_twins_name_each_other(shelf: Shelf) -> None:
    one, other = shelf.topics.ids[:2]
    sums = shelf.topics.sums.copy()
    sums[1] = sums[0] + 0.1
    found = {d.topic: d.reason for d in doubts(replace(shelf.topics, sums=sums), shelf.vectors, shelf.primary)}
    assert f"almost the same as t{other}" in found[one] and f"almost the same as t{one}" in found[other]


def test_noise_is_a_ground_where_it_is_known(shelf: Shelf) -> None:
    topic = shelf.topics.ids[0]
    dense = np.where(shelf.primary == topic, -1, 0).astype(np.int32)
    (worst, *_) = doubts(shelf.topics, shelf.vectors, shelf.primary, dense)
    assert worst.topic == topic and "100% of its papers lie in no dense region" in worst.reason
    # Of some papers nothing is known: they are neither noise nor none.
    dense[: len(dense) // 2] = UNKNOWN
    assert doubts(shelf.topics, shelf.vectors, shelf.primary, dense)[0] == worst
    dense[:] = UNKNOWN
    blind = doubts(shelf.topics, shelf.vectors, shelf.primary)
    assert doubts(shelf.topics, shelf.vectors, shelf.primary, dense) == blind != [worst]


def test_scores_are_shares_and_the_worst_comes_first(shelf: Shelf) -> None:
    kept = np.arange(len(shelf.primary)) % 4 == 0
    found = doubts(shelf.topics, shelf.vectors[kept], shelf.primary[kept])
    assert found and all(0 < doubt.score <= 1 and doubt.reason for doubt in found)
    assert [doubt.score for doubt in found] == sorted((doubt.score for doubt in found), reverse=True)


def test_no_topics_no_doubts() -> None:
    shelf = Shelf()
    assert doubts(shelf.topics, shelf.vectors, shelf.primary) == []


def test_density_tells_dense_regions_from_noise() -> None:
    rng = np.random.default_rng(1)
    places = np.array([[0, 0], [10, 0], [0, 10]])
    dense = np.concatenate([rng.normal(place, 0.2, (60, 2)) for place in places])
    lone, blank = rng.uniform(-40, 50, (30, 2)), np.zeros((2, 2))
    labels = density(np.concatenate([dense, lone, blank]).astype(np.float32))
    assert labels.dtype == np.int32 and labels.shape == (212,)
    found = [set(labels[first : first + 60].tolist()) - {-1} for first in (0, 60, 120)]
    assert all(found) and not found[0] & found[1] and not (found[0] | found[1]) & found[2]
    assert (labels[180:210] == -1).mean() > 0.6 and (labels[-2:] == -1).all()


def test_density_of_too_few_papers_is_all_noise() -> None:
    assert (density(around(0, 5)) == -1).all()
    assert density(np.zeros((0, DIMENSION), dtype=np.float32)).shape == (0,)
