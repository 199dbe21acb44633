"""What a harvester has brought so far, page by page, until all of it is in editions."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from digest.archive.store import Store
from digest.errors import ArchiveError
from digest.records import Paper, Skipped

FOLDER = "harvest"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its papers and what could not be read, each with the day on which its record last changed.

    `token` asks for the page after it; it is empty on the last page. `asked` is the day on which it was asked for,
    `whole` the number of records on all pages, as far as the server says so (0: it does not).
    """

    asked: date
    token: str = ""
    papers: tuple[tuple[Paper, date], ...] = ()
    failed: tuple[tuple[Skipped, date], ...] = ()
    deleted: int = 0
    whole: int = 0

    @property
    def records(self) -> int:
        """How many records the page had."""
        return len(self.papers) + len(self.failed) + self.deleted


_PAGE = TypeAdapter(Page)


class Harvest:
    """The pages of one harvest; `name` tells it from others, and `window` what is asked for token by token."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._folder = f"{FOLDER}/{name}"

    def pages(self, window: str) -> Iterator[Page]:
        """The pages of a window, in the order in which they came. Raises `ArchiveError` on a damaged one."""
        for name in self._store.names(f"{self._folder}/{window}"):
            try:
                yield _PAGE.validate_json(zlib.decompress(self._store.read(name)))
            except (ValueError, zlib.error) as error:
                raise ArchiveError(f"{self._store.path(name)} is damaged; delete it to fetch it again") from error

    def add(self, window: str, number: int, page: Page) -> None:
        """Keep a window's page; it is on the disk when this returns."""
        self._store.write(f"{self._folder}/{window}/{number:06}.json.z", zlib.compress(_PAGE.dump_json(page)))

    def forget(self, window: str = "") -> None:
        """Remove the pages of a window, or all of them."""
        self._store.remove_all(self._store.names(f"{self._folder}/{window}" if window else self._folder))


def forget_harvests(store: Store) -> None:
    """Remove everything that was harvested: it is in editions now."""
    store.remove_all(store.names(FOLDER))
    if store.local is not None:
        shutil.rmtree(store.local / FOLDER, ignore_errors=True)
