"""Running counts per edition and category: what means, trends and the calendar are read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from digest.archive.store import Store
from digest.errors import ArchiveError
from digest.records import EditionReport, Outcome

WINDOW = timedelta(days=30)
DAY = timedelta(days=1)
SATURDAY = 5
COLUMNS, COMMIT = ("edition", "outcome", "updated", "category", "count"), "commit"


def announcement_days(first: date, last: date) -> list[date]:
    """Every Monday to Friday from `first` to `last`, both included."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < SATURDAY]


@dataclass(frozen=True, slots=True)
class Day:
    """One committed edition in numbers; `counts` by category slug, primary category only.

    `commit` is the generation under whose number its files are named; 0 where they have their plain names.
    """

    edition: date
    outcome: Outcome
    updated: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    commit: int = 0

    @property
    def total(self) -> int:
        """All new papers of the edition."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class History:
    """Every committed edition, by date."""

    days: dict[date, Day] = field(default_factory=dict)

    def __contains__(self, edition: date) -> bool:
        return edition in self.days

    @property
    def editions(self) -> list[date]:
        """The committed editions, oldest first."""
        return sorted(self.days)

    def missing(self, first: date, last: date) -> list[date]:
        """The announcement days (Monday to Friday) from `first` to `last`, both included, without an edition."""
        return [day for day in announcement_days(first, last) if day not in self.days]

    def window(self, edition: date) -> list[Day]:
        """The editions with new papers of the 30 days before `edition`, oldest first."""
        found = [d for d in self.days.values() if edition - WINDOW <= d.edition < edition and d.total]
        return sorted(found, key=lambda d: d.edition)

    def extended(self, report: EditionReport, commit: int = 0) -> History:
        """This history and one edition more."""
        counts = {share.category: share.count for share in report.shares}
        day = Day(report.edition, report.outcome, report.ledger.updated, counts, commit)
        return History({**self.days, report.edition: day})

    @classmethod
    def read(cls, store: Store, name: str) -> History:
        """The history in a file; no name: there is none yet. Raises `ArchiveError` on a damaged one."""
        if not name:
            return cls()
        days: dict[str, Day] = {}
        try:
            frame = store.read_table(name)
            if COMMIT not in frame:
                frame = frame.assign(**{COMMIT: 0})
            columns = (frame[c].tolist() for c in (*COLUMNS, COMMIT))
            for text, outcome, updated, category, count, commit in zip(*columns, strict=True):
                # One day has a row for each category: its date and outcome are read once.
                if (day := days.get(text)) is None:
                    edition = date.fromisoformat(text)
                    day = days[text] = Day(edition, Outcome(outcome), int(updated), commit=int(commit))
                if category:
                    day.counts[category] = int(count)
        except (KeyError, ValueError, TypeError) as error:
            raise ArchiveError(f"{store.path(name)} is damaged; restore it from a backup") from error
        return cls({day.edition: day for day in days.values()})

    def write(self, store: Store, generation: int) -> str:
        """Write a new file; returns its name, which only the head makes current."""
        import pandas as pd

        rows = [
            (str(day.edition), day.outcome.value, day.updated, category, count, day.commit)
            for edition in self.editions
            for day in (self.days[edition],)
            # A day with nothing announced keeps one row, so that the calendar knows it.
            for category, count in (sorted(day.counts.items()) or [("", 0)])
        ]
        frame = pd.DataFrame(rows, columns=[*COLUMNS, COMMIT])
        if not frame[COMMIT].any():
            # On a disk files have their plain names, and there is nothing to note.
            frame = frame.drop(columns=COMMIT)
        name = f"history/{generation}.parquet"
        store.write_table(name, frame)
        return name
