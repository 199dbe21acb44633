"""What tests of commands on topics share: 48 papers of six kinds, and somebody who answers on a terminal."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from digest.records import Listing
from tests.cli.calling import MONDAY, Command, Filling, Stage
from tests.invented import paper

# Words that the fake embedder puts on axes of their own.
KINDS = ("moths", "candles", "owls", "sparks", "clouds", "bridges")
TITLES = [f"{kind} {kind} {kind} {KINDS[n % 6]} on {kind}" for kind in KINDS for n in range(8)]
HEAD, FILE = Path("archive/HEAD.json"), Path("topics.toml")


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


def fill(stage: Stage, filling: Filling) -> None:
    """Publish the papers of six kinds, which makes six topics."""
    stage[MONDAY] = [Listing(paper(number, title=title)) for number, title in enumerate(TITLES)]
    filling("topics changed", (MONDAY,))


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> Terminal:
    """Have these lines typed; returns what is left of them."""
    told = Terminal("".join(f"{line}\n" for line in lines))
    monkeypatch.setattr(sys, "stdin", told)
    return told


def listed(digest: Command) -> dict[int, dict[str, Any]]:
    """Every topic by its id, as `--json` tells it."""
    return {topic["id"]: topic for topic in json.loads(digest("topics", "--all", "--json").out)}
