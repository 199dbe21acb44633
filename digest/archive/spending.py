"""What paid calls have cost, line by line as they were billed, one file for each calendar month."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date

from digest.archive.lines import Lines, whole_lines
from digest.archive.store import Store
from digest.errors import ArchiveError
from digest.records import Spending

FOLDER = "spending"
# So many bytes of bills go into one file where a line can only be added by writing the file anew.
MOST = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Bill:
    """One call's cost: the day on which it was made, and its edition (none: a search or a re-embedding)."""

    day: date
    edition: date | None
    spending: Spending


class SpendingLog:
    """All bills of an archive; each is on the disk before the next call's answer is used. Safe for threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._months: dict[str, Lines] = {}
        self._lock = threading.Lock()

    def add(self, bill: Bill) -> None:
        """Append one bill."""
        told = {"day": str(bill.day), "edition": str(bill.edition or ""), **asdict(bill.spending)}
        line = json.dumps(told, separators=(",", ":")).encode()
        month = f"{bill.day:%Y-%m}"
        with self._lock:
            if month not in self._months:
                # Bills are never turned away: two runs write into files of their own.
                self._months[month] = Lines(self._store, f"{FOLDER}/{month}", MOST, alone=False)
            self._months[month].append(line)

    def bills(self, month: str = "") -> Iterator[Bill]:
        """Every bill, oldest month first, or those of one `month` (`2026-11`).

        Raises `ArchiveError` on a damaged file.
        """
        for name in self._store.names(FOLDER):
            if not name.startswith(f"{FOLDER}/{month}"):
                continue
            for line in whole_lines(self._store.read(name)):
                yield self._bill(name, line)

    def _bill(self, name: str, line: bytes) -> Bill:
        try:
            told = json.loads(line)
            edition = date.fromisoformat(told["edition"]) if told["edition"] else None
            spending = Spending(**{field.name: told[field.name] for field in fields(Spending)})
            return Bill(date.fromisoformat(told["day"]), edition, spending)
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{self._store.path(name)} is damaged; restore it from a backup") from error

    def of_edition(self, edition: date) -> list[Spending]:
        """What an edition has cost so far, bill by bill."""
        return [bill.spending for bill in self.bills() if bill.edition == edition]
