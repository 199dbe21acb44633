"""How often a service may be asked: a sliding window over the last minute, shared by all threads."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

# A request may reach the service later than the one a minute before did; one second keeps them apart.
WINDOW = 61.0


class RateLimiter:
    """At most `per_minute` units in any window of a minute; safe for threads.

    `clock` and `sleep` count seconds. A unit is whatever the service counts: requests, or texts.
    """

    def __init__(
        self,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.per_minute = per_minute
        self._clock, self._sleep = clock, sleep
        self._taken: deque[tuple[float, int]] = deque()
        self._total = 0
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def take(self, units: int = 1) -> None:
        """Wait until `units` more are allowed, and count them. More than a minute's units wait for a whole one."""
        units = min(units, self.per_minute)
        while (wait := self._try(units)) > 0:
            self._sleep(wait)

    def _try(self, units: int) -> float:
        """Count the units and return 0, or return the seconds after which it is worth asking again."""
        with self._lock:
            now = self._clock()
            while self._taken and self._taken[0][0] <= now - WINDOW:
                self._total -= self._taken.popleft()[1]
            if self._closed_until > now:
                return self._closed_until - now
            if self._total + units > self.per_minute:
                return max(self._taken[0][0] + WINDOW - now, 0.001)
            self._taken.append((now, units))
            self._total += units
            return 0.0

    def pause(self, seconds: float) -> None:
        """Let nobody pass for so long: the service said that it is asked too often."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._clock() + seconds)
