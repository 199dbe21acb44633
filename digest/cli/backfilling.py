"""`digest backfill`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from digest.archive.harvest import forget_harvests
from digest.calls import total
from digest.cli.console import Pace, Steps, counted, say, warn
from digest.cli.crew import crew_of
from digest.cli.publishing import write_topics
from digest.cli.setting import Setting, now, open_setting, today
from digest.cli.spending import told
from digest.errors import ProviderError, ScaleError, SourceError
from digest.http import Client
from digest.pages import render_edition, render_index

if TYPE_CHECKING:
    from digest.sources.arxiv_harvested import HarvestedSource


def backfill(
    workspace: Path, flags: Mapping[str, Any], since: date, until: date | None, estimate_only: bool = False
) -> bool:
    """Publish every edition that is missing from `since` to `until`; True unless one could not be had.

    Without `until` that is up to the announcement day before today's, whose feed knows more. Raises
    `typer.BadParameter` for days to come or an `until` before `since`.
    """
    from digest.sources.arxiv_days import workday_before

    moment = now()
    day = today(moment)
    last = until or workday_before(day)
    if last > day:
        raise typer.BadParameter(f"{last} is still to come: today is {day} in US Eastern time")
    if since > last:
        raise typer.BadParameter(f"there is nothing to fill from {since} to {last}")
    setting = open_setting(workspace, flags)
    with setting.archive.writing():
        wanted = setting.archive.history.missing(since, last)
        if not wanted:
            say(f"Nothing is missing: every announcement day from {since} to {last} has its edition.")
        source = _harvested(setting, since, day) if wanted else None
        if estimate_only:
            _show_estimate(setting, wanted, source)
            return True
        well = source is None or _fill(setting, wanted, source, day, moment.isoformat(timespec="seconds"))
        _render(setting)
        if well:
            forget_harvests(setting.archive.store)
    return well


def _harvested(setting: Setting, since: date, day: date) -> HarvestedSource:
    from digest.sources.arxiv_harvested import HarvestedSource

    source = HarvestedSource.open(setting.config, Client(setting.config))
    with Steps("backfill") as steps:
        source.gather(since, day, setting.archive, lambda records: steps("harvesting", records, 0))
    if source.deleted:
        are = "record is of a paper" if source.deleted == 1 else "records are of papers"
        say(f"{source.deleted} {are} that arXiv has deleted.")
    return source


def _fill(setting: Setting, wanted: list[date], source: HarvestedSource, day: date, moment: str) -> bool:
    from digest.backfill import fill

    papers, config = sum(map(source.count, wanted)), setting.config
    # Whoever fills in years with workers would rather hear that there are none than wait for this process alone.
    with crew_of(config, needed=True) as crew, Pace("backfill", len(wanted), papers) as pace:
        parts = setting.parts(crew)
        try:
            for report in fill(wanted, source, day, moment, setting.archive, parts, pace.step, config):
                pace.edition(report, source.count(report.edition))
        except (SourceError, ProviderError, ScaleError) as error:
            warn(f"digest: {error}")
            warn(f"digest: {wanted[pace.done]} is not published; the same command goes on from there")
            return False
    say(pace.summary)
    return True


def _render(setting: Setting) -> None:
    """Write what the editions left to be written, once for all of them."""
    archive = setting.archive
    pending = archive.pending
    with Steps("backfill") as steps:
        for number, edition in enumerate(pending, start=1):
            render_edition(edition, archive, setting.config, setting.assets)
            archive.rendered(edition)
            steps("reports", number, len(pending))
    write_topics(setting)
    render_index(archive, setting.config, setting.assets)


def _show_estimate(setting: Setting, wanted: list[date], source: HarvestedSource | None) -> None:
    from digest.backfill import estimated

    if source is None:
        return
    count, steps = estimated(wanted, source, setting.archive, setting.parts())
    say(f"{counted(count, 'paper')} of {counted(len(wanted), 'edition')}, to be read by {setting.config.provider}")
    for step, spending in steps:
        say(f"  {step:<20} {told(spending)}")
    say(f"  {'in all':<20} {told(total(spending for _, spending in steps))}")
