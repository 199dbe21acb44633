"""A page that is handed on from test to test is as good as a fresh one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import served
from tests.browser.tabs import WAITING, Tabs

USUAL = {"viewport": {"width": 640, "height": 480}, "color_scheme": "light"}
LEAVE = """() => {
  localStorage.setItem('left', 'behind'); sessionStorage.setItem('left', 'behind');
  document.cookie = 'left=behind'; window.name = 'left'; history.pushState(null, '', '#left');
}"""
FOUND = """() => [localStorage.length, sessionStorage.length, document.cookie, window.name, history.length,
  innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('print').matches]"""


@pytest.fixture
def tabs(browser: Any) -> Tabs:
    return Tabs(browser)


def test_a_page_that_is_handed_on_knows_nothing(tmp_path: Path, tabs: Tabs) -> None:
    (tmp_path / "index.html").write_text("<title>A page</title>")
    with served(tmp_path) as url:
        first = tabs.take(url, {"width": 320, "height": 480}, "dark")
        first.page.route("**/*", lambda route: route.fulfill(body="<title>Another</title>"))
        first.page.goto(url)
        first.page.evaluate(LEAVE)
        first.page.emulate_media(media="print")
        first.page.evaluate("console.error('a fault')")
        said = first.said
        tabs.give_back(first)
        second = tabs.take(url, **USUAL)
        assert second.page is first.page and second.said == [] == second.asked and said == ["a fault"]
        second.page.goto(url)
        assert second.page.title() == "A page" and second.page.evaluate(FOUND)[:4] == [0, 0, "", ""]
        fresh = tabs.take(url, **USUAL)
        assert fresh.page is not second.page
        fresh.page.goto(url)
        assert second.page.evaluate(FOUND) == fresh.page.evaluate(FOUND)
        for tab in (second, fresh):
            tab.page.context.close()


def test_only_like_pages_are_handed_on_and_not_too_many_are_kept(tabs: Tabs) -> None:
    kinds = [f"http://127.0.0.1:{port}/" for port in range(1, WAITING + 2)]
    taken = [tabs.take(url, **USUAL) for url in kinds]
    for tab in taken:
        tabs.give_back(tab)
    assert taken[0].page.is_closed() and [tab.page for tab in tabs.waiting] == [tab.page for tab in taken[1:]]
    again = tabs.take(kinds[1], **USUAL)
    assert again.page is taken[1].page
    touched = tabs.take(kinds[2], **USUAL, has_touch=True)
    assert touched.page not in [tab.page for tab in taken]
    for tab in (again, touched, *tabs.waiting):
        tab.page.context.close()
