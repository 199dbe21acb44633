"""A headless Chromium and pages to open in it; skipped without a browser or the libraries."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from digest.assets import Assets
from digest.map.libraries import default_cache, held_libraries
from digest.map.page import write_page
from digest.records.maps import MapView
from tests.browser.axe import held_axe
from tests.browser.tabs import Tab, Tabs
from tests.invented_maps import map_view, nasty_view

# Points are drawn without a graphics card.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PATIENCE = 400
OWN = ("file://", "data:", "blob:", "http://127.0.0.1")


def chromium() -> str | None:
    """The path of the browser that the environment names or the system has."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Opened:
    """A page that is ready, with what it said and asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def run(self, script: str, *told: Any) -> Any:
        return self.page.evaluate(script, *told)

    def hash(self) -> str:
        return str(self.run("decodeURIComponent(location.hash)"))

    def status(self) -> str:
        return str(self.page.text_content("#status"))

    def wait(self, condition: str) -> None:
        """Ask until it holds. Playwright's own waiting evaluates strings, which the page's policy forbids."""
        for _ in range(PATIENCE):
            if self.run(condition):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"in vain waited for {condition}")


@pytest.fixture(scope="session")
def libraries() -> Path:
    held = held_libraries(default_cache(os.environ, Path.home()))
    if held is None:
        pytest.skip("the map's libraries are not in the cache; `python -m tests.browser.prepare` fetches them")
    return held


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here; install one, or name it in CHROMIUM")
    with playwright.sync_playwright() as starter:
        started = starter.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def tabs(browser: Any) -> Tabs:
    return Tabs(browser)


@pytest.fixture(scope="session")
def axe() -> str:
    held = held_axe(os.environ, Path.home())
    if not held:
        pytest.skip("axe-core is not in the cache; `python -m tests.browser.prepare` fetches it")
    return held


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()
        server.server_close()


def built(view: MapView, folder: Path, libraries: Path, **more: Any) -> Path:
    assets = Assets(folder)
    write_page(view, folder, libraries, assets, assets.strings(view.language), **more)
    return folder


@pytest.fixture(scope="session")
def one_file(tmp_path_factory: pytest.TempPathFactory, libraries: Path) -> str:
    return (built(map_view(), tmp_path_factory.mktemp("one"), libraries) / "index.html").as_uri()


@pytest.fixture(scope="session")
def korean(tmp_path_factory: pytest.TempPathFactory, libraries: Path) -> str:
    return (built(map_view(language="ko"), tmp_path_factory.mktemp("ko"), libraries) / "index.html").as_uri()


@pytest.fixture(scope="session")
def split(tmp_path_factory: pytest.TempPathFactory, libraries: Path) -> Iterator[str]:
    with served(built(map_view(), tmp_path_factory.mktemp("split"), libraries, inline_limit=0)) as url:
        yield url


@pytest.fixture(scope="session")
def nasty(tmp_path_factory: pytest.TempPathFactory, libraries: Path) -> Iterator[tuple[str, str]]:
    """Hostile papers, as one file and served in parts."""
    one = built(nasty_view(), tmp_path_factory.mktemp("nasty"), libraries) / "index.html"
    with served(built(nasty_view(), tmp_path_factory.mktemp("nasty-split"), libraries, inline_limit=0)) as url:
        yield one.as_uri(), url


@pytest.fixture
def opening(tabs: Tabs) -> Iterator[Callable[..., Opened]]:
    """Opens an address in a page that knows of no other; `first` is a script that runs before those of the page.

    At the end no error was said and nothing outside was asked for.
    """
    used: list[tuple[Tab, Opened, bool]] = []

    def start(url: str, first: str = "", **traits: Any) -> Opened:
        usual = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
        tab = tabs.take(url, **{**usual, **traits})
        found = Opened(tab.page, tab.said, tab.asked)
        used.append((tab, found, bool(first)))
        if first:
            found.page.add_init_script(first)
        found.page.goto(url)
        found.wait("document.documentElement.dataset.ready")
        return found

    yield start
    for tab, found, altered in used:
        if altered or found.said or len(found.page.context.pages) > 1:
            tab.page.context.close()
        else:
            tabs.give_back(tab)
    for _, found, _ in used:
        assert found.said == []
        assert [url for url in found.asked if not url.startswith(OWN)] == []
