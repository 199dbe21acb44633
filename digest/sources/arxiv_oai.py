"""arXiv's records by OAI-PMH (https://info.arxiv.org/help/oa/): whole years of them, a thousand at a time.

Records are listed by the day on which they last changed. They say on which day (in UTC) a paper was submitted, but
not when, so that up to two announcements can have been its own. Which it was is told by the day of the last change
where that is one of the two, else by the paper's neighbours: numbers are given in the order of the announcements.
As by the API, what moderators held appears under the day that would have been its own, and papers come in their
newest version; they are listed as they were announced, as new, and replacements are not to be had.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from lxml import etree

from digest.archive.harvest import Harvest, Page
from digest.errors import SourceError
from digest.http import Client, Unusable
from digest.records import Paper, Skipped
from digest.sources.arxiv_days import nominal_day
from digest.sources.fields import arxiv_id, day_in, doi_in, storable, storable_xml

FORMAT = "arXiv"
_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_RECORD = "{http://arxiv.org/OAI/arXiv/}"
# Archives whose sets stand under their own name; all others are in the group of physics.
GROUPS = {"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"}
# So often a window is begun again where the server forgets how far it was.
TRIES = 3
# Records may be stamped by the day before that on which they are announced.
MARGIN = timedelta(days=1)
EARLIEST = date(1991, 8, 14)

log = logging.getLogger(__name__)


class _Forgotten(Exception):
    """The server does not know the resumption token any more."""


def set_of(category: str) -> str:
    """The set of a category or of a whole archive: `cs:cs:LG` for `cs.LG`, `physics:hep-th` for `hep-th`."""
    archive, _, subject = category.partition(".")
    group = archive if archive in GROUPS else "physics"
    return ":".join(part for part in (group, archive, subject) if part)


def windows(first: date, today: date) -> list[tuple[date, date | None]]:
    """The spans of datestamps to ask for, one a calendar year; the last is open, for what changes meanwhile."""
    starts = [first, *(date(year, 1, 1) for year in range(first.year + 1, today.year + 1))]
    return [(start, date(start.year, 12, 31) if start.year < today.year else None) for start in starts]


class Harvester:
    """Asks for the records of some categories that have changed since a day; no page is asked for again."""

    def __init__(self, url: str, client: Client, source: str) -> None:
        self._url, self._client, self._source = url, client, source

    def gather(
        self,
        categories: Sequence[str],
        since: date,
        today: date,
        harvest: Harvest,
        progress: Callable[[int], None],
    ) -> Iterator[Page]:
        """Every page of the harvest, asking for those that are not there yet.

        `progress` is told how many records have come. Raises `SourceError` where the server does not answer in
        full; the pages that came are kept.
        """
        first = max(since - MARGIN, EARLIEST)
        came = 0
        for group in dict.fromkeys(map(set_of, categories)):
            for start, end in windows(first, today):
                for page in self._window(group, start, end, today, harvest):
                    came += page.records
                    progress(came)
                    yield page

    def _window(self, group: str, start: date, end: date | None, today: date, harvest: Harvest) -> list[Page]:
        name = f"{group.replace(':', '-')}/{start}"
        pages = list(harvest.pages(name))
        if pages and pages[0].asked < today and (end is None or pages[0].asked <= end):
            # What has changed since is on no page.
            harvest.forget(name)
            pages = []
        if pages and not pages[-1].token:
            return pages
        for _ in range(TRIES):
            try:
                for page in self._rest(group, start, end, today, pages):
                    pages.append(page)
                    harvest.add(name, len(pages), page)
                break
            except _Forgotten:
                log.warning("arXiv has forgotten how far %s from %s was; asking for it again", group, start)
                harvest.forget(name)
                pages = []
        else:
            raise SourceError("arXiv's OAI-PMH forgets its own tokens; nothing is lost, try again later")
        came, whole = sum(page.records for page in pages), max(page.whole for page in pages)
        if came < whole:
            log.warning("arXiv counted %d records of %s since %s and gave %d", whole, group, start, came)
        return pages

    def _rest(
        self, group: str, start: date, end: date | None, today: date, pages: Sequence[Page]
    ) -> Iterator[Page]:
        """The pages of a window after those that are there."""
        token = pages[-1].token if pages else ""
        while token or not pages:
            asked = {"verb": "ListRecords"}
            if token:
                asked["resumptionToken"] = token
            else:
                asked |= {"metadataPrefix": FORMAT, "set": group, "from": str(start)}
                asked |= {"until": str(end)} if end is not None else {}
            page = self._page(asked, today)
            if page.token and page.token == token:
                raise SourceError("arXiv's OAI-PMH answers with the same page for ever; try again later")
            yield page
            if not page.token:
                return
            token = page.token

    def _page(self, asked: Mapping[str, str], today: date) -> Page:
        read: list[Page] = []
        self._client.get(
            f"{self._url}?{urlencode(asked)}",
            check=lambda body: read.append(read_page(body, self._source, today)),
        )
        return read[-1]

    def identify(self) -> str:
        """The repository's own name, as a sign that it is there. Raises `SourceError`."""
        found: list[str] = []

        def check(body: bytes) -> None:
            found.append(_root(body).findtext(f"{_OAI}Identify/{_OAI}repositoryName") or "")

        self._client.get(f"{self._url}?verb=Identify", check=check)
        return found[-1]


def _root(body: bytes) -> Any:
    try:
        root = etree.fromstring(storable_xml(body), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Unusable("the answer is cut short or no OAI-PMH") from error
    if root.tag != f"{_OAI}OAI-PMH":
        raise Unusable("the answer is no OAI-PMH")
    return root


def read_page(body: bytes, source: str, today: date) -> Page:
    """A page of records. Raises `Unusable` for anything but a whole one, `SourceError` for what stays wrong."""
    root = _root(body)
    error = root.find(f"{_OAI}error")
    if error is not None:
        code = error.get("code", "")
        if code == "noRecordsMatch":
            return Page(today)
        if code == "badResumptionToken":
            raise _Forgotten
        told = storable(error.text or code).strip()[:200]
        raise SourceError(f"arXiv's OAI-PMH refuses what was asked: {told}; check the categories")
    listed = root.find(f"{_OAI}ListRecords")
    if listed is None:
        raise Unusable("the answer lists no records")
    papers: list[tuple[Paper, date]] = []
    failed: list[tuple[Skipped, date]] = []
    deleted = 0
    for record in listed.findall(f"{_OAI}record"):
        if record.find(f"{_OAI}header[@status='deleted']") is not None:
            deleted += 1
            continue
        stamp = day_in(record.findtext(f"{_OAI}header/{_OAI}datestamp") or "") or today
        found = read_record(record, source)
        if isinstance(found, Skipped):
            failed.append((found, stamp))
        else:
            papers.append((found, stamp))
    token = listed.find(f"{_OAI}resumptionToken")
    text = (token.text or "").strip() if token is not None else ""
    whole = token.get("completeListSize", "") if token is not None else ""
    return Page(today, text, tuple(papers), tuple(failed), deleted, int(whole) if whole.isdecimal() else 0)


def read_record(record: Any, source: str) -> Paper | Skipped:
    """A record as a paper in its first version, whatever version its text is of; text stays raw."""
    told = record.find(f"{_OAI}metadata/{_RECORD}arXiv")

    def text(name: str) -> str:
        return storable(told.findtext(f"{_RECORD}{name}") or "") if told is not None else ""

    identifier = record.findtext(f"{_OAI}header/{_OAI}identifier") or ""
    name = text("id").strip() or storable(identifier).rpartition(":")[2]
    known = arxiv_id(name)
    if known is None:
        return Skipped(name[:100] or "unknown", "the record has no valid arXiv id")
    number = known[0]
    title, created = " ".join(text("title").split()), day_in(text("created"))
    if not title or created is None or created < EARLIEST:
        return Skipped(f"arxiv:{number}", f"the record has no {'date of submission' if title else 'title'}")
    return Paper(
        id=f"arxiv:{number}",
        title=title,
        source=source,
        abstract=text("abstract").strip(),
        authors=tuple(_names(told)),
        subjects=tuple(dict.fromkeys(text("categories").split())),
        comment=" ".join(text("comments").split()),
        doi=doi_in(text("doi")),
        url=f"https://arxiv.org/abs/{number}",
        pdf_url=f"https://arxiv.org/pdf/{number}",
        submitted=created,
    )


def _names(told: Any) -> Iterator[str]:
    for author in told.findall(f"{_RECORD}authors/{_RECORD}author"):
        parts = (author.findtext(f"{_RECORD}{part}") or "" for part in ("forenames", "keyname", "suffix"))
        name = " ".join(storable(" ".join(parts)).split())
        if name:
            yield name


def announced(papers: Mapping[str, tuple[date, date]]) -> dict[str, date]:
    """The announcement day of each paper, by id; given its day of submission and its record's last change."""
    days: dict[str, date] = {}
    open_: dict[str, tuple[date, date]] = {}
    for key, (created, stamp) in papers.items():
        early, late = possible_days(created)
        if early == late or stamp in (early, late):
            days[key] = early if early == late else stamp
        else:
            open_[key] = (early, late)
    ordered = sorted(key for key in days if key.partition(":")[2][:1].isdigit())
    for key, (early, late) in open_.items():
        place = bisect_left(ordered, key)
        before = days[ordered[place - 1]] if place else early
        after = days[ordered[place]] if place < len(ordered) else late
        # Most of a day's submissions come before the closing time.
        days[key] = late if before >= late or (after >= late and before > early) else early
    return days


def possible_days(created: date) -> tuple[date, date]:
    """The first and the last day that can announce what was submitted on a date in UTC."""
    first = datetime.combine(created, time.min, UTC)
    return nominal_day(first), nominal_day(first + timedelta(days=1) - timedelta(microseconds=1))
