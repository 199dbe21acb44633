"""What paid calls have cost, line by line as they were billed, one file for each calendar month."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date

from digest.archive.store import Store, append_line
from digest.errors import ArchiveError
from digest.records import Spending

FOLDER = "spending"


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
        self._whole: set[str] = set()
        self._lock = threading.Lock()

    def add(self, bill: Bill) -> None:
        """Append one bill."""
        told = {"day": str(bill.day), "edition": str(bill.edition or ""), **asdict(bill.spending)}
        line = json.dumps(told, separators=(",", ":")).encode() + b"\n"
        name = f"{FOLDER}/{bill.day:%Y-%m}.jsonl"
        with self._lock:
            self._mend(name)
            if self._store.local is not None:
                append_line(self._store.local / name, line)
            else:
                with self._store.fs.open(self._store.path(name), "ab") as file:
                    file.write(line)

    def _mend(self, name: str) -> None:
        """Take away what a run that was killed had begun to write."""
        if name not in self._whole and self._store.exists(name):
            whole, end, rest = self._store.read(name).rpartition(b"\n")
            if rest:
                self._store.write(name, whole + end)
        self._whole.add(name)

    def bills(self, month: str = "") -> Iterator[Bill]:
        """Every bill, oldest month first, or those of one `month` (`2026-11`).

        Raises `ArchiveError` on a damaged file.
        """
        for name in self._store.names(FOLDER):
            if month and name != f"{FOLDER}/{month}.jsonl":
                continue
            # What follows the last line end was being written when a run was killed.
            whole = self._store.read(name).rpartition(b"\n")[0]
            for line in whole.splitlines():
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
