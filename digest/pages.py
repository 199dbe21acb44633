"""The files under reports/: an edition's pages and charts in every language, and the index."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from digest import report as layout
from digest import site
from digest.archive import Archive
from digest.archive.store import write_together
from digest.assets import Assets, mistakes_told
from digest.charts import Bar, category_chart, sparkline, week_chart
from digest.config import Config
from digest.records import OTHER, EditionReport, Outcome

# What the map shows, written when it is drawn anew.
OBSERVED = "map/observations.md"
# What may be removed from the folder of topics: whatever else stands there is somebody's own.
_TOPIC_FILE = re.compile(r"(?:\d+|README)(?:\.[A-Za-z-]+)?\.md|\d+\.svg")


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
            files.update(layout.render(bundle, language, others, config.title, environment, config.site.url))
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
    published = [edition for edition in history.editions if history.days[edition].total]
    report = archive.report(published[-1]) if published else None
    environment = assets.environment(layout.FILTERS)
    with mistakes_told():
        at = layout.map_address(config.site.url, language)
        names = (config.title, language.code, language.phrases)
        observed = (config.reports / OBSERVED).exists()
        text = site.index(history, categories, *names, environment, report, at, observed)
    files = {site.INDEX: text}
    totals = site.recent_totals(history)
    if totals:
        files[site.SPARKLINE] = sparkline(totals, language.phrases["sparkline_title"])
    _write(config.reports, files)
    return config.reports / site.INDEX


def render_topics(
    catalogue: layout.Catalogue, config: Config, assets: Assets, which: Collection[int] | None = None
) -> Path:
    """Write the index of topics and the pages and charts of those asked for (None: all); returns the index.

    Charts are of live topics only. Pages of topics that never were, and of languages no longer set, are removed.
    """
    known = languages(config, assets)
    asked = set(catalogue.by_id) if which is None else set(which)
    environment = assets.environment(layout.FILTERS)
    files: dict[str, str] = {}
    for language in known:
        others = [other for other in known if other is not language]
        with mistakes_told():
            pages = layout.render_topics(
                catalogue, asked, language, others, config.title, environment, config.site.url
            )
            files.update(pages)
    kept = {layout.topics_index_name(language) for language in known}
    for topic in catalogue.topics:
        kept.update(layout.topic_page_name(topic.id, language) for language in known)
        weeks = catalogue.weeks(topic.id) if topic.retired is None else ()
        if any(count for _, count in weeks):
            kept.add(chart := layout.topic_chart_name(topic.id))
            if topic.id in asked:
                files[chart] = week_chart(weeks, topic.name or f"t{topic.id}")
    _write(config.reports, files)
    for path in (config.reports / layout.TOPICS).glob("*"):
        name = path.relative_to(config.reports).as_posix()
        if name not in kept and _TOPIC_FILE.fullmatch(path.name):
            path.unlink()
    return config.reports / layout.topics_index_name(known[0])


def changing_topics(catalogue: layout.Catalogue, config: Config, assets: Assets) -> set[int]:
    """The topics whose pages a day may have changed: the living, and of the retired those that were not shown so.

    The pages of all others stay as they were, under the names that were then, however many there come to be.
    """
    present = {path.name for path in (config.reports / layout.TOPICS).glob("*")}
    known, retired = languages(config, assets), [t for t in catalogue.topics if t.retired is not None]

    def shown(topic: int) -> bool:
        pages = {layout.topic_page_name(topic, language) for language in known}
        # The chart of one that retires goes once its page says so.
        alive = _base(layout.topic_chart_name(topic)) in present
        return not alive and {_base(page) for page in pages} <= present

    news = {topic.id for topic in catalogue.topics if topic.retired is None or not shown(topic.id)}
    gone = {topic.id for topic in retired if topic.id in news}
    return news | {topic.id for topic in retired if gone.intersection(catalogue.heirs(topic))}


def _base(name: str) -> str:
    return name.rpartition("/")[2]


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
    """Write what has changed, each file whole; they are on the disk when this returns.

    Hundreds of pages change in a day: they are synced together, since they can all be made again.
    """
    told = {folder / name: text.encode() for name, text in files.items()}
    # Untouched files keep their times, and a rerun leaves version control nothing to see.
    write_together({path: data for path, data in told.items() if not path.exists() or path.read_bytes() != data})


def _remove_stale(folder: Path, edition: date, files: Mapping[str, str]) -> None:
    base = folder / layout.folder(edition)
    present = [*base.glob(f"{edition}.*md"), *base.glob(f"{edition}.*svg"), *base.glob(f"{edition}/*.md")]
    for path in present:
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()
