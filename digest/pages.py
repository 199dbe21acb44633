"""The files under reports/: an edition's pages and charts in every language, and the index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from digest import report as layout
from digest import site
from digest.archive import Archive
from digest.archive.store import write_atomically
from digest.assets import Assets, mistakes_told
from digest.charts import Bar, category_chart, sparkline
from digest.config import Config
from digest.records import OTHER, EditionReport, Outcome


def render_edition(edition: date, archive: Archive, config: Config, assets: Assets) -> Path | None:
    """Write an edition's pages from the archive, whole and in every language; returns its first page.

    A day on which nothing was announced has none. Rendering twice changes nothing; pages that an earlier
    rendering left and this one does not have are removed.
    """
    report = archive.report(edition)
    if report.outcome is Outcome.QUIET:
        return None
    bundle = layout.Edition(
        report,
        archive.papers(edition) if report.ledger.new else (),
        archive.enrichments(edition) if report.ledger.new else (),
        {code: archive.translations(edition, code) for code in config.languages[1:]},
    )
    environment = assets.environment(layout.FILTERS)
    known = languages(config, assets)
    files: dict[str, str] = {}
    for language in known:
        others = [other for other in known if other is not language]
        with mistakes_told():
            files.update(layout.render(bundle, language, others, config.title, environment))
        if report.ledger.new:
            files[layout.chart_name(edition, language)] = _chart(report, language)
    _write(config.reports, files)
    _remove_stale(config.reports, edition, files)
    return config.reports / layout.page_name(edition, known[0])


def render_index(archive: Archive, config: Config, assets: Assets) -> Path:
    """Write the index of all editions and its chart, in the first language."""
    language = languages(config, assets)[0]
    history = archive.history
    categories = archive.report(history.editions[-1]).categories if history.editions else ()
    environment = assets.environment(layout.FILTERS)
    with mistakes_told():
        text = site.index(history, categories, config.title, language.code, language.phrases, environment)
    files = {site.INDEX: text}
    totals = site.recent_totals(history)
    if totals:
        files[site.SPARKLINE] = sparkline(totals, language.phrases["sparkline_title"])
    _write(config.reports, files)
    return config.reports / site.INDEX


def languages(config: Config, assets: Assets) -> tuple[layout.Language, ...]:
    """The report languages of the settings. Raises `ConfigError` if one has no strings."""
    return tuple(
        layout.Language(code, assets.strings(code), first=number == 0)
        for number, code in enumerate(config.languages)
    )


def _chart(report: EditionReport, language: layout.Language) -> str:
    names = {c.slug: f"{c.emoji} {c.name(language.code)}" for c in report.categories}
    shares = sorted(report.shares, key=lambda s: (s.category == OTHER, -s.count))
    bars = [Bar(names[s.category], s.count, s.mean, s.change) for s in shares]
    phrases = language.phrases
    title = phrases["chart_title"].format(date=report.edition)
    return category_chart(bars, title, (phrases["chart_today"], phrases["chart_mean"]))


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        data = text.encode()
        # Untouched files keep their times, and a rerun leaves version control nothing to see.
        if not path.exists() or path.read_bytes() != data:
            write_atomically(path, data)


def _remove_stale(folder: Path, edition: date, files: Mapping[str, str]) -> None:
    base = folder / layout.folder(edition)
    present = [*base.glob(f"{edition}.*md"), *base.glob(f"{edition}.*svg"), *base.glob(f"{edition}/*.md")]
    for path in present:
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()
