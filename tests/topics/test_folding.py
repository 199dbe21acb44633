"""The daily fold: nearest topics, thresholds, sums, and what it must leave alone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.records import UNSORTED
from digest.topics import Topics, centroids, fold
from digest.topics.state import unit
from tests.topics.planted import DIMENSION, EACH, SUBJECTS, Shelf, around, mixed, week


@pytest.fixture(scope="module")
def founded() -> Topics:
    shelf = Shelf()
    shelf.edition(mixed(SUBJECTS, EACH), week(0))
    return shelf.topics


def test_a_paper_goes_to_the_topic_that_it_is_nearest_to(founded: Topics) -> None:
    new = mixed(SUBJECTS, 4, seed=1)
    after, given_ = fold(founded, new)
    nearest = np.asarray(founded.ids)[(new @ centroids(founded).T).argmax(axis=1)]
    sorted_in = given_.topics[:, 0] != UNSORTED
    assert sorted_in.mean() > 0.8
    assert np.array_equal(given_.topics[sorted_in, 0], nearest[sorted_in])
    assert np.allclose(given_.scores[:, 0], (new @ centroids(founded).T).max(axis=1), atol=1e-4)
    assert (after.folded, after.unsorted) == (4 * len(SUBJECTS), int((~sorted_in).sum()))


def test_a_paper_below_the_threshold_is_unsorted_and_counts_nowhere(founded: Topics) -> None:
    after, given_ = fold(founded, around(40, 3, seed=1))
    assert not given_.topics.any()
    assert (given_.scores[:, 0] < founded.thresholds.min()).all()
    assert np.array_equal(after.sums, founded.sums) and np.array_equal(after.counts, founded.counts)
    assert after.unsorted == 3


def test_a_paper_without_words_is_unsorted(founded: Topics) -> None:
    blank = np.zeros((2, DIMENSION), dtype=np.float32)
    after, given_ = fold(replace(founded, thresholds=np.full_like(founded.thresholds, -1)), blank)
    assert not given_.topics.any() and not given_.scores.any()
    assert after.counts.sum() == founded.counts.sum()
    assert after.unsorted == 2


def test_a_paper_between_two_topics_gets_both_and_only_close_ones(founded: Topics) -> None:
    centres = centroids(founded)
    between = unit((centres[0] + centres[1])[None])
    low = replace(founded, thresholds=np.full_like(founded.thresholds, 0.1))
    _, given_ = fold(low, np.concatenate([between, centres[2:3]]))
    assert set(given_.topics[0].tolist()) == {founded.ids[0], founded.ids[1], UNSORTED}
    assert given_.topics[1].tolist() == [founded.ids[2], UNSORTED, UNSORTED]
    assert given_.scores[1, 1:].tolist() == [0, 0]


def test_only_first_topics_are_counted(founded: Topics) -> None:
    new = mixed(SUBJECTS, 5, seed=2, spread=0.2)
    after, given_ = fold(founded, new)
    for row, topic in enumerate(founded.ids):
        mine = given_.topics[:, 0] == topic
        assert after.counts[row] - founded.counts[row] == mine.sum()
        assert np.allclose(after.sums[row] - founded.sums[row], new[mine].sum(axis=0), atol=1e-5)


@given(cut=st.integers(0, 5 * len(SUBJECTS)), seed=st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_two_folds_give_the_sums_of_one(founded: Topics, cut: int, seed: int) -> None:
    easy = replace(founded, thresholds=np.full_like(founded.thresholds, 0.3))
    new = mixed(SUBJECTS, 5, seed=seed)
    once, given_ = fold(easy, new)
    first, given_first = fold(easy, new[:cut])
    twice, given_second = fold(first, new[cut:])
    firsts = np.concatenate([given_first.topics, given_second.topics])[:, 0]
    assert np.array_equal(firsts, given_.topics[:, 0])
    assert once.sums.tobytes() == twice.sums.tobytes()
    assert np.array_equal(once.counts, twice.counts)
    assert (once.folded, once.unsorted) == (twice.folded, twice.unsorted)


def test_order_within_an_edition_does_not_matter_to_what_papers_are_given(founded: Topics) -> None:
    new = mixed(SUBJECTS, 8, seed=3, spread=0.2)
    _, straight = fold(founded, new)
    _, reverse = fold(founded, new[::-1])
    assert np.array_equal(straight.topics, reverse.topics[::-1])


def test_before_topics_are_founded_all_are_unsorted() -> None:
    after, given_ = fold(Topics.start(DIMENSION), around(0, 7))
    assert not given_.topics.any() and given_.topics.shape == (7, 3)
    assert (after.folded, after.unsorted, after.ids) == (7, 7, ())


def test_an_edition_without_papers_changes_nothing(founded: Topics) -> None:
    after, given_ = fold(founded, np.zeros((0, DIMENSION), dtype=np.float32))
    assert given_.topics.shape == (0, 3)
    assert after.sums.tobytes() == founded.sums.tobytes() and after.folded == founded.folded


def test_a_fold_leaves_the_state_that_it_was_given(founded: Topics) -> None:
    before = founded.sums.copy(), founded.counts.copy()
    fold(founded, mixed(SUBJECTS, 5, seed=4))
    assert np.array_equal(founded.sums, before[0]) and np.array_equal(founded.counts, before[1])
