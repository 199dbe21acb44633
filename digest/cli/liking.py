"""`digest like` and `digest dislike`: the reader's opinion of a paper, written into `digest.toml`."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from digest.archive.store import write_atomically
from digest.cli.console import say, warn
from digest.cli.setting import open_setting
from digest.config import FILE, load_config, paper_id, with_opinion

ELSEWHERE = "; for a paper from elsewhere, name a .bib file with it under interests.bibliography"


def canonical(text: str) -> str:
    """The canonical id of a paper. Raises `typer.BadParameter`."""
    try:
        return paper_id(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r:.80} is {error}") from error


def note_opinion(workspace: Path, paper: str, liked: bool) -> None:
    """Write a paper among those liked, or disliked, and take it out of the others; say what changed.

    A paper that no edition holds is written all the same: one may bring it yet, and it can be taken out again.
    Raises `ConfigError` if the settings have mistakes; nothing is written then.
    """
    setting = open_setting(workspace)
    path = workspace / FILE
    before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    after = with_opinion(path, before, paper, liked)
    state = "liked" if liked else "disliked"
    if after == before:
        say(f"{paper} is {state} already: {path} stays as it is.")
        return
    known = bool(setting.archive.seen([paper]))
    was = load_config(workspace).interests
    write_atomically(path, after.encode())
    moved = paper in (was.disliked if liked else was.papers)
    change = f", no longer {'disliked' if liked else 'liked'}" if moved else ""
    say(f"{paper} is {state} now{change}: see {path}.")
    if not known:
        say(f"No edition has it, so it counts once one does{ELSEWHERE if liked else ''}.")
    variable = f"DIGEST_INTERESTS_{'PAPERS' if liked else 'DISLIKED'}"
    if variable in os.environ:
        warn(f"{variable} is set and stronger than {FILE}: what is written there does not count.")
