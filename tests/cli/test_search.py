import io
import json
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from digest.cli import main
from tests.cli.calling import MONDAY, TUESDAY, WEDNESDAY, Command, Filling, Stage, listed

KEYS = {"id", "edition", "title", "authors", "url", "tldr", "category", "score"}


@pytest.fixture
def filled(stage: Stage, workspace: Path, filling: Filling) -> Path:
    stage[MONDAY] = listed(1, 2, title="Moths at Night")
    stage[TUESDAY] = [
        *listed(3, title="Moths at Night"),
        *listed(
            4,
            title="대규모 언어 모델 🦋 \x1b[31m\u202e",
            url="javascript:alert(1)",
            abstract="Zebras. \x1b]0;x\x07",
        ),
    ]
    filling("search", (MONDAY, TUESDAY))
    return workspace


def test_lines_say_day_title_address_and_tldr(digest: Command, filled: Path) -> None:
    ended = digest("search", "moths", "at", "night")
    assert ended.code == 0
    assert ended.out.splitlines()[:3] == [
        "2026-01-06  Moths at Night",
        "            https://arxiv.org/abs/2601.90003",
        "            We invent paper 3.",
    ]


def test_the_newest_comes_first_among_equals(digest: Command, filled: Path) -> None:
    found = json.loads(digest("search", "--json", "moths at night").out)
    ids = [hit["id"] for hit in found if hit["title"] == "Moths at Night"]
    assert ids == ["arxiv:2601.90003", "arxiv:2601.90001", "arxiv:2601.90002"]


def test_json_is_one_list_of_whole_records(digest: Command, filled: Path) -> None:
    found = json.loads(digest("search", "--json", "언어 모델").out)
    assert found and all(set(hit) == KEYS for hit in found)
    assert found[0]["title"] == "대규모 언어 모델 🦋" and found[0]["edition"] == "2026-01-06"
    assert all(first["score"] >= second["score"] - 0.01 for first, second in pairwise(found))


def test_hostile_papers_neither_steer_the_terminal_nor_lead_elsewhere(digest: Command, filled: Path) -> None:
    lines, told = digest("search", "zebras").out, digest("search", "zebras", "--json").out
    assert not set("\x1b\x07\u202e") & set(lines + told)
    assert "javascript:" not in lines + told and json.loads(told)[0]["url"] == ""
    assert "            arxiv:2601.90004" in lines.splitlines()


def test_json_is_valid_where_the_output_knows_no_korean(
    digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    for words in (["search", "언어", "--json"], ["search", "언어"]):
        monkeypatch.setattr(sys, "argv", ["digest", *words])
        monkeypatch.setattr(sys, "stdout", screen)
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
    screen.seek(0)
    listed, end = json.JSONDecoder().raw_decode(text := screen.read())
    assert listed[0]["title"] == "대규모 언어 모델 🦋" and "??? ?? ??" in text[end:]


def test_the_limit_holds(digest: Command, filled: Path) -> None:
    assert len(json.loads(digest("search", "--json", "--limit", "2", "invented moths").out)) == 2
    assert digest("search", "--limit", "0", "x").code == digest("search", "--limit", "1001", "x").code == 2


def test_an_empty_archive_and_an_empty_answer_are_told_apart(digest: Command, workspace: Path) -> None:
    ended = digest("search", "moths")
    assert (ended.code, ended.out) == (0, "The archive holds no papers yet; `digest run` fetches some.\n")
    assert digest("search", "moths", "--json").out == "[]\n"
    assert not (workspace / "archive").exists()
    digest("run", at=WEDNESDAY)
    assert digest("search", "").code == 2
    assert digest("search", "--", "!?").code == 0


def test_where_nothing_is_found_it_says_what_might_help(digest: Command, filled: Path) -> None:
    for words, hint in (
        ("flurb grmpf", "no paper has these words or means the same"),
        ("2601.99999", "no edition of the archive has a paper of this id"),
        ('"night moths"', "try it without the quotes"),
    ):
        ended = digest("search", words)
        assert (ended.code, ended.out.count("\n")) == (0, 1)
        assert ended.out.startswith("Nothing found: ") and hint in ended.out
        assert digest("search", "--json", words).out == "[]\n"


def test_no_words_are_wrong_usage(digest: Command) -> None:
    assert digest("search").code == 2


def test_a_damaged_archive_is_one_line(digest: Command, filled: Path) -> None:
    (filled / "archive/vectors/fake-8/2026/2026-01-05.parquet").unlink()
    ended = digest("search", "moths")
    assert ended.code == 1 and ended.err.count("\n") == 1 and "2026-01-05.parquet" in ended.err
