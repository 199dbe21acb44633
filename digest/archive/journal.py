"""Work in progress, on one edition or on the topics: every result is on the disk before the next is begun."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from digest.archive.store import Store, append_line
from digest.errors import ArchiveError


class Journal:
    """An append-only list of JSON entries, folded into the archive at the commit."""

    def __init__(self, store: Store, work: date | str) -> None:
        self._store = store
        self._name = f"journal/{work}.jsonl"
        self._entries = self._read()

    def _read(self) -> list[dict[str, Any]]:
        if not self._store.exists(self._name):
            return []
        # What follows the last line end was being written when a run was killed: it never counted.
        whole, _, rest = self._store.read(self._name).rpartition(b"\n")
        if rest:
            self._store.write(self._name, whole + b"\n" if whole else b"")
        try:
            return [json.loads(line) for line in whole.splitlines()]
        except ValueError as error:
            raise ArchiveError(
                f"{self._store.path(self._name)} is damaged; delete it to do that work again"
            ) from error

    def entries(self, kind: str) -> list[Any]:
        """What was journalled under `kind`, oldest first."""
        return [entry["value"] for entry in self._entries if entry["kind"] == kind]

    def add(self, kind: str, value: Any) -> None:
        """Append one result; it is on the disk when this returns."""
        entry = {"kind": kind, "value": value}
        self._entries.append(entry)
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        if self._store.local is not None:
            append_line(self._store.local / self._name, line)
        else:
            with self._store.fs.open(self._store.path(self._name), "ab") as file:
                file.write(line)

    def discard(self) -> None:
        """Remove the journal, once its work is committed."""
        self._store.remove(self._name)
        self._entries = []
