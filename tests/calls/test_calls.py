import threading
import time
from collections.abc import Callable

import pytest

from digest.calls import Allowance, Caller, Meter, RateLimiter, Transient, as_done, total
from digest.errors import BadAnswer, BudgetSpent, ProviderError
from digest.records import Spending

BILL = Spending("chat", "m", 1, 1000, 100)


class Clock:
    def __init__(self) -> None:
        self.now, self.slept = 100.0, []  # type: ignore[var-annotated]

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def caller(clock: Clock, tries: int = 5, meter: Meter | None = None, per_minute: int = 1000) -> Caller:
    limiter = RateLimiter(per_minute, clock, clock.sleep)
    return Caller(meter or Meter({}), {"chat": limiter}, tries, clock.sleep, jitter=lambda: 1.0)


def failing(*failures: Exception) -> Callable[[], tuple[str, Spending]]:
    left = list(failures)

    def ask() -> tuple[str, Spending]:
        if left:
            raise left.pop(0)
        return "answer", BILL

    return ask


def test_no_minute_sees_more_than_its_units() -> None:
    clock = Clock()
    limiter = RateLimiter(20, clock, clock.sleep)
    times = []
    for _ in range(70):
        limiter.take()
        times.append(clock.now)
        clock.now += 0.1
    assert all(sum(start <= t < start + 60 for t in times) <= 20 for start in times)
    assert times[-1] - times[0] < 3 * 61 + 8


def test_more_units_than_a_minute_has_wait_for_a_whole_one() -> None:
    clock = Clock()
    limiter = RateLimiter(100, clock, clock.sleep)
    limiter.take(60)
    limiter.take(500)
    assert clock.now >= 160


def test_transient_failures_are_waited_out_longer_each_time() -> None:
    clock = Clock()
    assert caller(clock).call(BILL, failing(Transient("500"), Transient("reset"), Transient("504"))) == "answer"
    assert clock.slept == [1.0, 2.0, 4.0]


def test_retry_after_holds_for_all_callers_of_the_endpoint() -> None:
    clock = Clock()
    one = caller(clock)
    one.call(BILL, failing(Transient("429", wait=17.0, limited=True)))
    assert clock.now >= 117


def test_a_failure_that_nothing_mends_stops_every_further_call() -> None:
    one, asked = caller(Clock()), []
    with pytest.raises(ProviderError, match="wrong key"):
        one.call(BILL, failing(ProviderError("wrong key")))
    with pytest.raises(ProviderError, match="wrong key"):
        one.call(BILL, lambda: (asked.append(1), BILL))
    assert not asked


def test_a_service_out_of_reach_is_given_up_soon() -> None:
    clock = Clock()
    with pytest.raises(ProviderError, match="no network"):
        caller(clock).call(BILL, failing(*[Transient("no network", connected=False)] * 5))
    assert len(clock.slept) == 2


def test_questions_that_fail_are_bad_until_three_in_a_row_mean_the_service() -> None:
    one = caller(Clock(), tries=2)
    for _ in range(2):
        with pytest.raises(BadAnswer):
            one.call(BILL, failing(Transient("500"), Transient("500")))
    one.call(BILL, failing())
    for kind in (BadAnswer, BadAnswer, ProviderError):
        with pytest.raises(kind) as caught:
            one.call(BILL, failing(BadAnswer("refused")))
    assert "3 calls in a row" in str(caught.value)


def test_budget_is_checked_before_a_call_and_settled_by_its_bill() -> None:
    told: list[Spending] = []
    meter = Meter({"m": (2.0, 10.0)}, Allowance(calls=2), Allowance(usd=1.0))
    meter.begin([], [Spending("chat", "m", 5, usd=0.5)], told.append)
    one = caller(Clock(), meter=meter)
    one.call(BILL, failing(Transient("500")))
    one.call(BILL, failing())
    with pytest.raises(BudgetSpent, match="2 calls for this edition"):
        one.call(BILL, failing())
    assert [b.usd for b in told] == pytest.approx([0.003, 0.003])
    meter.begin([], [Spending("chat", "m", 5, usd=0.999)], told.append)
    with pytest.raises(BudgetSpent, match=r"\$1 for this month"):
        one.call(BILL, failing())


def test_calls_in_flight_together_cannot_overspend() -> None:
    meter = Meter({}, Allowance(calls=3))
    one = Caller(meter, {"chat": RateLimiter(1000)}, 1)
    gate = threading.Barrier(3, timeout=5)

    def ask() -> tuple[int, Spending]:
        gate.wait()
        return 1, BILL

    def attempt(number: int) -> int:
        try:
            return one.call(BILL, ask)
        except BudgetSpent:
            return 0

    assert sum(result for _, result in as_done(attempt, range(8), 8)) == 3


def test_a_failed_call_is_not_billed() -> None:
    told: list[Spending] = []
    meter = Meter({})
    meter.begin([], [], told.append)
    with pytest.raises(BadAnswer):
        caller(Clock(), tries=1, meter=meter).call(BILL, failing(Transient("500")))
    assert not told


def test_results_in_flight_are_kept_when_another_fails() -> None:
    def work(task: int) -> int:
        if task == 1:
            raise ProviderError("down")
        time.sleep(0.05)
        return task

    found = []
    with pytest.raises(ProviderError):
        for _, result in as_done(work, range(40), 3):
            found.append(result)
    assert {0, 2} <= set(found) and len(found) < 10


def test_totals() -> None:
    sum_ = total([BILL, Spending("embed", "e", 2, 50, 0, 0.25)])
    assert (sum_.calls, sum_.tokens, sum_.usd) == (3, 1150, 0.25)
