"""The queue of doubtful topics, one by one, as somebody on a terminal goes through it."""

import tomllib
from pathlib import Path

import pytest

from digest.cli import topics_reviewed
from digest.topics import Doubt
from tests.cli.calling import Command, Filling, Stage
from tests.cli.curating import FILE, HEAD, answer, fill, listed

QUEUE = [Doubt(4, 0.9, "only 8 \x1b[2Jpapers"), Doubt(2, 0.5, "far apart"), Doubt(6, 0.25, "like t2")]


@pytest.fixture
def filled(digest: Command, workspace: Path, stage: Stage, filling: Filling) -> Path:
    fill(stage, filling)
    return workspace


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics_reviewed, "doubted", lambda _: QUEUE)


def test_without_a_terminal_the_whole_queue_is_listed(digest: Command, filled: Path, queue: None) -> None:
    names = {topic: told["name"] for topic, told in listed(digest).items()}
    ended = digest("topics", "review")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        f"1/3  0.90  t4 {names[4]}: only 8 papers",
        f"2/3  0.50  t2 {names[2]}: far apart",
        f"3/3  0.25  t6 {names[6]}: like t2",
    ]


def test_the_arithmetic_fills_the_queue(digest: Command, filled: Path) -> None:
    ended = digest("topics", "review")
    assert ended.code == 0 and (ended.out.startswith("1/") or "in doubt" in ended.out)


def test_locked_topics_are_out_of_doubt(digest: Command, filled: Path, queue: None) -> None:
    FILE.write_text("[t4]\nlocked = true\n[t6]\nlocked = true\n[t2]\nname = 'Ours'")
    assert digest("topics", "review").out == "Of 6 topics none is in doubt.\n"


def test_each_topic_is_shown_and_decided(
    digest: Command, filled: Path, queue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "k", "r", "Moths at Night", "n")
    ended = digest("topics", "review")
    assert ended.code == 0 and ended.out.count("Most central papers:") == 3
    assert tomllib.loads(FILE.read_text()) == {"t4": {"locked": True}, "t2": {"name": "Moths at Night"}}
    assert listed(digest)[2]["name"] == "Moths at Night"
    assert digest("topics", "review").out.startswith("1/1  0.25  t6")


def test_the_end_of_the_answers_quits(
    digest: Command, filled: Path, queue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = HEAD.read_bytes()
    for lines in ((), ("q",), ("n", "q")):
        answer(monkeypatch, *lines)
        ended = digest("topics", "review")
        assert ended.code == 0 and "3/3" not in ended.out
    assert HEAD.read_bytes() == head and not FILE.exists()


def test_what_cannot_be_done_is_told_and_asked_again(
    digest: Command, filled: Path, queue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = answer(monkeypatch, "x", "r", "<b>", "r", "vision", "k", "q")
    ended = digest("topics", "review")
    assert ended.err.count("cannot be named") == 1 and "'<'" in ended.err
    assert not rest.read()
    assert tomllib.loads(FILE.read_text()) == {"t4": {"name": "vision"}, "t2": {"locked": True}}


def test_a_merge_and_a_split_ask_before_they_are_done(
    digest: Command, filled: Path, queue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "m", "n", "s", "n", "n", "q")
    head = HEAD.read_bytes()
    ended = digest("topics", "review")
    assert ended.out.count("Nothing is changed.") == 2 and "the older, takes in" in ended.out
    assert HEAD.read_bytes() == head and not FILE.exists()


def test_a_topic_that_a_decision_ended_is_passed_over(
    digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = next(iter(near_of(digest, 6)))
    monkeypatch.setattr(topics_reviewed, "doubted", lambda _: [Doubt(6, 0.9, "a"), Doubt(max(6, near), 0.8, "b")])
    answer(monkeypatch, "m", "y")
    ended = digest("topics", "review")
    assert "1/2" in ended.out and "2/2" not in ended.out
    assert listed(digest)[6]["heir"] == near


def near_of(digest: Command, topic: int) -> list[int]:
    lines = digest("topics", "show", str(topic)).out.partition("Nearest topics:")[2].splitlines()[1:]
    return [int(line.split()[0].removeprefix("t")) for line in lines]
