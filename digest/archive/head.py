"""The head of an archive: the one file that says what is current, and what must never be taken for a first run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from digest.archive.clustering import Files
from digest.archive.store import Store, write_atomically
from digest.errors import ArchiveError

HEAD = "HEAD.json"
FORMAT = 2


@dataclass(frozen=True, slots=True)
class Head:
    """What is current. Replacing the file that holds this is the only way in which the archive changes.

    `generation` counts commits, `readings` is that of the last re-reading of everything (1: there was none).
    `seen` and `history` name current files, `clustering` those of the topics, `map` the layout of the map,
    `validators` the ETag and Last-Modified of feeds. `pending` editions are committed, but their reports are not
    written yet, nor, where `pages` says so, the pages of topics.
    """

    format: int = FORMAT
    generation: int = 0
    readings: int = 1
    embedder: str = ""
    dimension: int = 0
    history: str = ""
    seen: dict[str, str] = field(default_factory=dict)
    validators: dict[str, tuple[str, str]] = field(default_factory=dict)
    pending: tuple[str, ...] = ()
    clustering: Files = field(default_factory=Files)
    pages: bool = False
    map: str = ""


_HEAD = TypeAdapter(Head)


def read_head(store: Store, marker: Path | None, repository: str = "") -> Head:
    """What is current; that of an empty archive if there is none and never was.

    Raises `ArchiveError` if it was lost, is damaged or is older than the reports beside the `marker`; those of
    another repository than this one, a fork's upstream, have nothing to do with it.
    """
    if not store.exists(HEAD):
        _refuse_lost(store, marker, repository)
        return Head()
    try:
        found = json.loads(store.read_guarded(HEAD))
        if found["format"] != FORMAT:
            told = f"the archive has format {found['format']}, this program reads {FORMAT}"
            raise ArchiveError(f"{told}; use the version of the program that wrote it")
        if found.keys() != {entry.name for entry in fields(Head)}:
            raise ValueError("other entries than the format's")
        head = _HEAD.validate_python(found)
    except (ValueError, TypeError, KeyError) as error:
        raise ArchiveError(f"{store.path(HEAD)} is damaged; restore the archive from a backup") from error
    marked = marked_generation(marker, repository)
    if marked > head.generation:
        raise ArchiveError(
            f"the archive is older (generation {head.generation}) than the reports ({marked}); "
            f"restore the newer one, or delete {marker} to go on from the old one"
        )
    return head


def write_head(store: Store, head: Head) -> None:
    """Make `head` current: the one commit point. Raises `ArchiveError` if another run was there in between."""
    store.replace(HEAD, json.dumps(asdict(head), indent=1).encode() + b"\n")


def _refuse_lost(store: Store, marker: Path | None, repository: str) -> None:
    for folder in ("editions", "papers", "seen"):
        if store.names(folder):
            raise ArchiveError(f"the archive {store.url} has lost its {HEAD}; restore it from a backup")
    if marked_generation(marker, repository):
        raise ArchiveError(
            f"there are reports but no archive at {store.url}: every paper would look new. "
            f"Restore it, or delete {marker} to start afresh"
        )


def marked_generation(marker: Path | None, repository: str = "") -> int:
    """The generation that the reports came from; 0 without a marker, or with one of another `repository`."""
    return 0 if marker is None or upstream(marker, repository) else int(_marked(marker).get("generation", 0))


def upstream(marker: Path | None, repository: str) -> str:
    """The name of the repository that the reports are of, if that is known to be another than this one."""
    if marker is None or not repository:
        return ""
    marked = str(_marked(marker).get("repository", ""))
    return marked if marked != repository else ""


def mark(marker: Path, generation: int, repository: str = "") -> None:
    """Note beside the reports which generation they came from, and of which repository, where one knows."""
    if not repository and marker.exists():
        repository = str(_marked(marker).get("repository", ""))
    told = {"generation": generation, **({"repository": repository} if repository else {})}
    write_atomically(marker, json.dumps(told).encode() + b"\n")


def _marked(marker: Path) -> dict[str, Any]:
    if not marker.exists():
        return {}
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))
        return {**found, "generation": int(found["generation"])}
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ArchiveError(f"{marker} is damaged; restore it from version control") from error
