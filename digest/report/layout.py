"""An edition's record to the Markdown pages of its report; pure: the same record gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from digest.records import OTHER, EditionReport, Trend
from digest.report.cards import PAGE_BYTES, folder, section
from digest.report.filters import LIMITS, expected
from digest.report.sections import moving, picked
from digest.report.views import Edition, Language, View, map_address
from digest.report.written import written

if TYPE_CHECKING:
    from jinja2 import Environment

LINE_AUTHORS = 3
# What a section shows on the dated page when everything would not fit.
CAPS = (10_000, 200, 100, 60, 40, 25, 15, 10, 5, 2, 0)


def page_name(edition: date, language: Language) -> str:
    """The dated page's path relative to the reports folder."""
    return f"{folder(edition)}/{edition}{language.suffix}.md"


def chart_name(edition: date, language: Language) -> str:
    """The chart's path relative to the reports folder."""
    return f"{folder(edition)}/{edition}{language.suffix}.svg"


def render(
    edition: Edition,
    language: Language,
    others: Sequence[Language],
    title: str,
    environment: Environment,
    site: str = "",
) -> dict[str, str]:
    """Every page of an edition in one language: path relative to the reports folder -> Markdown.

    Where there is a `site` (its address), cards lead to their papers on its map: that is drawn after the reports.
    Each page stays under `PAGE_BYTES`: cards go on to further pages, and where lines of papers would not fit on
    the dated page, each section shows its first ones and leads to its cards for the rest.
    """
    report = edition.report
    pages: dict[str, str] = {}
    views, frame = [], {**_frame(report, language, title), "map_at": map_address(site, language)}
    for share in sorted(report.shares, key=lambda s: (s.category == OTHER, -s.count)):
        if share.count:
            view, cards = section(edition, share, language, environment, frame)
            views.append(view)
            pages.update(cards)
    context = {**frame, **_context(edition, views, language, others)}
    template = environment.get_template("report.md.j2")
    for cap in CAPS:
        dated = template.render(context, cap=cap)
        if len(dated.encode()) <= PAGE_BYTES:
            break
    pages[page_name(report.edition, language)] = dated
    return pages


def _context(
    edition: Edition, views: Sequence[View], language: Language, others: Sequence[Language]
) -> dict[str, Any]:
    report = edition.report
    names = {c.slug: f"{c.emoji} {c.name(language.code)}" for c in report.categories}
    return {
        "topics_at": "../../topics/",
        "emoji": {c.slug: c.emoji for c in report.categories},
        "chart": chart_name(report.edition, language).rsplit("/", 1)[1],
        "others": [(o.phrases["language_name"], page_name(report.edition, o).rsplit("/", 1)[1]) for o in others],
        "views": views,
        "names": names,
        "largest": [f"{names[v.category.slug]} ({v.share.count})" for v in views[:3] if v.category.slug != OTHER],
        "above": _told(report.categories_rising, names, language),
        "below": _told(report.categories_fading, names, language),
        "extractive": any(e.extractive for e in edition.enrichments),
        "unread": sum(1 for e in edition.enrichments if not e.provider),
        "line_authors": LINE_AUTHORS,
        **written(edition, views, language),
        **moving(edition, views),
        "picks": picked(edition, views),
    }


def _frame(report: EditionReport, language: Language, title: str) -> dict[str, Any]:
    weekday = language.phrases["weekdays"].split()[report.edition.weekday()]
    return {
        "t": language.phrases,
        "language": language.code,
        "suffix": language.suffix,
        "report": report,
        "title": title,
        "weekday": weekday,
        "notice": any(source.name == "sample" for source in report.sources),
        "limits": LIMITS,
        # Where topics live, seen from a page of cards.
        "topics_at": "../../../topics/",
    }


def _told(moved: Sequence[Trend], names: Mapping[str, str], language: Language) -> list[str]:
    """Categories whose counts are unusual, each with its papers and the expected ones."""
    t, told = language.phrases, []
    for trend in moved:
        name, likely = names[trend.category], expected(trend.expected)
        if trend.editions == 1:
            told.append(t["unusual"].format(name=name, count=trend.count, expected=likely))
            continue
        papers = t["count_one"] if trend.count == 1 else t["count_many"].format(count=f"{trend.count:,}")
        against = t["trend_editions"].format(papers=papers, editions=trend.editions, expected=likely)
        told.append(f"{name} ({against})")
    return told
