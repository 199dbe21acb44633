import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from digest.archive.history import Day
from digest.assets import Assets
from digest.records import DAY as WHOLE_DAY
from digest.records import CitedSentence, Outcome, Synthesis
from digest.report import FILTERS
from digest.site import (
    Frame,
    Landing,
    Page,
    Rising,
    body,
    environment,
    html_page,
    landing_page,
    months,
    search_page,
    static_files,
)  # fmt: skip
from tests.invented import DAY, report
from tests.invented_maps import NASTY
from tests.rendered import pages, plain_edition

ASSETS = Assets(Path())
MADE = environment(ASSETS, {"expected": FILTERS["expected"]})
LANGUAGES = (("en", "English", ""), ("ko", "한국어", ".ko"))
DATED = "2026/01/2026-01-05"


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def of(self, tag: str, **traits: str) -> list[dict[str, str]]:
        return [told for name, told in self.found if name == tag and traits.items() <= told.items()]


def frame(code: str = "en", **fields: object) -> Frame:
    told = Frame("My Digest", code, "" if code == "en" else f".{code}", ASSETS.strings(code), LANGUAGES, "v1")
    return replace(told, **fields)  # type: ignore[arg-type]


def edition_page(told: Frame, **fields: object) -> str:
    versions = {"en": f"{DATED}.html", "ko": f"{DATED}.ko.html"}
    page = Page(f"{DATED}{told.suffix}.html", versions, **fields)  # type: ignore[arg-type]
    found = body(pages(plain_edition())[f"{DATED}.md"], f"{DATED}.md", title="Daily Paper Digest")
    return html_page(told, page, found, MADE)


def test_a_page_asks_for_nothing_outside_and_runs_nothing_inside() -> None:
    html = edition_page(frame(), only=True)
    tags = Tags(html)
    policy = tags.of("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert all(script["src"].startswith("../../") for script in tags.of("script"))
    loaded = [told.get("src", "") for _, told in tags.found] + [told["href"] for told in tags.of("link")]
    assert not [address for address in loaded if re.match(r"https?:|//", address)]
    assert not [told for _, told in tags.found if any(name.startswith("on") or name == "style" for name in told)]


def test_a_page_names_its_neighbours_its_other_language_and_its_feed() -> None:
    around = {"before": ("2026/01/2026-01-02.html", "2026-01-02"), "feed": "feeds/vision.xml"}
    tags = Tags(edition_page(frame(), **around))
    assert tags.of("a", rel="prev")[0]["href"] == "2026-01-02.html"
    assert not tags.of("a", rel="next")
    assert {told["hreflang"]: told["href"] for told in tags.of("link", rel="alternate") if "hreflang" in told} == {
        "en": "2026-01-05.html",
        "ko": "2026-01-05.ko.html",
    }
    feeds = [told["href"] for told in tags.of("link", type="application/atom+xml")]
    assert feeds == ["../../feed.xml", "../../feeds/vision.xml"]


def test_only_a_known_address_makes_a_preview_whole() -> None:
    base = "https://me.example/p/"
    tags = Tags(edition_page(frame(base=base, picture="map/map.png")))
    told = {t["property"]: t["content"] for t in tags.of("meta") if "property" in t}
    assert told["og:title"] == "2026-01-05 · Monday" and told["og:image"] == f"{base}map/map.png"
    assert told["og:url"] == tags.of("link", rel="canonical")[0]["href"] == f"{base}{DATED}.html"
    assert told["og:description"].startswith("5 new papers in 2 categories")
    without = Tags(edition_page(frame(picture="map/map.png")))
    assert not without.of("meta", property="og:image") and not without.of("link", rel="canonical")


def test_the_choice_of_categories_has_a_button_for_each() -> None:
    buttons = Tags(edition_page(frame(), only=True)).of("button", type="button")
    told = [(b["data-only"], b["aria-pressed"]) for b in buttons if "data-only" in b]
    assert told == [("", "true"), ("language", "false"), ("vision", "false")]


def landing(**fields: object) -> Landing:
    days = [Day(DAY, Outcome.PUBLISHED, counts={"language": 3, "vision": 1}), Day(date(2026, 1, 6), Outcome.QUIET)]
    told = report(new=4)
    calendar = tuple(months(days, {DAY: f"{DATED}.html"}, ASSETS.strings("en")))
    rising = (Rising(3, "Whales & comets", "💬", 9, 5, 2.0, (0, 1, 4)),)
    totals = (("language", 3), ("vision", 1))
    return replace(Landing(1, 4, 2, told, f"{DATED}.html", rising, calendar, totals), **fields)  # type: ignore[arg-type]


def front(told: Landing, shown: Frame | None = None) -> str:
    shown = shown or frame()
    return landing_page(shown, Page(shown.front, {"en": "index.html", "ko": "index.ko.html"}), told, MADE)


def test_the_front_page_leads_to_the_latest_edition_the_map_and_the_topics() -> None:
    html = front(landing(), frame(map="map/index.html", picture="map/map.png"))
    links = [told["href"] for told in Tags(html).of("a")]
    assert {f"{DATED}.html", f"{DATED}.html#language", "map/index.html", "topics/3.html"} <= set(links)
    assert "Whales &amp; comets" in html and "9 papers in 5 editions, about 2 expected" in html
    assert Tags(html).of("form", action="search.html") and Tags(html).of("img", src="map/map.png")
    assert 'title="nothing was announced"' in html
    assert "map/index.html" not in front(landing())


def test_the_front_page_tells_the_day_in_its_language() -> None:
    def day(text: str) -> tuple[Synthesis, ...]:
        return (Synthesis(WHOLE_DAY, (CitedSentence(text, ()),)),)

    told = report(new=4, syntheses=day("Whales sing."), translated={"ko": day("고래가 노래한다.")})
    assert "Whales sing." in front(landing(latest=told))
    korean = front(landing(latest=told), frame("ko"))
    assert "고래가 노래한다." in korean and "언어" in korean and "2026-01-05 · 월요일" in korean


def test_without_an_edition_the_front_page_says_so() -> None:
    empty = Landing(0, 0, 0, None, "", (), (), ())
    assert "No edition has been published yet." in front(empty)


@pytest.mark.parametrize("text", NASTY)
def test_hostile_names_are_text(text: str) -> None:
    rising = (Rising(3, text, "💬", 9, 5, 2.0, ()), Rising(4, text, "", 1))
    shown = frame(title=text or "x")
    for html in (front(landing(rising=rising), shown), search_page(shown, Page("search.html"), MADE)):
        tags = Tags(html)
        assert len(tags.of("script")) <= 3 and not tags.of("img", src="x")
        assert all("src" in told or told.get("type") == "application/json" for told in tags.of("script"))
        assert not any(name.startswith("on") for _, told in tags.found for name in told)


def test_the_search_page_holds_its_settings() -> None:
    html = search_page(frame("ko", map="map/ko/index.html"), Page("search.ko.html"), MADE)
    found = re.search(r'<script id="settings" type="application/json">(.*?)</script>', html)
    assert found
    told = json.loads(found[1])
    assert told["months"] == "search/months.ko.json" and told["map"] == "map/ko/index.html"
    assert told["suffix"] == ".ko" and told["phrases"]["found"] == "논문 {count}편"


def test_a_calendar_has_weekends_only_where_editions_do() -> None:
    weekday = Day(date(2026, 1, 5), Outcome.PUBLISHED, counts={"vision": 8})
    saturday = Day(date(2026, 2, 7), Outcome.PUBLISHED, counts={"vision": 1})
    found = months([weekday, saturday], {}, ASSETS.strings("en"))
    assert [(month.name, month.columns) for month in found] == [("February 2026", 7), ("January 2026", 5)]
    cells = [cell for week in found[1].weeks for cell in week if cell]
    assert [(cell.day, cell.level) for cell in cells if cell.announced] == [(5, 4)]


def test_static_files_have_a_version() -> None:
    told = static_files(ASSETS)
    assert set(told.files) == {"site.css", "site.js", "search.js"} and re.fullmatch("[0-9a-f]{12}", told.version)
    assert "innerHTML" not in "".join(told.files.values())
