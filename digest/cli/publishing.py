"""`digest run` and `digest render`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from digest.archive.history import announcement_days
from digest.cli.console import Steps, say, show_edition, warn
from digest.cli.setting import SAMPLE, Setting, now, open_setting, today
from digest.cli.spending import show_estimates
from digest.errors import DigestError, SourceError
from digest.pages import render_edition, render_index
from digest.pipeline import publish, recategorised
from digest.schedule import due


def publish_due(
    workspace: Path,
    flags: Mapping[str, Any],
    edition: date | None,
    since: date | None,
    sample: bool,
    estimate_only: bool = False,
) -> None:
    """Publish one edition, a range or all that is due; one that fails does not keep today's from being tried.

    Raises `DigestError` at the end if any edition failed.
    """
    moment = now()
    day = today(moment)
    if sample:
        (workspace / SAMPLE).mkdir(parents=True, exist_ok=True)
    setting = open_setting(workspace, flags, sample)
    with setting.archive.writing():
        _finish_pending(setting)
        wanted = _wanted(setting, day, edition, since, sample)
        if sample:
            day = max(day, *wanted) if wanted else day
        if estimate_only:
            show_estimates(setting, wanted, day)
            return
        failures = _publish_all(setting, wanted, day, moment.isoformat(timespec="seconds"))
        render_index(setting.archive, setting.config, setting.assets)
    if failures:
        raise DigestError("; ".join(failures))


def _wanted(setting: Setting, day: date, edition: date | None, since: date | None, sample: bool) -> list[date]:
    if sample:
        from digest.sources.sample import SampleSource

        days = list(SampleSource.editions())
    elif edition is not None:
        days = [edition]
    elif since is not None:
        days = announcement_days(since, day)
    else:
        days = due(setting.archive, day)
        if not days:
            latest = setting.archive.history.editions[-1:]
            say(f"Nothing is due: every announcement day up to {latest[0] if latest else day} is published.")
    for known in [d for d in days if setting.archive.published(d)]:
        say(f"{known} is already published; `digest render {known}` rewrites its report.")
    return [d for d in days if not setting.archive.published(d)]


def _publish_all(setting: Setting, wanted: Sequence[date], day: date, moment: str) -> list[str]:
    if not wanted:
        return []
    parts = setting.parts()
    failures: list[str] = []
    for edition in wanted:
        # The feed shows today's edition until midnight only; an older one can be had tomorrow as well.
        if failures and edition != wanted[-1]:
            continue
        try:
            with Steps(str(edition)) as steps:
                report = publish(edition, day, moment, setting.archive, parts, steps)
            page = _render(setting, edition)
            show_edition(report, page)
        except SourceError as error:
            warn(f"{edition}: {error}")
            failures.append(f"{edition} is not published: {error}")
    return failures


def _finish_pending(setting: Setting) -> None:
    for edition in setting.archive.pending:
        say(f"{edition} was committed by a run that was cut short; writing its report.")
        _render(setting, edition)


def _render(setting: Setting, edition: date) -> Path | None:
    page = render_edition(edition, setting.archive, setting.config, setting.assets)
    render_index(setting.archive, setting.config, setting.assets)
    setting.archive.rendered(edition)
    return page


def render_again(workspace: Path, edition: date | None, recategorise: bool) -> None:
    """Rewrite one edition's report or all of them, after sorting the archive anew if that is asked for."""
    setting = open_setting(workspace)
    with setting.archive.writing():
        if recategorise:
            setting.archive.reread(recategorised(setting.archive, setting.local_parts()))
        editions = [edition] if edition else setting.archive.history.editions
        if not editions:
            say("The archive holds no edition yet; `digest run` makes the first.")
        for day in editions:
            page = _render(setting, day)
            say(f"{day}: {page if page else 'nothing was announced, so there is no report'}")
