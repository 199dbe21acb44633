"""`digest init`."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from digest.cli.console import say, warn
from digest.errors import ConfigError
from digest.starting import NAME, REQUIREMENTS, File, State, files, requirement, write


def start(folder: Path) -> None:
    """Write the set-up into a folder; what is there stays, and is told."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is no folder; name another")
    for file in _files():
        state = file.state(folder)
        if state is State.MISSING:
            write(file, folder)
            say(f"written  {file.name}")
        else:
            say(f"kept     {file.name}{_told(file, state, folder)}")
    if wanted := _requirement():
        say(f"Its runs install {wanted}")
    else:
        warn(
            f"Where this program can be had is not known: write its address into {REQUIREMENTS}, as is said there."
        )
    say("Push it to GitHub; its README.md tells what to do there.")


def drifted(folder: Path) -> bool:
    """Tell what is not as this version ships it; True if anything is."""
    found = False
    for file in _files():
        state, lacks = file.state(folder), file.lacks(folder)
        if state in (State.MISSING, State.DIFFERS) or lacks:
            warn(f"{file.name}{_told(file, state, folder)}")
            found = True
    if not found:
        say("The set-up is as this version ships it.")
    return found


def _told(file: File, state: State, folder: Path) -> str:
    if lacks := file.lacks(folder):
        return f": it lacks the line {lacks}; add it, so that the archive is not committed beside the reports"
    return {
        State.SAME: "",
        State.OWN: " (yours)",
        State.MISSING: " is missing; `digest init` writes it",
        State.DIFFERS: " differs from this version's; delete it and run `digest init` to have that",
    }[state]


def _files() -> list[File]:
    return list(files(_requirement()))


def _requirement() -> str:
    try:
        return requirement(distribution(NAME).read_text("direct_url.json"))
    except PackageNotFoundError:
        return ""
