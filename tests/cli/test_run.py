import errno
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from digest.archive import Archive
from digest.cli import publishing
from digest.errors import ProviderError, SourceError, StaleSource
from tests.cli.calling import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, Command, Stage, StagedFeed, listed
from tests.fakes import FakeReader


def editions(workspace: Path) -> list[str]:
    return [str(edition) for edition in Archive(str(workspace / "archive")).history.editions]


def page(workspace: Path, day: object) -> Path:
    return workspace / f"reports/2026/01/{day}.md"


def tree(folder: Path) -> dict[str, bytes]:
    kept = [p for p in folder.rglob("*") if p.is_file() and p.name not in ("lock", "lock.holder")]
    return {str(p.relative_to(folder)): p.read_bytes() for p in kept}


def test_a_first_run_publishes_today_and_the_next_what_was_missed(digest: Command, workspace: Path) -> None:
    first = digest("run")
    assert first.code == 0 and editions(workspace) == ["2026-01-06"]
    assert "2026-01-06: 4 announced = 3 new + 1 updated + 0 already reported + 0 failed" in first.out
    assert f"→ {page(Path(), TUESDAY)}" in first.out
    assert digest("run", at=FRIDAY).code == 0
    assert editions(workspace) == ["2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09"]
    index = (workspace / "reports/README.md").read_text(encoding="utf-8")
    assert "[7](2026/01/2026-01-07.md)" in index and "9 –" in index


def test_one_edition_and_a_range(digest: Command, workspace: Path) -> None:
    assert digest("run", "--edition", "2026-01-06", at=FRIDAY).code == 0
    assert editions(workspace) == ["2026-01-06"]
    ended = digest("run", "--since", "2026-01-05", at=WEDNESDAY)
    assert ended.code == 0 and editions(workspace) == ["2026-01-05", "2026-01-06", "2026-01-07"]
    assert "2026-01-06 is already published; `digest render 2026-01-06` rewrites its report." in ended.out
    assert "2026-01-05: 3 announced = 1 new + 0 updated + 2 already reported + 0 failed" in ended.out


def test_the_date_is_that_of_us_eastern_time(digest: Command, workspace: Path) -> None:
    assert digest("run", at="2026-01-06T04:59Z").code == 0
    assert digest("run", at="2026-01-06T05:01").code == 0
    assert editions(workspace) == ["2026-01-05", "2026-01-06"]


def test_an_edition_that_is_there_is_not_made_again(digest: Command, workspace: Path) -> None:
    digest("run")
    before = tree(workspace)
    due, one = digest("run"), digest("run", "--edition", "2026-01-06")
    assert due.code == one.code == 0 and tree(workspace) == before
    assert due.out == "Nothing is due: no announcement day from 2026-01-06 to 2026-01-06 is without its edition.\n"
    assert one.out == "2026-01-06 is already published; `digest render 2026-01-06` rewrites its report.\n"


def test_the_sample_has_a_folder_of_its_own(digest: Command, workspace: Path) -> None:
    (workspace / "digest.toml").write_text('title = "Mine"\narchive = "elsewhere"\nsources = ["file"]')
    ended = digest("run", "--sample", at="2020-01-01T09:00Z")
    assert ended.code == 0 and sorted(p.name for p in workspace.iterdir()) == ["digest.toml", "sample"]
    held = editions(workspace / "sample")
    assert len(held) == 3 and all(page(workspace / "sample", day).exists() for day in held)
    text = page(workspace / "sample", held[0]).read_text(encoding="utf-8")
    assert "Mine" in text and "invented" in text
    again = digest("run", "--sample")
    assert (again.code, again.out) == (
        0,
        "The sample is already in sample; delete that folder to publish it again.\n",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--edition", "2026-01-05", "--since", "2026-01-05"], "only one of"),
        (["--sample", "--since", "2026-01-05"], "only one of"),
        (["--sample", "--edition", "2026-01-05"], "only one of"),
        (["--edition", "2026-01-32"], "'2026-01-32' is no day; write it like 2026-01-31"),
        (["--edition", "today"], "'today' is no day; write it like 2026-01-31"),
        (["--edition", "0001-01-01"], "editions begin in 1991"),
        (["--since", "1066-10-14"], "editions begin in 1991"),
        (["--edition", "2026-01-07"], "2026-01-07 is still to come: today is 2026-01-06 in US Eastern time"),
        (["--since", "2999-01-01"], "still to come"),
        (["--speed", "9"], "No such option"),
        (["2026-01-05"], "unexpected"),
    ],
)
def test_wrong_usage_exits_2_and_touches_nothing(
    digest: Command, workspace: Path, words: list[str], said: str
) -> None:
    ended = digest("run", *words)
    assert ended.code == 2 and not ended.out and said in " ".join(ended.err.split())
    assert not list(workspace.iterdir())


@pytest.mark.parametrize("words", [[], ["--sample"], ["--edition", "2026-01-05"]])
def test_a_missing_workspace_is_one_line_and_is_not_made(
    digest: Command, tmp_path: Path, words: list[str]
) -> None:
    missing = tmp_path / "missing"
    ended = digest("run", *words, "--workspace", str(missing))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"digest: the workspace {missing} is no folder; create it, or name another\n"
    assert not missing.exists()


def test_the_workspace_may_be_a_variable(digest: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("DIGEST_WORKSPACE", str(tmp_path / "other"))
    assert digest("run").code == 0 and page(tmp_path / "other", TUESDAY).exists()


def test_an_unknown_provider_is_told_with_the_known_ones(digest: Command, workspace: Path) -> None:
    ended = digest("run", "--provider", "gpt")
    assert ended.code == 1
    assert all(told in ended.err for told in ("--provider", "'gpt'", "known: auto, local"))
    assert not (workspace / "archive").exists()


def test_every_mistake_in_the_settings_is_told_at_once(digest: Command, workspace: Path) -> None:
    (workspace / "digest.toml").write_text('provider = "gpt"\ncolour = 1\n[arxiv]\ndelay = 1\ncategories = []')
    ended = digest("run")
    assert ended.code == 1 and ended.err.startswith("digest: the settings have mistakes:\n")
    for part in ("provider (in digest.toml)", "colour (in digest.toml): no such setting", "arxiv.categories"):
        assert part in ended.err, part
    (workspace / "digest.toml").write_text("title = ")
    assert "digest.toml cannot be read: " in digest("run").err


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "09:00"])
def test_a_bad_clock_is_told(digest: Command, text: str) -> None:
    ended = digest("run", at=text)
    assert ended.code == 1
    assert ended.err == f"digest: DIGEST_NOW must be an ISO time such as 2026-11-20T09:00Z, not {text!r}\n"


def test_a_day_with_nothing_announced_is_done_without_a_report(digest: Command, workspace: Path) -> None:
    ended = digest("run", "--edition", "2026-01-08", at=THURSDAY)
    assert (ended.code, ended.out) == (0, "2026-01-08: nothing was announced.\n")
    assert editions(workspace) == ["2026-01-08"] and not page(workspace, THURSDAY).exists()
    assert digest("run", at=THURSDAY).out.startswith("Nothing is due")


def test_a_weekend_has_nothing_due_but_a_first_run_has_fridays(
    digest: Command, workspace: Path, stage: Stage
) -> None:
    stage[FRIDAY] = listed(8, 9)
    saturday, sunday = FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=2)
    assert digest("run", at=sunday).code == 0 and editions(workspace) == ["2026-01-09"]
    ended = digest("run", at=saturday)
    assert ended.code == 0 and ended.out.startswith("Nothing is due") and editions(workspace) == ["2026-01-09"]
    assert digest("run", "--since", "2026-01-10", at=sunday).out.startswith("Nothing is due")


def test_a_stale_source_fails_with_its_message_and_the_next_run_tries_again(
    digest: Command, workspace: Path, stage: Stage
) -> None:
    stage[TUESDAY] = StaleSource("the feed still shows 2026-01-05, not 2026-01-06; run again later")
    ended = digest("run")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "digest: 2026-01-06 is not published: the feed still shows 2026-01-05, not 2026-01-06; run again later\n"
    )
    assert editions(workspace) == []
    stage[TUESDAY] = listed(4)
    assert digest("run").code == 0 and editions(workspace) == ["2026-01-06"]


def test_a_first_edition_that_fails_all_day_is_made_the_next(
    digest: Command, workspace: Path, stage: Stage
) -> None:
    stage[MONDAY], staged = SourceError("no answer"), stage[MONDAY]
    assert digest("run", at=MONDAY).code == 1
    assert "edition 2026-01-05 was begun, not finished" in digest("doctor", at=MONDAY).out
    assert digest("run", at=TUESDAY).code == 1 and editions(workspace) == ["2026-01-06"]
    stage[MONDAY] = staged
    assert digest("run", at=TUESDAY).code == 0 and editions(workspace) == ["2026-01-05", "2026-01-06"]
    assert digest("doctor", at=TUESDAY).code == 0


def test_a_failing_past_edition_does_not_keep_todays_from_being_tried(
    digest: Command, workspace: Path, stage: Stage
) -> None:
    digest("run", at=MONDAY)
    stage[TUESDAY], stage[FRIDAY] = SourceError("no answer; try again later"), listed(8)
    ended = digest("run", at=FRIDAY)
    assert ended.code == 1 and editions(workspace) == ["2026-01-05", "2026-01-09"]
    assert ended.err.splitlines()[:3] == [
        "digest: 2026-01-06 is not published: no answer; try again later",
        "2026-01-07 was not tried after that.",
        "2026-01-08 was not tried after that.",
    ]
    stage[TUESDAY] = listed(4, 5)
    assert digest("run", at=FRIDAY).code == 0 and len(editions(workspace)) == 5


def test_a_provider_that_fails_is_one_line_and_costs_no_second_fetch(
    digest: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    def fail(*_: object) -> None:
        raise ProviderError("no tokens left; try tomorrow")

    with monkeypatch.context() as failing:
        failing.setattr(FakeReader, "read", fail)
        ended = digest("run")
    assert ended.code == 1 and "digest: 2026-01-06 is not published: no tokens left; try tomorrow" in ended.err
    stage[TUESDAY] = listed(99)
    again = digest("run")
    assert again.code == 0 and "4 announced = 3 new + 1 updated" in again.out


def test_a_second_run_says_who_holds_the_archive(digest: Command, workspace: Path) -> None:
    digest("run", at=MONDAY)
    with Archive(str(workspace / "archive")).writing():
        for words in (["run"], ["render", "--all"]):
            ended = digest(*words)
            assert ended.code == 1 and ended.err.count("\n") == 1
            assert f"is in use by process {os.getpid()}" in ended.err and "wait for it to end" in ended.err
        assert digest("search", "paper").code == 0
    assert digest("run").code == 0


def test_a_run_cut_short_after_the_commit_writes_the_report_next_time(
    digest: Command, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopping:
        stopping.setattr(publishing, "render_edition", stop)
        ended = digest("run")
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.endswith("digest: stopped; the same command goes on from here\n")
    assert editions(workspace) == ["2026-01-06"] and not page(workspace, TUESDAY).exists()
    again = digest("run")
    assert again.code == 0
    assert again.out.startswith("2026-01-06 was committed by a run that was cut short; writing its report.\n")
    (tmp_path / "whole").mkdir()
    digest("run", "--workspace", str(tmp_path / "whole"))
    assert tree(workspace) == tree(tmp_path / "whole")


def test_lines_are_plain_when_nobody_watches(digest: Command) -> None:
    ended = digest("run")
    assert ended.err.splitlines() == [
        "2026-01-06: fetching done",
        "2026-01-06: embedding done (3)",
        "2026-01-06: reading done (3)",
        "2026-01-06: topics done",
    ]
    assert not set("\x1b\r\b") & set(ended.out + ended.err)


FEED = '\n[feed]\nurls = ["https://feeds.example/papers.xml"]\n'


def test_sources_that_all_fail_are_no_quiet_day(digest: Command, workspace: Path) -> None:
    (workspace / "digest.toml").write_text('sources = ["feed"]' + FEED)
    StagedFeed.stage[TUESDAY] = SourceError("no answer; try again later")
    ended = digest("run")
    assert ended.code == 1 and "not published: no answer" in ended.err and editions(workspace) == []


def test_a_feed_that_fails_beside_a_quiet_day_is_told(digest: Command, workspace: Path) -> None:
    (workspace / "digest.toml").write_text('sources = ["arxiv", "feed"]' + FEED)
    StagedFeed.stage[THURSDAY] = SourceError("no answer; try again later")
    ended = digest("run", at=THURSDAY)
    assert ended.code == 1 and ended.out == "2026-01-08: nothing was announced.\n"
    assert "2026-01-08: source feed failed: no answer; try again later" in ended.err


@pytest.mark.parametrize("name", ["archive", "reports"])
def test_a_file_where_a_folder_belongs_is_one_line(digest: Command, workspace: Path, name: str) -> None:
    (workspace / name).write_text("x")
    ended = digest("run")
    assert ended.code == 1 and ended.err.splitlines()[-1].startswith("digest: ") and name in ended.err


def test_reports_without_their_archive_stop_the_run(digest: Command, workspace: Path) -> None:
    digest("run", at=MONDAY)
    (workspace / "archive").rename(workspace / "gone")
    ended = digest("run")
    assert ended.code == 1 and "every paper would look new" in ended.err and ended.err.count("\n") == 1
    assert not page(workspace, TUESDAY).exists()


def test_a_full_disk_is_one_line_with_the_way_out(
    digest: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as changed:
        changed.setattr(Archive, "commit", full)
        ended = digest("run")
    said = "digest: No space left on device; make room, then the same command goes on from here"
    assert ended.code == 1 and ended.err.splitlines()[-1] == said
    assert digest("run").code == 0 and editions(workspace)


def test_a_broken_taxonomy_lists_its_mistakes(digest: Command, workspace: Path) -> None:
    (workspace / "prompts").mkdir()
    (workspace / "prompts/taxonomy.toml").write_text('[[category]]\nslug = "A"\nemoji = "x"\nname = {}\n')
    ended = digest("run")
    assert ended.code == 1 and ended.err.startswith("digest: prompts/taxonomy.toml has mistakes:\n")
    assert ended.err.count("\n  ") >= 3


def test_the_module_runs_as_a_program(workspace: Path) -> None:
    """In a process of its own: exit codes and streams as a shell sees them."""
    root = Path(publishing.__file__).parents[2]
    told = {**os.environ, "PYTHONPATH": str(root), "DIGEST_NOW": "soon"}
    done = subprocess.run(
        [sys.executable, "-m", "digest", "run"], env=told, cwd=workspace, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "digest: DIGEST_NOW must be an ISO time such as 2026-11-20T09:00Z, not 'soon'\n"
