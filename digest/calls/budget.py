"""What may be spent and what was: an allowance per edition and per month, checked before every call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from digest.errors import BudgetSpent
from digest.records import Spending

MILLION = 1_000_000

# Model -> US dollars for a million tokens in, and out.
Prices = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much may be spent; 0 means without limit."""

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0

    def exceeded(self, spent: Spending) -> str:
        """The first limit that `spent` goes beyond, in words; empty if none."""
        if self.calls and spent.calls > self.calls:
            return f"{self.calls} {'call' if self.calls == 1 else 'calls'}"
        if self.tokens and spent.tokens > self.tokens:
            return f"{self.tokens} tokens"
        if self.usd and spent.usd > self.usd:
            return f"${self.usd:g}"
        return ""


def total(spendings: Iterable[Spending]) -> Spending:
    """The sum, of no endpoint and model in particular."""
    calls = tokens_in = tokens_out = 0
    usd = 0.0
    for one in spendings:
        calls, usd = calls + one.calls, usd + one.usd
        tokens_in, tokens_out = tokens_in + one.tokens_in, tokens_out + one.tokens_out
    return Spending("", "", calls, tokens_in, tokens_out, usd)


class Meter:
    """Counts what is spent against the allowances; safe for threads.

    A call is reserved by its estimate before it is made and settled by its bill, so that calls in flight
    together cannot overspend.
    """

    def __init__(self, prices: Prices, edition: Allowance = Allowance(), month: Allowance = Allowance()) -> None:
        self.prices = prices
        self._allowances = {"edition": edition, "month": month}
        self._spent = {"edition": total(()), "month": total(())}
        self._sink: Callable[[Spending], None] = lambda spending: None
        self._lock = threading.Lock()

    def begin(
        self, edition: Iterable[Spending], month: Iterable[Spending], sink: Callable[[Spending], None]
    ) -> None:
        """Start with what this edition and this month have cost so far; `sink` is told of every bill."""
        self._spent = {"edition": total(edition), "month": total(month)}
        self._sink = sink

    @property
    def limited(self) -> bool:
        """True if any allowance has a limit."""
        return any(allowance != Allowance() for allowance in self._allowances.values())

    def covers(self, estimate: Spending) -> bool:
        """True if the allowances have room for `estimate` on top of what is spent."""
        with self._lock:
            return not self._short(estimate)

    def _short(self, estimate: Spending) -> str:
        for name, allowance in self._allowances.items():
            limit = allowance.exceeded(total((self._spent[name], estimate)))
            if limit:
                return f"the budget of {limit} for this {name} is spent"
        return ""

    @contextmanager
    def reserved(self, estimate: Spending) -> Iterator[Callable[[Spending], None]]:
        """Hold room for a call; call what is given with its bill. Raises `BudgetSpent` if there is none."""
        estimate = self.priced(estimate)
        with self._lock:
            short = self._short(estimate)
            if short:
                raise BudgetSpent(f"{short}; it is set under [budget]")
            self._add(estimate, 1)
        bills: list[Spending] = []
        try:
            yield bills.append
        finally:
            with self._lock:
                self._add(estimate, -1)
                for bill in map(self.priced, bills):
                    self._add(bill, 1)
                    self._sink(bill)

    def _add(self, amount: Spending, sign: int) -> None:
        signed = replace(
            amount,
            calls=sign * amount.calls,
            tokens_in=sign * amount.tokens_in,
            tokens_out=sign * amount.tokens_out,
            usd=sign * amount.usd,
        )
        self._spent = {name: total((spent, signed)) for name, spent in self._spent.items()}

    def priced(self, spending: Spending) -> Spending:
        """The spending with its cost in US dollars; 0 for a model without a price."""
        price_in, price_out = self.prices.get(spending.model, (0.0, 0.0))
        usd = (spending.tokens_in * price_in + spending.tokens_out * price_out) / MILLION
        return replace(spending, usd=usd)
