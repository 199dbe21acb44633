"""The daemon: when its jobs are due, what became of them, and the waiting in between.

What is due is decided from the clock and from what was noted of the last attempts, never from having been woken:
so a start after a pause, a clock put right, a day of 25 hours and two wakings at once need no rules of their own.
APScheduler wakes it, since its triggers know about daylight saving time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from queue import Empty, SimpleQueue

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from digest.archive.health import Attempt, Ending, Health, HealthFile
from digest.errors import DigestError
from digest.text import truncate

EDITION, MAP = "edition", "map"
WORKDAYS = "mon-fri"
# Each slot comes at least weekly.
LONGEST = timedelta(days=8)
# How often the clock is looked at, in seconds, and what it may be off before it counts as put right.
WATCH = 60.0
JUMP = timedelta(seconds=30)
# An attempt so far in the future was noted by a clock that was wrong.
WRONG = timedelta(hours=1)
# How late the daemon may wake, and how long a job may take, before something is wrong with it.
LATE, STUCK = timedelta(minutes=15), timedelta(hours=12)
REASON = 500

Step = Callable[[], None]

log = logging.getLogger(__name__)


class Timetable:
    """When jobs are due: editions on weekdays at the first of `times`, and again at the others where that failed;
    the map at the first of them on its day."""

    def __init__(self, times: Sequence[time], map_day: str, zone: tzinfo) -> None:
        def at(days: str, clock: time) -> CronTrigger:
            return CronTrigger(day_of_week=days, hour=clock.hour, minute=clock.minute, timezone=zone)

        self._first = at(WORKDAYS, times[0])
        self._any = OrTrigger([at(WORKDAYS, clock) for clock in times])
        self._map = at(map_day, times[0])
        self.trigger = OrTrigger([self._any, self._map])
        self.zone = zone

    def next(self, now: datetime) -> datetime:
        """The first slot after `now`, in the timetable's zone."""
        slot: datetime = self.trigger.get_next_fire_time(now, now)
        return slot.astimezone(self.zone)

    def due(self, health: Health, now: datetime) -> str | None:
        """The job to be done now, if any; of two the edition.

        An edition is due once its day's first slot has come; at later slots only if it failed before. A map is due
        once its slot has come since the first daemon here: the first edition draws the first map. What was cut
        short is due at once, and so is, at a start, what failed before it.
        """
        attempt = health.attempts.get(EDITION)
        if attempt is None or _again(attempt, health, now) or attempt.began < _latest(self._first, now):
            return EDITION
        if attempt.ending is Ending.FAILED and attempt.began < _latest(self._any, now):
            return EDITION
        attempt = health.attempts.get(MAP, Attempt(health.known, Ending.DONE))
        return MAP if _again(attempt, health, now) or attempt.began < _latest(self._map, now) else None


def _again(attempt: Attempt, health: Health, now: datetime) -> bool:
    # Whoever starts the daemon anew has perhaps mended what was wrong; a start in the future was noted by a clock
    # that was wrong.
    failed_before = attempt.ending is Ending.FAILED and attempt.began < health.started <= now
    return failed_before or attempt.ending is Ending.RUNNING or attempt.began > now + WRONG


def _latest(trigger: CronTrigger | OrTrigger, now: datetime) -> datetime:
    """The last slot up to `now`."""
    found = slot = trigger.get_next_fire_time(None, now - LONGEST)
    while slot <= now:
        found, slot = slot, trigger.get_next_fire_time(slot, slot)
    latest: datetime = found
    return latest


class Daemon:
    """Does what is due, one job at a time, in the thread that serves; a failed job never ends it.

    `jobs` has the steps of each job, in their order; each is tried, and raises to say why it failed. `clock` tells
    the time and `elapsed` counts seconds whatever becomes of the clock.
    """

    def __init__(
        self,
        timetable: Timetable,
        jobs: Mapping[str, Sequence[Step]],
        file: HealthFile,
        clock: Callable[[], datetime],
        elapsed: Callable[[], float],
    ) -> None:
        self._timetable, self._jobs, self._file = timetable, jobs, file
        self._clock, self._elapsed = clock, elapsed
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._stopping = False

    def stop(self) -> None:
        """Let the running step be the last. Fit for a signal's handler, unlike what `threading` has."""
        self._stopping = True
        self._wake.put(None)

    def serve(self) -> None:
        """Do what was missed or has failed, then what comes to be due, until stopped.

        Raises `ArchiveError` beside another.
        """
        with self._file.held(self._clock()) as health:
            scheduler = BackgroundScheduler(timezone=self._timetable.zone)
            once = {"coalesce": True, "misfire_grace_time": None}
            scheduler.add_job(self._wake.put, self._timetable.trigger, args=[None], id=EDITION, **once)
            scheduler.start()
            try:
                health = self.look(health)
                while not self._stopping:
                    if self._waited():
                        # Its waiting was reckoned by the clock that was wrong.
                        scheduler.reschedule_job(EDITION, trigger=self._timetable.trigger)
                    health = self.look(health)
            finally:
                scheduler.shutdown(wait=False)
            self._note(replace(health, stopped=self._clock()))
            log.info("stopped")

    def look(self, health: Health) -> Health:
        """Do all that is due by now; returns what is noted afterwards."""
        while not self._stopping and (job := self._timetable.due(health, self._clock())) is not None:
            health = self._attempt(job, health)
        coming = self._timetable.next(self._clock())
        if coming != health.next and not self._stopping:
            health = self._note(replace(health, next=coming))
            log.info("next: %s", coming.isoformat(timespec="minutes"))
        return health

    def _attempt(self, job: str, health: Health) -> Health:
        attempt = Attempt(self._clock())
        health = self._note(health.noting(job, attempt))
        log.info("%s: begun", job)
        reasons = []
        for step in self._jobs[job]:
            if self._stopping:
                log.info("%s: left off; the next start goes on from here", job)
                return health
            reasons += _reasons(step)
        ended = self._clock()
        if reasons:
            log.error("%s: failed: %s", job, told := truncate("; ".join(dict.fromkeys(reasons)), REASON))
            return self._note(health.noting(job, replace(attempt, ending=Ending.FAILED, ended=ended, reason=told)))
        log.info("%s: done in %d s", job, (ended - attempt.began).total_seconds())
        return self._note(health.noting(job, replace(attempt, ending=Ending.DONE, ended=ended)))

    def _waited(self) -> bool:
        """Wait until woken, or for a while; True if the clock went otherwise than the seconds did."""
        clock, elapsed = self._clock(), self._elapsed()
        with suppress(Empty):
            self._wake.get(timeout=WATCH)
        gone = timedelta(seconds=self._elapsed() - elapsed)
        return abs(self._clock() - clock - gone) > JUMP

    def _note(self, health: Health) -> Health:
        try:
            self._file.write(health)
        except OSError as error:
            # Without its note the daemon may repeat a job, which is safe; without the daemon none is done.
            log.error("%s cannot be written: %s", self._file.path, error)
        return health


def _reasons(step: Step) -> list[str]:
    """Why a step failed; nothing if it did not."""
    try:
        step()
    except (DigestError, OSError) as error:
        log.debug("in full:", exc_info=True)
        return [str(error)]
    except Exception as error:
        # A mistake in the program; tomorrow's edition may still be spared it.
        log.debug("in full:", exc_info=True)
        return [f"{type(error).__name__}: {error}"]
    return []


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that the health file tells: whether it is well, and a line about it."""

    well: bool
    text: str


def signs(health: Health | None, alive: bool, now: datetime, zone: tzinfo) -> list[Sign]:
    """What the health file says by now; `alive` is whether a daemon holds its lock."""

    def at(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"

    if health is None:
        return [Sign(False, "the daemon has never run here; `digest schedule` starts it")]
    who = f"process {health.process} on {health.host}, since {at(health.started)}"
    if not alive:
        how = f"stopped {at(health.stopped)}" if health.stopped else f"gone without a word ({who})"
        found = [Sign(False, f"daemon: {how}; `digest schedule` starts it, and catches up")]
    else:
        found = [Sign(True, f"daemon: {who}")]
    for job, attempt in health.attempts.items():
        began = at(attempt.began)
        if attempt.ending is Ending.RUNNING:
            well = alive and now - attempt.began < STUCK
            text = f"running since {began}" if alive else f"cut short, begun {began}"
        else:
            well, text = attempt.ending is Ending.DONE, f"{attempt.ending} {began}"
        found.append(Sign(well, f"{job}: {text}" + (f": {attempt.reason}" if attempt.reason else "")))
    running = any(attempt.ending is Ending.RUNNING for attempt in health.attempts.values())
    if health.next and alive and not running:
        late = now > health.next + LATE
        told = ", which has passed: the daemon hangs; start it again" if late else ""
        found.append(Sign(not late, f"next: {at(health.next)}{told}"))
    return found
