"""Lists that only grow, line by line: a file on a disk; on an object store, where nothing can be appended to, a
folder of numbered files.
"""

from __future__ import annotations

import secrets

from digest.archive.store import Store, append_line
from digest.errors import ArchiveError

ENDING = ".jsonl"
# Begins a line that is none of the list's, but names who wrote the file: two writers may well say the same.
SIGNED = b"#"


class Lines:
    """The lines of one list; what is appended is kept when `append` returns.

    A numbered file grows up to `most` bytes, by this writer alone. Every file is created by one writer only: where
    `alone`, to find another's is an error, else the next number is taken.
    """

    def __init__(self, store: Store, name: str, most: int = 0, alone: bool = True) -> None:
        self._store, self._name, self._most, self._alone = store, name, most, alone
        self._whole = False
        self._number: int | None = None
        self._grown, self._sign = b"", SIGNED + secrets.token_hex(8).encode() + b"\n"

    @property
    def place(self) -> str:
        """The full path of the file, or of the folder of files."""
        return self._store.path(self._name if self._store.local is None else self._name + ENDING)

    def read(self) -> list[bytes]:
        """Every line, oldest first; what follows the last line end was being written when a run was killed."""
        return [line for part in self._parts() for line in whole_lines(part)]

    def _parts(self) -> list[bytes]:
        if self._store.local is None:
            return self._store.read_all(self._numbered())
        name = self._name + ENDING
        return [self._store.read(name)] if self._store.exists(name) else []

    def _numbered(self) -> list[str]:
        names = self._store.names(self._name)
        self._number = max((_number(name) for name in names), default=0)
        return names

    def append(self, line: bytes) -> None:
        """Append a line, which is without line ends. Raises `ArchiveError` if another writer is at work."""
        line += b"\n"
        if self._store.local is not None:
            self._mend()
            append_line(self._store.local / (self._name + ENDING), line)
            return
        if self._number and self._grown and len(self._grown) + len(line) <= self._most:
            self._grown += line
            self._store.write(self._file(self._number), self._grown)
            return
        if self._number is None:
            self._numbered()
        number = (self._number or 0) + 1
        self._grown = self._sign + line
        while not self._store.create(self._file(number), self._grown):
            if self._alone:
                raise ArchiveError(
                    f"another run is at work on {self.place}; wait for it to end, then run the same command again"
                )
            number += 1
        self._number = number

    def _mend(self) -> None:
        """Take away what a run that was killed had begun to write."""
        name = self._name + ENDING
        if not self._whole and self._store.exists(name):
            whole, end, rest = self._store.read(name).rpartition(b"\n")
            if rest:
                self._store.write(name, whole + end)
        self._whole = True

    def _file(self, number: int) -> str:
        return f"{self._name}/{number:06}{ENDING}"

    def remove(self) -> None:
        """Remove all lines."""
        if self._store.local is None:
            self._store.remove_all(self._store.names(self._name))
        else:
            self._store.remove(self._name + ENDING)
        self._number, self._grown = None, b""


def whole_lines(part: bytes) -> list[bytes]:
    """The lines of a file, but for what was cut short and for who wrote it."""
    return [line for line in part.rpartition(b"\n")[0].splitlines() if not line.startswith(SIGNED)]


def _number(name: str) -> int:
    found = name.rpartition("/")[2].removesuffix(ENDING)
    return int(found) if found.isdecimal() else 0
