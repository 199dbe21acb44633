"""Any RSS or Atom feed by its address: journals, blogs, labs.

A paper is keyed by the arXiv id or the DOI that its item names, else by a hash of the item's guid or address.
Feeds are asked conditionally: the validators of an answer travel with its batch and are kept only once the edition
is committed, so that a run killed in between asks in full again.
"""

from __future__ import annotations

import calendar
import hashlib
import html
import io
import logging
import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from typing import Any, Self
from urllib.parse import urljoin

import feedparser
from lxml import etree

from digest.archive import Archive
from digest.config import Config
from digest.errors import SourceError
from digest.http import NOT_MODIFIED, Client, Response, Unusable
from digest.records import Batch, Kind, Listing, Paper, Skipped
from digest.sources.arxiv_feed import KINDS, without_preamble
from digest.sources.base import Source
from digest.sources.fields import arxiv_id_in, doi_in, names_in, storable
from digest.text import counted, safe_url

LONGEST_TEXT = 100_000
LONGEST_TITLE = 1000
# What marks a text as HTML; a bare `<` in `p < 0.05` or `a<b` does not.
_TAG = re.compile(
    r"</?(?:a|abbr|article|b|blockquote|br|center|code|dd|div|dl|dt|em|figure|font|h[1-6]|hr|i|iframe|img|jats:\w+|li"
    r"|math|ol|p|pre|script|section|small|span|strong|style|su[bp]|svg|t[dhr]|table|tbody|u|ul)(?:\s[^<>]*)?/?>",
    re.I,
)
_ANY_TAG = re.compile(r"<[^<>]*>")
_BREAKS = ("p", "br", "div", "li", "tr", "td", "th", "blockquote", "section", "hr")
_HEADINGS = tuple(f"h{n}" for n in range(1, 7))
_UNREAD = ("script", "style", "template", "iframe", "object", "noscript")
_ENDS = (b"</rss>", b"</feed>", b"</rdf:RDF>", b"</RDF>")
_ARXIV_NOTE = re.compile(r"\s*\(arXiv:[^()]{9,60}\)\s*$")

log = logging.getLogger(__name__)


class FeedSource(Source):
    """Reads each of `feed.urls`; a part is a feed's address."""

    name = "feed"

    def __init__(self, urls: tuple[str, ...], client: Client) -> None:
        self._urls = urls
        self._client = client

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        """Build the source from `feed.urls`."""
        return cls(config.feed.urls, client)

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        """Yield a batch for each feed that answers; raises `SourceError` at the end if one did not."""
        failures = []
        for url in self._urls:
            if url in done:
                continue
            try:
                batch = self._batch(url, archive)
            except SourceError as error:
                log.info("%s", error)
                failures.append(str(error))
            else:
                yield batch
        if failures:
            raise SourceError("; ".join(failures))

    def _batch(self, url: str, archive: Archive) -> Batch:
        etag, modified = archive.validators(url)
        asked = {"If-None-Match": etag, "If-Modified-Since": modified}
        answer, items = self._ask(url, {name: value for name, value in asked.items() if value})
        if answer.status == NOT_MODIFIED:
            return Batch(self.name, url, "unchanged")
        validators = (answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
        return Batch(
            self.name,
            url,
            url,
            tuple(item for item in items if isinstance(item, Listing)),
            tuple(item for item in items if isinstance(item, Skipped)),
            {url: validators},
        )

    def _ask(self, url: str, headers: dict[str, str]) -> tuple[Response, list[Listing | Skipped]]:
        found: list[list[Listing | Skipped]] = [[]]
        answer = self._client.get(url, headers, check=lambda body: found.append(read_items(body, url)))
        return answer, found[-1]

    def check(self) -> str:
        """Ask every feed; says how many items they hold."""
        items = sum(len(self._ask(url, {})[1]) for url in self._urls)
        return f"{counted(len(self._urls), 'feed')} with {counted(items, 'item')}"


def read_items(body: bytes, url: str) -> list[Listing | Skipped]:
    """The items of a feed's bytes, in its order. Raises `Unusable` unless they are a whole feed."""
    found = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    if not found.get("version"):
        raise Unusable("the answer is no feed")
    # Many feeds break XML's rules somewhere and can be read all the same; one without its end is cut short.
    if found.bozo and not body.rstrip().endswith(_ENDS):
        raise Unusable("the feed is cut short or damaged")
    return [_item(entry, url, number) for number, entry in enumerate(found.entries, 1)]


def _item(entry: Any, url: str, number: int) -> Listing | Skipped:
    title = _ARXIV_NOTE.sub("", text_of(_field(entry, "title"))[:LONGEST_TITLE])
    link, guid = _field(entry, "link"), _field(entry, "id")
    if not title:
        return Skipped(f"{url} item {number}", "the item has no title")
    address = _absolute(url, link)
    named = arxiv_id_in(" ".join((link, guid, _field(entry, "dc_identifier"), _field(entry, "title"))))
    doi = next(filter(None, (doi_in(_field(entry, k)) for k in ("prism_doi", "dc_identifier", "link", "id"))), "")
    if named:
        address, doi = f"https://arxiv.org/abs/{named[0]}", ""
    paper = Paper(
        id=f"arxiv:{named[0]}" if named else f"doi:{doi}" if doi else _hashed(guid, link, title, url),
        title=title,
        source=FeedSource.name,
        version=named[1] if named else 1,
        abstract=without_preamble(text_of(_summary(entry))),
        authors=_authors(entry),
        subjects=_subjects(entry),
        doi=doi,
        url=address or (_absolute("https://doi.org/", doi) if doi else ""),
        pdf_url=f"https://arxiv.org/pdf/{named[0]}" if named else _pdf(entry, url),
        submitted=_day(entry.get("published_parsed") or entry.get("updated_parsed")),
    )
    return Listing(paper, KINDS.get(_field(entry, "arxiv_announce_type"), Kind.NEW))


def _field(entry: Any, name: str) -> str:
    value = entry.get(name, "")
    return storable(value).strip() if isinstance(value, str) else ""


def _hashed(guid: str, link: str, title: str, url: str) -> str:
    """A key that stays the same; a guid such as `17` means something only within its own feed."""
    key = guid if ":" in guid else link or f"{url} {guid or title}"
    return f"feed:{hashlib.sha256(key.encode()).hexdigest()[:20]}"


def _summary(entry: Any) -> str:
    contents = [content.get("value", "") for content in entry.get("content", ())]
    return next(filter(None, (_field(entry, "summary"), *map(storable, contents))), "")


def _authors(entry: Any) -> tuple[str, ...]:
    names = [text_of(_field(author, "name")) for author in entry.get("authors", ())]
    return tuple(name for line in names for name in (names_in(line) if len(names) == 1 else (line,)) if name)


def _subjects(entry: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (text_of(_field(tag, "term")) for tag in entry.get("tags", ())))))


def _pdf(entry: Any, url: str) -> str:
    links = (link for link in entry.get("links", ()) if link.get("type") == "application/pdf")
    return next((_absolute(url, _field(link, "href")) for link in links), "")


def _absolute(base: str, link: str) -> str:
    """The address that a link in a feed stands for; empty if it has none that is safe to print."""
    try:
        return safe_url(urljoin(base, link)) or "" if link else ""
    except ValueError:
        return ""


def _day(moment: Any) -> date | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), UTC).date()
    except (TypeError, ValueError, OverflowError):
        return None


def text_of(markup: str) -> str:
    """The text of an HTML fragment on one line, without scripts; a text without tags keeps its `<`."""
    markup = storable(markup[:LONGEST_TEXT])
    if not _TAG.search(markup):
        return _line(html.unescape(markup))
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(f"<div>{markup}</div>".encode(), parser)
    for element in root.iter(*_UNREAD):
        element.clear(keep_tail=True)
    for element in root.iter(*_BREAKS, *_HEADINGS):
        element.text = f" {element.text or ''}"
        element.tail = f" {element.tail or ''}"
    # Tags nested without end stop the parser; what it has not seen is then rid of them one by one.
    return _line("".join(root.itertext())) or _line(html.unescape(_ANY_TAG.sub(" ", markup)))


def _line(text: str) -> str:
    return " ".join(storable(text).split())
