"""Which editions are due."""

from __future__ import annotations

from datetime import date, timedelta

from digest.archive import Archive

DAY = timedelta(days=1)
# Further back a digest is no news; `--since` asks for more.
LOOK_BACK = timedelta(days=30)
SATURDAY = 5


def announcement_days(first: date, last: date) -> list[date]:
    """Every Monday to Friday from `first` to `last`, both included."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < SATURDAY]


def due(archive: Archive, today: date) -> list[date]:
    """The announcement days without an edition, oldest first: since the archive's first, within 30 days.

    An empty archive begins with the latest announcement day, so that a first run on a Sunday has a report too.
    """
    editions = archive.history.editions
    if not editions:
        return announcement_days(today - 2 * DAY, today)[-1:]
    first = max(editions[0], today - LOOK_BACK)
    return [day for day in announcement_days(first, today) if not archive.published(day)]
