import io
import subprocess
import sys
from pathlib import Path

import pytest

from digest.cli import console
from digest.errors import SourceError
from digest.records import OTHER, Category, Ledger, Share, Skipped
from tests.cli.calling import TUESDAY, Command, Stage
from tests.invented import report


def test_bars_are_drawn_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with console.Steps("2026-01-06") as steps:
        steps("reading", 0, 8)
        steps("reading", 8, 8)
    assert "2026-01-06 reading" in screen.getvalue() and "100%" in screen.getvalue()


def test_what_servers_say_cannot_steer_the_terminal(digest: Command, stage: Stage) -> None:
    stage[TUESDAY] = SourceError("the server said \x1b]0;owned\x07\x9b2J \u202egnp\r\x08[red]x[/red]")
    ended = digest("run")
    assert "the server said ]0;owned2J gnp[red]x[/red]" in ended.err


def test_a_summary_fits_terminals_without_emoji(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", screen)
    categories = (Category("a", "🤖", {"en": "Ägents"}), Category(OTHER, "📦", {"en": "Other"}))
    shares = (Share(OTHER, 9, 9.0), Share("a", 3, 0.0))
    ledger = Ledger(13, 12, 0, 0, (Skipped("x", "no title"),))
    console.show_edition(report(new=12, shares=shares, categories=categories, ledger=ledger), Path("x.md"))
    screen.seek(0)
    lines = screen.read().splitlines()
    assert lines[1:] == [
        "  - ?gents    3   +3 ###########",
        "  - Other     9   ±0 ################################".replace("±", "?"),
        "  -> x.md",
    ]


def test_a_reader_who_leaves_does_not_stop_the_work() -> None:
    program = "from digest.cli.console import say\nfor n in range(20000): say('x' * 50)\nimport sys; sys.exit(7)"
    command = f'{sys.executable} -c "{program}" | head -1; echo ${{PIPESTATUS[0]}}'
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "7" and "BrokenPipe" not in ended.stderr
