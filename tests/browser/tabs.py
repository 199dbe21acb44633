"""Pages of the browser that are handed on from test to test.

A fresh page compiles the libraries' scripts anew, which takes longer than most tests. A page that was used keeps
what the engine made of them, and nothing else: before it is handed on, whatever could tell of the test before is
taken away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

# So many pages wait at most for somebody who wants their like: each is a process.
WAITING = 4


@dataclass
class Tab:
    """A page in a context of its own, with what it says and asks for until it is handed on.

    Pages of one `kind` differ in nothing that cannot be set anew.
    """

    kind: str
    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page = self.page
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("dialog", lambda dialog: self.said.append(f"a dialog: {dialog.message}"))

    def forget(self) -> None:
        """Begin to listen anew; what was heard so far stays with whoever has it."""
        self.said, self.asked = [], []


@dataclass
class Tabs:
    """The pages of a browser that nobody uses, the longest unused first."""

    browser: Any
    waiting: list[Tab] = field(default_factory=list)

    def take(self, url: str, viewport: dict[str, int], color_scheme: str, **traits: Any) -> Tab:
        """A page that knows of nothing, for the site of this address: at another its process would be another."""
        kind = f"{_origin(url)} {sorted(traits.items())}"
        tab = next((tab for tab in self.waiting if tab.kind == kind), None)
        if tab is None:
            tab = Tab(kind, self.browser.new_context(viewport=viewport, **traits).new_page())
        else:
            self.waiting.remove(tab)
            tab.page.set_viewport_size(viewport)
        tab.page.emulate_media(media="null", color_scheme=color_scheme)
        tab.forget()
        return tab

    def give_back(self, tab: Tab) -> None:
        """Empty the page, so that another test may have it."""
        page, origins = tab.page, {_origin(url) for url in tab.asked}
        tab.forget()
        page.unroute_all()
        page.evaluate("window.name = ''")
        page.goto("about:blank")
        # A page that was just opened has no pointer over it.
        page.mouse.move(-100, -100)
        page.context.clear_cookies()
        session = page.context.new_cdp_session(page)
        for origin in sorted(origins):
            session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        session.send("Network.clearBrowserCache")
        session.send("Page.resetNavigationHistory")
        session.detach()
        self.waiting.append(tab)
        for surplus in self.waiting[:-WAITING]:
            surplus.page.context.close()
        del self.waiting[:-WAITING]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
