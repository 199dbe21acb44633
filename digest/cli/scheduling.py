"""`digest schedule`: the daemon's jobs, its signals, and how it fares."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import FrameType

from digest.archive.health import HealthFile
from digest.cli.console import say
from digest.cli.logged import Lines, logged
from digest.cli.mapping import draw_map
from digest.cli.publishing import publish_due
from digest.cli.setting import EASTERN, now, open_setting
from digest.cli.website import write_site
from digest.config import Config
from digest.daemon import EDITION, MAP, Daemon, Step, Timetable, signs
from digest.errors import DigestError

log = logging.getLogger(__name__)


def schedule(workspace: Path) -> None:
    """Serve until SIGTERM or Ctrl-C: the first lets the running step end, a second one interrupts it.

    Either way nothing is lost: what a run had done is in its journal. Raises `ArchiveError` beside another daemon.
    """
    config = open_setting(workspace).config
    with logged(config.schedule.log, os.environ) as lines:
        daemon = daemon_of(config, jobs(workspace, lines))
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def leave(number: int, frame: FrameType | None) -> None:
            # A second signal finds Python's own handler, which raises KeyboardInterrupt.
            for each in before:
                signal.signal(each, signal.default_int_handler)
            daemon.stop()

        try:
            for number in before:
                signal.signal(number, leave)
            daemon.serve()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def daemon_of(config: Config, work: Mapping[str, Sequence[Step]]) -> Daemon:
    """The daemon of the settings. Its notes stay in the workspace, wherever the archive is."""
    timetable = Timetable(config.schedule.clocks, config.schedule.map_day, EASTERN)
    return Daemon(timetable, work, health_file(config), now, time.monotonic)


def health_file(config: Config) -> HealthFile:
    """Where the daemon of a workspace notes how it fares."""
    return HealthFile(config.workspace / "archive")


def jobs(workspace: Path, lines: Lines) -> dict[str, Sequence[Step]]:
    """What is done for an edition and for a map; each step opens the workspace as it is by then."""
    site = partial(_build, workspace)
    return {
        EDITION: (partial(_publish, workspace, lines), partial(_draw, workspace, False), site),
        MAP: (partial(_draw, workspace, True), site),
    }


def _publish(workspace: Path, lines: Lines) -> None:
    lines.complaints()
    if not publish_due(workspace, {}, edition=None, since=None, sample=False):
        raise DigestError(lines.complaints() or "an edition or a source failed")


def _draw(workspace: Path, rebuild: bool) -> None:
    if open_setting(workspace).archive.head.clustering.topics:
        draw_map(workspace, rebuild)


def _build(workspace: Path) -> None:
    if open_setting(workspace).archive.history.editions:
        write_site(workspace)


def show_status(workspace: Path) -> bool:
    """Print how the daemon fares; True if all is well."""
    file = health_file(open_setting(workspace).config)
    found = signs(file.read(), file.alive, now(), EASTERN)
    for sign in found:
        say(f"{'ok ' if sign.well else 'BAD'}  {sign.text}")
    return all(sign.well for sign in found)
