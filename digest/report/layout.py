"""An edition's record to the Markdown pages of its report; pure: the same record gives the same bytes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from digest import text
from digest.records import OTHER, STAT, Category, EditionReport, Share
from digest.report.views import Edition, Entry, Language, View
from digest.report.written import STAT_LINK, in_language, synthesis_in, untranslated, written

if TYPE_CHECKING:
    from jinja2 import Environment

# GitHub stops rendering large Markdown files; the promise is 400 kB a page.
PAGE_BYTES = 390_000
CARD_AUTHORS, LINE_AUTHORS = 20, 3
FEWEST_UNUSUAL, DEVIATIONS, MOST_UNUSUAL = 3, 2.0, 5
LIMITS = {"title": 300, "author": 60, "abstract": 4000, "comment": 300, "reading": 1500}
# What a section shows on the dated page when everything would not fit.
CAPS = (10_000, 200, 100, 60, 40, 25, 15, 10, 5, 2, 0)

# What templates may do to a text before it stands in Markdown: `short` cleans, cuts and escapes what a source
# said, `verbatim` escapes what a reader wrote, `url` gives an address that cannot lead elsewhere, or nothing.
# A paper's texts stand on its card, on the dated page as often as that is tried for size, and in every language:
# the results of one large edition are remembered, so that each text is worked on once.
_remembered = lru_cache(maxsize=1 << 15)
FILTERS: dict[str, Callable[..., str]] = {
    "short": _remembered(lambda value, limit: text.markdown(text.truncate(text.delatex(value), limit))),
    "verbatim": _remembered(lambda value: text.markdown(text.truncate(value, LIMITS["reading"]))),
    "url": _remembered(lambda value: text.safe_url(value) or ""),
}


def folder(edition: date) -> str:
    """Where an edition's reports live, relative to the reports folder."""
    return f"{edition:%Y/%m}"


def page_name(edition: date, language: Language) -> str:
    """The dated page's path relative to the reports folder."""
    return f"{folder(edition)}/{edition}{language.suffix}.md"


def chart_name(edition: date, language: Language) -> str:
    """The chart's path relative to the reports folder."""
    return f"{folder(edition)}/{edition}{language.suffix}.svg"


def render(
    edition: Edition, language: Language, others: Sequence[Language], title: str, environment: Environment
) -> dict[str, str]:
    """Every page of an edition in one language: path relative to the reports folder -> Markdown.

    Each page stays under `PAGE_BYTES`: cards go on to further pages, and where lines of papers would not fit on
    the dated page, each section shows its first ones and leads to its cards for the rest.
    """
    report = edition.report
    pages: dict[str, str] = {}
    views = []
    for share in sorted(report.shares, key=lambda s: (s.category == OTHER, -s.count)):
        if share.count:
            view, cards = _section(edition, share, language, environment)
            views.append(view)
            pages.update(cards)
    context = _context(edition, views, language, others, title)
    template = environment.get_template("report.md.j2")
    for cap in CAPS:
        dated = template.render(context, cap=cap)
        if len(dated.encode()) <= PAGE_BYTES:
            break
    pages[page_name(report.edition, language)] = dated
    return pages


def _context(
    edition: Edition, views: Sequence[View], language: Language, others: Sequence[Language], title: str
) -> dict[str, Any]:
    report = edition.report
    names = {c.slug: f"{c.emoji} {c.name(language.code)}" for c in report.categories}
    return {
        **_frame(report, language, title),
        "chart": chart_name(report.edition, language).rsplit("/", 1)[1],
        "others": [(o.phrases["language_name"], page_name(report.edition, o).rsplit("/", 1)[1]) for o in others],
        "views": views,
        "names": names,
        "largest": [f"{names[v.category.slug]} ({v.share.count})" for v in views[:3] if v.category.slug != OTHER],
        "above": _told(unusual(report, 1), names, language),
        "below": _told(unusual(report, -1), names, language),
        "extractive": any(e.extractive for e in edition.enrichments),
        "unread": sum(1 for e in edition.enrichments if not e.provider),
        "line_authors": LINE_AUTHORS,
        **written(edition, views, language),
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
    }


def _told(found: Sequence[tuple[str, int, float]], names: Mapping[str, str], language: Language) -> list[str]:
    phrase = language.phrases["unusual"]
    return [phrase.format(name=names[slug], count=count, expected=round(mean)) for slug, count, mean in found]


def unusual(report: EditionReport, sign: int) -> list[tuple[str, int, float]]:
    """The categories with more papers (`sign` 1) or fewer (-1) than the past and the edition's size make expect.

    Each with its count and the expected one, the strongest first, `MOST_UNUSUAL` at most: beyond two standard
    deviations of a Poisson count, and by three papers at least. A day twice as large is no news of every category.
    """
    if not report.mean_total or not report.ledger.new:
        return []
    size = report.ledger.new / report.mean_total
    found = []
    for share in report.shares:
        expected = (share.mean or 0.0) * size
        difference = sign * (share.count - expected)
        strength = difference / math.sqrt(max(expected, 1.0))
        if share.category != OTHER and difference >= FEWEST_UNUSUAL and strength >= DEVIATIONS:
            found.append((strength, share.category, share.count, expected))
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    return [(slug, count, expected) for _, slug, count, expected in found[:MOST_UNUSUAL]]


def _section(
    edition: Edition, share: Share, language: Language, environment: Environment
) -> tuple[View, dict[str, str]]:
    """A category's section for the dated page, and the pages of its cards."""
    report = edition.report
    category = next(c for c in report.categories if c.slug == share.category)
    base = f"{report.edition}/{category.slug}"
    module = environment.get_template("card.md.j2")
    frame = _frame(report, language, "")
    entries: list[Entry] = []
    pages: list[list[str]] = [[]]
    size = 0
    for entry in _entries(edition, category, language):
        card = module.render(frame, entry=entry, names=None, card_authors=CARD_AUTHORS)
        if size and size + len(card.encode()) > PAGE_BYTES - 4000:
            pages.append([])
            size = 0
        size += len(card.encode())
        pages[-1].append(card)
        entries.append(_placed(entry, _card_page(base, len(pages), language)))
    synthesis = synthesis_in(report, category.slug, language)
    links = {e.paper.id: (str(e.number), f"{e.page}#{e.anchor}") for e in entries}
    links[f"{STAT}{category.slug}"] = STAT_LINK
    percent = round(100 * share.count / max(report.ledger.new, 1))
    view = View(
        category, share, percent, tuple(entries), synthesis, links, untranslated(report, synthesis, language)
    )
    rendered = {}
    for page, cards in enumerate(pages, start=1):
        path = f"{folder(report.edition)}/{_card_page(base, page, language)}"
        neighbours = [_card_page(base, n, language).rsplit("/", 1)[1] for n in range(1, len(pages) + 1)]
        rendered[path] = environment.get_template("category.md.j2").render(
            frame, category=category, cards=cards, page=page, neighbours=neighbours
        )
    return view, rendered


def _entries(edition: Edition, category: Category, language: Language) -> Iterator[Entry]:
    """The papers of a category in the language, not yet on any page."""
    report = edition.report
    categories = {category.slug: category for category in report.categories}
    told = {t.paper_id: t for t in edition.translations.get(language.code, ())}
    foreign = not language.first and language.code in report.translated
    rows = [(p, e) for p, e in zip(edition.papers, edition.enrichments, strict=True) if e.primary == category.slug]
    for number, (paper, reading) in enumerate(rows, start=1):
        yield Entry(
            number=number,
            paper=paper,
            reading=in_language(reading, told.get(paper.id)),
            title=told[paper.id].title if paper.id in told else "",
            untranslated=foreign and paper.id not in told and not reading.extractive,
            anchor=anchor(paper.id),
            page="",
            code=text.repository_url(f"{paper.abstract} {paper.comment}") or "",
            also=tuple(categories[slug] for slug in reading.secondary if slug in categories),
        )


def _card_page(base: str, page: int, language: Language) -> str:
    number = f"-{page}" if page > 1 else ""
    return f"{base}{number}{language.suffix}.md"


def _placed(entry: Entry, page: str) -> Entry:
    return replace(entry, page=page)


def anchor(paper_id: str) -> str:
    """The fragment by which a paper's card is linked: letters, digits and hyphens only."""
    return re.sub(r"[^a-z0-9]+", "-", paper_id.lower()).strip("-")
