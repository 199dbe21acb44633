"""`digest export`: what is chosen, where it goes, and what is told when it cannot."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import digest as package
from tests.cli.calling import MONDAY, TUESDAY, Command, Filling, Stage, listed
from tests.cli.curating import fill
from tests.cli.curating import listed as topics


@pytest.fixture
def filled(stage: Stage, workspace: Path, filling: Filling) -> Path:
    stage[MONDAY] = listed(1, 2, title="Moths at Night")
    stage[TUESDAY] = [
        *listed(3, title="Moths at Night"),
        *listed(
            4, title="대규모 언어 모델 🦋 \x1b[31m\u202e", authors=('=HYPERLINK("x")',), url="javascript:alert(1)"
        ),
    ]
    filling("exported", (MONDAY, TUESDAY))
    return workspace


def printed(*words: str) -> bytes:
    """What a process of its own writes to standard output."""
    told = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-m", "digest", "export", *words], env=told, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def ids(told: str) -> list[str]:
    return [json.loads(line)["id"].removeprefix("arxiv:2601.9000") for line in told.splitlines()]


def read(path: str) -> list[str]:
    return ids(Path(path).read_text(encoding="utf-8"))


def test_the_archive_is_a_file_of_the_kind_that_its_name_says(digest: Command, filled: Path) -> None:
    for name in ("papers.csv", "papers.jsonl", "papers.parquet", "papers.bib", "papers.ris"):
        ended = digest("export", "--to", name)
        assert (ended.code, ended.out, ended.err) == (0, f"4 papers: {name}\n", "")
    assert read("papers.jsonl") == ["1", "2", "3", "4"]
    assert Path("papers.bib").read_text(encoding="utf-8").count("@misc{") == 4
    last = list(csv.DictReader(io.StringIO(Path("papers.csv").read_text(encoding="utf-8"))))[-1]
    assert last["title"] == "대규모 언어 모델 🦋" and last["authors"] == '\'=HYPERLINK("x")' and last["url"] == ""
    assert digest("export", "--to", "papers.txt", "--format", "ris").code == 0
    assert Path("papers.txt").read_bytes() == Path("papers.ris").read_bytes()


def test_without_a_place_it_goes_to_standard_output(filled: Path) -> None:
    assert ids(printed().decode()) == ["1", "2", "3", "4"]
    assert printed("--format", "csv", "--to", "-").startswith(b'"id","edition"')
    assert printed("--format", "parquet").startswith(b"PAR1")


def test_a_reader_who_has_left_is_no_failure(filled: Path) -> None:
    told = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])}
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "digest", "export"]
    done = subprocess.run(command, env=told, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--since", "2026-01-06"), ["3", "4"]),
        (("--until", "2026-01-05"), ["1", "2"]),
        (("--query", "moths at night"), ["3", "1", "2"]),
        (("--query", "moths at night", "--limit", "1"), ["3"]),
        (("--query", "moths at night", "--until", "2026-01-05", "--limit", "2"), ["1", "2"]),
        (("--query", "언어 모델", "--limit", "1"), ["4"]),
    ],
)
def test_papers_are_chosen(digest: Command, filled: Path, words: tuple[str, ...], expected: list[str]) -> None:
    assert digest("export", "--to", "p.jsonl", *words).code == 0
    assert [i for i in read("p.jsonl") if i in expected] == expected
    # A query without a limit finds less fitting papers too.
    assert read("p.jsonl") == expected or "--limit" not in words


def test_a_category_and_a_topic(digest: Command, workspace: Path, stage: Stage, filling: Filling) -> None:
    fill(stage, filling)
    digest("export", "--to", "all.jsonl")
    told = [json.loads(line) for line in Path("all.jsonl").read_text(encoding="utf-8").splitlines()]
    slug = told[0]["category"]
    digest("export", "--to", "some.jsonl", "--category", slug)
    assert 0 < len(read("some.jsonl")) == sum(t["category"] == slug for t in told) < len(told)
    for number, topic in list(topics(digest).items())[:2]:
        assert digest("export", "--to", "some.jsonl", "--topic", f"t{number}").code == 0
        assert len(read("some.jsonl")) == topic["size"] == sum(t["topics"][:1] == [f"t{number}"] for t in told)
    first, second = list(topics(digest))[:2]
    assert digest("topics", "merge", str(first), str(second), "--yes").code == 0
    assert digest("export", "--to", "some.jsonl", "--topic", str(max(first, second))).code == 0
    assert len(read("some.jsonl")) >= 16


def test_notes_and_those_that_are_left_alone(digest: Command, filled: Path) -> None:
    ended = digest("export", "--format", "obsidian", "--to", "vault")
    assert (ended.code, ended.out) == (0, "4 notes: vault\n") and len(list(Path("vault").iterdir())) == 4
    mine = sorted(Path("vault").iterdir())[0]
    mine.write_text("mine")
    ended = digest("export", "--format", "obsidian", "--to", "vault")
    assert ended.code == 1 and ended.out == "3 notes: vault\n"
    assert ended.err == f"digest: {mine} was left alone: somebody has written it, or in it\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--to", "papers.doc"), 1, "name the format with --format"),
        (("--to", "no/papers.csv"), 1, "there is no folder no"),
        (("--format", "word"), 2, "no format 'word'; known: csv, jsonl, parquet, bibtex, ris, obsidian"),
        (("--format", "obsidian"), 2, "obsidian needs a place: --to FOLDER"),
        (("--category", "cooking"), 1, "no category 'cooking'; known: language,"),
        (("--topic", "t99"), 1, "there is no topic t99; `digest topics` lists them"),
        (("--topic", "many"), 2, "a topic is named like t17 or 17"),
        (("--since", "1980-01-01"), 2, "editions begin in 1991"),
        (("--limit", "0"), 2, "limit"),
        (("--limit", "7", "--to", "x.csv"), 2, "--limit goes with --query"),
    ],
)
def test_what_cannot_be_is_said(
    digest: Command, filled: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = digest("export", *words)
    assert ended.code == code and said in ended.err and (code == 2 or ended.err.count("\n") == 1)


def test_a_damaged_archive_leaves_the_old_file(digest: Command, filled: Path) -> None:
    Path("papers.csv").write_text("old")
    next(Path("archive/readings/2026").glob("2026-01-06*")).write_bytes(b"no table")
    ended = digest("export", "--to", "papers.csv")
    assert ended.code == 1 and ended.err.count("\n") == 1 and "is damaged" in ended.err
    assert Path("papers.csv").read_text() == "old" and not list(Path().glob(".*.tmp"))


def test_an_empty_archive_is_an_empty_table(digest: Command, workspace: Path) -> None:
    assert digest("export", "--to", "papers.jsonl").out == "0 papers: papers.jsonl\n"
    assert not Path("archive").exists()
