"""`digest map`: the archive's map, or that of any list of papers."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urljoin

from digest.archive import Archive
from digest.archive.store import write_atomically
from digest.calls import total
from digest.cli.console import Steps, counted, say, warn
from digest.cli.crew import crew_of
from digest.cli.setting import Setting, keep_bills, need_editions, need_folder, now, open_setting, today
from digest.errors import ConfigError, SourceError
from digest.http import Client
from digest.map.cards import linked
from digest.pages import languages, render_index
from digest.pipeline import (
    Drawn,
    Parts,
    Reports,
    draw,
    gathered,
    grouped,
    keep,
    names_judged,
    publish,
    viewed,
    with_aspects,
)
from digest.records import Skipped, Spending
from digest.records.maps import MapView
from digest.report import FILTERS, Language, map_address
from digest.sources.file import TAKE_OUT

# Where the page is built, in the workspace, and the folder of the reports, seen from the site's root.
SITE, MAP, MAPS = "archive/site", "map", "maps"
REPORTS = "../../reports/"
DRAWING = "map.svg"
# The map of a list has about so many groups of topics.
GROUPS = 10
# So many rows of a list that are left out are told one by one.
LEFT_OUT = 3


class _Drawing:
    """One map on its way to its pages, and how long its parts take."""

    def __init__(self, setting: Setting, archive: Archive, parts: Parts, day: date, steps: Steps) -> None:
        self._setting, self._archive, self._parts, self._steps = setting, archive, parts, steps
        self.day, self._start, self.aside = day, perf_counter(), 0.0

    @property
    def seconds(self) -> float:
        """How long it has taken, without what is told apart."""
        return perf_counter() - self._start - self.aside

    def draw(self, rebuild: bool = False, once: bool = False) -> Drawn:
        """Places for all papers, and what they are sorted by beside topics."""
        self._steps("layout", 0, 1)
        with crew_of(self._setting.config) as crew:
            drawn = draw(self._archive, self.day, rebuild, once, crew)
        self._steps("layout", 1, 1)
        self._steps("problems and methods", 0, 1)
        begun = perf_counter()
        drawn, left = with_aspects(self._archive, drawn, self._parts, self.day)
        keep(self._archive, drawn)
        self.aside = perf_counter() - begun
        self._steps("problems and methods", 1, 1)
        for aspect, reason in left.items():
            lacks = "some papers are not sorted" if aspect in drawn.aspects else "the map cannot be sorted"
            warn(f"digest: {lacks} by {aspect}: {reason}")
        return drawn

    @contextmanager
    def pages(
        self, drawn: Drawn, folder: Path, title: str, reports: Mapping[str, Reports]
    ) -> Iterator[list[tuple[Language, MapView]]]:
        """Write the page in every language; within the block, what each shows. A list has no `reports`."""
        from digest.map.libraries import default_cache, fetch_libraries
        from digest.map.page.overview import write_pages

        setting = self._setting
        libraries = fetch_libraries(default_cache(os.environ, Path.home()), Client(setting.config))
        groups = None if reports else grouped(self._archive, drawn, GROUPS)
        views = []
        with gathered(drawn, folder, groups, self._steps) as found:
            for language in languages(setting.config, setting.assets):
                at = reports.get(language.code)
                shown = viewed(self._archive, drawn, found, self._parts, language, title, at)
                views.append((language, shown))
                target = _folder(folder, language)
                files = write_pages(shown, target, libraries, setting.assets, language.phrases)
                size = sum(files.sizes.values()) / 1e6
                count = counted(len(shown.papers), "paper"), counted(len(shown.assignments[0].names), "topic")
                say(f"{', '.join(count)}: {target / 'index.html'} ({size:.1f} MB)")
            yield views


def draw_map(workspace: Path, rebuild: bool, flags: Mapping[str, Any] | None = None) -> None:
    """Draw the archive's map and write its page in every language, and what it shows among the reports."""
    need_folder(workspace / SITE / MAP)
    setting = open_setting(workspace, flags)
    need_editions(setting.archive)
    archive, day, parts = setting.archive, today(now()), setting.parts()
    with archive.writing(), Steps("map") as steps:
        if parts.meter is not None:
            keep_bills(setting, day)
        before, drawing = _paid(archive, day), _Drawing(setting, archive, parts, day, steps)
        drawn = drawing.draw(rebuild)
        folder = setting.config.workspace / SITE / MAP
        with drawing.pages(drawn, folder, setting.config.title, _at(setting, drawn.rebuilt)) as views:
            if drawn.rebuilt:
                steps("picture", 0, 1)
                _write_reports(setting, drawn, parts, views, drawing, before)
                render_index(archive, setting.config, setting.assets)
                steps("picture", 1, 1)
        archive.topics_journal.discard()


def _at(setting: Setting, rebuilt: bool) -> dict[str, Reports]:
    """Where reports are, seen from the map's page, by language.

    The site's own pages where it is served or was built beside the map; else the Markdown is what there is. A
    language that was set since the last rebuild has none that tell of the map.
    """
    site = setting.config.workspace / SITE
    pages = bool(setting.config.site.url) or (site / "index.html").exists()
    found = {}
    for language in languages(setting.config, setting.assets):
        up = "../" * len(_folder(Path(MAP), language).parts)
        told = setting.config.reports / MAP / f"quality{language.suffix}.md"
        found[language.code] = Reports(up if pages else f"{up}{REPORTS}", pages, rebuilt or told.exists())
    return found


def _paid(archive: Archive, day: date) -> Spending:
    """What the month has cost so far."""
    return total(bill.spending for bill in archive.spending.bills(f"{day:%Y-%m}"))


def _write_reports(
    setting: Setting,
    drawn: Drawn,
    parts: Parts,
    views: Sequence[tuple[Language, MapView]],
    drawing: _Drawing,
    paid: Spending,
) -> None:
    """The pictures of a rebuilt map, what it shows, and how good it is; `paid` is what the month cost before."""
    from digest.map.observations import Build, Pages, observations, quality
    from digest.map.observed import Earlier
    from digest.map.picture import picture

    seconds = round(drawing.seconds)
    names, after = names_judged(setting.archive, drawn, parts), _paid(setting.archive, drawing.day)
    build = Build(
        drawn.layout.figures,
        named=names.found if names and names.asked else None,
        asked=names.asked if names else 0,
        alike=names.alike if names else None,
        calls=after.calls - paid.calls,
        usd=after.usd - paid.usd,
        seconds=seconds,
        aside=round(drawing.aside),
    )
    folder, before = setting.config.reports / MAP, drawn.before
    earlier = None
    if before is not None:
        settled = zip(before.ids, before.provisional.tolist(), strict=True)
        earlier = Earlier(before.built, frozenset(paper for paper, provisional in settled if not provisional))
    environment = setting.assets.environment(FILTERS)
    at = _at(setting, drawn.rebuilt)
    for language, shown in views:
        view = _among_reports(shown, at[language.code])
        others = tuple((o.phrases["language_name"], o.suffix) for o, _ in views if o is not language)
        page = map_address(setting.config.site.url, language)
        drawn_at = urljoin(map_address(setting.config.site.url, views[0][0]), DRAWING)
        pages = Pages(
            language.phrases, environment, language.suffix, others, map_at=page, drawn_at=page and drawn_at
        )
        write_atomically(folder / f"observations{language.suffix}.md", observations(view, earlier, pages).encode())
        write_atomically(folder / f"quality{language.suffix}.md", quality(view, build, pages).encode())
        if language.first:
            write_atomically(folder / "map.png", picture(view, language.phrases))
            _draw_vectors(setting.config.workspace / SITE / MAP, view, language)
    say(f"What it shows: {folder / 'observations.md'}")


def _draw_vectors(folder: Path, view: MapView, language: Language) -> None:
    """The picture for print and slides, beside the page: reports show the smaller one, and it is not tracked."""
    from digest.map.picture import drawing

    write_atomically(folder / DRAWING, drawing(view, language.phrases).encode())


def _among_reports(view: MapView, reports: Reports) -> MapView:
    """The view with links as they lead from the reports' own folder of the map."""
    papers = linked(view.papers, lambda paper: f"../{paper.report_url.removeprefix(reports.folder)}")
    return replace(view, papers=papers)


def map_of(workspace: Path, source: Path, title: str = "", flags: Mapping[str, Any] | None = None) -> None:
    """Read, embed, sort and map the papers of a file; the archive stays as it is, but for the bills."""
    if not source.is_file():
        what = f"{source} is a folder" if source.is_dir() else f"there is no file {source}"
        raise ConfigError(f"{what}; name a list of papers (.jsonl, .csv or .parquet)")
    need_folder(workspace / SITE / MAPS)
    listed = {"sources": ["file"], "file.paths": [str(source.resolve())]}
    setting = open_setting(workspace, {**(flags or {}), **listed})
    archive, moment = Archive(f"memory://{secrets.token_hex(8)}"), now()
    archive.spending, day = setting.archive.spending, today(moment)
    with Steps("map") as steps:
        parts = setting.parts()
        try:
            report = publish(day, day, moment.isoformat(timespec="seconds"), archive, parts, steps)
        except SourceError as error:
            # The list was named on the command line and stands in no setting.
            raise ConfigError(str(error).removesuffix(TAKE_OUT)) from error
        if not report.ledger.new:
            raise ConfigError(f"{source} lists no papers; it needs at least a title for each")
        _tell_left_out(report.ledger.failed)
        drawing = _Drawing(setting, archive, parts, day, steps)
        folder = setting.config.workspace / SITE / MAPS / _name(source)
        with drawing.pages(drawing.draw(once=True), folder, title or _name(source), {}) as views:
            steps("picture", 0, 1)
            _draw_vectors(folder, views[0][1], views[0][0])
            steps("picture", 1, 1)


def _tell_left_out(failed: Sequence[Skipped]) -> None:
    """The first few rows of a list that are no papers, and how many more there are."""
    for skipped in failed[:LEFT_OUT]:
        warn(f"{skipped.id}: left out: {skipped.reason}")
    if len(failed) > LEFT_OUT:
        warn(f"and {len(failed) - LEFT_OUT} more left out")


def _folder(folder: Path, language: Language) -> Path:
    return folder if language.first else folder / language.code


def _name(source: Path) -> str:
    """The file's name without its endings: `papers` of `papers.jsonl.gz`."""
    return source.name.split(".")[0] or "list"
