"""Budget, rate limit, retry and the thread pool: what every paid call goes through."""

from digest.calls.budget import Allowance, Meter, Prices, total
from digest.calls.caller import Caller, Transient
from digest.calls.limits import RateLimiter
from digest.calls.pool import as_done

__all__ = ["Allowance", "Caller", "Meter", "Prices", "RateLimiter", "Transient", "as_done", "total"]
