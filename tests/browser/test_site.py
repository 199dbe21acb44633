"""The site in a real browser: the choice of categories, the search, light and dark, and whom it would keep out."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from digest.cli.publishing import publish_due
from digest.cli.website import write_site
from tests.browser.conftest import Opened, served

Opening = Callable[..., Opened]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
EDITION = "2026/01/2026-01-07.html"
CARDS = "2026/01/2026-01-07/language.html"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
SHOWN = "[...document.querySelectorAll('.report > section:not([hidden])')].map((section) => section.id)"
PRESSED = "[...document.querySelectorAll('.only [aria-pressed=true]')].map((button) => button.dataset.only)"


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's site in two languages, with something in the place of its map."""
    folder = tmp_path_factory.mktemp("site")
    sample = folder / "sample"
    (sample / "reports/map").mkdir(parents=True)
    (sample / "archive/site/map").mkdir(parents=True)
    (sample / "reports/map/map.png").write_bytes(PIXEL)
    (sample / "archive/site/map/index.html").write_text("<title>The map</title>")
    for place in (folder, sample):
        (place / "digest.toml").write_text('languages = ["en", "ko"]\n')
    publish_due(folder, {"provider": "local"}, None, None, sample=True)
    write_site(sample)
    return sample


@pytest.fixture(scope="session")
def site(workspace: Path) -> Iterator[str]:
    with served(workspace / "archive/site") as url:
        yield url.removesuffix("index.html")


def follow(opened: Opened, link: Any) -> None:
    """Click, and wait until the page that it leads to is ready."""
    with opened.page.expect_navigation():
        link.click()
    opened.wait("document.documentElement.dataset.ready")


def test_the_front_page_shows_the_latest_edition_the_map_and_the_topics_at_once(
    site: str, opening: Opening
) -> None:
    opened = opening(site)
    page = opened.page
    for name in ("2026-01-07 · Wednesday", "Map of all papers"):
        link = page.get_by_role("link", name=name)
        assert link.is_visible() and link.bounding_box()["y"] < 800
    assert page.get_by_role("heading", name=re.compile("Rising|Largest topics")).is_visible()
    follow(opened, page.get_by_role("link", name="Read the edition"))
    assert page.url == site + EDITION
    follow(opened, page.get_by_role("link", name="2026-01-06", exact=True).first)
    assert page.url == site + EDITION.replace("07.html", "06.html")


def test_categories_are_chosen_by_keyboard_and_the_address_keeps_them(site: str, opening: Opening) -> None:
    opened = opening(site + EDITION)
    page = opened.page
    everything = opened.run(SHOWN)
    assert opened.run(PRESSED) == [""] and "language" in everything and "vision" in everything
    page.locator('.only [data-only="language"]').focus()
    page.keyboard.press("Space")
    assert opened.run(SHOWN) == ["language"] and opened.run(PRESSED) == ["language"]
    page.locator('.only [data-only="vision"]').focus()
    page.keyboard.press("Enter")
    assert set(opened.run(SHOWN)) == {"language", "vision"}
    assert opened.hash() == "#only=language,vision"
    assert page.locator(".only [role=status]").text_content() == "2 sections are shown"
    follow(opened, page.get_by_role("link", name="2026-01-06", exact=True).first)
    assert page.url.endswith("2026-01-06.html#only=language,vision")
    assert "language" in opened.run(PRESSED)
    page.locator('.only [data-only=""]').click()
    assert opened.run(PRESSED) == [""] and opened.hash() == ""


def test_a_link_to_a_section_shows_everything(site: str, opening: Opening) -> None:
    opened = opening(f"{site}{EDITION}#vision")
    assert len(opened.run(SHOWN)) > 2
    assert opened.run("document.querySelector('#vision').getBoundingClientRect().top") < 400


def test_the_search_finds_titles_authors_and_tldrs_and_leads_to_the_card(site: str, opening: Opening) -> None:
    cards = opening(site + CARDS).page
    title = cards.locator(".report > section h2 a").first.text_content()
    author = cards.locator(".report > section h2 + p").first.text_content().split(",")[0].split(" · ")[0]
    opened = opening(f"{site}search.html?q={title}")
    first = opened.page.locator("#found h2 a").first
    assert first.text_content() == title
    assert author in opened.page.locator("#found li").first.inner_text()
    on_map = opened.page.locator("#found li").first.get_by_role("link", name="Show on the map")
    assert re.fullmatch(r"map/index\.html#paper=\S+", on_map.get_attribute("href"))
    opened.page.fill("#query", author.upper())
    opened.wait(f"location.search.includes({author.upper().split()[0]!r})")
    assert opened.page.locator("#found li").count() >= 1
    opened.page.fill("#query", "nothing like this anywhere")
    opened.wait("document.querySelector('#told').textContent === '0 papers'")
    opened.page.fill("#query", title)
    opened.wait("document.querySelectorAll('#found li').length > 0")
    first.focus()
    opened.run("document.querySelector('#query').dispatchEvent(new Event('input'))")
    opened.page.wait_for_timeout(200)
    assert opened.run("document.activeElement.matches('#found h2 a')")
    follow(opened, first)
    assert opened.run("document.querySelector(':target h2 a').textContent") == title


def test_a_search_from_disk_says_why_it_finds_nothing_and_counts_nothing(
    workspace: Path, opening: Opening
) -> None:
    opened = opening(f"{(workspace / 'archive/site/search.html').as_uri()}?q=moths")
    assert opened.run("document.querySelector('#told').textContent") == (
        "Some papers could not be loaded: the search needs the site to be served by a web server."
    )
    # The browser itself complains of what it does not fetch.
    assert opened.said
    opened.said.clear()


def test_the_search_works_in_korean_and_without_any_server_of_its_own(site: str, opening: Opening) -> None:
    opened = opening(site + "index.ko.html")
    opened.page.fill("#query", "the")
    with opened.page.expect_navigation():
        opened.page.keyboard.press("Enter")
    opened.wait("document.documentElement.dataset.ready && document.querySelectorAll('#found li').length > 0")
    assert opened.page.url.startswith(site + "search.ko.html")
    assert opened.page.locator("#found a").first.get_attribute("href").split("#")[0].endswith(".ko.html")
    assert all(url.startswith(site) for url in opened.asked)


def test_dark_is_remembered_from_page_to_page_and_shared_with_the_map(site: str, opening: Opening) -> None:
    opened = opening(site)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = opened.run(ground)
    opened.page.get_by_role("button", name="Dark colours").click()
    assert opened.run(ground) != light and opened.run("localStorage.getItem('map.theme')") == "dark"
    follow(opened, opened.page.get_by_role("link", name="Read the edition"))
    assert opened.run("document.documentElement.dataset.theme") == "dark"
    assert opening(site, color_scheme="dark").run(ground) != light


def test_the_languages_lead_to_each_other(site: str, opening: Opening) -> None:
    opened = opening(site + CARDS)
    follow(opened, opened.page.get_by_role("link", name="한국어"))
    assert opened.page.url == site + CARDS.replace(".html", ".ko.html")
    assert opened.run("document.documentElement.lang") == "ko"


@pytest.mark.parametrize("path", ["", EDITION, CARDS, "topics/index.html", "topics/1.html", "search.html?q=a"])
def test_nothing_is_wider_than_a_phone(site: str, opening: Opening, path: str) -> None:
    opened = opening(site + path, **PHONE)
    assert opened.run("document.documentElement.scrollWidth") <= 390


def test_pages_can_be_read_without_scripts_and_from_the_disk(
    workspace: Path, site: str, browser: Any, opening: Opening
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + EDITION)
    assert page.locator("nav.contents a").first.is_visible() and page.locator(".only").is_hidden()
    context.close()
    opened = opening((workspace / "archive/site" / EDITION).as_uri())
    opened.page.locator('.only [data-only="vision"]').click()
    assert opened.run(SHOWN) == ["vision"]
    assert opened.run("getComputedStyle(document.querySelector('.top')).display") == "flex"


def test_print_shows_the_papers_alone(site: str, opening: Opening) -> None:
    opened = opening(site + CARDS)
    opened.page.emulate_media(media="print")
    assert opened.page.locator(".top").is_hidden() and opened.page.locator("footer").is_hidden()
    assert opened.page.locator(".report > section").first.is_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "index.ko.html",
        EDITION,
        f"{EDITION}#only=vision",
        CARDS,
        "topics/index.html",
        "topics/1.html",
        "search.html?q=the",
    ],
)
def test_axe_finds_nothing(site: str, opening: Opening, axe: str, path: str, scheme: str, width: int) -> None:
    opened = opening(site + path, viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    opened.run(axe)
    violations = opened.run("axe.run().then((found) => found.violations)")
    told = [(v["id"], v["nodes"][0]["html"], v["nodes"][0]["failureSummary"]) for v in violations]
    assert told == []
