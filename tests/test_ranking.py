import numpy as np

from digest.ranking import ranked
from digest.records import Sorting
from tests.invented import paper

PAPERS = [paper(n) for n in range(4)]
VECTORS = np.array([[1, 0], [0, 1], [0.6, 0.8], [1, 0]], dtype=np.float32)
SORTINGS = [Sorting("x"), Sorting("x"), Sorting("y"), Sorting("x")]
PAST = np.array([[1, 0]], dtype=np.float32)


def test_what_somebody_follows_comes_first_then_the_categories_in_turn_by_novelty() -> None:
    assert ranked(PAPERS, VECTORS, SORTINGS, PAST, [0, 0, 0, 1.5]) == [3, 1, 2, 0]
    assert ranked(PAPERS, VECTORS, SORTINGS, PAST, [0.6, 0, 0, 1.5]) == [3, 0, 1, 2]
    assert ranked(PAPERS, VECTORS, SORTINGS, PAST, [0] * 4) == [1, 2, 0, 3]


def test_without_a_past_novelty_is_distance_from_the_edition_itself() -> None:
    assert ranked(PAPERS, VECTORS, SORTINGS, PAST[:0], [0] * 4) == [1, 2, 0, 3]


def test_no_papers_have_no_order() -> None:
    assert ranked([], VECTORS[:0], [], PAST, []) == []
