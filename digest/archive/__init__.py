"""The archive: all state on disk, and the only reader and writer of it."""

from digest.archive.archive import Archive
from digest.archive.journal import Journal
from digest.archive.spending import Bill, SpendingLog

__all__ = ["Archive", "Bill", "Journal", "SpendingLog"]
