"""Work in progress, on one edition or on the topics: every result is on the disk before the next is begun."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from digest.archive.lines import Lines
from digest.archive.store import Store
from digest.errors import ArchiveError


class Journal:
    """An append-only list of JSON entries, folded into the archive at the commit.

    Two runs at work on the same edition meet here where no lock keeps them apart: the second to add is stopped.
    """

    def __init__(self, store: Store, work: date | str) -> None:
        self._lines = Lines(store, f"journal/{work}")
        try:
            self._entries: list[dict[str, Any]] = [json.loads(line) for line in self._lines.read()]
        except ValueError as error:
            raise ArchiveError(f"{self._lines.place} is damaged; delete it to do that work again") from error

    def entries(self, kind: str) -> list[Any]:
        """What was journalled under `kind`, oldest first."""
        return [entry["value"] for entry in self._entries if entry["kind"] == kind]

    def add(self, kind: str, value: Any) -> None:
        """Append one result; it is on the disk when this returns."""
        entry = {"kind": kind, "value": value}
        self._lines.append(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode())
        self._entries.append(entry)

    def discard(self) -> None:
        """Remove the journal, once its work is committed."""
        self._lines.remove()
        self._entries = []
