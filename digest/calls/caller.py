"""Makes one paid call: within budget and rate, again where that may help, never where it cannot."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from digest.calls.budget import Meter
from digest.calls.limits import RateLimiter
from digest.errors import BadAnswer, ProviderError
from digest.records import Spending

Answer = TypeVar("Answer")

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
# A service that cannot even be reached is not worth a minute of waiting.
CONNECT_TRIES = 3
# So many calls in a row that came to nothing mean that the service is down, not that a question was bad.
GIVE_UP = 3

log = logging.getLogger(__name__)


class Transient(Exception):
    """A call failed in a way that time may mend; `wait` is how long the service asks to be left alone.

    `limited`: it was asked too often. `connected` is False if it could not be reached at all.
    """

    def __init__(
        self, reason: str, wait: float | None = None, limited: bool = False, connected: bool = True
    ) -> None:
        super().__init__(reason)
        self.wait, self.limited, self.connected = wait, limited, connected


class Caller:
    """Makes the calls of all threads; after a failure that no repetition mends it refuses further ones.

    `limiters` by endpoint. `clock`, `sleep` and `jitter` (0 to 1) are there to be replaced in tests.
    """

    def __init__(
        self,
        meter: Meter,
        limiters: Mapping[str, RateLimiter],
        tries: int,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.meter, self._limiters, self._tries = meter, limiters, tries
        self._sleep, self._jitter = sleep, jitter
        self._fatal: ProviderError | None = None
        self._in_vain = 0
        self._lock = threading.Lock()

    def call(self, estimate: Spending, ask: Callable[[], tuple[Answer, Spending]], units: int = 1) -> Answer:
        """The answer of `ask`, which also brings its bill; `units` count against the endpoint's rate limit.

        Raises `BudgetSpent`; `BadAnswer` if this question is the trouble; `ProviderError` if the service is.
        """
        limiter = self._limiters[estimate.endpoint]
        with self.meter.reserved(estimate) as settle:
            for attempt in range(1, self._tries + 1):
                limiter.take(units)
                self._refuse_if_fatal()
                try:
                    answer, bill = ask()
                except Transient as failure:
                    self._wait(failure, attempt, limiter)
                except BadAnswer as failure:
                    raise self._counted(failure) from failure
                except ProviderError as failure:
                    self._fatal = failure
                    raise
                else:
                    self._in_vain = 0
                    settle(bill)
                    return answer
        raise AssertionError("the last attempt returns or raises")

    def _refuse_if_fatal(self) -> None:
        if self._fatal is not None:
            raise self._fatal

    def _wait(self, failure: Transient, attempt: int, limiter: RateLimiter) -> None:
        """Wait before the next attempt, or raise after the last one."""
        if not failure.connected and attempt >= CONNECT_TRIES:
            self._fatal = ProviderError(str(failure))
            raise self._fatal from failure
        if attempt == self._tries:
            raise self._counted(BadAnswer(f"{failure} ({attempt} tries)")) from failure
        wait = failure.wait
        if wait is None:
            # Full waits would bring all threads back at the same moment.
            wait = min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT) * (0.5 + self._jitter() / 2)
        log.info("call failed, again in %.1f s: %s", wait, failure)
        if failure.limited:
            limiter.pause(wait)
        else:
            self._sleep(wait)

    def _counted(self, failure: BadAnswer) -> ProviderError:
        with self._lock:
            self._in_vain += 1
            if self._in_vain >= GIVE_UP:
                self._fatal = ProviderError(f"{failure}; {GIVE_UP} calls in a row failed, so no more are made")
                return self._fatal
        return failure
