"""The formats of an export by name and ending, and files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from digest.errors import ConfigError
from digest.export.references import write_bibtex, write_ris
from digest.export.rows import Row
from digest.export.tables import write_csv, write_jsonl, write_parquet

FORMATS: dict[str, Callable[[Iterable[Row], IO[bytes]], None]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
    "bibtex": write_bibtex,
    "ris": write_ris,
}
# A folder of notes, which is no file.
NOTES = "obsidian"
ENDINGS = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".bib": "bibtex",
    ".ris": "ris",
}


def format_of(path: Path) -> str:
    """The format that a file's name asks for. Raises `ConfigError` if it asks for none."""
    found = ENDINGS.get(path.suffix.casefold())
    if found is None:
        raise ConfigError(f"{path} does not end in {', '.join(ENDINGS)}; name the format with --format")
    return found


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to that takes the place of `path` once all is written, and leaves no trace if not."""
    if path.is_dir():
        raise ConfigError(f"{path} is a folder; name a file")
    if not path.parent.is_dir():
        raise ConfigError(f"there is no folder {path.parent}; create it, or write elsewhere")
    # Whoever keeps a file elsewhere wants it changed there.
    path = path.resolve()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
