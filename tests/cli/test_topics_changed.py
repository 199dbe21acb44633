"""What people change about topics, through the command line, on 48 papers of six kinds."""

import json
import sys
import tomllib
from pathlib import Path

import pytest

from digest import registry
from digest.archive import Archive
from digest.errors import ArchiveError
from digest.records import Listing
from tests.cli.calling import TUESDAY, WEDNESDAY, Command, Filling, Stage
from tests.cli.curating import FILE, HEAD, Terminal, answer, fill, listed
from tests.fakes import FakeWriter
from tests.invented import paper


@pytest.fixture
def filled(digest: Command, workspace: Path, stage: Stage, filling: Filling) -> Path:
    fill(stage, filling)
    return workspace


def alike(digest: Command) -> tuple[int, int]:
    """Two live topics, the older first."""
    first, second = sorted(topic for topic, told in listed(digest).items() if told["size"] > 3)[:2]
    return first, second


def test_a_name_is_written_for_people_and_for_the_archive(digest: Command, filled: Path) -> None:
    FILE.write_text("# Ours.\n[t2]\nlocked = true   # why not\n")
    before = listed(digest)
    ended = digest("topics", "rename", "t2", "  Lamps   and light ")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == f"t2: {before[2]['name']} -> Lamps and light"
    assert FILE.read_text() == '# Ours.\n[t2]\nlocked = true   # why not\nname = "Lamps and light"\n'
    assert listed(digest)[2] == {**before[2], "name": "Lamps and light"}
    shown = digest("topics", "show", "2").out
    assert "(locked)" in shown and f"renamed: a person renamed it from “{before[2]['name']}”" in shown
    page = filled / "reports/topics/2.md"
    assert "Lamps and light" in page.read_text(encoding="utf-8")
    head = HEAD.read_bytes()
    again = digest("topics", "rename", "2", "Lamps and light")
    assert again.out == "t2 has this name already, for ever.\n" and HEAD.read_bytes() == head


def test_a_name_outlives_further_editions(digest: Command, filled: Path, stage: Stage) -> None:
    assert digest("topics", "rename", "3", "Ours").code == 0
    stage[TUESDAY] = [Listing(paper(100 + n, title="violins tides maps")) for n in range(60)]
    assert digest("run", "--edition", str(TUESDAY), at=WEDNESDAY).code == 0
    assert digest("topics", "rebalance", "--yes", at=WEDNESDAY).code == 0
    assert (listed(digest)[3]["name"], listed(digest)[3]["retired"]) == ("Ours", None)


def test_a_rename_that_was_cut_short_is_done_by_the_next(
    digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ArchiveError("the disk is full")

    with monkeypatch.context() as changed:
        changed.setattr(Archive, "recluster", fail)
        assert digest("topics", "rename", "1", "Moths").code == 1
    assert FILE.exists() and _kept(1) != "Moths" and listed(digest)[1]["name"] == "Moths"
    assert digest("topics", "rename", "1", "Moths").code == 0
    assert _kept(1) == "Moths"


def _kept(topic: int) -> str:
    clustering = Archive("archive").clustering
    assert clustering is not None
    return clustering.live[topic].name


def test_a_name_written_by_hand_is_shown_and_rendered_at_once(digest: Command, filled: Path) -> None:
    FILE.write_text('[t1]\nname = "Small wings"\n')
    assert listed(digest)[1]["name"] == "Small wings"
    assert digest("render", "--all").code == 0
    assert Path("reports/topics/1.md").read_text(encoding="utf-8").startswith("# Small wings")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Computer vision and 3D", "the category vision"),
        ("대규모 <b>", "'<'"),
        ("x", "2 to 80 characters"),
        ("Unsorted", "without a topic"),
    ],
)
def test_unfit_names_are_refused(digest: Command, filled: Path, name: str, told: str) -> None:
    ended = digest("topics", "rename", "1", name)
    assert ended.code == 1 and ended.err.count("\n") == 1 and told in ended.err
    assert not FILE.exists()


def test_names_of_others_are_refused(digest: Command, filled: Path) -> None:
    other = listed(digest)[2]["name"]
    assert "the name of t2" in digest("topics", "rename", "1", other.upper()).err
    FILE.write_text('[t4]\nname = "Moths"\n')
    ended = digest("topics", "rename", "1", "moths")
    assert ended.code == 1 and "the name of t4" in ended.err
    assert digest("topics", "rename", "99", "Nobody").code == 1
    assert digest("topics", "rename", "1").code == 2


def test_without_a_terminal_a_merge_is_told_and_not_done(digest: Command, filled: Path) -> None:
    old, young = alike(digest)
    head, before = HEAD.read_bytes(), listed(digest)
    ended = digest("topics", "merge", f"t{young}", f"t{old}")
    assert ended.code == 2 and "`--yes` does it" in ended.err
    assert f"t{old} {before[old]['name']}, the older, takes in t{young}" in ended.out.splitlines()[0]
    assert f"  t{young} {before[young]['name']} is merged into t{old}: asked for" in ended.out
    assert "; topics before and after: 6, " in ended.out
    assert HEAD.read_bytes() == head and not FILE.exists()


def test_the_older_topic_survives_a_merge(digest: Command, filled: Path) -> None:
    old, young = alike(digest)
    before = listed(digest)
    assert digest("topics", "merge", str(young), str(old), "--yes", at=WEDNESDAY).code == 0
    after = listed(digest)
    assert (after[young]["retired"], after[young]["heir"]) == (str(WEDNESDAY), old)
    assert after[old]["size"] >= before[old]["size"] + before[young]["size"] - 2
    assert tomllib.loads(FILE.read_text()) == {f"t{young}": {"merge_into": old}}
    assert f"took in t{young}: asked for" in digest("topics", "show", str(old)).out
    assert digest("topics", "show", str(young)).out.splitlines()[0].endswith(f"leads to t{old}:")
    assert (filled / f"reports/topics/{young}.md").exists()
    refused = digest("topics", "merge", str(young), str(old), "--yes")
    assert refused.code == 1 and f"leads to t{old}" in refused.err
    # The record stays, and is done once.
    assert digest("topics", "rebalance", "--yes", at=WEDNESDAY).code == 0
    assert listed(digest)[old]["retired"] is None


def test_a_merge_written_by_hand_is_done_at_the_next_rebalance(digest: Command, filled: Path) -> None:
    old, young = alike(digest)
    FILE.write_text(f"[t{young}]\nmerge_into = {old}\n")
    assert f"(to be merged into t{old})" in digest("topics").out
    assert digest("topics", "rebalance", "--yes").code == 0
    assert listed(digest)[young]["heir"] == old


def test_a_split_gives_some_papers_an_id_of_their_own(digest: Command, filled: Path) -> None:
    before = listed(digest)
    ended = digest("topics", "split", "t1", "--yes")
    assert ended.code == 0 and ended.out.startswith(f"t1 {before[1]['name']} is split: some of its")
    after = listed(digest)
    child = min(set(after) - set(before))
    assert f"t{child} is split from t1, {after[child]['size']} papers, for example “" in ended.out
    assert after[1]["retired"] is after[child]["retired"] is None and after[child]["name"]
    assert f"t{child} was split off: asked for" in digest("topics", "show", "1").out
    assert not FILE.exists()


@pytest.mark.parametrize(("said", "code"), [("y", 0), ("YES", 0), ("n", 1), ("", 1)])
def test_a_terminal_is_asked(
    digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch, said: str, code: int
) -> None:
    head = HEAD.read_bytes()
    answer(monkeypatch, said)
    ended = digest("topics", "rebalance")
    assert ended.code == code and "Do it? [y/N]" in ended.out
    assert (HEAD.read_bytes() == head) == ("Nothing is changed." in ended.out) == (code == 1)


def test_a_change_since_the_question_is_not_overwritten(
    digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_: str) -> str:
        told = json.loads(HEAD.read_text())
        HEAD.write_text(json.dumps({**told, "generation": told["generation"] + 1}))
        return "y"

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", meanwhile)
    ended = digest("topics", "rebalance")
    assert ended.code == 1 and "do it again" in ended.err


def test_a_paid_namer_is_begun_and_leaves_no_journal(
    digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setitem(registry.READERS, "cohere", "tests.fakes:FakeWriter")
    monkeypatch.setattr(FakeWriter, "begin", lambda _, nonce: begun.append(nonce))
    monkeypatch.setenv("DIGEST_PROVIDER", "cohere")
    monkeypatch.setenv("CO_API_KEY", "none-is-asked")
    assert digest("topics", "split", "1", "--yes").code == 0
    assert len(begun) == 1 and len(begun[0]) == 16
    assert not list(Path("archive/journal").glob("topics*"))


def test_what_cannot_be_done_is_told(digest: Command, filled: Path) -> None:
    for words, told in (
        (("merge", "1", "t1"), "into itself"),
        (("merge", "1", "99"), "there is no topic t99"),
        (("split", "99"), "there is no topic t99"),
    ):
        ended = digest("topics", *words, "--yes")
        assert ended.code == 1 and told in ended.err and ended.err.count("\n") == 1
    assert digest("topics", "merge", "1").code == digest("topics", "split", "one").code == 2


def test_where_there_are_no_topics_that_is_told_and_nothing_written(digest: Command, workspace: Path) -> None:
    for words in (["rebalance", "--yes"], ["split", "1"], ["rename", "1", "Moths"], ["merge", "1", "2"]):
        ended = digest("topics", *words)
        assert ended.code == 1 and "no topics yet" in ended.err
    assert "no topics yet" in digest("topics", "review").out
    assert not list(workspace.iterdir())
