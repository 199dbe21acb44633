import tomllib
from pathlib import Path

import pytest

from digest.config import load_config
from tests.cli.calling import MONDAY, Command, Filling, Stage, listed

KNOWN, OTHER = "arxiv:2601.90001", "arxiv:2601.90002"
WRITTEN = """\
# Mine.
title = "Moths"   # really

[interests]
# What I like,
papers = [
    "2601.90003v2",     # the third
    "https://arxiv.org/abs/2601.90002",
]
disliked = []           # and do not
mute = ["lamp"]

[budget]
calls = 10
"""


@pytest.fixture
def filled(stage: Stage, workspace: Path, filling: Filling) -> Path:
    stage[MONDAY] = listed(1, 2, 3)
    filling("like", (MONDAY,))
    return workspace


def opinions(workspace: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = load_config(workspace).interests
    return found.papers, found.disliked


def test_without_a_file_one_is_made(digest: Command, filled: Path) -> None:
    ended = digest("like", "https://arxiv.org/abs/2601.90001v1")
    assert (ended.code, ended.out, ended.err) == (0, "arxiv:2601.90001 is liked now: see digest.toml.\n", "")
    assert (filled / "digest.toml").read_text() == '[interests]\npapers = ["arxiv:2601.90001"]\n'


def test_comments_and_layout_stay(digest: Command, filled: Path) -> None:
    path = filled / "digest.toml"
    path.write_text(WRITTEN)
    assert digest("like", KNOWN).code == 0
    assert path.read_text() == WRITTEN.replace('90002",\n', '90002",\n    "arxiv:2601.90001",\n')
    before = path.read_text()
    ended = digest("dislike", "2601.90002")
    assert ended.out == "arxiv:2601.90002 is disliked now, no longer liked: see digest.toml.\n"
    assert path.read_text() == before.replace('    "https://arxiv.org/abs/2601.90002",\n', "").replace(
        "disliked = []", 'disliked = ["arxiv:2601.90002"]'
    )
    assert not list(filled.glob(".*.tmp"))


def test_a_section_is_added_at_the_end(digest: Command, filled: Path) -> None:
    path = filled / "digest.toml"
    path.write_bytes(b'title = "Moths"\r\n[cohere.prices]\r\n"x" = [1.0, 2.0]')
    assert digest("dislike", KNOWN).code == 0
    text = path.read_bytes().decode()
    assert text.startswith('title = "Moths"\r\n[cohere.prices]\r\n"x" = [1.0, 2.0]')
    assert tomllib.loads(text)["interests"] == {"disliked": [KNOWN]}


def test_the_last_word_counts_and_saying_it_twice_changes_nothing(digest: Command, filled: Path) -> None:
    for command, expected in (("like", ((KNOWN,), ())), ("dislike", ((), (KNOWN,))), ("like", ((KNOWN,), ()))):
        assert digest(command, KNOWN).code == 0
        assert opinions(filled) == expected
    before = (filled / "digest.toml").stat()
    ended = digest("like", "2601.90001")
    assert "is liked already" in ended.out and ended.code == 0
    assert (filled / "digest.toml").stat() == before


@pytest.mark.parametrize("layout", ['interests.papers = ["{}"]', 'interests = {{papers = ["{}"]}}'])
def test_other_layouts_are_understood(digest: Command, filled: Path, layout: str) -> None:
    (filled / "digest.toml").write_text(layout.format(OTHER) + "\n")
    assert digest("like", KNOWN).code == 0 and opinions(filled) == ((OTHER, KNOWN), ())
    assert digest("dislike", OTHER).code == 0 and opinions(filled) == ((KNOWN,), (OTHER,))


def test_a_paper_that_no_edition_has_is_noted_and_said_so(digest: Command, filled: Path) -> None:
    ended = digest("like", "2601.95555")
    assert ended.code == 0 and "No edition has it" in ended.out and "bibliography" in ended.out
    assert opinions(filled) == (("arxiv:2601.95555",), ())


def test_before_the_first_edition_nothing_is_made_but_the_file(digest: Command, workspace: Path) -> None:
    assert digest("like", KNOWN).code == 0
    assert [path.name for path in workspace.iterdir()] == ["digest.toml"]


@pytest.mark.parametrize("text", ["moths", "", "https://example.com/1", "26.1"])
def test_what_is_no_id_is_wrong_usage(digest: Command, workspace: Path, text: str) -> None:
    ended = digest("like", text)
    assert ended.code == 2 and "no id of a paper" in " ".join(ended.err.split()).replace("│ ", "")
    assert not (workspace / "digest.toml").exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [("[interests", "cannot be read"), ("foo = 1", "no such setting"), ("interests = []", "interests")],
)
def test_a_file_with_mistakes_is_left_alone_and_they_are_said(
    digest: Command, workspace: Path, text: str, reason: str
) -> None:
    (workspace / "digest.toml").write_text(text)
    ended = digest("like", KNOWN)
    assert ended.code == 1 and reason in ended.err
    assert (workspace / "digest.toml").read_text() == text


def test_a_stronger_variable_is_pointed_out(
    digest: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_INTERESTS_PAPERS", '["2601.90002"]')
    assert "DIGEST_INTERESTS_PAPERS is set and stronger" in digest("like", KNOWN).err


def test_a_run_reads_what_was_liked(digest: Command, filled: Path) -> None:
    digest("like", KNOWN)
    assert digest("run", "--edition", "2026-01-06").code == 0


def test_a_mark_at_the_start_of_the_settings_is_no_hindrance(digest: Command, filled: Path) -> None:
    (filled / "digest.toml").write_bytes(b'\xef\xbb\xbftitle = "Moths"\n')
    assert digest("like", KNOWN).code == 0 and opinions(filled) == ((KNOWN,), ())
