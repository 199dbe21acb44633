"""Pages of the site as HTML: the frame that all have, with a report's page or the search in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from digest.assets import Assets, compiled_templates
from digest.site.addresses import placed, relative
from digest.site.body import Body, shown
from digest.text import truncate

if TYPE_CHECKING:
    from jinja2 import Environment

DESCRIPTION = 200
# The site's own files, served beside its front page.
_FILES = ("site.css", "site.js", "search.js")
_DATE = re.compile(r'<a (href="[^"]*"[^>]*)>(\d{4}-\d\d-\d\d)</a>')
_NAMELESS = re.compile(r"<th([^>]*)></th>")
_ALIGNED = re.compile(r' style="text-align:\s*(left|center|right);?"')
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "require-trusted-types-for": "'script'",
}


@dataclass(frozen=True, slots=True)
class Static:
    """The site's own scripts and styles by name; `version` changes with them, so that browsers take new ones."""

    files: Mapping[str, str]
    version: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What all pages of a language have in common.

    `suffix` is what the language adds to file names (`.ko`, none for the first), `base` the site's address with a
    slash at its end, empty where it is not known; `map` is the map's page, `picture` its picture and
    `topics` the index of topics, as far as there are any; `languages` are the codes, names and suffixes of all, in
    the order of the settings.
    """

    title: str
    language: str
    suffix: str
    phrases: Mapping[str, str]
    languages: tuple[tuple[str, str, str], ...]
    version: str
    base: str = ""
    map: str = ""
    picture: str = ""
    topics: str = ""

    @property
    def front(self) -> str:
        """The front page."""
        return f"index{self.suffix}.html"


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page stands: its path, the same page by language, its neighbours (path and name), and its feed.

    `only` says that readers may choose among its sections.
    """

    path: str
    versions: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, str] | None = None
    after: tuple[str, str] | None = None
    feed: str = ""
    only: bool = False


def static_files(assets: Assets) -> Static:
    """The site's own scripts and styles. Raises `ConfigError` if one is missing."""
    files = {name: assets.find("templates", f"site/{name}").read_text(encoding="utf-8") for name in _FILES}
    told = hashlib.blake2b(digest_size=6)
    for text in files.values():
        told.update(hashlib.blake2b(text.encode()).digest())
    return Static(files, told.hexdigest())


def environment(assets: Assets, filters: Mapping[str, Callable[..., str]]) -> Environment:
    """The Jinja environment of the site's pages, in which every text is escaped unless it is marked as safe."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader([str(folder / "site") for folder in assets.folders("templates")]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=compiled_templates(),
    )
    found.filters.update(filters)
    return found


def html_page(frame: Frame, page: Page, told: Body, made: Environment) -> str:
    """A report's page."""
    description = truncate(shown(told.lead), DESCRIPTION) or frame.title
    sections = [(section, _fit(section.heading, page), _fit(section.html, page)) for section in told.sections]
    context = frame_context(frame, page, told.heading, description)
    return made.get_template("page.html.j2").render(
        context,
        lead=_fit(told.lead, page),
        contents=_fit(told.contents, page),
        sections=sections,
    )


def search_page(frame: Frame, page: Page, made: Environment) -> str:
    """The page on which all papers are searched."""
    t = frame.phrases
    settings = {
        "months": relative(f"search/months{frame.suffix}.json", page.path),
        "suffix": frame.suffix,
        "map": frame.map,
        "phrases": {key.removeprefix("site_"): text for key, text in t.items() if key.startswith("site_")},
    }
    context = frame_context(frame, page, t["site_search"], t["site_search_note"])
    return made.get_template("search.html.j2").render(context, settings=settings)


def frame_context(frame: Frame, page: Page, heading: str, description: str) -> dict[str, Any]:
    """What the frame's template shows around any page."""
    others = [
        (code, name, page.versions.get(code, f"index{suffix}.html"))
        for code, name, suffix in frame.languages
        if code != frame.language
    ]
    alternates = page.versions if len(page.versions) > 1 else {}
    return {
        "frame": frame,
        "page": page,
        "t": frame.phrases,
        "heading": heading,
        "description": description,
        "policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
        "others": others,
        "alternates": sorted(alternates.items()),
        "front": page.path == frame.front,
        "to": lambda address: relative(address, page.path),
        "whole": lambda address: f"{frame.base}{address}",
    }


def _fit(html: str, page: Page) -> str:
    """A piece of a report as it stands on this page: with its own addresses, and no styles but the site's."""
    html = _ALIGNED.sub(r' class="\1"', placed(html, page.path))
    # A column without a name has no head to be read aloud.
    return _DATE.sub(r'<a class="date" \1>\2</a>', _NAMELESS.sub(r"<td\1></td>", html))
