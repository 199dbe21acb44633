"""The calendar of all editions, month by month."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digest.archive.history import Day

LEVELS = 4
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the calendar: its papers, how many that is for this archive (0 to `LEVELS`), its page if any.

    `announced` is False for a day of which the archive knows nothing.
    """

    day: int
    total: int = 0
    level: int = 0
    page: str = ""
    announced: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A month as rows of weeks, None for days of other months; five columns unless an edition is of a weekend."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    total: int
    columns: int


def months(days: Sequence[Day], pages: Mapping[date, str], phrases: Mapping[str, str]) -> list[Month]:
    """The months that have an edition, newest first, called as the phrases say; `pages` are those of editions."""
    names = phrases["months"].split()
    known = {day.edition: day for day in days}
    most = max((day.total for day in days), default=0)
    found = []
    for year, month in sorted({(day.year, day.month) for day in known}, reverse=True):
        own = [day for day in known if (day.year, day.month) == (year, month)]
        columns = 7 if any(day.weekday() >= _SATURDAY for day in own) else 5
        weeks = []
        for week in Calendar().monthdatescalendar(year, month):
            shown = week[:columns]
            row = tuple(_cell(d, known.get(d), pages, most) if d.month == month else None for d in shown)
            if any(row):
                weeks.append(row)
        name = phrases["site_month"].format(month=names[month - 1], year=year)
        found.append(Month(name, tuple(weeks), sum(known[day].total for day in own), columns))
    return found


def _cell(day: date, told: Day | None, pages: Mapping[date, str], most: int) -> Cell:
    if told is None:
        return Cell(day.day)
    level = -(-told.total * LEVELS // most) if most else 0
    return Cell(day.day, told.total, level, pages.get(day, ""), announced=True)
