"""A report's Markdown as the parts of a page: its heading, what leads in, and its sections or cards."""

from __future__ import annotations

import html as escapes
import re
from collections.abc import Collection
from dataclasses import dataclass

from digest.site.addresses import page_path, placed, rooted
from digest.text import hypertext, plain

_TAG = re.compile(r"<[^>]*>")
_TITLE = re.compile(r"\s*<h1>(.*?)</h1>\s*", re.S)
_PARAGRAPH = re.compile(r"<p>(.*?)</p>\s*", re.S)
_ONLY_LINKS = re.compile(r'(?:<a href="[^"]*"[^>]*>[^<]*</a>(?: · )?)+')
_LINK = re.compile(r"<a .*?</a>", re.S)
# An index as a whole; a place on it, or in it, is worth its link.
_INDEX = re.compile(r"(?:^|/)index(?:\.[\w-]+)?\.html$")
_HREF = re.compile(r'href="([^"]*)"')
# A part begins with a heading, before which an anchor may stand in a paragraph of its own.
_PART = re.compile(r'(?:<p><a id="([^"<>]+)"[^>]*></a></p>\s*)?<h[23]>(.*?)</h[23]>\s*', re.S)
_LISTED = re.compile(r'<li><a href="[^"#]*#([^"]+)"[^>]*>[^<]*</a> · (\d+)</li>')
# What leads to the map, whose own pages, unlike those that reports have on it, no report is the source of.
_TO_MAP = re.compile(
    r'(?: · )?<a href="/(?P<file>map/(?:[\w-]+/)?(?:index\.html|map\.svg))(?:#[^"]*)?"[^>]*>.*?</a>', re.S
)
# GitHub shows these lines as a sign; elsewhere the quotation alone says enough.
_SIGN = re.compile(r"^> \[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\n", re.M)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under its heading; `id` is its anchor, if any, `count` what the contents say of it."""

    id: str
    heading: str
    html: str
    count: str = ""

    @property
    def text(self) -> str:
        """The heading without its links."""
        return shown(self.heading)

    def placed(self, page: str, base: str) -> str:
        """What stands under the heading, with addresses that hold from `page` or, with a `base`, from anywhere."""
        return placed(self.html, page, base)


@dataclass(frozen=True, slots=True)
class Body:
    """A page's heading as plain text, the HTML before its first section, its contents and its sections.

    Addresses on the site start from its root, `/…`.
    """

    heading: str
    lead: str
    contents: str
    sections: tuple[Section, ...]

    def html(self, page: str, base: str) -> str:
        """All of it in one, for a feed, with addresses that hold from `page` or, with a `base`, from anywhere."""
        parts = [self.lead, *(f"<h2>{s.heading}</h2>\n{s.html}" for s in self.sections)]
        return placed("".join(parts), page, base)


def body(
    markdown: str,
    source: str,
    suffix: str = "",
    base: str = "",
    title: str = "",
    maps: Collection[str] | None = None,
) -> Body:
    """The parts of the page that the Markdown file `source` becomes; its text is taken for hostile.

    The site's own `title` is left out of the heading, and ways to other pages, which the site has of its own, from
    the lead. `suffix` is that of the file's language, `base` the site's address. `maps` are those files of the map
    that are there; links to others are left out (None: all lead somewhere).
    """
    text = hypertext(_SIGN.sub("", markdown), lambda address: rooted(address, source, suffix, base))
    text = text if maps is None else _without_maps(text, maps)
    found = _TITLE.match(text)
    heading = shown(found[1]) if found else ""
    text = text[found.end() :] if found else text
    text = _without_ways(text, source)
    starts = list(_PART.finditer(text))
    lead = text[: starts[0].start()] if starts else text
    ends = [*(match.start() for match in starts[1:]), len(text)][: len(starts)]
    parts = [(m[1] or "", m[2], text[m.end() : end]) for m, end in zip(starts, ends, strict=True)]
    contents = next((html for anchor, _, html in parts if not anchor and _is_contents(html, source)), "")
    counts = dict(_LISTED.findall(contents))
    sections = (Section(anchor, told, html, counts.get(anchor, "")) for anchor, told, html in parts)
    return Body(
        heading=heading.removeprefix(f"{plain(title)} · ") or plain(title),
        lead=lead,
        contents=contents,
        sections=tuple(section for section in sections if not contents or section.html != contents),
    )


def shown(html: str) -> str:
    """The plain text of a piece of HTML."""
    return plain(escapes.unescape(_TAG.sub("", html)))


def _is_contents(html: str, source: str) -> bool:
    own = f"/{page_path(source)}#"
    links = _HREF.findall(html)
    return bool(links) and all(link.startswith(own) for link in links)


def _without_maps(html: str, maps: Collection[str]) -> str:
    """Without links to files of the map that are not there, and paragraphs that held nothing else."""
    return _TO_MAP.sub(lambda link: link[0] if link["file"] in maps else "", html).replace("<p></p>\n", "")


def _without_ways(html: str, source: str) -> str:
    """Without those links of a first paragraph that lead to indexes and to the page in other languages."""
    first = _PARAGRAPH.match(html)
    if not first or not _ONLY_LINKS.fullmatch(first[1]):
        return html
    own = page_path(source).split(".")[0]

    def elsewhere(link: str) -> bool:
        path = _HREF.search(link)
        told = path[1].removeprefix("/") if path else ""
        return told.split(".")[0] != own and not _INDEX.search(told)

    kept = [link for link in _LINK.findall(first[1]) if elsewhere(link)]
    return (f"<p>{' · '.join(kept)}</p>\n" if kept else "") + html[first.end() :]
