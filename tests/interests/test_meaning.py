import numpy as np
import pytest

from digest.interests.meaning import Liking, to_queries
from tests.interests.spaces import FIELDS, field, noise, unit


def test_what_stands_out_by_a_query_does_so_in_any_space() -> None:
    """A cosine's level and spread are the space's own; they leave no trace."""
    background, papers = noise(400), np.concatenate([field(0, 5), noise(5, seed=1)])
    for shared in (0.0, 3.0):
        spaces = (
            np.pad(rows, ((0, 0), (0, 1)), constant_values=shared) for rows in (papers, FIELDS[:1], background)
        )
        near = to_queries(*(unit(rows) for rows in spaces))[:, 0]
        assert near[:5].min() > 4 > 3 > near[5:].max()


def test_papers_like_the_liked_ones_stand_out_and_others_do_not() -> None:
    background = noise(400)
    liking = Liking(field(0, 8), background)
    papers = np.concatenate([field(0, 10, seed=5), field(1, 10), noise(50, seed=3)])
    all_ = liking.to_all(papers)
    assert all_[:10].min() > 3 > all_[10:].max()
    assert liking.to_each(papers).shape == (70, 8)


def test_interests_of_several_kinds_do_not_drown_each_other() -> None:
    liked = np.concatenate([field(0, 6), field(1, 6)])
    all_ = Liking(liked, noise(400)).to_all(
        np.concatenate([field(0, 5, seed=5), field(1, 5, seed=5), noise(100, seed=3)])
    )
    assert all_[:10].min() > 3 > all_[10:].max()


def test_one_liked_paper_is_enough() -> None:
    all_ = Liking(field(0, 1), noise(400)).to_all(np.concatenate([field(0, 5, seed=5), noise(100, seed=3)]))
    assert all_[:5].min() > all_[5:].max()


@pytest.mark.parametrize("rows", [1, 30])
def test_a_background_in_which_all_is_alike_says_nothing(rows: int) -> None:
    alike = np.repeat(field(0, 1), rows, axis=0)
    assert not to_queries(alike, FIELDS[:2], alike).any()


def test_nothing_depends_on_the_company() -> None:
    liking = Liking(field(0, 8), noise(400))
    papers = field(1, 10)
    np.testing.assert_allclose(liking.to_all(papers)[3:4], liking.to_all(papers[3:4]), rtol=1e-5)
