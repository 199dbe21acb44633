"""arXiv's calendar: which submissions belong to which announcement day.

https://info.arxiv.org/help/availability.html: submissions close at 14:00 US Eastern on working days and are
announced at 20:00 from Sunday to Thursday; the feed dates an announcement with the day after. So Tuesday's papers
were submitted from Friday 14:00 to Monday 14:00. arXiv's holidays are known only from what it announces.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
CLOSES = time(14)
_DAY = timedelta(days=1)
_SATURDAY = 5


def is_workday(day: date) -> bool:
    """True from Monday to Friday."""
    return day.weekday() < _SATURDAY


def workday_after(day: date) -> date:
    """The next day from Monday to Friday."""
    day += _DAY
    while not is_workday(day):
        day += _DAY
    return day


def workday_before(day: date) -> date:
    """The last day from Monday to Friday before `day`."""
    day -= _DAY
    while not is_workday(day):
        day -= _DAY
    return day


def nominal_day(submitted: datetime) -> date:
    """The day that announces what was submitted at an aware time, unless a holiday or a moderator delays it."""
    local = submitted.astimezone(EASTERN)
    closing = local.date()
    if not is_workday(closing) or local.time() >= CLOSES:
        closing = workday_after(closing)
    return workday_after(closing)


def window(edition: date) -> tuple[datetime, datetime]:
    """When the papers of an edition (a workday) were submitted: from the first time (UTC) to before the second."""
    closing = workday_before(edition)
    return _closing(workday_before(closing)), _closing(closing)


def _closing(day: date) -> datetime:
    return datetime.combine(day, CLOSES, EASTERN).astimezone(UTC)
