"""How the daemon fares: what it last did and when it acts next, in a small file; and its lock."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from digest.archive.store import write_atomically
from digest.errors import ArchiveError

FOLDER, FILE, LOCK = "daemon", "health.json", "lock"
# Whoever only looks whether the lock is held holds it for a moment.
PATIENCE = 2.0


class Ending(StrEnum):
    """What became of a job."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last time that a job was begun; `reason` says in one line why it failed."""

    began: datetime
    ending: Ending = Ending.RUNNING
    ended: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """What the daemon notes: who it is, since when, the last attempt of each job, and when it acts next.

    `known` is when the workspace had its first daemon, `started` when this one began.
    """

    started: datetime
    known: datetime
    process: int = 0
    host: str = ""
    next: datetime | None = None
    stopped: datetime | None = None
    attempts: dict[str, Attempt] = field(default_factory=dict)

    def noting(self, job: str, attempt: Attempt) -> Health:
        """The same after one more attempt of a job."""
        return replace(self, attempts={**self.attempts, job: attempt})


_HEALTH = TypeAdapter(Health)


class HealthFile:
    """The file and the lock in a folder of this machine, also where the archive itself is elsewhere."""

    def __init__(self, archive: Path) -> None:
        self._folder = archive / FOLDER
        self.path = self._folder / FILE

    def read(self) -> Health | None:
        """What was last noted; None if nothing ever was. Raises `ArchiveError` on a damaged file."""
        try:
            return _HEALTH.validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise ArchiveError(f"{self.path} is damaged; delete it, the daemon writes a new one") from error

    def write(self, health: Health) -> None:
        """Replace what was noted, whole."""
        told = _HEALTH.dump_python(health, mode="json")
        write_atomically(self.path, json.dumps(told, indent=1).encode() + b"\n")

    @contextmanager
    def held(self, moment: datetime) -> Iterator[Health]:
        """Be the workspace's one daemon; yields what is noted of it now, with the attempts of the one before.

        Raises `ArchiveError` if another is at work. The lock is the operating system's own, so it goes with its
        process however that ends.
        """
        from filelock import FileLock, Timeout

        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / LOCK)
        try:
            lock.acquire(timeout=PATIENCE)
        except Timeout as error:
            before = self._read_leniently()
            who = f"process {before.process} on {before.host}" if before else "another process"
            raise ArchiveError(f"a daemon is at work here already: {who}; stop that one first") from error
        try:
            before = self._read_leniently()
            known, attempts = (before.known, before.attempts) if before else (moment, {})
            yield Health(moment, known, os.getpid(), platform.node(), attempts=attempts)
        finally:
            lock.release()

    @property
    def alive(self) -> bool:
        """True while a daemon holds the lock."""
        from filelock import FileLock, Timeout

        if not (self._folder / LOCK).exists():
            return False
        try:
            with FileLock(self._folder / LOCK, timeout=0):
                return False
        except Timeout:
            return True

    def _read_leniently(self) -> Health | None:
        """A damaged note must not keep the daemon from work that it may safely repeat."""
        try:
            return self.read()
        except ArchiveError:
            return None
