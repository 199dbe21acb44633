import re

import pytest
from hypothesis import given

from digest import report as layout
from digest.site import Body, body
from tests.any_text import ANY_TEXT, FUZZ
from tests.invented import paper
from tests.invented_maps import NASTY
from tests.rendered import HOSTILE, edition, pages, plain_edition

TITLE = "Daily Paper Digest"
DATED, CARDS = "2026/01/2026-01-05.md", "2026/01/2026-01-05/language.md"


def of(told: layout.Edition, source: str = DATED) -> Body:
    return body(pages(told)[source], source, title=TITLE)


def test_an_edition_has_its_heading_its_lead_and_a_section_for_each_category() -> None:
    told = of(plain_edition())
    assert told.heading == "2026-01-05 · Monday"
    assert [s.id for s in told.sections if s.id] == ["language", "vision"]
    assert [(s.text, s.count) for s in told.sections if s.id] == [("💬 Language", "3"), ("📷 Vision", "2")]
    assert '<img src="/2026/01/2026-01-05.svg"' in told.lead and "5 new papers" in told.lead
    # The site has its own ways to other pages, and the contents stand apart.
    assert "index.html" not in told.lead and "2026-01-05.ko.html" not in told.lead
    assert 'href="/2026/01/2026-01-05.html#vision"' in told.contents
    assert not any(section.html == told.contents for section in told.sections)


def test_cards_are_sections_too_and_keep_their_way_back() -> None:
    told = of(plain_edition(), CARDS)
    assert told.heading == "💬 Language · 2026-01-05"
    assert 'href="/2026/01/2026-01-05.html"' in told.lead
    assert [section.id for section in told.sections] == [layout.anchor(paper(n).id) for n in (1, 3, 5)]
    assert told.sections[0].text == "1. An Invented Paper, Number 1"
    assert "<details><summary>" in told.sections[0].html and "<h3>" not in told.sections[0].html


def test_a_page_without_sections_is_all_lead() -> None:
    told = body("# Daily Paper Digest\n\nWords.\n", "map/quality.md", title=TITLE)
    assert told == Body(TITLE, "<p>Words.</p>\n", "", ())


def test_of_the_ways_to_other_pages_those_stay_that_the_site_has_not_itself() -> None:
    base = "https://me.example/p/"
    ways = f"[All editions](../README.md) · [Map]({base}map/#topic=3) · [한국어](3.ko.md)"
    told = body(f"# Whales\n\n{ways}\n\nThey sing.\n", "topics/3.md", base=base)
    assert told.lead == '<p><a href="/map/index.html#topic=3" rel="noopener">Map</a></p>\n<p>They sing.</p>\n'


def test_links_to_a_map_that_is_not_there_are_left_out() -> None:
    base = "https://me.example/p/"
    korean, drawn = f"[🗺 Map]({base}map/ko/index.html#paper=x)", f"[Drawn]({base}map/map.svg)"
    text = f"# A\n\n[PDF](https://arxiv.org/pdf/1) · {korean}\n\n{drawn}\n\n[What it shows](../map/quality.md)\n"
    shows = '<p><a href="/map/quality.html" rel="noopener">What it shows</a></p>\n'
    pdf = '<p><a href="https://arxiv.org/pdf/1" rel="noopener">PDF</a>'
    assert body(text, "topics/3.md", base=base, maps=()).lead == f"{pdf}</p>\n{shows}"
    there = body(text, "topics/3.md", base=base, maps=["map/ko/index.html", "map/index.html"]).lead
    assert there == f'{pdf} · <a href="/map/ko/index.html#paper=x" rel="noopener">🗺 Map</a></p>\n{shows}'
    assert "/map/map.svg" in body(text, "topics/3.md", base=base).lead


def test_a_sign_that_only_github_knows_is_not_shown() -> None:
    assert "[!NOTE]" not in body("# A\n\n> [!NOTE]\n> Invented.\n", DATED).lead


def test_the_whole_page_is_one_piece_for_a_feed() -> None:
    told = of(plain_edition())
    html = told.html("feeds/language.xml", "")
    assert 'href="../2026/01/2026-01-05/language.html#' in html and "<h2>💬 Language</h2>" in html
    assert 'href="https://me.example/2026/01/' in told.html("feed.xml", "https://me.example/")


def harmless(told: Body) -> bool:
    html = "".join([told.lead, told.contents, *(s.heading + s.html for s in told.sections)]).casefold()
    tags = re.findall(r"<[^>]*>", html)
    opened = any(re.match(r"<(script|style|iframe|svg|form|input|object|embed|base|meta|link)\b", t) for t in tags)
    wired = any(re.search(r"\son\w+\s*=|(?:href|src)=\"(?:javascript|data|vbscript):|//evil", t) for t in tags)
    return not opened and not wired


@pytest.mark.parametrize("text", [*NASTY, *HOSTILE])
def test_hostile_papers_stay_text(text: str) -> None:
    told = edition([paper(n, title=text, abstract=text, authors=(text,), comment=text) for n in range(1, 4)])
    for source in pages(told):
        found = body(pages(told)[source], source, title=TITLE)
        assert harmless(found)
        ids = [section.id for section in found.sections if section.id]
        assert len(ids) == len(set(ids))
    assert [s.id for s in of(told, CARDS).sections] == [layout.anchor(paper(n).id) for n in (1, 3)]


@FUZZ
@given(ANY_TEXT)
def test_any_markdown_becomes_harmless_html(text: str) -> None:
    assert harmless(body(text, DATED, title=TITLE))
