"""`digest map`: the archive's map, or that of any list of papers."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from digest.archive import Archive
from digest.archive.store import write_atomically
from digest.cli.console import Steps, say, warn
from digest.cli.setting import Setting, keep_bills, now, open_setting, today
from digest.errors import ConfigError
from digest.http import Client
from digest.pages import languages
from digest.pipeline import Drawn, Parts, draw, grouped, publish, viewed
from digest.records.maps import MapView
from digest.report import FILTERS, Language

# Where the page is built, in the workspace, and where reports are, seen from there.
SITE = "archive/site"
REPORTS = "../../../reports/"
# The map of a list has about so many groups of topics.
GROUPS = 10


def draw_map(workspace: Path, rebuild: bool) -> None:
    """Draw the archive's map and write its page in every language, and what it shows among the reports."""
    start = perf_counter()
    setting = open_setting(workspace)
    archive, day, parts = setting.archive, today(now()), setting.parts()
    with archive.writing(), Steps("map") as steps:
        if parts.meter is not None:
            keep_bills(setting, day)
        steps("layout", 0, 1)
        drawn = draw(archive, day, rebuild)
        steps("layout", 1, 1)
        views = _write_pages(setting, archive, drawn, parts, setting.config.workspace / SITE / "map", REPORTS)
        if drawn.rebuilt:
            steps("picture", 0, 1)
            _write_reports(setting, drawn, views, perf_counter() - start)
            steps("picture", 1, 1)
        archive.topics_journal.discard()


def _write_reports(
    setting: Setting, drawn: Drawn, views: Sequence[tuple[Language, MapView]], seconds: float
) -> None:
    """The picture of a rebuilt map, what it shows, and how good it is."""
    from digest.map.observations import Build, Pages, observations, quality
    from digest.map.observed import Earlier
    from digest.map.picture import picture

    folder, before = setting.config.reports / "map", drawn.before
    earlier = None
    if before is not None:
        settled = zip(before.ids, before.provisional.tolist(), strict=True)
        earlier = Earlier(before.built, frozenset(paper for paper, provisional in settled if not provisional))
    environment = setting.assets.environment(FILTERS)
    for language, shown in views:
        view = _among_reports(shown)
        others = tuple((o.phrases["language_name"], o.suffix) for o, _ in views if o is not language)
        pages = Pages(language.phrases, environment, language.suffix, others)
        build = Build(drawn.layout.figures, seconds=round(seconds))
        write_atomically(folder / f"observations{language.suffix}.md", observations(view, earlier, pages).encode())
        write_atomically(folder / f"quality{language.suffix}.md", quality(view, build, pages).encode())
        if language.first:
            write_atomically(folder / "map.png", picture(view, language.phrases))
    say(f"What it shows: {folder / 'observations.md'}")


def _among_reports(view: MapView) -> MapView:
    """The view with links as they lead from the reports' own folder of the map."""
    papers = (replace(p, report_url=f"../{p.report_url.removeprefix(REPORTS)}") for p in view.papers)
    return replace(view, papers=tuple(papers))


def map_of(workspace: Path, source: Path) -> None:
    """Read, embed, sort and map the papers of a file; the archive stays as it is, but for the bills."""
    if not source.is_file():
        raise ConfigError(f"there is no file {source}; name a list of papers (.jsonl, .csv or .parquet)")
    setting = open_setting(workspace, {"sources": ["file"], "file.paths": [str(source.resolve())]})
    archive, moment = Archive(f"memory://{secrets.token_hex(8)}"), now()
    archive.spending, day = setting.archive.spending, today(moment)
    with Steps("map") as steps:
        parts = setting.parts()
        report = publish(day, day, moment.isoformat(timespec="seconds"), archive, parts, steps)
        if not report.ledger.new:
            raise ConfigError(f"{source} lists no papers; it needs at least a title for each")
        for skipped in report.ledger.failed:
            warn(f"{skipped.id}: left out: {skipped.reason}")
        drawn = draw(archive, day)
        _write_pages(setting, archive, drawn, parts, setting.config.workspace / SITE / "maps" / _name(source), "")


def _write_pages(
    setting: Setting, archive: Archive, drawn: Drawn, parts: Parts, folder: Path, reports: str
) -> list[tuple[Language, MapView]]:
    """Build the page in every language; returns what each shows."""
    from digest.map.libraries import default_cache, fetch_libraries
    from digest.map.page import write_page

    libraries = fetch_libraries(default_cache(os.environ, Path.home()), Client(setting.config))
    groups = None if reports else grouped(archive, drawn, GROUPS)
    views = []
    for language in languages(setting.config, setting.assets):
        shown = viewed(archive, drawn, parts, language, setting.config.title, reports, groups)
        views.append((language, shown))
        target = _folder(folder, language)
        files = write_page(shown, target, libraries, setting.assets, language.phrases)
        size = sum(files.sizes.values()) / 1e6
        counts = f"{len(shown.papers)} papers, {len(shown.assignments[0].names)} topics"
        say(f"{counts}: {target / 'index.html'} ({size:.1f} MB)")
    return views


def _folder(folder: Path, language: Language) -> Path:
    return folder if language.first else folder / language.code


def _name(source: Path) -> str:
    """The file's name without its endings: `papers` of `papers.jsonl.gz`."""
    return source.name.split(".")[0] or "list"
