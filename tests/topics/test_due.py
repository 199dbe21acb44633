"""When topics are redrawn."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from digest.topics import Topics, due

MONDAY = date(2026, 1, 5)
TOPICS = replace(
    Topics.start(4),
    ids=(1,),
    sums=np.ones((1, 4)),
    counts=np.array([900]),
    thresholds=np.zeros(1, dtype=np.float32),
    idle=np.zeros(1, dtype=np.int64),
    rebalanced=MONDAY,
    at_rebalance=1000,
)


@pytest.mark.parametrize(
    ("folded", "unsorted", "today", "expected"),
    [
        (200, 10, date(2026, 1, 9), False),
        (200, 10, date(2026, 1, 12), True),  # a new week
        (0, 0, date(2026, 1, 12), False),  # with nothing in it
        (10, 0, date(2026, 12, 28), True),
        (10, 0, date(2025, 12, 30), False),  # a late edition of the week before
        (200, 40, date(2026, 1, 9), True),  # a fifth fits nothing
        (200, 18, date(2026, 1, 9), False),  # nine in a hundred may be chance
        (20, 10, date(2026, 1, 9), False),  # too few to tell
        (500, 10, date(2026, 1, 9), True),  # half as many again
        (499, 10, date(2026, 1, 9), False),
    ],
)
def test_due(folded: int, unsorted: int, today: date, expected: bool) -> None:
    assert due(replace(TOPICS, folded=folded, unsorted=unsorted), today) is expected


@pytest.mark.parametrize(("papers", "expected"), [(0, False), (23, False), (24, True)])
def test_topics_are_founded_as_soon_as_there_are_enough_papers(papers: int, expected: bool) -> None:
    assert due(replace(Topics.start(4), folded=papers, unsorted=papers), MONDAY) is expected


def test_a_week_ends_with_its_year() -> None:
    last = replace(TOPICS, rebalanced=date(2025, 12, 31), folded=10)
    assert not due(last, date(2026, 1, 2))  # both in the first week of 2026
    assert due(last, date(2026, 1, 5))
