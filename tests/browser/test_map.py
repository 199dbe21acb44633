"""The map's page in a real browser: what a reader sees, and what the address says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PATIENCE, Opened, built, chromium
from tests.invented_maps import map_view

Opening = Callable[..., Opened]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SHOWN = "[...document.querySelectorAll('.label.shown')].map((label) => label.textContent)"


@pytest.fixture(params=["one_file", "split"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def test_it_shows_names_of_groups_then_of_topics_from_near(url: str, opening: Opening) -> None:
    map_ = opening(url)
    assert map_.status() == "300 papers"
    assert {"Language", "Vision", "Other"} <= set(map_.run(SHOWN))
    map_.page.mouse.move(800, 400)
    for _ in range(16):
        map_.page.mouse.wheel(0, -240)
    map_.wait(f"!{SHOWN}.includes('Language')")
    map_.wait("location.hash.includes('view=')")
    map_.page.click("#map", position={"x": 5, "y": 5}, force=True, trial=True)
    map_.page.focus("#map")
    map_.page.keyboard.press("0")
    map_.wait(f"{SHOWN}.includes('Language')")


def test_the_tree_opens_and_focuses(url: str, opening: Opening) -> None:
    map_ = opening(url)
    tree = map_.page.locator("#tree")
    assert tree.get_by_role("treeitem", level=1).count() == 3
    tree.locator(".name", has_text="Vision").click()
    map_.wait("document.querySelector('#status').textContent === '100 of 300 papers'")
    tree.locator(".name", has_text="Glaciers at large").click()
    map_.wait("document.querySelector('#status').textContent === '50 of 300 papers'")
    assert map_.hash().startswith("#topic=103")
    assert map_.page.locator("#panel h2").text_content() == "Glaciers at large"
    assert "More papers of late" in map_.page.locator("#panel").inner_text()
    map_.page.locator("#whole").click()
    map_.wait("document.querySelector('#status').textContent === '300 papers'")
    assert map_.page.locator("#panel").is_hidden()


def test_the_tree_is_usable_by_keyboard(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file)
    keyboard = map_.page.keyboard
    map_.page.locator("#tree [role=treeitem]").first.focus()
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    focused = "['.name', '.unseen'].map((part) => document.activeElement.querySelector(part).textContent).join()"
    assert map_.run(focused).endswith("50 papers")
    keyboard.press("End")
    keyboard.press("v")
    assert map_.run(focused) == "Vision,100 papers"
    keyboard.press("Home")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    map_.wait("document.querySelector('#status').textContent === '50 of 300 papers'")
    # The panel took the focus; Escape gives it back and shows all again at the second press.
    assert map_.run("document.activeElement.id") == "panel-title"
    keyboard.press("Escape")
    assert map_.run("document.activeElement.getAttribute('role')") == "treeitem"
    keyboard.press("Escape")
    map_.wait("document.querySelector('#status').textContent === '300 papers'")


def place_of(map_: Opened, paper: int) -> tuple[float, float]:
    """Where a paper is on the screen once the map stands still: its address centres it."""
    map_.run(f"location.hash = '#paper=arxiv:2601.{paper:05}'")
    map_.wait("!document.querySelector('#panel').hidden && /&view=/.test(location.hash)")
    side, panel = (map_.page.locator(name).bounding_box() for name in ("#side", "#panel"))
    timeline, height = map_.page.locator("#timeline").bounding_box(), map_.page.viewport_size["height"]
    x = (side["x"] + side["width"] + panel["x"] - 12) / 2
    return x, (8 + height - timeline["height"]) / 2


def test_hover_and_click_tell_of_a_paper(url: str, opening: Opening) -> None:
    map_ = opening(url)
    x, y = place_of(map_, 42)
    map_.page.keyboard.press("Escape")
    map_.page.wait_for_timeout(300)
    found = None
    for dx, dy in ((dx, dy) for dx in range(-12, 13, 4) for dy in range(-12, 13, 4)):
        map_.page.mouse.move(x + dx, y + dy)
        map_.page.wait_for_timeout(60)
        if map_.page.locator("#hover").is_visible():
            found = x + dx, y + dy
            break
    assert found
    map_.page.wait_for_selector("#hover .tldr")
    title = map_.page.locator("#hover .title").text_content()
    assert "Ada Invented" in map_.page.locator("#hover").inner_text()
    map_.page.mouse.click(*found)
    map_.wait("!document.querySelector('#panel').hidden")
    assert map_.page.locator("#panel h2").text_content() == title
    assert map_.page.locator("#hover").is_hidden()


def test_the_panel_has_every_field(url: str, opening: Opening) -> None:
    map_ = opening(url + "#paper=arxiv:2601.00007")
    panel = map_.page.locator("#panel")
    panel.locator("section.tldr").wait_for()
    text = panel.inner_text()
    told = (
        "Comets and what they do, part 7", "Ada Invented, Bo Cometssmith", "Jan 12, 2026 · feed · local · cs.CV",
        "It tells of comets in 7 ways.", "Comets for children.", "Comets are poorly known.", "We counted them.",
        "There are 7.", "Counting.", "💬 Language", "📦 Other", "Comets at large", "Glaciers at large",
        "placed among its neighbours",
    )  # fmt: skip
    assert [part for part in told if part not in text] == []
    panel.locator("summary").click()
    assert "A long abstract about comets." in panel.inner_text()
    links = {a.text_content(): a.get_attribute("href") for a in panel.locator("a").all()}
    assert links == {
        "PDF": "https://arxiv.org/pdf/2601.00007",
        "Paper's page": "https://arxiv.org/abs/2601.00007",
        "In the report": "../2026/01/2026-01-05.html#p7",
    }
    panel.get_by_role("button", name="Glaciers at large").click()
    map_.wait("location.hash.startsWith('#topic=103')")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("comets PART 19", 5),
        ("cometssmith", 50),
        ("in 44 ways", 3),
        ("orchids at large", 100),
        ("nothing like", 0),
    ],
)
def test_search_finds_words_in_titles_authors_topics_and_tldrs(
    one_file: str, opening: Opening, query: str, count: int
) -> None:
    map_ = opening(one_file)
    map_.page.fill("#search", query)
    words = f"{count} papers"
    map_.wait(f"document.querySelector('#found').textContent === '{words}'")
    assert map_.status() == f"{count} of 300 papers"
    assert map_.page.locator("#results button").count() == min(count, 50)


def test_a_result_opens_and_escape_clears_the_search(url: str, opening: Opening) -> None:
    map_ = opening(url)
    map_.page.keyboard.press("/")
    map_.page.keyboard.type("tells of violins in 159")
    map_.wait("document.querySelectorAll('#results li').length === 1")
    map_.page.keyboard.press("ArrowDown")
    map_.page.keyboard.press("Enter")
    map_.wait("document.querySelector('#panel h2')?.textContent === 'Violins and what they do, part 159'")
    map_.page.focus("#search")
    map_.page.keyboard.press("Escape")
    assert map_.status() == "300 papers" and map_.page.locator("#panel").is_visible()


def test_whoever_is_at_a_result_stays_there_when_texts_arrive(split: str, opening: Opening) -> None:
    map_, held = opening(split), []
    map_.page.route("**/data/search.json*", lambda route: held.append(route))
    map_.page.keyboard.press("/")
    map_.page.keyboard.type("violins do, part 159")
    map_.wait("document.querySelectorAll('#results li').length === 1")
    map_.page.keyboard.press("ArrowDown")
    map_.run("document.activeElement.dataset.old = 'yes'")
    for _ in range(PATIENCE):
        if not held:
            map_.page.wait_for_timeout(50)
    held[0].continue_()
    map_.wait("!document.querySelector('#results [data-old]')")
    assert map_.run("document.activeElement.matches('#results button')")
    map_.page.keyboard.press("Enter")
    map_.wait("document.querySelector('#panel h2')?.textContent === 'Violins and what they do, part 159'")


def test_a_brush_keeps_to_dates(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file)
    box = map_.page.locator("#timeline svg").bounding_box()
    map_.page.mouse.move(box["x"] + 1, box["y"] + 20)
    map_.page.mouse.down()
    map_.page.mouse.move(box["x"] + box["width"] / 2 - 2, box["y"] + 20, steps=5)
    map_.page.mouse.up()
    map_.wait("document.querySelector('#status').textContent === '150 of 300 papers'")
    assert map_.page.locator("#timeline output").text_content() == "Jan 5, 2026 – Feb 3, 2026"
    map_.page.focus(".to")
    map_.page.keyboard.press("ArrowRight")
    map_.wait("document.querySelector('#status').textContent === '155 of 300 papers'")
    map_.page.click("#timeline button.all")
    map_.wait("document.querySelector('#status').textContent === '300 papers'")


def test_the_player_lets_the_map_grow(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file)
    map_.page.click(".play")
    counts = []
    for _ in range(3):
        map_.page.wait_for_timeout(400)
        counts.append(int(map_.status().split()[0]))
    assert counts == sorted(set(counts)) and counts[-1] < 300
    map_.page.click(".play")
    held = map_.status()
    map_.page.wait_for_timeout(500)
    assert map_.status() == held


def test_layers_of_what_is_new_and_what_is_rising(url: str, opening: Opening) -> None:
    map_ = opening(url)
    map_.page.click("#rising")
    map_.wait("document.querySelector('#status').textContent === '50 of 300 papers'")
    map_.page.click("#rising")
    map_.page.click("#since-week")
    map_.wait("document.querySelector('#status').textContent === '35 of 300 papers'")
    assert map_.hash() == "#since=2026-02-27"
    map_.page.fill("#since", "2026-03-05")
    map_.wait("location.hash === '#since=2026-03-05'")
    assert map_.status() == "5 of 300 papers"


def test_the_assignment_is_switched_with_names_tree_and_places(url: str, opening: Opening) -> None:
    map_ = opening(url)
    map_.page.select_option("#assignment", "method")
    map_.wait(f"{SHOWN}.includes('Two')")
    assert map_.hash().startswith("#assignment=method")
    groups = map_.page.locator("#tree > li > .row .name").all_text_contents()
    assert sorted(groups) == ["One", "Two"]
    map_.page.locator("#tree .name", has_text="Two").click()
    map_.page.locator("#tree .name", has_text="By Violins").click()
    map_.wait("document.querySelector('#status').textContent === '40 of 300 papers'")
    map_.page.select_option("#assignment", "topics")
    map_.wait(f"{SHOWN}.includes('Vision')")
    assert map_.status() == "300 papers"


def test_a_part_that_does_not_come_is_told_and_the_rest_stays(split: str, opening: Opening) -> None:
    map_ = opening(split)
    map_.page.route("**/data/*", lambda route: route.fulfill(status=404))
    map_.page.route("**/cards/*", lambda route: route.fulfill(status=404))
    map_.page.select_option("#assignment", "method")
    map_.wait("document.querySelector('#status').textContent.startsWith('This part of the map')")
    assert map_.page.input_value("#assignment") == "topics"
    map_.run("location.hash = '#paper=arxiv:2601.00005'")
    map_.wait("document.querySelector('#panel').innerText.includes('card could not be loaded')")
    map_.page.unroute_all()
    map_.page.select_option("#assignment", "method")
    map_.wait(f"{SHOWN}.includes('Two')")
    map_.said.clear()


@pytest.mark.parametrize("kind", ["topic", "category", "source", "provider", "date"])
def test_colours_are_told_in_the_legend(one_file: str, opening: Opening, kind: str) -> None:
    map_ = opening(one_file)
    map_.page.select_option("#colour", kind)
    map_.page.locator("#side details summary").click()
    names = map_.page.locator("#legend .name").all_text_contents()
    expected = {
        "topic": ["Language", "Vision", "Other"],
        "category": ["💬 Language", "📷 Vision", "📦 Other"],
        "source": ["arxiv", "feed"],
        "provider": ["cohere", "local"],
        "date": ["Jan 5, 2026", "Jan 20, 2026", "Feb 4, 2026", "Feb 18, 2026", "Mar 5, 2026"],
    }
    assert names == [*expected[kind], "Fainter points: newer than the last rebuild"]


@pytest.mark.parametrize(
    "address",
    [
        "#paper=arxiv:2601.00010",
        "#topic=104&paper=arxiv:2601.00003",
        "#assignment=method&topic=By Violins at large&since=2026-02-01",
        "#assignment=arxiv&view=1,2,8",
        "#topic=~Vision",
    ],
)
def test_an_address_is_restored(url: str, opening: Opening, address: str) -> None:
    first = opening(url + address.replace(" ", "%20"))
    first.wait("location.hash.includes('view=')")
    told = dict(part.split("=") for part in first.hash()[1:].split("&"))
    wanted = dict(part.split("=") for part in address[1:].split("&"))
    assert {key: told.get(key) for key in wanted} == wanted
    state = "['#status', '#panel h2'].map((name) => document.querySelector(name)?.textContent)"
    second = opening(first.run("location.href"))
    second.wait("location.hash.includes('view=')")
    assert second.run(state) == first.run(state)
    seen, again = ([float(x) for x in m.hash().split("view=")[1].split(",")] for m in (first, second))
    assert again == pytest.approx(seen, abs=1e-2)


def test_the_address_waits_for_the_end_of_a_glide_with_slow_frames(split: str, opening: Opening) -> None:
    slow = "window.requestAnimationFrame = (act) => setTimeout(() => act(performance.now()), 450)"
    map_ = opening(split + "#topic=104", first=slow)
    map_.wait("location.hash.includes('view=')")
    view = map_.hash()
    map_.page.wait_for_timeout(1500)
    assert map_.hash() == view


def test_an_address_typed_later_is_followed_and_a_retired_topic_goes_to_its_heir(
    url: str, opening: Opening
) -> None:
    map_ = opening(url + "#topic=90")
    map_.wait("document.querySelector('#panel h2')?.textContent === 'Comets at large'")
    assert map_.hash().startswith("#topic=102")
    map_.run("location.hash = '#paper=arxiv:2601.00005'")
    map_.wait("document.querySelector('#panel h2').textContent === 'Orchids and what they do, part 5'")
    map_.run("location.hash = '#topic=92'")
    map_.wait("document.querySelector('#status').textContent.startsWith('What the link names')")
    map_.run("location.hash = '#assignment=__proto__&paper=__proto__&topic=constructor&view=1,x&since=tomorrow'")
    # Nothing of that stays; where the glide to the paper has ended by now, its place does.
    map_.wait("/^(#view=-?[\\d.]+,-?[\\d.]+,[\\d.]+)?$/.test(location.hash)")
    assert map_.page.locator("#panel").is_hidden()


def test_the_link_is_copied(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file)
    map_.run(
        """() => {
          Object.defineProperty(navigator, 'clipboard', { value: undefined });
          document.execCommand = () => { window.copied = document.querySelector('textarea').value; };
        }"""
    )
    map_.page.click("#copy")
    map_.wait("window.copied?.includes('#view=')")
    assert map_.status() == "The link is copied."


def test_light_and_dark(one_file: str, opening: Opening) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = opening(one_file, color_scheme="dark")
    light = opening(one_file)
    assert dark.run(ground) == "rgb(16, 20, 24)" and light.run(ground) == "rgb(247, 247, 245)"
    light.page.click("#theme")
    assert light.run(ground) == dark.run(ground)
    light.page.reload()
    light.wait("document.documentElement.dataset.ready")
    assert light.run(ground) == dark.run(ground)


def test_a_phone_has_drawers_and_a_sheet(url: str, opening: Opening) -> None:
    map_ = opening(url, **PHONE)
    assert map_.page.locator("#side").is_hidden() and map_.page.locator("#timeline").is_hidden()
    map_.page.tap("#open-side")
    map_.page.locator("#tree .name", has_text="Vision").tap()
    assert map_.page.locator("#side").is_hidden()
    sheet = map_.page.locator("#panel").bounding_box()
    assert sheet["width"] == 390 and sheet["y"] > 300 and sheet["y"] + sheet["height"] == pytest.approx(844, abs=1)
    map_.page.locator("#panel .papers button").first.tap()
    map_.page.locator("#panel section.tldr").wait_for()
    map_.page.tap("#panel .close")
    map_.page.tap("#open-timeline")
    low = "(e) => e.offsetWidth && e.offsetHeight < 44"
    small = map_.run(f"[...document.querySelectorAll('button, select')].filter({low}).length")
    assert small == 0
    assert map_.run("document.documentElement.scrollWidth") == 390


def test_korean_words_and_a_font_for_them(korean: str, opening: Opening) -> None:
    map_ = opening(korean)
    assert map_.status() == "논문 300편"
    assert {"언어", "비전", "기타"} <= set(map_.run(SHOWN))
    assert map_.run("document.documentElement.lang") == "ko"
    assert "Malgun Gothic" in map_.run("getComputedStyle(document.querySelector('.label')).fontFamily")


def test_nothing_hostile_runs(nasty: tuple[str, str], opening: Opening) -> None:
    for url in nasty:
        map_ = opening(url)
        map_.page.click("#expand")
        for id_ in ("__proto__", "constructor", "<script>window.hacked = 1</script>"):
            map_.run("(id) => { location.hash = `#paper=${encodeURIComponent(id)}`; }", id_)
            map_.wait("!document.querySelector('#panel').hidden")
            map_.page.locator("#panel .links").wait_for()
            assert map_.page.locator("#panel a").count() == 0
        for term in ("script", "onerror", "window.hacked", "xxxx", "__proto__"):
            map_.page.fill("#search", term)
            map_.wait("document.querySelectorAll('#results li').length > 0")
        for kind in ("source", "provider"):
            map_.page.select_option("#colour", kind)
        map_.page.locator("#tree [role=group] [role=treeitem] .name").first.click()
        assert map_.run("window.hacked") is None
        assert map_.page.locator("script:not([type]):not([src])").count() <= 2
        assert map_.page.locator("img, iframe, object").count() == 0
        assert map_.run("document.documentElement.scrollWidth <= innerWidth")


def test_the_policy_lets_nothing_else_in(url: str, opening: Opening) -> None:
    map_ = opening(url)
    policy = str(map_.page.get_attribute("meta[http-equiv]", "content"))
    assert policy.startswith("default-src 'none'; script-src '") and "unsafe" not in policy and "*" not in policy
    assert "require-trusted-types-for 'script'" in policy
    blocked = map_.run(
        """() => new Promise((resolve) => {
          addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective), { once: true });
          const image = new Image();
          image.src = 'http://127.0.0.2/pixel.png';
        })"""
    )
    assert blocked == "img-src"
    map_.said.clear()
    map_.asked.clear()


def test_an_empty_map_says_so(tmp_path: Path, libraries: Path, opening: Opening) -> None:
    map_ = opening((built(map_view(0), tmp_path, libraries) / "index.html").as_uri())
    assert map_.status() == "0 papers"


def test_without_webgl_all_but_the_points_is_there(browser: Any, one_file: str) -> None:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-3d-apis"]
    blind = browser.browser_type.launch(executable_path=chromium(), args=flags)
    map_ = Opened(blind.new_page())
    map_.page.goto(one_file)
    map_.wait("document.documentElement.dataset.ready")
    map_.wait("document.querySelector('#failure').textContent.startsWith('This browser cannot draw the points')")
    assert "Vision" in map_.run(SHOWN)
    map_.page.locator("#tree .name", has_text="Vision").click()
    map_.wait("document.querySelector('#status').textContent === '100 of 300 papers'")
    map_.page.locator("#panel .papers button").first.click()
    map_.page.locator("#panel section.tldr").wait_for()
    map_.page.keyboard.press("Escape")
    map_.page.select_option("#assignment", "method")
    map_.wait(f"{SHOWN}.includes('Two')")
    blind.close()
