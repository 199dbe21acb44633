"""Trends: what is told, what is not, and the arithmetic by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from digest import trends
from digest.trends import BASELINE, ENOUGH, HISTORY, PAPERS, RISING, TIMES, Shift, fading, rising

Ints = NDArray[np.int64]
FUZZ = settings(max_examples=60, derandomize=True, deadline=None)
SIZE = 200


def steady(editions: int = HISTORY, topics: int = 100, each: int = 2) -> tuple[Ints, Ints]:
    """Every topic has as many papers in every edition."""
    return np.full((editions, topics), each), np.full(editions, each * topics)


def invented(seed: int, editions: int = HISTORY, topics: int = 40) -> tuple[Ints, Ints]:
    """Editions of different sizes, topics of different sizes, and nothing that happens."""
    rng = np.random.default_rng(seed)
    totals = rng.integers(60, 400, editions)
    return np.array([rng.multinomial(total, rng.dirichlet(np.full(topics, 20.0))) for total in totals]), totals


def columns(shifts: tuple[Shift, ...]) -> set[int]:
    return {shift.column for shift in shifts}


def test_a_burst_of_one_day() -> None:
    counts, totals = steady()
    counts[-1, 7] = 14
    (shift,) = rising(counts, totals)
    assert (shift.column, shift.editions, shift.count) == (7, 1, 14)
    assert shift.expected == pytest.approx(2.0, rel=0.01)
    assert shift.p < 1e-4
    assert not fading(counts, totals)


def test_a_rise_in_which_no_day_stands_out() -> None:
    counts, totals = steady()
    counts[-5:, 7] = [6, 5, 7, 6, 6]
    (shift,) = rising(counts, totals)
    assert (shift.column, shift.editions, shift.count) == (7, 5, 30)
    counts[-5:-1, 7] = 2
    assert not rising(counts, totals)


def test_a_topic_that_runs_dry_fades() -> None:
    counts, totals = steady()
    counts[-10:, 7] = 0
    (shift,) = fading(counts, totals)
    assert (shift.column, shift.editions, shift.count) == (7, 10, 0)
    assert shift.expected == pytest.approx(20.0, rel=0.01)
    assert not rising(counts, totals)


def test_one_topic_by_hand() -> None:
    # 30 editions of 10 papers, all of the one topic: its share is (300 + 1/2) / (300 + 1/2 / typical), where the
    # typical share is its own, 300.5 / 300. Its counts never vary, so the dispersion is found from what Poisson
    # would have added: -30 * 10 beside the prior.
    counts, totals = np.full((31, 1), 10), np.full(31, 10)
    counts[-1] = totals[-1] = 40
    share = 300.5 / (300 + 0.5 * 300 / 300.5)
    expected = 30 * share * 10
    prior = trends.WEIGHT * trends.DISPERSION
    extra = 30 * (10 - share * 10) ** 2 - expected + prior
    spread = max(extra / (30 * (share * 10) ** 2 + trends.WEIGHT), trends.LEAST_DISPERSION) + 1 / 300.5
    window = trends._window(counts, totals[:, None].astype(float), 1)
    assert window.mean[0] == pytest.approx(share * 40)
    assert 1 / window.size[0] == pytest.approx(spread)
    assert not rising(counts, totals)


def test_the_tails_are_those_of_the_gamma_poisson_law() -> None:
    mean, size = 2.5, 3.0
    kept = size / (size + mean)
    chance = [
        math.gamma(size + k) / math.gamma(size) / math.factorial(k) * kept**size * (1 - kept) ** k
        for k in range(9)
    ]
    for seen in range(9):
        window = trends._Window(
            seen=np.array([seen]),
            mean=np.array([mean]),
            size=np.array([size]),
            enough=np.array([True]),
            today=np.array([mean]),
        )
        assert trends._tail(window, 1)[0] == pytest.approx(1 - sum(chance[:seen]))
        assert trends._tail(window, -1)[0] == pytest.approx(sum(chance[: seen + 1]))


@pytest.mark.parametrize(
    ("p", "passing"),
    [
        ([0.01, 0.04, 0.03, 0.5], 0.01),  # 0.03 > 2/4 of 0.05, 0.04 > 3/4 of it
        ([0.01, 0.02, 0.03, 0.5], 0.03),  # the third passes, and with it all below
        ([0.05], 0.05),
        ([0.06, 0.07], -1.0),
        ([], -1.0),
    ],
)
def test_benjamini_and_hochberg(p: list[float], passing: float) -> None:
    assert trends._limit(np.array(p)) == passing


def test_a_few_among_many_must_be_surer_than_one_alone() -> None:
    counts, totals = steady(topics=100)
    counts[-1, 0] = 9
    alone = counts[:, :1]
    assert not rising(counts, totals)
    assert columns(rising(alone, totals)) == {0}


@pytest.mark.parametrize("editions", [0, 1, 2, ENOUGH])
def test_too_little_past_claims_nothing(editions: int) -> None:
    counts, totals = steady(editions)
    counts[-1:, 0] = 90
    assert not rising(counts, totals)
    assert not fading(counts, totals)


def test_the_least_past_that_is_enough() -> None:
    counts, totals = steady(ENOUGH + 1)
    counts[-1, 0] = 90
    assert columns(rising(counts, totals)) == {0}


def test_editions_before_a_topic_began_are_not_its_past() -> None:
    counts, totals = steady()
    counts[:, 3] = 0
    counts[-10:, 3] = 10
    counts[-1, 3] = 40
    begun = np.zeros(100, dtype=np.int64)
    (shift,) = rising(counts, totals, begun)
    assert shift.expected == pytest.approx(3, rel=0.1)
    begun[3] = HISTORY - 1 - ENOUGH
    (shift,) = rising(counts, totals, begun)
    assert shift.expected == pytest.approx(10, rel=0.1)
    begun[3] += 1
    assert not rising(counts, totals, begun)


def test_nothing_anywhere() -> None:
    totals = np.full(HISTORY, SIZE)
    for counts in (np.zeros((HISTORY, 5), dtype=np.int64), np.zeros((HISTORY, 0), dtype=np.int64)):
        assert not rising(counts, totals)
        assert not fading(counts, totals)
    counts = np.zeros((HISTORY, 5), dtype=np.int64)
    assert not rising(counts, np.zeros(HISTORY, dtype=np.int64))


def test_a_topic_never_seen_before_may_rise() -> None:
    counts, totals = steady()
    counts[:-1, 4] = 0
    counts[-1, 4] = 6
    assert columns(rising(counts, totals)) == {4}
    counts[-1, 4] = PAPERS - 1
    assert not rising(counts, totals)


def test_a_large_edition_is_no_news_of_every_topic() -> None:
    counts, totals = steady()
    counts[-1] *= 5
    totals[-1] *= 5
    assert not rising(counts, totals)
    counts[-10:], totals[-10:] = 1, 100
    assert not fading(counts, totals)


def test_an_edition_without_papers_is_passed_over() -> None:
    counts, totals = steady()
    counts[-1, 7] = 14
    told = rising(counts, totals)
    gaps = (10, 25, len(counts) - 1)
    counts, totals = np.insert(counts, gaps, 0, axis=0), np.insert(totals, gaps, 0)
    assert rising(counts, totals) == told
    assert rising(np.vstack([counts, counts[:1] * 0]), np.append(totals, 0)) == ()


def test_older_editions_than_the_history_change_nothing() -> None:
    counts, totals = invented(1, editions=2 * HISTORY)
    counts[-1, 3] += 60
    counts[-10:, 5] = 0
    recent = slice(-HISTORY, None)
    assert rising(counts, totals) == rising(counts[recent], totals[recent]) != ()
    assert fading(counts, totals) == fading(counts[recent], totals[recent]) != ()


def test_a_small_difference_is_no_news_however_sure() -> None:
    counts, totals = np.full((HISTORY, 2), 10_000), np.full(HISTORY, 1_000_000)
    counts[-5:, 0] = round(10_000 * TIMES * 0.99)
    assert not rising(counts, totals)
    counts[-10:, 1] = round(10_000 / TIMES * 1.01)
    assert not fading(counts, totals)


def test_a_rise_that_is_over_is_not_told() -> None:
    counts, totals = steady()
    counts[-4:-1, 7] = 14
    assert columns(rising(counts[:-1], totals[:-1])) == {7}
    counts[-1, 7] = 1
    assert not rising(counts, totals)


@pytest.mark.parametrize("each", [2, 6])
@pytest.mark.parametrize("times", [3, 5, 10, 100])
def test_what_stays_is_told_of_for_a_week_and_then_is_the_past(times: int, each: int) -> None:
    counts, totals = steady(HISTORY + 60, each=each)
    counts[HISTORY:, 7] *= times
    ends = range(HISTORY + 1, len(counts) + 1)
    told = [end - HISTORY for end in ends if columns(rising(counts[:end], totals[:end]))]
    assert told == list(range(told[0], told[-1] + 1))
    assert told[0] <= 5 <= told[-1] <= 7


def test_a_rise_ends_also_where_the_past_is_never_restless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trends, "WEIGHT", 1e12)
    counts, totals = steady(HISTORY + 60)
    counts[HISTORY:, 7] *= 100
    ends = range(HISTORY + 1, len(counts) + 1)
    told = [end - HISTORY for end in ends if columns(rising(counts[:end], totals[:end]))]
    assert 10 <= told[-1] <= 25


def test_a_restless_topic_must_rise_higher() -> None:
    calm, totals = steady(each=6)
    restless = calm.copy()
    restless[::2, 7], restless[1::2, 7] = 1, 11
    for counts in (calm, restless):
        counts[-1, 7] = 22
    assert columns(rising(calm, totals)) == {7}
    assert not rising(restless, totals)


@FUZZ
@given(st.integers(0, 10_000), st.integers(0, 39), st.integers(0, 60), st.integers(1, 40))
def test_more_papers_today_are_never_less_of_a_rise(seed: int, column: int, planted: int, more: int) -> None:
    counts, totals = invented(seed)
    counts[-1, column] += planted
    before = {shift.column: shift for shift in rising(counts, totals)}
    counts[-1, column] += more
    after = {shift.column: shift for shift in rising(counts, totals)}
    assert before.keys() <= after.keys()
    if column in before:
        assert after[column].p <= before[column].p


@FUZZ
@given(st.integers(0, 10_000))
def test_the_order_of_topics_does_not_matter(seed: int) -> None:
    counts, totals = invented(seed)
    counts[-5:, :3] *= 4
    counts[-10:, 3:6] //= 5
    order = np.random.default_rng(seed).permutation(counts.shape[1])
    for told in (rising, fading):
        here = {
            replace(shift, column=int(order[shift.column]), expected=0, p=0)
            for shift in told(counts[:, order], totals)
        }
        there = {replace(shift, expected=0, p=0) for shift in told(counts, totals)}
        assert here == there


@FUZZ
@given(st.integers(0, 10_000))
def test_what_is_told_is_worth_telling_and_surest_first(seed: int) -> None:
    counts, totals = invented(seed)
    counts[-3:, :5] *= 3
    told = rising(counts, totals)
    assert list(told) == sorted(told, key=lambda shift: shift.p)
    assert len(columns(told)) == len(told)
    for shift in told:
        assert shift.editions in RISING
        assert shift.count == counts[-shift.editions :, shift.column].sum()
        assert shift.count >= max(TIMES * shift.expected, shift.expected + PAPERS)
        assert 0 <= shift.p < 0.05


def test_where_nothing_happens_hardly_anything_is_told() -> None:
    rng = np.random.default_rng(5)
    totals = rng.integers(60, 500, BASELINE + 400)
    counts = np.array([rng.multinomial(total, np.full(50, 0.02)) for total in totals])
    told = [
        shift
        for end in range(HISTORY, len(totals))
        for tell in (rising, fading)
        for shift in tell(counts[end - HISTORY : end], totals[end - HISTORY : end])
    ]
    assert len(told) <= 5
