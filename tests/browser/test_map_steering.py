"""How a reader moves over the map and through time: keys, buttons, the brush that plays, and less motion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Opened, built
from tests.invented_maps import map_view

Opening = Callable[..., Opened]
SEEN = "location.hash.split('view=')[1]?.split(',').map(Number)"
STATUS = "document.querySelector('#status').textContent"


def view(map_: Opened) -> tuple[float, float, float]:
    """What the address says once the map stands still: the centre in map units, and how many are seen."""
    map_.page.wait_for_timeout(800)
    map_.wait(f"{SEEN}?.length === 3")
    x, y, wide = map_.run(SEEN)
    return x, y, wide


def test_keys_move_and_zoom_the_map(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file + "#view=1,2,20")
    keyboard = map_.page.keyboard
    map_.page.focus("#map")
    for key, moved in {
        "ArrowRight": (1, 0, 0), "ArrowUp": (0, 1, 0), "ArrowLeft": (-1, 0, 0), "ArrowDown": (0, -1, 0),
        "+": (0, 0, -1), "-": (0, 0, 1),
    }.items():  # fmt: skip
        before = view(map_)
        keyboard.press(key)
        after = view(map_)
        signs = tuple((now > was + 0.01) - (now < was - 0.01) for now, was in zip(after, before, strict=True))
        assert signs == moved, key
    keyboard.press("0")
    map_.wait("location.hash === ''")


@pytest.mark.parametrize(("papers", "whole"), [(300, False), (60, True)])
def test_a_few_strays_do_not_shrink_the_first_view_of_many_papers(
    tmp_path: Path, libraries: Path, opening: Opening, papers: int, whole: bool
) -> None:
    told = map_view(papers)
    told.positions[-2:] = 100
    map_ = opening((built(told, tmp_path, libraries) / "index.html").as_uri())
    map_.page.get_by_role("button", name="Zoom in").click()
    x, y, wide = view(map_)
    # The zoom shows half as much as the first view; the islands reach to 11 at each side.
    assert (wide > 75) is whole and (x > 30 and y > 30) is whole
    assert whole or (wide < 45 and abs(x) < 5 and abs(y) < 5)


def test_keys_in_the_search_leave_the_map_alone(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file + "#view=1,2,20")
    before = view(map_)
    map_.page.fill("#search", "w")
    for key in ("0", "-", "ArrowRight", "/"):
        map_.page.keyboard.press(key)
    assert map_.page.input_value("#search") == "w0-/" and view(map_) == before


def test_buttons_zoom_about_the_middle_and_lead_back(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file)
    assert map_.page.locator("#whole").is_hidden()
    map_.page.get_by_role("button", name="Zoom in").click()
    x, y, wide = view(map_)
    map_.page.get_by_role("button", name="Zoom in").click()
    assert view(map_)[2] == pytest.approx(wide / 2, rel=0.01)
    map_.page.get_by_role("button", name="Zoom out").click()
    assert view(map_) == pytest.approx((x, y, wide), rel=0.01)
    map_.page.get_by_role("button", name="Show all").click()
    map_.wait("location.hash === '' && document.querySelector('#whole').hidden")


@pytest.mark.parametrize(("wish", "jumps"), [("reduce", True), ("no-preference", False)])
def test_who_asked_for_less_motion_is_taken_there_at_once(
    one_file: str, opening: Opening, wish: str, jumps: bool
) -> None:
    map_ = opening(one_file, reduced_motion=wish)
    fading = map_.run("getComputedStyle(document.querySelector('.label')).transitionDuration")
    # Without another frame, a glide never ends.
    map_.run("window.requestAnimationFrame = () => 0")
    map_.page.locator("#tree .name", has_text="Vision").click()
    map_.page.wait_for_timeout(600)
    assert ("view=" in map_.hash()) is jumps and (fading == "0s") is jumps


def test_the_player_moves_a_brush_along_and_stops_at_the_end(one_file: str, opening: Opening) -> None:
    map_ = opening(one_file)
    box = map_.page.locator("#timeline svg").bounding_box()
    map_.page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 20)
    map_.page.mouse.down()
    map_.page.mouse.move(box["x"] + box["width"] * 0.9 - 2, box["y"] + 20, steps=5)
    map_.page.mouse.up()
    map_.wait(f"{STATUS} === '45 of 300 papers'")
    dates = [map_.page.locator("#timeline output").text_content()]
    map_.page.click(".play")
    assert map_.page.get_by_role("button", name="Pause").is_visible()
    while map_.page.get_by_role("button", name="Pause").count():
        assert map_.status() == "45 of 300 papers"
        dates.append(map_.page.locator("#timeline output").text_content())
        map_.page.wait_for_timeout(60)
    dates.append(map_.page.locator("#timeline output").text_content())
    assert dates[0].startswith("Feb 19, 2026") and dates[-1] == "Feb 25, 2026 – Mar 5, 2026"
    assert len(set(dates)) > 3 and map_.page.get_by_role("button", name="Play").is_visible()
