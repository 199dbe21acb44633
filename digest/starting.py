"""A repository that publishes by itself: its settings, workflow and scripts, and what of them has drifted."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from digest.archive.store import write_atomically
from digest.assets import shipped

WORKFLOW = "workflows/digest.yml"
REQUIREMENTS = ".github/requirements.txt"
IGNORED = "/archive/"
NAME = "digest-of-papers"
# What stands in the place of an address that is not known; the runs stop there and say so.
UNKNOWN = "# git+https://github.com/OWNER/REPOSITORY@COMMIT of the program: write it here, without the #."
_EXECUTABLE = 0o755
_SHORT = re.compile(r"(?:ssh://)?git@([\w.-]+)[:/](.+)")
_WEB = re.compile(r"https://[\w.-]+/[\w./~-]+")


class State(StrEnum):
    """How a file of the set-up is found: as shipped, its owner's where that is meant, missing, or changed."""

    SAME = "same"
    OWN = "own"
    MISSING = "missing"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the set-up: where it belongs, what is shipped, and whether it is for its owner to change."""

    name: str
    shipped: bytes
    own: bool

    def state(self, folder: Path) -> State:
        """How it is found in a repository."""
        path = folder / self.name
        if not path.exists():
            return State.MISSING
        # A checkout may have other line ends.
        if path.is_file() and path.read_bytes().replace(b"\r\n", b"\n") == self.shipped:
            return State.SAME
        return State.OWN if self.own else State.DIFFERS

    def lacks(self, folder: Path) -> str:
        """What an own file must have and has not; empty if it has all, or is not there."""
        path = folder / self.name
        if self.name != ".gitignore" or not path.is_file():
            return ""
        lines = path.read_text(encoding="utf-8", errors="replace").split()
        return "" if {IGNORED, IGNORED.strip("/"), IGNORED[1:], IGNORED[:-1]} & set(lines) else IGNORED


def requirement(direct_url: str | None) -> str:
    """What `pip install` is to be given for the program as it is installed here; empty if that cannot be told.

    `direct_url` is what pip notes of an installation from elsewhere than an index (PEP 610). Only an address that
    git knows, at the very commit, is the same program for sure: a bare name is whoever's took it on an index.
    """
    told = json.loads(direct_url) if direct_url else {}
    if told.get("vcs_info", {}).get("vcs") == "git":
        return _pinned(told["url"], told["vcs_info"].get("commit_id", ""))
    if "dir_info" in told and told["url"].startswith("file://"):
        folder = url2pathname(urlsplit(told["url"]).path)
        return _pinned(_git(folder, "remote", "get-url", "origin"), _git(folder, "rev-parse", "HEAD"))
    return ""


def _pinned(url: str, commit: str) -> str:
    address = _SHORT.sub(r"https://\1/\2", url)
    return f"{NAME} @ git+{address}@{commit}" if commit and _WEB.fullmatch(address) else ""


def _git(folder: str, *words: str) -> str:
    """What git says of a checkout; empty without git, or where there is no such thing."""
    try:
        done = subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True, check=False)  # noqa: S603, S607
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def files(wanted: str) -> Iterator[File]:
    """Every file of the set-up; `wanted` is what its runs install, empty if that is still to be written."""
    workflows = shipped(".github")
    names = [WORKFLOW, *sorted(_below(workflows, "actions")), *sorted(_below(workflows, "scripts"))]
    for name in names:
        yield File(f".github/{name}", _text(workflows / name), own=False)
    told = f"# What the scheduled runs install, as `pip install` takes it.\n{wanted or UNKNOWN}\n"
    yield File(REQUIREMENTS, told.encode(), own=True)
    yield File("digest.toml", _text(shipped("digest.toml")), own=True)
    yield File(".gitignore", _text(shipped("templates") / "init/gitignore"), own=True)
    yield File("README.md", _text(shipped("templates") / "init/README.md"), own=True)


def write(file: File, folder: Path) -> None:
    """Put a file that is missing in its place."""
    path = folder / file.name
    write_atomically(path, file.shipped)
    if file.shipped.startswith(b"#!"):
        path.chmod(_EXECUTABLE)


def _below(folder: Path, name: str) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in (folder / name).rglob("*") if path.is_file())


def _text(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n")
