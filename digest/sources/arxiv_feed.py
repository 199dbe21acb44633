"""arXiv's category feeds (RSS 2.0): one feed, one announcement day.

Format: https://info.arxiv.org/help/rss_specifications.html. A feed shows one day only, is empty on days without
an announcement, leaves out replacements from the sixth version on, and holds at most `CAP` items, of which the
new ones are dropped first. feedparser rewrites abstracts (`a<b` becomes a tag) unless its sanitizing is switched
off, so all text stays raw here.
"""

from __future__ import annotations

import calendar
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import feedparser

from digest.http import Unusable
from digest.records import Kind, Listing, Paper, Skipped
from digest.sources.arxiv_days import EASTERN
from digest.sources.fields import arxiv_id, names_in, storable, storable_xml

CAP = 2000
KINDS = {
    "new": Kind.NEW,
    "cross": Kind.NEW,
    "replace": Kind.UPDATED,
    "replace-cross": Kind.UPDATED,
}
_GUID = re.compile(r"oai:arXiv\.org:", re.I)
_PREAMBLE = re.compile(r"arXiv:\S+\s+Announce Type:\s+\S+\s+Abstract:\s*", re.I)


@dataclass(frozen=True, slots=True)
class CategoryFeed:
    """One category's feed, read: the announcement day that it shows (US Eastern), and its items."""

    day: date
    listings: tuple[Listing, ...] = ()
    failed: tuple[Skipped, ...] = ()

    @property
    def capped(self) -> bool:
        """True if items may have been left out because there were too many."""
        return len(self.listings) + len(self.failed) >= CAP


def read_feed(body: bytes, category: str, source: str = "arxiv") -> CategoryFeed:
    """Read a feed's bytes; items that make no sense come back as failed.

    Raises `Unusable` for anything but a whole feed with a date: an error page, a cut-off answer, an error feed.
    """
    # A stream, because feedparser takes bytes for the name of a file to open.
    found = feedparser.parse(io.BytesIO(storable_xml(body)), sanitize_html=False, resolve_relative_uris=False)
    title = str(found.feed.get("title", ""))
    if not found.get("version"):
        raise Unusable("the answer is no feed")
    if title.casefold().startswith("feed error"):
        raise Unusable(f"arXiv reports an error: {storable(str(found.feed.get('subtitle', title)))[:200]}")
    if found.bozo and not isinstance(found.bozo_exception, feedparser.CharacterEncodingOverride):
        raise Unusable("the feed is cut short or damaged")
    listings, failed = [], []
    for number, entry in enumerate(found.entries, 1):
        item = _item(entry, f"{category} item {number}", category, source)
        if isinstance(item, Listing):
            listings.append(item)
        else:
            failed.append(item)
    return CategoryFeed(_day(found.feed.get("published_parsed")), tuple(listings), tuple(failed))


def _day(moment: Any) -> date:
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), UTC).astimezone(EASTERN).date()
    except (TypeError, ValueError, OverflowError) as error:
        raise Unusable("the feed has no valid date") from error


def _item(entry: Any, place: str, category: str, source: str) -> Listing | Skipped:
    guid = storable(str(entry.get("id", "")))
    known = arxiv_id(_GUID.sub("", guid, count=1))
    if known is None:
        return Skipped(guid[:100] or place, "the item has no valid arXiv id")
    number, version = known
    kind = KINDS.get(str(entry.get("arxiv_announce_type", "")).strip())
    title = " ".join(storable(str(entry.get("title", ""))).split())
    if kind is None or not title:
        lacking = "title" if kind else "known announcement type"
        return Skipped(f"arxiv:{number}", f"the item has no {lacking}")
    text = storable(str(entry.get("summary", ""))).strip()
    paper = Paper(
        id=f"arxiv:{number}",
        title=title,
        source=source,
        version=version,
        abstract=without_preamble(text),
        authors=names_in(storable(str(entry.get("author", "")))),
        subjects=_subjects(entry, category),
        url=f"https://arxiv.org/abs/{number}",
        pdf_url=f"https://arxiv.org/pdf/{number}",
    )
    return Listing(paper, kind)


def without_preamble(text: str) -> str:
    """An item's text without the line that says which id and announcement type it has."""
    found = _PREAMBLE.match(text)
    return text[found.end() :] if found else text


def _subjects(entry: Any, category: str) -> tuple[str, ...]:
    """The item's categories; its own feed's first where the item says that this is its primary one."""
    found = [storable(str(tag.get("term", ""))).strip() for tag in entry.get("tags", ())]
    if entry.get("arxiv_announce_type") in ("new", "replace") and category in found:
        found.insert(0, category)
    return tuple(dict.fromkeys(subject for subject in found if subject))
