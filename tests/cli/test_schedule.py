"""`digest schedule` on the stage of the other commands: its jobs, and what `--status` tells."""

import os
import signal
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.archive import Archive
from digest.archive.health import Ending, Health
from digest.cli import scheduling
from digest.cli.logged import logged
from digest.cli.scheduling import daemon_of, health_file, jobs
from digest.cli.setting import now, open_setting
from digest.daemon import EDITION, MAP, Step
from digest.errors import SourceError
from tests.cli.calling import MONDAY, TUESDAY, WEDNESDAY, Command, Stage, StagedFeed

EASTERN = ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def scripts(held: None) -> None:
    """The daemon draws maps too."""


def look(monkeypatch: pytest.MonkeyPatch, at: str) -> Health:
    """What the daemon does at a moment, and notes."""
    monkeypatch.setenv("DIGEST_NOW", datetime.fromisoformat(at).replace(tzinfo=EASTERN).isoformat())
    config = open_setting(Path()).config
    with logged("info", {}) as lines, health_file(config).held(now()) as health:
        return daemon_of(config, jobs(Path(), lines)).look(health)


def test_an_edition_its_map_and_the_site(
    digest: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    health = look(monkeypatch, "2026-01-05T04:15")
    assert health.attempts[EDITION].ending is Ending.DONE, health.attempts
    assert Archive("archive").history.editions == [MONDAY] and Path("reports/2026/01/2026-01-05.md").exists()
    assert Path("archive/site/map/index.html").exists() and Path("archive/site/index.html").exists()
    said = capsys.readouterr().err.splitlines()
    assert all(" info " in line for line in said) and "█" not in "".join(said)
    assert any("3 announced = 3 new" in line for line in said)
    ended = digest("schedule", "--status", at="2026-01-05T05:00-05:00")
    assert ended.code == 1 and "BAD  daemon: gone" in ended.out and "ok   edition: done 2026-01-05" in ended.out


def test_a_source_that_is_away_is_told_as_the_reason(
    digest: Command, stage: Stage, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look(monkeypatch, "2026-01-05T04:15").attempts[EDITION].ending is Ending.DONE
    kept, stage[TUESDAY] = stage[TUESDAY], SourceError("arXiv is away")
    attempt = look(monkeypatch, "2026-01-06T04:15").attempts[EDITION]
    assert attempt.ending is Ending.FAILED and attempt.reason == "2026-01-06 is not published: arXiv is away"
    ended = digest("schedule", "--status", at="2026-01-06T05:00-05:00")
    assert "BAD  edition: failed 2026-01-06 04:15 EST: 2026-01-06 is not published: arXiv is away" in ended.out
    assert look(monkeypatch, "2026-01-06T09:45").attempts[EDITION].ending is Ending.FAILED
    stage[TUESDAY] = kept
    assert look(monkeypatch, "2026-01-07T04:15").attempts[EDITION].ending is Ending.DONE
    assert Archive("archive").history.editions == [MONDAY, TUESDAY, WEDNESDAY]


def test_a_second_source_that_is_away_is_named_too(
    digest: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_SOURCES", '["arxiv", "feed"]')
    monkeypatch.setenv("DIGEST_FEED_URLS", '["https://feeds.example/papers.xml"]')
    monkeypatch.setattr(StagedFeed, "stage", {MONDAY: SourceError("no feed")})
    attempt = look(monkeypatch, "2026-01-05T04:15").attempts[EDITION]
    assert attempt.reason == "2026-01-05: source feed failed: no feed"


def test_settings_are_read_again_for_each_job(
    digest: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("digest.toml").write_text('provider = "gpt"')
    monkeypatch.setenv("DIGEST_PROVIDER", "local")
    daemon = daemon_of(open_setting(Path()).config, {EDITION: [lambda: open_setting(Path())], "map": []})
    monkeypatch.delenv("DIGEST_PROVIDER")
    monkeypatch.setenv("DIGEST_NOW", "2026-01-05T09:15Z")
    attempt = daemon.look(Health(now(), now())).attempts[EDITION]
    assert attempt.ending is Ending.FAILED and "unknown provider 'gpt'" in attempt.reason


def test_a_workspace_without_a_daemon_and_a_damaged_note(digest: Command, workspace: Path) -> None:
    ended = digest("schedule", "--status")
    assert (ended.code, ended.out) == (
        1,
        "BAD  the daemon has never run here; `digest schedule` starts it\n",
    )
    assert not (workspace / "archive").exists()
    Path("archive/daemon").mkdir(parents=True)
    Path("archive/daemon/health.json").write_text("{")
    ended = digest("schedule", "--status")
    assert ended.code == 1 and ended.err.count("\n") == 1 and "is damaged" in ended.err


@pytest.mark.parametrize("times", ['["01:15"]', '["02:59"]', '["4:15"]', '["24:00"]', "[]"])
def test_times_that_clocks_may_skip_or_repeat_are_refused(digest: Command, workspace: Path, times: str) -> None:
    Path("digest.toml").write_text(f"[schedule]\ntimes = {times}")
    ended = digest("schedule")
    assert ended.code == 1 and "schedule.times" in ended.err and not Path("archive").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_step_end_and_a_second_one_does_not(
    digest: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setenv("DIGEST_NOW", "2026-01-05T09:15Z")
    before, done = [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)], []

    def stopped(times: int) -> None:
        for _ in range(times):
            os.kill(os.getpid(), number)
        done.append(times)

    def work(times: int) -> dict[str, list[Step]]:
        return {EDITION: [lambda: stopped(times), lambda: done.append(0)], MAP: []}

    monkeypatch.setattr(scheduling, "jobs", lambda workspace, lines: work(2))
    with pytest.raises(KeyboardInterrupt):
        scheduling.schedule(Path())
    assert not done
    monkeypatch.setattr(scheduling, "jobs", lambda workspace, lines: work(1))
    scheduling.schedule(Path())
    assert done == [1] and before == [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)]
    assert not health_file(open_setting(Path()).config).alive
