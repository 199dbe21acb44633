"""The daemon in simulated time: slots, what was missed, clocks that change, and failures."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.interval import IntervalTrigger

import digest
from digest import daemon as room
from digest.archive.health import Attempt, Ending, Health, HealthFile
from digest.daemon import EDITION, MAP, Daemon, Timetable, signs
from digest.errors import SourceError

EASTERN = ZoneInfo("America/New_York")
TIMES = (time(4, 15), time(9, 45))
TABLE = Timetable(TIMES, "sun", EASTERN)


def at(day: int, clock: str = "04:15", month: int = 1) -> datetime:
    return datetime.combine(date(2026, month, day), time.fromisoformat(clock), EASTERN).astimezone(UTC)


class World:
    """A clock that is set by hand, and jobs that note when they were done."""

    def __init__(self, folder: Path, now: datetime, table: Timetable = TABLE) -> None:
        self.now, self.table, self.file = now, table, HealthFile(folder)
        self.done: list[tuple[str, str]] = []
        self.fails: dict[str, Exception | BaseException] = {}
        self.begin()

    def begin(self) -> None:
        """A new process, as after a restart."""
        jobs = {name: [self._step(name)] for name in (EDITION, MAP)}
        self.daemon = Daemon(self.table, jobs, self.file, lambda: self.now, lambda: 0.0)

    def _step(self, name: str) -> Callable[[], None]:
        def step() -> None:
            if name in self.fails:
                raise self.fails[name]
            self.done.append((name, f"{self.now.astimezone(EASTERN):%m-%d %H:%M}"))

        return step

    def look(self) -> Health:
        with self.file.held(self.now) as health:
            return self.daemon.look(health)

    def until(self, end: datetime) -> None:
        """Wake at every slot, as APScheduler's trigger has them."""
        with self.file.held(self.now) as health:
            health = self.daemon.look(health)
            while self.table.next(self.now) <= end:
                self.now = self.table.next(self.now)
                health = self.daemon.look(health)


def test_a_week_has_five_editions_and_a_map(tmp_path: Path) -> None:
    world = World(tmp_path, at(4, "20:00"))
    world.until(at(11, "23:00"))
    editions = [when for name, when in world.done if name == EDITION]
    assert editions == ["01-04 20:00", *(f"01-{day:02} 04:15" for day in range(5, 10))]
    assert [when for name, when in world.done if name == MAP] == ["01-11 04:15"]


def test_a_start_makes_up_for_what_was_missed_once(tmp_path: Path) -> None:
    world = World(tmp_path, at(5))
    world.look()
    world.now = at(14, "12:00")
    world.begin()
    health = world.look()
    assert world.done[1:] == [(EDITION, "01-14 12:00"), (MAP, "01-14 12:00")]
    assert health.next == at(15)
    world.begin()
    world.look()
    assert len(world.done) == 3


def test_a_map_that_was_missed_is_made_up_for_too(tmp_path: Path) -> None:
    world = World(tmp_path, at(9))
    world.until(at(11, "05:00"))
    world.now = at(19, "12:00")
    world.look()
    assert world.done[-2:] == [(EDITION, "01-19 12:00"), (MAP, "01-19 12:00")]


def test_a_failure_is_tried_again_at_the_next_slot_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    world = World(tmp_path, at(5))
    world.fails[EDITION] = SourceError("arXiv is\naway")
    with world.file.held(world.now) as health:
        health = world.daemon.look(health)
        world.now = at(5, "05:00")
        assert world.daemon.look(health) == health
        assert [world.table.due(health, at(5, when)) for when in ("09:44", "09:45")] == [None, EDITION]
    assert health.attempts[EDITION] == Attempt(at(5), Ending.FAILED, at(5), "arXiv is away")
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == ["edition: failed: arXiv is away"]
    world.fails.clear()
    world.now = at(5, "09:45")
    world.look()
    assert world.done == [(EDITION, "01-05 09:45")]


@pytest.mark.parametrize(
    ("job", "begun", "tried"), [(EDITION, at(5), at(5, "10:30")), (MAP, at(11), at(11, "10:30"))]
)
def test_a_start_tries_at_once_what_failed_before_it_and_once_only(
    tmp_path: Path, job: str, begun: datetime, tried: datetime
) -> None:
    world = World(tmp_path, begun - timedelta(days=1))
    world.look()
    world.fails[job] = SourceError("arXiv is away")
    world.now = begun
    assert world.look().attempts[job].ending is Ending.FAILED
    world.begin()
    world.now = tried
    assert world.look().attempts[job] == Attempt(tried, Ending.FAILED, tried, "arXiv is away")
    world.fails.clear()
    world.begin()
    world.now += timedelta(minutes=1)
    with world.file.held(world.now) as health:
        health = world.daemon.look(health)
        world.now += timedelta(minutes=1)
        assert world.daemon.look(health) == health
    assert world.done[-1] == (job, f"01-{begun.day:02} 10:31")


def test_a_failure_after_the_clock_was_put_back_is_not_tried_without_end(tmp_path: Path) -> None:
    world = World(tmp_path, at(5).replace(year=2031))
    with world.file.held(world.now) as health:
        health = world.daemon.look(health)
        world.now, world.fails[EDITION] = at(6, "12:00"), SourceError("arXiv is away")
        health = world.daemon.look(health)
        assert health.attempts[EDITION] == Attempt(world.now, Ending.FAILED, world.now, "arXiv is away")


def test_what_succeeded_is_not_done_again_at_the_later_slot(tmp_path: Path) -> None:
    world = World(tmp_path, at(5))
    world.until(at(5, "23:00"))
    assert world.done == [(EDITION, "01-05 04:15")]


def test_a_mistake_of_the_program_is_a_failure_too(tmp_path: Path) -> None:
    world = World(tmp_path, at(5))
    world.fails[EDITION] = KeyError("x" * 10_000)
    told = world.look().attempts[EDITION]
    assert told.ending is Ending.FAILED and told.reason.startswith("KeyError: 'xxx") and len(told.reason) == 500


def test_every_step_is_tried_and_each_reason_told(tmp_path: Path) -> None:
    done: list[int] = []

    def bad(reason: str) -> None:
        raise SourceError(reason)

    steps = [partial(bad, "away"), lambda: done.append(1), partial(bad, "broken"), partial(bad, "away")]
    work = {EDITION: steps, MAP: []}
    table = Daemon(TABLE, work, HealthFile(tmp_path), lambda: at(5), lambda: 0.0)
    assert table.look(Health(at(5), at(5))).attempts[EDITION].reason == "away; broken" and done == [1]


def test_what_was_cut_short_is_gone_on_with_at_once(tmp_path: Path) -> None:
    world = World(tmp_path, at(5))
    world.fails[EDITION] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.look()
    kept = world.file.read()
    assert kept is not None and kept.attempts[EDITION].ending is Ending.RUNNING and not world.file.alive
    world.fails.clear()
    world.now += timedelta(minutes=1)
    world.begin()
    world.look()
    assert world.done == [(EDITION, "01-05 04:16")]


def test_a_stop_lets_the_step_end_and_leaves_the_next(tmp_path: Path) -> None:
    done: list[str] = []
    file, steps = HealthFile(tmp_path), {EDITION: [], MAP: []}  # type: ignore[var-annotated]
    stopped = Daemon(TABLE, steps, file, lambda: at(5), lambda: 0.0)
    steps[EDITION] += [stopped.stop, lambda: done.append("second")]
    stopped.serve()
    kept = file.read()
    assert kept is not None and kept.stopped == at(5) and kept.attempts[EDITION].ending is Ending.RUNNING
    assert not done and TABLE.due(kept, at(5)) == EDITION


@pytest.mark.parametrize(("first", "last", "month"), [(6, 9, 3), (30, 2, 10)])
def test_clocks_that_change_leave_one_edition_a_day(tmp_path: Path, first: int, last: int, month: int) -> None:
    world = World(tmp_path, at(first, "00:00", month))
    world.look()
    world.done.clear()
    world.until(at(last, "23:00", month + (last < first)))
    editions = [when for name, when in world.done if name == EDITION]
    assert all(when.endswith("04:15") for when in editions)
    assert len(editions) == len({when[:5] for when in editions}) == 2


def test_slots_keep_the_time_on_the_wall_through_both_changes() -> None:
    slot, seen = at(1, "00:00"), []
    for _ in range(600):
        slot = TABLE.next(slot)
        seen.append(slot)
    assert {f"{s:%H:%M}" for s in seen} == {"04:15", "09:45"} and {s.utcoffset() for s in seen} == {
        timedelta(hours=-5),
        timedelta(hours=-4),
    }
    assert len({(s.date(), s.hour) for s in seen}) == 600


def test_a_clock_that_was_wrong_does_not_stop_the_daemon_for_years(tmp_path: Path) -> None:
    world = World(tmp_path, at(5).replace(year=2031))
    world.look()
    world.now = at(6, "12:00")
    health = world.look()
    assert world.done[1:] == [(EDITION, "01-06 12:00"), (MAP, "01-06 12:00")] and health.next == at(7)
    world.now -= timedelta(seconds=20)
    world.look()
    assert len(world.done) == 3


def test_a_jump_of_the_clock_is_noticed_while_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WATCH", 0.01)
    world, looks = World(tmp_path, at(5)), []

    def clock() -> datetime:
        looks.append(world.now)
        if len(looks) == 30:
            world.now = at(6, "12:00")
        return world.now

    def edition() -> None:
        world.done.append((EDITION, str(world.now)))
        if len(world.done) == 2:
            sleeper.stop()

    sleeper = Daemon(TABLE, {EDITION: [edition], MAP: []}, world.file, clock, lambda: 0.0)
    sleeper.serve()
    assert [when for _, when in world.done] == [str(at(5)), str(at(6, "12:00"))]


def test_slots_wake_the_daemon(tmp_path: Path) -> None:
    class Often(Timetable):
        """Has a slot every few moments of real time, and is due at each."""

        def due(self, health: Health, now: datetime) -> str | None:
            return EDITION if len(done) < len(looks) else None

        def next(self, now: datetime) -> datetime:
            looks.append(now)
            return now

    table, looks, done = Often(TIMES, "sun", EASTERN), [at(5)], []  # type: ignore[var-annotated]
    table.trigger = IntervalTrigger(seconds=0.05)

    def edition() -> None:
        done.append("edition")
        if len(done) == 3:
            often.stop()

    often = Daemon(table, {EDITION: [edition], MAP: []}, HealthFile(tmp_path), lambda: at(5), lambda: 0.0)
    often.serve()
    assert len(done) == 3


def test_a_note_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(health: Health) -> None:
        raise OSError(28, "No space left on device")

    world = World(tmp_path, at(5))
    monkeypatch.setattr(world.file, "write", full)
    world.until(at(6, "12:00"))
    assert [name for name, _ in world.done] == [EDITION, EDITION]


def told(health: Health | None, alive: bool, now: datetime) -> tuple[bool, str]:
    found = signs(health, alive, now, EASTERN)
    return all(sign.well for sign in found), "\n".join(sign.text for sign in found)


def test_signs_of_health() -> None:
    well = Health(at(5), at(5), 7, "box", at(6), None, {EDITION: Attempt(at(5), Ending.DONE, at(5))})
    assert told(well, True, at(5, "12:00")) == (
        True,
        "daemon: process 7 on box, since 2026-01-05 04:15 EST\n"
        "edition: done 2026-01-05 04:15 EST\nnext: 2026-01-06 04:15 EST",
    )
    assert told(None, False, at(5)) == (False, "the daemon has never run here; `digest schedule` starts it")
    gone, text = told(well, False, at(5, "12:00"))
    assert not gone and "gone without a word (process 7 on box" in text
    late, text = told(well, True, at(6, "04:31"))
    assert not late and "the daemon hangs" in text
    failed = well.noting(EDITION, Attempt(at(5), Ending.FAILED, at(5), "away"))
    bad, text = told(failed, True, at(5))
    assert not bad and "edition: failed 2026-01-05 04:15 EST: away" in text
    running = well.noting(EDITION, Attempt(at(6)))
    assert told(running, True, at(6, "12:00"))[0] and not told(running, True, at(6, "17:00"))[0]
    assert "cut short" in told(running, False, at(6))[1]


def serving(folder: Path) -> subprocess.Popen[str]:
    settings = {"DIGEST_SOURCES": '["file"]', "DIGEST_FILE_PATHS": '["papers.jsonl"]'}
    env = {**os.environ, "PYTHONPATH": str(Path(digest.__file__).parents[1]), **settings}
    (folder / "papers.jsonl").touch()
    command = [sys.executable, "-m", "digest", "schedule", "--workspace", str(folder)]
    return subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_real_process_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    process = serving(tmp_path)
    try:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if "next: " in line:
                break
        file = HealthFile(tmp_path / "archive")
        assert file.alive
        if number == signal.SIGTERM:
            second = serving(tmp_path)
            told = second.communicate()[1]
            assert second.returncode == 1 and f"process {process.pid} on" in told and told.count("\n") == 1
        process.send_signal(number)
        rest = process.stderr.read()
        assert process.wait() == 0 and rest.endswith("info stopped\n")
        kept = file.read()
        assert kept is not None and kept.stopped and not file.alive
        assert kept.attempts[EDITION].ending is Ending.DONE, lines
    finally:
        process.kill()
        process.wait()
