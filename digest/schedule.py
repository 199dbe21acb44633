"""Which editions are due."""

from __future__ import annotations

from datetime import date, timedelta

from digest.archive import Archive
from digest.archive.history import DAY, announcement_days

# Further back a digest is no news; `--since` asks for more.
LOOK_BACK = timedelta(days=30)


def due(archive: Archive, today: date) -> list[date]:
    """The announcement days without an edition, oldest first: since the archive's first, within 30 days.

    An empty archive begins with the latest announcement day, so that a first run on a Sunday has a report too; if
    that fails, it stays the first.
    """
    earliest = today - LOOK_BACK
    begun = [*archive.history.editions[:1], *(day for day in archive.tried if day >= earliest)]
    if not begun:
        return announcement_days(today - 2 * DAY, today)[-1:]
    return archive.history.missing(max(min(begun), earliest), today)
