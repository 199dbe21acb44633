"""What commands print: progress bars on a terminal and plain lines otherwise, and a summary of an edition."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from digest.records import OTHER, EditionReport, Outcome
from digest.text import counted as counted  # every command counts something

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

BAR_COLUMNS, HOUR = 32, 60
# What would steer a terminal or turn its text around: controls other than line ends, and bidi marks.
_STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def say(line: str) -> None:
    """A line on standard output; never interpreted as markup or as commands to the terminal."""
    _print(line, sys.stdout)


def warn(line: str) -> None:
    """The same on standard error."""
    _print(line, sys.stderr)


def _print(line: str, stream: TextIO) -> None:
    encoding = stream.encoding or "ascii"
    try:
        print(_STEERING.sub("", line).encode(encoding, "replace").decode(encoding), file=stream, flush=True)
    except BrokenPipeError:
        # Whoever was reading has left; that is no reason to leave work undone, nor to fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Steps:
    """Shows how far an edition is: called with a step's name, what is done and the total."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            self._bars = Progress(console=Console(stderr=True), transient=True)
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Move the step's bar, or print a line once the step is complete."""
        if self._bars is None:
            if done == total and total:
                warn(f"{self._title}: {step} done ({done})" if total > 1 else f"{self._title}: {step} done")
            return
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(f"{self._title} {step}", total=total)
        self._bars.update(self._tasks[step], completed=done, total=total)


class Pace:
    """Shows how far a work of many editions is: papers a second, what it has cost, and how long it will take.

    `clock` tells seconds. Nothing is known of the pace before the first edition is done.
    """

    def __init__(self, title: str, editions: int, papers: int, clock: Callable[[], float] = monotonic) -> None:
        self._title, self._editions, self._papers = title, editions, papers
        self._clock, self._start = clock, clock()
        self._read, self._usd = 0, 0.0
        self.done = 0
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            columns = (TextColumn(self._title), BarColumn(), TextColumn("{task.description}", markup=False))
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._bar.add_task(self.summary, total=max(self._papers, 1))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def step(self, step: str, done: int, total: int) -> None:
        """Move the bar within an edition."""
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], description=f"{self.summary}; {step} {done}/{total}")

    def edition(self, report: EditionReport, papers: int) -> None:
        """Note that an edition is done, of whose `papers` not all need be new, and print a line of it."""
        self.done += 1
        self._read += papers
        self._usd += sum(spending.usd for spending in report.spending)
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._read, description=self.summary)
        else:
            warn(f"{report.edition}: {counted(report.ledger.new, 'new paper')}; {self.summary}")

    @property
    def summary(self) -> str:
        """What is done of what there is to do, at what pace and cost."""
        seconds = self._clock() - self._start
        editions, papers = counted(self._editions, "edition"), counted(self._papers, "paper")
        told = f"{self.done} of {editions}, {self._read:,} of {papers}"
        if not self._read or seconds <= 0:
            return told
        pace = self._read / seconds
        left = (self._papers - self._read) / pace
        return f"{told}, {pace:.3g} papers/s, ${self._usd:.2f}, {_span(left)} left"


def _span(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < HOUR else f"{minutes // HOUR} h {minutes % HOUR:02} min"


def show_edition(report: EditionReport, page: Path | None) -> None:
    """Print how an edition ended, its bars by category, and where its report is."""
    for source in report.sources:
        if source.error:
            warn(f"{report.edition}: source {source.name} failed: {source.error}")
    if report.outcome is Outcome.QUIET or page is None:
        say(f"{report.edition}: nothing was announced.")
        return
    ledger = report.ledger
    say(
        f"{report.edition}: {ledger.announced} announced = {ledger.new} new + {ledger.updated} updated "
        f"+ {ledger.seen} already reported + {len(ledger.failed)} failed"
    )
    names = {category.slug: (category.emoji, category.name("en")) for category in report.categories}
    most = max((share.count for share in report.shares), default=0)
    wide = max((len(names[share.category][1]) for share in report.shares), default=0)
    draw = encodable("█", "#")
    for share in sorted(report.shares, key=lambda s: (s.category == OTHER, -s.count)):
        emoji, name = names[share.category]
        bar = draw * max(1, round(BAR_COLUMNS * share.count / most)) if share.count else ""
        say(f"  {encodable(emoji, '-')} {name:<{wide}} {share.count:>4} {share.change:>4} {bar}".rstrip())
    say(f"  {encodable('→', '->')} {page}")


def encodable(text: str, otherwise: str) -> str:
    """`text` if standard output can show it, else `otherwise`."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return otherwise
    return text
