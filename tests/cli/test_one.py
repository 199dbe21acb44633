"""A digest of a single paper: nobody should read of "1 papers"."""

import re
from pathlib import Path

import pytest

from tests.cli.calling import MONDAY, TUESDAY, Command, Stage, listed

THINGS = "papers|topics|editions|categories|sections|sentences|calls|files|notes|names|links|rows|days"
_ODD = re.compile(rf"(?<![\d.,:-])1 (?:new |earlier |more |bad )?(?:{THINGS})\b")


@pytest.fixture(autouse=True)
def scripts(held: None) -> None:
    """A map is drawn here."""


def test_one_of_each_is_told_as_one(digest: Command, stage: Stage, workspace: Path) -> None:
    stage.clear()
    stage[MONDAY] = listed(1)
    calls = (
        ("run", "--edition", str(MONDAY)),
        ("map",),
        ("site",),
        ("doctor",),
        ("search", "invented"),
        ("topics",),
        ("topics", "review"),
        ("render", "--all"),
        ("export", "--format", "obsidian", "--to", "vault"),
        ("run", "--estimate", "--edition", str(TUESDAY)),
    )
    for words in calls:
        ended = digest(*words)
        assert ended.code == 0, (words, ended.err)
        assert not _ODD.findall(ended.out + ended.err), words
    pages = [p for kind in ("md", "html", "xml", "svg") for p in workspace.rglob(f"*.{kind}")]
    texts = {str(page): page.read_text(encoding="utf-8") for page in pages}
    assert len(texts) > 10
    # What scripts fill in later is told by phrases of their own.
    assert {page: found for page, text in texts.items() if (found := _ODD.findall(text))} == {}
