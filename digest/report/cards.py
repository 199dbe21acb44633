"""A category's section of the dated page, and the pages of its papers' cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from digest import text
from digest.records import STAT, UNSORTED, Category, EditionReport, Share
from digest.report.filters import FILTERS
from digest.report.views import Edition, Entry, Language, View
from digest.report.written import STAT_LINK, in_language, synthesis_in, untranslated

if TYPE_CHECKING:
    from jinja2 import Environment

# GitHub stops rendering large Markdown files; the promise is 400 kB a page.
PAGE_BYTES = 390_000
# What a page holds besides its cards.
FRAME_BYTES = 4000
CARD_AUTHORS = 20
POINTER_TITLE = 60


def folder(edition: date) -> str:
    """Where an edition's reports live, relative to the reports folder."""
    return f"{edition:%Y/%m}"


def anchor(paper_id: str) -> str:
    """The fragment by which a paper's card is linked: letters, digits and hyphens only."""
    return re.sub(r"[^a-z0-9]+", "-", paper_id.lower()).strip("-")


def card_address(edition: date, category: str, paper_id: str, language: Language) -> str:
    """Where a paper of an edition and category is found from anywhere, relative to the reports folder.

    Its card may stand on a further page of the category, which only a rendering shows; the first page is always
    there, and points on to each card that it does not have itself.
    """
    return f"{folder(edition)}/{_card_page(f'{edition}/{category}', 1, language)}#{anchor(paper_id)}"


def section(
    edition: Edition, share: Share, language: Language, environment: Environment, frame: dict[str, Any]
) -> tuple[View, dict[str, str]]:
    """A category's section for the dated page, and the pages of its cards."""
    report = edition.report
    category = next(c for c in report.categories if c.slug == share.category)
    base = f"{report.edition}/{category.slug}"
    module = environment.get_template("card.md.j2")
    entries = list(_entries(edition, category, language))
    cards = [module.render(frame, entry=e, names=None, card_authors=CARD_AUTHORS) for e in entries]
    pointers = _pointed(entries, report)
    numbers = _paged(cards, pointers)
    names = [_card_page(base, number, language) for number in numbers]
    entries = [replace(entry, page=name) for entry, name in zip(entries, names, strict=True)]
    synthesis = synthesis_in(report, category.slug, language)
    links = {e.paper.id: (str(e.number), f"{e.page}#{e.anchor}") for e in entries}
    links[f"{STAT}{category.slug}"] = STAT_LINK
    percent = round(100 * share.count / max(report.ledger.new, 1))
    view = View(
        category, share, percent, tuple(entries), synthesis, links, untranslated(report, synthesis, language)
    )
    context = {
        **frame,
        "category": category,
        "neighbours": [_card_page(category.slug, n, language) for n in range(1, numbers[-1] + 1)],
        "pointer_title": POINTER_TITLE,
    }
    template = environment.get_template("category.md.j2")
    rendered = {}
    for page in range(1, numbers[-1] + 1):
        held = [card for card, number in zip(cards, numbers, strict=True) if number == page]
        further = entries[len(held) :] if page == 1 and pointers else ()
        name = f"{folder(report.edition)}/{_card_page(base, page, language)}"
        rendered[name] = template.render(context, cards=held, page=page, further=further)
    return view, rendered


def _paged(cards: Sequence[str], pointers: int) -> list[int]:
    """The page of each card, from 1; where there are several, the first has room for so many bytes of pointers."""
    sizes = [len(card.encode()) for card in cards]
    room = PAGE_BYTES - FRAME_BYTES
    if sum(sizes) <= room:
        pointers = 0
    numbers, page, filled = [], 1, pointers
    for size in sizes:
        if filled > (pointers if page == 1 else 0) and filled + size > room:
            page, filled = page + 1, 0
        filled += size
        numbers.append(page)
    return numbers


def _pointed(entries: Sequence[Entry], report: EditionReport) -> int:
    """How many bytes point to cards on further pages, at most; 0: there are none.

    Only pages of topics need them; where so many would crowd out the cards, the links end on the first page.
    """
    if not report.folded:
        return 0
    titles = [FILTERS["short"](entry.paper.title, POINTER_TITLE) for entry in entries]
    size = sum(len(t.encode()) + 2 * len(e.anchor) + 90 for t, e in zip(titles, entries, strict=True))
    return size if size < PAGE_BYTES // 4 else 0


def _entries(edition: Edition, category: Category, language: Language) -> Iterator[Entry]:
    """The papers of a category in the language, not yet on any page."""
    report = edition.report
    categories = {category.slug: category for category in report.categories}
    told = {t.paper_id: t for t in edition.translations.get(language.code, ())}
    foreign = not language.first and language.code in report.translated
    folded = report.folded or ((),) * len(edition.papers)
    rows = zip(edition.papers, edition.enrichments, folded, strict=True)
    found = [row for row in rows if row[1].primary == category.slug]
    for number, (paper, reading, topics) in enumerate(found, start=1):
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
            topics=tuple((topic, report.topic_names.get(topic, "")) for topic in topics if topic != UNSORTED),
        )


def _card_page(base: str, page: int, language: Language) -> str:
    number = f"-{page}" if page > 1 else ""
    return f"{base}{number}{language.suffix}.md"
