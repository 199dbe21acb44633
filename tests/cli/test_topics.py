import io
import json
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from digest.archive import Archive
from digest.archive.clustering import Clustering, Fold
from digest.cli import main
from digest.records import Assigned, Change, Event, Mention, Topic, Topics
from tests.cli.calling import MONDAY, TUESDAY, WEDNESDAY, Command, Filling
from tests.cli.test_help import HEAVY, LOOK, RUN, python

BORN = date(2026, 1, 5)
PAPER = Mention("arxiv:2601.90001", "Moths \x1b[31mat Night", "javascript:alert(1)", BORN, "language")
TOPICS = (
    Topic(1, BORN, "Moths at night", "How moths fly.", "moths", "birds", "local", "agents", 2, neighbours=(3, 2)),
    Topic(2, BORN, "Lamps", namer="local", category="agents", size=4, exemplars=(PAPER,), newest=(PAPER,)),
    Topic(3, BORN, "Owls \x1b]0;owned\x07", category="language", size=1),
    Topic(4, BORN, "Candles", category="agents", retired=TUESDAY, heir=5),
    Topic(5, BORN, "Lanterns", category="agents", retired=WEDNESDAY, heir=2),
    Topic(6, BORN, "Sparks", retired=WEDNESDAY),
)
LINEAGE = (
    Change(BORN, Event.BORN, 2, reason="papers that fitted nowhere"),
    Change(TUESDAY, Event.MERGED, 4, 5, "too close"),
    Change(WEDNESDAY, Event.MERGED, 5, 2, "asked for"),
    Change(WEDNESDAY, Event.SPLIT, 3, 1),
)


def clustering() -> Clustering:
    state = Topics(
        ids=(1, 2, 3),
        sums=np.eye(3, 8),
        counts=np.array([2, 4, 1]),
        thresholds=np.full(3, 0.5, dtype=np.float32),
        idle=np.zeros(3, dtype=np.int64),
        next_id=7,
        rebalanced=WEDNESDAY,
        at_rebalance=7,
        folded=0,
        unsorted=0,
    )
    return Clustering(TOPICS, state, LINEAGE, np.zeros((3, 8), np.float32), np.zeros(3, np.int64))


def given(*topics: int) -> Assigned:
    rows = np.array([[topic, 0, 0] for topic in topics], dtype=np.int32)
    return Assigned(rows, np.full(rows.shape, 0.5, dtype=np.float32))


@pytest.fixture
def filled(digest: Command, workspace: Path, filling: Filling) -> Path:
    """Seven papers of three days in three live topics."""
    filling("topics", (MONDAY, TUESDAY, WEDNESDAY))
    archive = Archive("archive", marker=Path("reports/.digest.json"))
    rows = {
        MONDAY: (["arxiv:2601.90001", "arxiv:2601.90002", "arxiv:2601.90003"], given(1, 2, 2)),
        TUESDAY: (["arxiv:2601.90004", "arxiv:2601.90005"], given(1, 2)),
        WEDNESDAY: (["arxiv:2601.90006", "arxiv:2601.90007"], given(2, 3)),
    }
    with archive.writing():
        archive.recluster(Fold(clustering(), rows, anew=True))
    return workspace


def test_live_topics_are_listed_by_category_and_size(digest: Command, filled: Path) -> None:
    ended = digest("topics")
    assert (ended.code, ended.err) == (0, "")
    lines = [line.split(None, 4) for line in ended.out.splitlines()]
    assert [(line[0], line[2], line[4]) for line in lines[:-1]] == [
        ("t3", "1", "Owls ]0;owned"),
        ("t2", "4", "Lamps"),
        ("t1", "2", "Moths at night"),
    ]
    assert lines[0][1] != lines[1][1] == lines[2][1]
    assert ended.out.splitlines()[-1] == "3 topics hold 7 papers."


def test_retired_topics_are_listed_with_where_they_lead(digest: Command, filled: Path) -> None:
    lines = digest("topics", "--all").out.splitlines()
    assert lines[3:6] == [
        "t4     retired 2026-01-06  Candles: now t2 Lamps",
        "t5     retired 2026-01-07  Lanterns: now t2 Lamps",
        "t6     retired 2026-01-07  Sparks: leads nowhere",
    ]


def test_json_is_one_list_of_whole_records(digest: Command, filled: Path) -> None:
    (filled / "topics.toml").write_text("[t2]\nlocked = true")
    found = json.loads(digest("topics", "--json", "--all").out)
    assert [topic["id"] for topic in found] == [3, 2, 1, 4, 5, 6]
    assert found[1] == {
        "id": 2,
        "name": "Lamps",
        "description": "",
        "category": "agents",
        "size": 4,
        "weeks": [4],
        "born": "2026-01-05",
        "locked": True,
        "retired": None,
        "heir": None,
    }
    assert (found[3]["retired"], found[3]["heir"]) == ("2026-01-06", 5)
    assert len(json.loads(digest("topics", "--json").out)) == 3


def test_weeks_are_counted_back_from_the_newest_edition(digest: Command, filled: Path) -> None:
    ids = [f"arxiv:2601.9000{number}" for number in range(1, 8)]
    rows = {
        date(2025, 10, 1): (ids[:1], given(3)),  # long ago
        date(2025, 12, 22): (ids[1:3], given(1, 2)),
        date(2025, 12, 31): (ids[3:4], given(2)),
        date(2026, 1, 1): (ids[4:6], given(2, 2)),
        WEDNESDAY: (ids[6:], given(1)),
    }
    archive = Archive("archive", marker=Path("reports/.digest.json"))
    with archive.writing():
        archive.recluster(Fold(clustering(), rows, anew=True))
    found = {topic["id"]: topic["weeks"] for topic in json.loads(digest("topics", "--json").out)}
    assert found == {1: [1, 0, 1], 2: [1, 1, 2], 3: [0, 0, 0]}
    lines = digest("topics").out.splitlines()
    assert sorted(line.split(None, 4)[3] for line in lines[:-1]) == ["▁▁▁", "▅▅█", "█▁█"]


def test_a_topic_is_shown_whole(digest: Command, filled: Path) -> None:
    ended = digest("topics", "show", "t2")
    assert ended.code == 0
    assert [line.strip() for line in ended.out.splitlines()][1:] == [
        "Agents, Tools and Code, 4 papers, born 2026-01-05",
        "█ 4 in the last week, 4 in the best of 1",
        "What became of it:",
        "2026-01-05  born: papers that fitted nowhere",
        "2026-01-07  took in t5: asked for",
        "Most central papers:",
        "2026-01-05  Moths at Night  arxiv:2601.90001",
        "Newest papers:",
        "2026-01-05  Moths at Night  arxiv:2601.90001",
    ]
    told = digest("topics", "show", "1").out
    for line in ("How moths fly.", "Includes: moths", "Excludes: birds", "2026-01-07  t3 was split off"):
        assert f"{' ' * 7}{line}\n" in told or f"{' ' * 9}{line}\n" in told
    assert told.index("t3     Owls") < told.index("t2     Lamps")


def test_a_retired_topic_leads_to_its_heir(digest: Command, filled: Path) -> None:
    lines = digest("topics", "show", "t4").out.splitlines()
    assert lines[0] == "t4 Candles was retired on 2026-01-06 and leads to t2:"
    assert lines[1:] == digest("topics", "show", "t2").out.splitlines()
    assert "retired 2026-01-07" in digest("topics", "show", "6").out


def test_unknown_and_malformed_ids(digest: Command, filled: Path) -> None:
    ended = digest("topics", "show", "99")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "digest: there is no topic t99; `digest topics --all` lists them\n"
    assert digest("topics", "show", "moths").code == digest("topics", "show").code == 2


def test_an_archive_without_topics_says_so(digest: Command, workspace: Path) -> None:
    ended = digest("topics")
    assert ended.code == 0 and ended.out.startswith("There are no topics yet; `digest run`")
    assert digest("topics", "--json").out == "[]\n"
    shown = digest("topics", "show", "3")
    assert shown.code == 1 and "no topics yet" in shown.err
    assert not (workspace / "archive").exists()


def test_decisions_on_topics_that_are_not_there_are_told(digest: Command, filled: Path) -> None:
    (filled / "topics.toml").write_text("[t99]\nlocked = true\n[t3]\nmerge_into = 1")
    ended = digest("topics")
    assert ended.code == 0
    assert ended.err == "topics.toml: there is no topic t99; `digest topics --all` lists them\n"
    assert "(to be merged into t1)" in ended.out


def test_mistakes_in_the_file_are_all_told(digest: Command, filled: Path) -> None:
    (filled / "topics.toml").write_text("[t1]\nnmae = 'x'\n[t2]\nname = '<b>'")
    ended = digest("topics")
    assert ended.code == 1 and "t1.nmae" in ended.err and "t2.name" in ended.err


def test_options_before_a_command_are_not_lost(digest: Command, filled: Path) -> None:
    ended = digest("topics", "--all", "show", "1")
    assert ended.code == 2 and "behind show" in ended.err


def test_terminals_without_emoji_get_a_list_too(
    digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "argv", ["digest", "topics"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    screen.seek(0)
    assert screen.read().splitlines()[1].split() == ["t2", "-", "4", "#", "Lamps"]


@pytest.mark.parametrize("words", [[], ["show"], ["rename"], ["merge"], ["split"], ["review"], ["rebalance"]])
def test_help_explains_each_option_and_loads_nothing_heavy(tmp_path: Path, words: list[str]) -> None:
    script = RUN.format(words=["topics", *words, "--help"], look=LOOK.removeprefix("import sys; "))
    done = python("-c", script, folder=tmp_path)
    lines = done.stdout.splitlines()
    options = [line for line in lines if line.startswith(("  --", "  -h,"))]
    assert done.returncode == 0 and len(options) >= 2 and not set(lines) & set(HEAVY)
    assert all(len(line.split(None, 2)) > 2 for line in options), done.stdout
