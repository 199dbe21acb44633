"""`digest run` and `digest render`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import typer

from digest.archive.clustering import Fold
from digest.archive.history import announcement_days
from digest.cli.console import Steps, say, show_edition, warn
from digest.cli.crew import crew_of
from digest.cli.sending import deliver_due
from digest.cli.setting import Setting, need_editions, now, open_setting, today
from digest.cli.spending import show_estimates
from digest.errors import ProviderError, SourceError
from digest.pages import changing_topics, render_edition, render_index, render_topics
from digest.pipeline import Parts, publish, recategorised, resorted
from digest.records import EditionReport, Enrichment
from digest.report import Catalogue
from digest.schedule import due

# What the pages of topics show of the past.
PAST = timedelta(days=371)


def publish_due(
    workspace: Path,
    flags: Mapping[str, Any],
    edition: date | None,
    since: date | None,
    sample: bool,
    estimate_only: bool = False,
    send: bool = True,
) -> bool:
    """Publish one edition, a range or all that is due; True unless an edition, a source or a delivery failed.

    Unless told otherwise, it then sends what is due by the channels.

    An edition that fails does not keep today's from being tried. Raises `typer.BadParameter` for a day to come.
    """
    moment = now()
    day = today(moment)
    asked = edition or since
    if asked and asked > day:
        raise typer.BadParameter(f"{asked} is still to come: today is {day} in US Eastern time")
    setting = open_setting(workspace, flags, sample)
    first = setting.archive.new
    with setting.archive.writing():
        if first and setting.archive.repository and not sample:
            _welcome(setting)
        _finish_pending(setting)
        wanted = _wanted(setting, day, edition, since, sample)
        if sample:
            day = max(day, *wanted) if wanted else day
        if estimate_only:
            show_estimates(setting, wanted, day)
            return True
        well = _publish_all(setting, wanted, day, moment.isoformat(timespec="seconds"))
        write_topics(setting)
        render_index(setting.archive, setting.config, setting.assets)
        if send:
            well = deliver_due(setting, moment) and well
    return well


def _welcome(setting: Setting) -> None:
    upstream = setting.archive.upstream
    why = f"the reports here are those of {upstream}" if upstream else "there is no archive yet"
    say(f"A fresh start: {why}.")


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
    known = [d for d in days if setting.archive.published(d)]
    if sample and known:
        say(f"The sample is already in {setting.config.workspace}; delete that folder to publish it again.")
    else:
        for d in known:
            say(f"{d} is already published; `digest render {d}` rewrites its report.")
    if not days:
        since = since or min(setting.archive.history.editions, default=day)
        say(f"Nothing is due: no announcement day from {since} to {day} is without its edition.")
    return [d for d in days if d not in known]


def _publish_all(setting: Setting, wanted: Sequence[date], day: date, moment: str) -> bool:
    if not wanted:
        return True
    with crew_of(setting.config) as crew:
        return _publish_each(setting, setting.parts(crew), wanted, day, moment)


def _publish_each(setting: Setting, parts: Parts, wanted: Sequence[date], day: date, moment: str) -> bool:
    missed = incomplete = False
    for edition in wanted:
        # The feed shows today's edition until midnight only; an older one can be had tomorrow as well.
        if missed and edition != wanted[-1]:
            warn(f"{edition} was not tried after that.")
            continue
        try:
            with Steps(str(edition)) as steps:
                report = publish(edition, day, moment, setting.archive, parts, steps)
            page = _render(setting, edition)
            render_index(setting.archive, setting.config, setting.assets)
            show_edition(report, page)
            incomplete = incomplete or any(source.error for source in report.sources)
        except (SourceError, ProviderError) as error:
            warn(f"digest: {edition} is not published: {error}")
            missed = True
    return not (missed or incomplete)


def _finish_pending(setting: Setting) -> None:
    for edition in setting.archive.pending:
        say(f"{edition} was committed by a run that was cut short; writing its report.")
        _render(setting, edition)


def write_topics(setting: Setting, anew: bool = False) -> None:
    """Write the topics' pages where they are not as the topics are, or all of them `anew`.

    A day's work is with the living topics: those that retired longer ago keep their pages.
    """
    archive = setting.archive
    clustering, published = setting.clustering, [d for d, day in archive.history.days.items() if day.total]
    if clustering is not None and (anew or archive.head.pages):
        latest = max(published)
        counts = archive.topic_counts(latest, PAST)
        catalogue = Catalogue(clustering.topics, clustering.lineage, counts, archive.report(latest))
        which = None if anew else changing_topics(catalogue, setting.config, setting.assets)
        render_topics(catalogue, setting.config, setting.assets, which)
        archive.topics_rendered()


def _render(setting: Setting, edition: date) -> Path | None:
    page = render_edition(edition, setting.archive, setting.config, setting.assets)
    setting.archive.rendered(edition)
    return page


def render_again(workspace: Path, edition: date | None, recategorise: bool) -> None:
    """Rewrite one edition's report or all of them, after sorting the archive anew if that is asked for."""
    setting = open_setting(workspace)
    if not edition and not setting.archive.history.editions:
        say("The archive holds no edition yet; `digest run` makes the first.")
        return
    need_editions(setting.archive)
    with setting.archive.writing():
        if recategorise:
            _recategorise(setting)
        for day in [edition] if edition else setting.archive.history.editions:
            page = _render(setting, day)
            say(f"{day}: {page if page else 'nothing was announced, so there is no report'}")
        write_topics(setting, anew=True)
        render_index(setting.archive, setting.config, setting.assets)


def _recategorise(setting: Setting) -> None:
    """Sort the archive anew, and have the topics name their papers where these are now."""
    archive = setting.archive
    categories: dict[str, str] = {}

    def noted() -> Iterator[tuple[EditionReport, tuple[Enrichment, ...]]]:
        for report, enrichments in recategorised(archive, setting.local_parts()):
            categories.update((e.paper_id, e.primary) for e in enrichments)
            yield report, enrichments

    archive.reread(noted())
    if archive.clustering is not None:
        archive.recluster(Fold(resorted(archive.clustering, categories), {}))
