"""What the map marks and what it leaves out: provisional papers, rising topics, titles; whom it keeps out."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.browser.conftest import Opened, built
from tests.browser.test_map import SHOWN, place_of
from tests.invented_maps import FIRST_DAY, map_view

Opening = Callable[..., Opened]
TITLES = "[...document.querySelectorAll('#titles .paper')].map((title) => title.textContent)"
# The names that lie over or under a box that lies on the map.
HIDDEN = """['bar', 'zoom', 'side', 'panel', 'timeline'].flatMap((id) => {
  const box = document.getElementById(id).getBoundingClientRect();
  return [...document.querySelectorAll('.label.shown')].filter((label) => {
    const own = label.getBoundingClientRect();
    return own.left < box.right && own.right > box.left && own.top < box.bottom && own.bottom > box.top;
  }).map((label) => `${label.textContent} at ${id}`);
})"""


def test_provisional_papers_are_fainter_and_the_legend_says_so(
    tmp_path: Path, libraries: Path, opening: Opening
) -> None:
    view = map_view(2)
    places = np.array([[-5, 0], [5, 0]], dtype=np.float32)
    papers = tuple(replace(paper, provisional=i == 1) for i, paper in enumerate(view.papers))
    bare = replace(view.assignments[0], labels=np.full(2, -1, dtype=np.int32))
    drawn = replace(view, papers=papers, positions=places, assignments=(bare,))
    map_ = opening((built(drawn, tmp_path, libraries) / "index.html").as_uri())
    over = "['titles', 'side', 'timeline', 'bar', 'zoom'].map((id) => document.getElementById(id))"
    map_.run(f"{over}.forEach((part) => {{ part.hidden = true; }})")
    map_.page.wait_for_timeout(500)
    seen = np.asarray(Image.open(io.BytesIO(map_.page.screenshot())).convert("L")).min(axis=0)
    dots = np.flatnonzero(seen < 225)
    settled, provisional = seen[: dots.mean().astype(int)].min(), seen[dots.mean().astype(int) :].min()
    assert settled < 180 < provisional - 15
    assert map_.page.locator("#legend li").last.text_content() == "Fainter points: newer than the last rebuild1"


def test_rising_topics_bear_a_mark_on_the_map_and_in_the_tree(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file + "#topic=~Vision")
    map_.wait(f"{SHOWN}.includes('Glaciers at large ▲')")
    assert map_.run("document.querySelectorAll('.label .rise').length") == 1
    row = map_.page.get_by_role("treeitem", name="Glaciers at large")
    assert row.get_by_role("img", name="Rising").is_visible()
    assert map_.page.get_by_role("img", name="Rising").count() == 1


def test_what_has_nothing_to_say_is_not_offered(tmp_path: Path, libraries: Path, opening: Opening) -> None:
    view = map_view(60)
    papers = tuple(replace(p, date=FIRST_DAY, source="file", provider="local") for p in view.papers)
    topics = tuple(replace(topic, rising=False) for topic in view.topics)
    plain = replace(view, papers=papers, topics=topics)
    map_ = opening((built(plain, tmp_path, libraries) / "index.html").as_uri())
    for name in ("#timeline", "#open-timeline", "#rising", "#whole"):
        assert map_.page.locator(name).is_hidden(), name
    assert map_.page.locator("#colour option").all_text_contents() == ["topic", "category"]
    map_.run("location.hash = '#paper=arxiv:2601.00003'")
    map_.page.locator("#panel .links").wait_for()
    assert map_.page.locator("#panel .facts").text_content() == "file · local · cs.CV"


def test_names_of_topics_without_new_papers_go(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file)
    assert "Language" in map_.run(SHOWN)
    # The last day's papers are all on orchids.
    map_.page.fill("#since", "2026-03-05")
    map_.wait("document.querySelector('#status').textContent === '5 of 300 papers'")
    assert {"Language", "Vision"}.isdisjoint(map_.run(SHOWN)) and "Other" in map_.run(SHOWN)
    assert map_.page.get_attribute("#since-week", "aria-pressed") == "false"
    map_.page.click("#since-week")
    assert map_.page.get_attribute("#since-week", "aria-pressed") == "true"
    assert {"Language", "Vision"} <= set(map_.run(SHOWN))


def test_titles_stand_beside_few_papers_and_open_them(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file)
    assert map_.run(TITLES) == []
    map_.page.fill("#search", "tells of violins in 159")
    map_.wait(f"{TITLES}.length === 1")
    assert map_.run(TITLES) == ["Violins and what they do, part 159"]
    box = map_.page.locator("#titles .paper").bounding_box()
    map_.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    map_.wait("document.querySelector('#panel h2')?.textContent === 'Violins and what they do, part 159'")


def test_escape_takes_the_hover_card_away(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file)
    x, y = place_of(map_, 42)
    map_.page.keyboard.press("Escape")
    map_.page.wait_for_timeout(300)
    hover = map_.page.locator("#hover")
    for dx, dy in ((dx, dy) for dx in range(-12, 13, 4) for dy in range(-12, 13, 4)):
        map_.page.mouse.move(x + dx, y + dy)
        map_.page.wait_for_timeout(60)
        if hover.is_visible():
            break
    assert "at large" in hover.locator(".topic").text_content()
    map_.page.keyboard.press("Escape")
    assert hover.is_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_name_lies_under_a_panel(one_file: str, opening: Opening, width: int) -> None:
    map_ = opening(one_file, viewport={"width": width, "height": 720})
    for place in ("#view=-8,0,14", "#view=4,7,14", "#view=-4,7,14&topic=~Vision", "#view=0,0,40", ""):
        map_.run("(hash) => { location.hash = hash; }", place)
        map_.page.wait_for_timeout(700)
        assert map_.run(HIDDEN) == [], place
    assert map_.run(SHOWN)


def test_a_theme_has_colours_of_its_own_that_stand_out(one_file: str, opening: Opening) -> None:
    colours = "[...document.querySelectorAll('.label')].map((label) => getComputedStyle(label).color)"
    seen = {}
    for scheme in ("light", "dark"):
        map_ = opening(one_file, color_scheme=scheme)
        parts = [[int(x) / 255 for x in c[4:-1].split(",")] for c in map_.run(colours)]
        linear = np.where((rgb := np.array(parts)) <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        seen[scheme] = linear @ [0.2126, 0.7152, 0.0722]
    assert (0.98 / (seen["light"] + 0.05)).min() > 4.5 and ((seen["dark"] + 0.05) / 0.06).min() > 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(one_file: str, opening: Opening, axe: str, width: int, scheme: str) -> None:
    map_ = opening(one_file, viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    map_.run(axe)
    for place in ("", "#topic=~Vision", "#topic=103", "#paper=arxiv:2601.00007"):
        map_.run("(hash) => { location.hash = hash; }", place)
        map_.page.wait_for_timeout(900)
        assert_accessible(map_, place)
    map_.page.keyboard.press("Escape")
    if map_.page.locator("#side").is_hidden():
        map_.page.click("#open-side")
    map_.page.fill("#search", "comets")
    map_.page.select_option("#colour", "date")
    map_.page.click("#expand")
    map_.page.wait_for_timeout(300)
    assert_accessible(map_, "search, legend and tree")


def assert_accessible(map_: Opened, place: str) -> None:
    violations = map_.run("axe.run().then((found) => found.violations)")
    told = [(place, v["id"], v["nodes"][0]["html"], v["nodes"][0]["failureSummary"]) for v in violations]
    assert told == []
