"""The overview of a large map in a real browser: chunks for what is seen, and a map of each category."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digest.assets import Assets
from digest.map.page.overview import write_pages
from digest.records.maps import MapView
from tests.browser.conftest import Opened, served
from tests.browser.test_map import PHONE, SHOWN
from tests.invented_maps import map_view, nasty_view

Opening = Callable[..., Opened]
PAPERS, LIMIT, CHUNK = 400, 120, 8


def overview(view: MapView, folder: Path, libraries: Path) -> Path:
    assets = Assets(folder)
    write_pages(view, folder, libraries, assets, assets.strings(view.language), LIMIT, CHUNK)
    return folder


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, libraries: Path) -> Iterator[str]:
    with served(overview(map_view(PAPERS), tmp_path_factory.mktemp("large"), libraries)) as found:
        yield found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, libraries: Path) -> Iterator[str]:
    with served(overview(nasty_view(300), tmp_path_factory.mktemp("large-nasty"), libraries)) as found:
        yield found


@pytest.fixture(scope="module")
def in_korean(tmp_path_factory: pytest.TempPathFactory, libraries: Path) -> Iterator[str]:
    with served(overview(map_view(PAPERS, "ko"), tmp_path_factory.mktemp("large-ko"), libraries)) as found:
        yield found


def chunks(map_: Opened) -> set[str]:
    """The chunks of points that were asked for."""
    return {url.split("?")[0].split("/")[-1] for url in map_.asked if "/data/points/" in url}


def test_names_and_the_tree_are_there_before_any_paper(url: str, opening: Opening) -> None:
    map_ = opening(url)
    assert map_.status() == "400 papers"
    assert {"Language", "Vision", "Other"} <= set(map_.run(SHOWN))
    assert map_.page.locator("#tree").get_by_role("treeitem", level=1).count() == 3
    assert any("density.png" in url for url in map_.asked) and not any("/cards/" in url for url in map_.asked)
    assert map_.page.locator("#timeline").is_hidden() and map_.page.locator("#open-timeline").is_hidden()


def test_only_chunks_in_sight_are_fetched(url: str, opening: Opening) -> None:
    map_ = opening(url)
    map_.page.wait_for_timeout(500)
    assert not chunks(map_)
    map_.run("location.hash = '#view=8,0,3'")
    map_.wait("performance.getEntriesByType('resource').some((one) => one.name.includes('/points/'))")
    map_.page.wait_for_timeout(500)
    few = chunks(map_)
    assert 0 < len(few) < 16
    map_.run("location.hash = '#view=-8,0,3'")
    for _ in range(40):
        if chunks(map_) - few:
            break
        map_.page.wait_for_timeout(50)
    assert chunks(map_) - few


def test_titles_stand_beside_points_from_near(url: str, opening: Opening) -> None:
    map_ = opening(f"{url}#view=8,0,1.2")
    map_.wait("document.querySelectorAll('#titles .paper').length > 0")
    assert "Whales and what they do" in str(map_.run("document.querySelector('#titles .paper').textContent"))


def test_a_link_to_a_paper_finds_its_chunk(url: str, opening: Opening) -> None:
    map_ = opening(f"{url}#paper=arxiv:2601.00033")
    map_.wait("!document.querySelector('#panel').hidden")
    map_.wait("document.querySelector('#panel .links') !== null")
    panel = map_.page.locator("#panel")
    assert panel.locator("h2").text_content() == "Violins and what they do, part 33"
    assert "Ada Invented" in panel.inner_text() and "Violins are poorly known." in panel.inner_text()
    assert panel.locator(".mark", has_text="Violins at large").count() == 1
    assert map_.hash().startswith("#paper=arxiv:2601.00033")
    map_.wait("/&view=/.test(location.hash)")
    map_.run("location.hash = '#paper=arxiv:2601.00399'")
    map_.wait("document.querySelector('#panel h2')?.textContent === 'Violins and what they do, part 399'")
    map_.wait("/00399&view=/.test(location.hash)")
    map_.run("location.hash = '#paper=__proto__'")
    map_.wait("document.querySelector('#status').textContent === 'What the link names is not on this map.'")


def test_a_topic_is_told_of_with_its_newest_papers(url: str, opening: Opening) -> None:
    map_ = opening(f"{url}#topic=103")
    map_.wait("!document.querySelector('#panel').hidden")
    panel = map_.page.locator("#panel")
    assert panel.locator("h2").text_content() == "Glaciers at large"
    assert map_.status() == "67 of 400 papers"
    newest = panel.locator(".papers button").first
    assert "Mar 2, 2026" in newest.inner_text()
    way = panel.get_by_role("link", name="Open the map of Vision")
    assert way.get_attribute("href") == "categories/vision/index.html#topic=103"
    newest.click()
    map_.wait("document.querySelector('#panel h2')?.textContent.startsWith('Glaciers and')")
    map_.wait("/^#topic=103&paper=arxiv:.*&view=/.test(decodeURIComponent(location.hash))")
    # A retired topic's link leads to its heir.
    map_.run("location.hash = '#topic=90'")
    map_.wait("document.querySelector('#panel h2')?.textContent === 'Comets at large'")
    map_.page.locator("#tree .name", has_text="Language").first.click()
    map_.wait("document.querySelector('#status').textContent === '134 of 400 papers'")
    assert panel.get_by_role("link", name="Open the map of Language").count() == 1
    map_.page.locator("#whole").click()
    map_.wait("document.querySelector('#status').textContent === '400 papers'")


def test_search_finds_topics_and_ids_and_leads_on(url: str, opening: Opening) -> None:
    map_ = opening(url)
    map_.page.fill("#search", "orchids")
    map_.wait("document.querySelector('#found').textContent === '1 topic'")
    assert map_.page.locator("#results a").first.get_attribute("href") == "categories/language/index.html"
    map_.page.locator("#results button").first.click()
    map_.wait("document.querySelector('#panel h2')?.textContent === 'Orchids at large'")
    map_.page.fill("#search", "2601.00100")
    map_.wait("document.querySelector('#results small')?.textContent.includes('2026')")
    map_.page.keyboard.press("ArrowDown")
    map_.page.keyboard.press("Enter")
    map_.wait("document.querySelector('#panel h2')?.textContent.endsWith('part 100')")


def test_hovering_tells_of_a_paper(url: str, opening: Opening) -> None:
    map_ = opening(url)
    map_.run("location.hash = '#paper=arxiv:2601.00033'")
    map_.wait("!document.querySelector('#panel').hidden && /&view=/.test(location.hash)")
    side, panel = (map_.page.locator(name).bounding_box() for name in ("#side", "#panel"))
    # The address brings the paper to the middle of what no panel covers.
    x, y = (side["x"] + side["width"] + panel["x"] - 12) / 2, (8 + map_.page.viewport_size["height"]) / 2
    map_.page.locator("#panel .close").click()
    map_.page.mouse.move(x, y)
    map_.wait("!document.querySelector('#hover').hidden")
    map_.wait("document.querySelector('#hover .tldr') !== null")
    assert "what they do, part" in map_.page.locator("#hover").inner_text()


def test_a_category_has_an_ordinary_map_of_its_own(url: str, opening: Opening) -> None:
    map_ = opening(url)
    ways = map_.page.locator("#side details .mark")
    assert ways.count() == 3
    assert ways.first.get_attribute("title") == "its newest 120 of 134 papers"
    ways.first.click()
    map_.wait("document.documentElement.dataset.ready")
    assert map_.status() == "120 papers" and "its newest 120 of 134" in map_.page.title()
    assert map_.run("[...document.querySelectorAll('.foot a')].map((one) => one.getAttribute('href'))") == [
        "../../../README.html", "../../observations.html", "../../quality.html",
    ]  # fmt: skip
    assert set(map_.run(SHOWN)) <= {"Language", "Whales at large", "Comets at large"}


def test_it_is_usable_on_a_phone_and_in_the_dark(url: str, opening: Opening) -> None:
    map_ = opening(f"{url}#topic=103", **PHONE, color_scheme="dark")
    map_.wait("!document.querySelector('#panel').hidden")
    assert map_.run("document.documentElement.dataset.theme") == "dark"
    assert map_.run("document.documentElement.scrollWidth <= innerWidth")


def test_no_script_of_hostile_papers_runs(hostile: str, opening: Opening) -> None:
    map_ = opening(f"{hostile}#view=8,0,3")
    map_.page.wait_for_timeout(500)
    map_.page.fill("#search", "<script>")
    map_.wait("!document.querySelector('#results').hidden")
    map_.page.locator("#tree [role=treeitem]").first.click()
    map_.wait("!document.querySelector('#panel').hidden")
    map_.page.locator("#panel .papers button").first.click()
    map_.wait("document.querySelector('#panel .links') !== null")
    map_.run("location.hash = '#paper=__proto__'")
    map_.wait("document.querySelector('#panel .waiting') === null")
    map_.run("location.hash = '#paper=' + encodeURIComponent('\"><img src=x onerror=\"window.hacked = 3\">')")
    map_.wait("document.querySelector('#panel .waiting') === null")
    assert map_.run("window.hacked") is None
    assert map_.page.locator("#side img, #panel img, #results img, script:not([src])").count() == 0


def test_korean(in_korean: str, opening: Opening) -> None:
    map_ = opening(in_korean)
    assert map_.page.locator("#side summary", has_text="분야별 지도").count() == 1


def test_no_accessibility_violation(url: str, opening: Opening, axe: str) -> None:
    map_ = opening(f"{url}#topic=103")
    map_.wait("!document.querySelector('#panel').hidden")
    map_.run(axe)
    found = map_.run("axe.run().then((told) => told.violations.map((one) => `${one.id}: ${one.nodes[0].html}`))")
    assert found == []
