"""Commands that need an archive, in a folder without any: one line says what to run, and nothing is written."""

from pathlib import Path

import pytest

from tests.cli.calling import Command


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("map",), 1),
        (("map", "--rebuild"), 1),
        (("site",), 1),
        (("render", "2026-01-05"), 1),
        (("render", "--all"), 0),
        (("render", "--recategorise"), 0),
        (("send", "--to", "mail"), 0),
        (("send", "--to", "mail", "--dry-run"), 0),
        (("send", "--claim", "run-1"), 0),
        (("send", "--claimed", "run-1"), 0),
        (("search", "owls"), 0),
        (("topics",), 0),
        (("topics", "review"), 0),
        (("topics", "rebalance"), 1),
        (("reembed", "local"), 1),
    ],
)
def test_nothing_is_written_where_nothing_is(
    digest: Command, workspace: Path, words: tuple[str, ...], code: int
) -> None:
    ended = digest(*words)
    told = ended.out + ended.err
    assert ended.code == code, told
    assert told.count("\n") == 1 and "yet; `digest run`" in told
    assert not list(workspace.iterdir())
