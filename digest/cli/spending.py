"""`digest costs`, `digest reembed` and `digest run --estimate`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from digest.archive import Bill
from digest.calls import total
from digest.cli.console import Steps, counted, say
from digest.cli.setting import Setting, keep_bills, need_editions, now, open_setting, today
from digest.errors import ConfigError
from digest.intake import fetch_new
from digest.pipeline import estimate, respaced
from digest.records import Spending
from digest.registry import EMBEDDERS


def show_estimates(setting: Setting, editions: Sequence[date], day: date) -> None:
    """Fetch what is due, which costs nothing and is kept, and print what reading it would cost."""
    parts = setting.parts()
    sums: list[Spending] = []
    for edition in editions:
        journal = setting.archive.journal(edition)
        with Steps(str(edition)):
            intake = fetch_new(parts.sources, edition, day, setting.archive, journal)
        steps = estimate(parts, intake.new)
        sums += [spending for _, spending in steps]
        say(f"{edition}: {counted(len(intake.new), 'new paper')}, to be read by {setting.config.provider}")
        for step, spending in steps:
            say(f"  {step:<20} {told(spending)}")
    say(f"  {'in all':<20} {told(total(sums))}")
    for model in sorted({s.model for s in sums} - set(setting.config.cohere.prices)):
        say(f"No price is set for {model}: see [cohere.prices] in digest.toml.")


def told(spending: Spending) -> str:
    """Calls, tokens and money in a line."""
    tokens = f"{spending.tokens_in:>11,} tokens in {spending.tokens_out:>10,} out"
    calls = "call " if spending.calls == 1 else "calls"
    return f"{spending.calls:>5} {calls} {tokens}   ${spending.usd:.2f}"


def show_costs(workspace: Path) -> None:
    """Print what each day and each month has cost."""
    bills = list(open_setting(workspace).archive.spending.bills())
    if not bills:
        say("Nothing has been spent.")
    for month in sorted({f"{bill.day:%Y-%m}" for bill in bills}):
        of_month = [bill for bill in bills if f"{bill.day:%Y-%m}" == month]
        for day in sorted({bill.day for bill in of_month}):
            say(f"  {day}   {told(_sum(bill for bill in of_month if bill.day == day))}{_for(of_month, day)}")
        say(f"{month}      {told(_sum(of_month))}")


def _sum(bills: Iterable[Bill]) -> Spending:
    return total(bill.spending for bill in bills)


def _for(bills: Sequence[Bill], day: date) -> str:
    editions = sorted({str(bill.edition) for bill in bills if bill.day == day and bill.edition})
    shown = ", ".join(editions[:3]) + (f" and {len(editions) - 3} more" if len(editions) > 3 else "")
    return f"   for {shown}" if shown else ""


def move_vectors(workspace: Path, provider: str, yes: bool) -> None:
    """Tell what a provider's vectors of all papers would cost; with `yes`, make them and move the archive.

    What was made by a run that was cut short stays and is not paid for again. Raises `DigestError`.
    """
    if provider not in EMBEDDERS:
        raise ConfigError(f"unknown provider {provider!r}; known: {', '.join(EMBEDDERS)}")
    setting = open_setting(workspace)
    if setting.archive.new:
        # One that failed before its first edition may be held to vectors whose key is gone: that can be moved.
        need_editions(setting.archive)
    archive, embedder = setting.archive, setting.embedder(provider)
    space = (embedder.model, embedder.dimension)
    with archive.writing():
        if (archive.head.embedder, archive.head.dimension) == space:
            say(f"The archive's vectors are of {space[0]} in {space[1]} dimensions already.")
            return
        editions = [d for d in archive.history.editions if archive.history.days[d].total]
        left = [edition for edition in editions if not archive.has_vectors(edition, *space)]
        _show_move(setting, left, space, embedder.pack if embedder.pays else 0)
        if not yes:
            say("Nothing is done yet; `--yes` does it.")
            return
        if embedder.pays:
            keep_bills(setting, today(now()))
        with Steps("reembed") as steps:
            for number, edition in enumerate(left, start=1):
                archive.add_vectors(edition, *space, embedder.embed(archive.papers(edition)))
                steps("editions", number, len(left))
        archive.move_to(*space, respaced(archive, lambda edition: archive.vectors(edition, space)[1]))
    say(f"The archive's vectors are of {space[0]} in {space[1]} dimensions now; the old ones stay on the disk.")


def _show_move(setting: Setting, editions: Sequence[date], space: tuple[str, int], pack: int) -> None:
    counts = [setting.archive.history.days[edition].total for edition in editions]
    told_of = f"{counted(sum(counts), 'paper')} of {counted(len(counts), 'edition')}"
    say(f"{told_of} to embed with {space[0]} in {space[1]} dimensions")
    if pack:
        papers = (paper for edition in editions for paper in setting.archive.papers(edition))
        tokens = sum(len(paper.title) + len(paper.abstract) for paper in papers) // 4
        calls = sum(math.ceil(count / pack) for count in counts)
        say(told(setting.access.caller.meter.priced(Spending("embed", space[0], calls, tokens))))
