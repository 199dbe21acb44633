"""What an edition tells of topics and categories, by the counts of the editions up to it."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from digest import trends
from digest.archive import Archive
from digest.archive.clustering import Clustering, Fold
from digest.archive.history import Day, History
from digest.pipeline.telling import SPARKLINE, moved, told
from digest.records import (
    OTHER,
    UNSORTED,
    Assigned,
    Category,
    Change,
    Event,
    Outcome,
    Share,
    Topic,
    Topics,
)
from tests.invented import CATEGORIES, DAY, paper

STEADY = {"language": 30, "vision": 20, OTHER: 10}


def history(*counts: dict[str, int], last: date = DAY) -> History:
    """An edition a day with these counts, the last one on the day before `last`."""
    first = last - timedelta(days=len(counts))
    days = [Day(first + timedelta(days=n), Outcome.PUBLISHED, counts=counted) for n, counted in enumerate(counts)]
    return History({day.edition: day for day in days})


def shares(**counts: int) -> list[Share]:
    return [Share(slug, count) for slug, count in {**STEADY, **counts}.items()]


def test_a_burst_is_kept_with_what_was_expected_and_the_counts_before() -> None:
    rising, fading = moved(DAY, CATEGORIES, shares(vision=60), history(*[STEADY] * 39))
    [trend] = rising
    assert (trend.topic, trend.name, trend.category, trend.papers) == (UNSORTED, "vision", "vision", ())
    assert (trend.count, trend.editions) == (60, 1)
    # A third of the papers, of an edition of a hundred.
    assert trend.expected == pytest.approx(33.3, abs=0.1) and trend.p < 0.01
    assert trend.days == (*[20] * (SPARKLINE - 1), 60)
    assert not fading


def test_what_runs_dry_over_ten_editions_fades() -> None:
    dry = {**STEADY, "vision": 4}
    rising, [trend] = moved(DAY, CATEGORIES, shares(vision=4), history(*[STEADY] * 30, *[dry] * 9))
    assert (trend.category, trend.editions, trend.count) == ("vision", 10, 40)
    assert not rising


def test_a_day_twice_as_large_is_no_news_of_every_category() -> None:
    twice = [Share(slug, 2 * count) for slug, count in STEADY.items()]
    assert moved(DAY, CATEGORIES, twice, history(*[STEADY] * 39)) == ((), ())


def test_other_is_never_told() -> None:
    rising, fading = moved(DAY, CATEGORIES, shares(other=300), history(*[STEADY] * 39))
    assert not rising and OTHER not in {trend.category for trend in fading}


@pytest.mark.parametrize("editions", [0, 3, trends.ENOUGH - 1])
def test_with_too_little_past_nothing_is_claimed(editions: int) -> None:
    assert moved(DAY, CATEGORIES, shares(vision=90), history(*[STEADY] * editions)) == ((), ())


def test_the_least_past_that_is_enough() -> None:
    rising, _ = moved(DAY, CATEGORIES, shares(vision=90), history(*[STEADY] * trends.ENOUGH))
    assert [trend.category for trend in rising] == ["vision"]


def test_quiet_days_are_no_past() -> None:
    counts = [told for n in range(trends.ENOUGH - 1) for told in (STEADY, {}, {"vision": 0})]
    assert moved(DAY, CATEGORIES, shares(vision=90), history(*counts)) == ((), ())
    assert moved(DAY, CATEGORIES, [], history(*[STEADY] * 39)) == ((), ())
    assert moved(DAY, CATEGORIES, [Share("vision", 0)], history(*[STEADY] * 39)) == ((), ())


def test_what_the_history_says_of_the_edition_and_of_later_ones_is_passed_over() -> None:
    told = moved(DAY, CATEGORIES, shares(vision=60), history(*[STEADY] * 39))
    later = history(*[STEADY] * 39, *[{"vision": 999}] * 3, last=DAY + timedelta(days=3))
    assert moved(DAY, CATEGORIES, shares(vision=60), later) == told


def test_older_editions_than_are_looked_at_change_nothing() -> None:
    recent = [STEADY] * (trends.HISTORY - 1)
    told = moved(DAY, CATEGORIES, shares(vision=60), history(*recent))
    assert moved(DAY, CATEGORIES, shares(vision=60), history(*[{"vision": 200}] * 20, *recent)) == told


def test_a_category_that_the_taxonomy_just_got_is_no_news_and_a_rare_one_is() -> None:
    robots = Category("robots", "🤖", {"en": "Robots"}, "Machines that move by themselves.")
    found = (robots, *CATEGORIES)
    assert moved(DAY, found, shares(robots=15), history(*[STEADY] * 60)) == ((), ())
    once = history({**STEADY, "robots": 1}, *[STEADY] * 60)
    rising, _ = moved(DAY, found, shares(robots=15), once)
    assert [(trend.category, trend.count) for trend in rising] == [("robots", 15)]


def test_no_more_than_five_are_kept() -> None:
    many = tuple(Category(f"c{n}", "📷", {"en": f"C{n}"}, "One of many.") for n in range(40))
    counts = dict.fromkeys((category.slug for category in many), 10)
    burst = [Share(slug, 60 if slug in ("c1", "c2", "c3", "c4", "c5", "c6") else 10) for slug in counts]
    rising, _ = moved(DAY, many, burst, history(*[counts] * 39))
    assert len(rising) == 5


def test_a_newborns_parent_is_named_even_if_it_went_in_the_same_rebalance(tmp_path: Path) -> None:
    state = replace(Topics.start(1), ids=(2,), sums=np.ones((1, 1)), counts=np.ones(1, dtype=np.int64), next_id=3)
    gone, fresh = Topic(1, date(2025, 1, 6), "Bells", retired=DAY, heir=2), Topic(2, DAY, "Chimes", size=1)
    lineage = (Change(DAY, Event.SPLIT, 2, 1),)
    clustering = Clustering((gone, fresh), state, lineage, np.zeros((1, 1), dtype=np.float32), state.counts)
    given = Assigned(np.array([[2, 0, 0]], dtype=np.int32), np.zeros((1, 3), dtype=np.float32))
    fold = Fold(clustering, {DAY: (["arxiv:2601.90001"], given)}, anew=True)
    before = replace(clustering, topics=(replace(gone, retired=None),))
    found = told(DAY, Archive(str(tmp_path)), fold, [paper(1)], before, founded=False)
    assert [(newborn.topic, newborn.parent) for newborn in found.newborn] == [(2, 1)]
    assert found.topic_names == {1: "Bells", 2: "Chimes"}
