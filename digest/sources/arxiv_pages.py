"""Pages of arXiv's query API: fetched by our polite client, believed only if whole, read by the `arxiv` package.

Left to itself the package loses papers without a word: it takes an error page with status 200, a cut-off answer
or an empty first page for a short list, and it neither limits time nor honours Retry-After. So its session is
replaced by one that compares every page with the number of results that arXiv announces in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import arxiv
import requests
from lxml import etree

from digest.errors import SourceError
from digest.http import Client, Unusable
from digest.sources.fields import storable_xml

# arXiv serves up to 2,000 results a page, but answers large pages slowly and drops them more often.
PAGE = 1000
# Later results of one query are refused: https://info.arxiv.org/help/api/user-manual.html
MOST = 30_000
# Stands in for a date that is missing or makes no sense, on which the package would give up the whole page.
NO_TIME = "0001-01-01T00:00:00Z"
_ATOM = "{http://www.w3.org/2005/Atom}"
_COUNT = "{http://a9.com/-/spec/opensearch/1.1/}"


class Query:
    """Runs searches at one address; `query_url` is the API's, without parameters."""

    def __init__(self, query_url: str, client: Client) -> None:
        self._url = query_url
        self._client = client

    def results(self, search: str) -> Iterator[arxiv.Result]:
        """Every result of `search`, oldest submission first, so that later arrivals do not shift the pages.

        Raises `SourceError` unless exactly as many came as arXiv counted, the same number on every page.
        """
        session = _Session(self._client)
        pages = arxiv.Client(page_size=PAGE, delay_seconds=0, num_retries=0)
        pages.query_url_format = self._url + "?{}"
        pages._session = cast(requests.Session, session)
        asked = arxiv.Search(
            search,
            max_results=None,
            sort_by=arxiv.SortCriterion.SubmittedDate,
            sort_order=arxiv.SortOrder.Ascending,
        )
        came = 0
        try:
            for result in pages.results(asked):
                came += 1
                yield result
        except arxiv.ArxivError as error:
            raise SourceError(f"arXiv's API cannot be used: {error}; try again later") from error
        if session.totals != {came}:
            counted = " and ".join(map(str, sorted(session.totals)))
            raise SourceError(f"arXiv's API counted {counted} results and gave {came}; try again later")


@dataclass(frozen=True, slots=True)
class _Answer:
    content: bytes
    status_code: int = requests.codes.ok


@dataclass(slots=True)
class _Session:
    """What `arxiv.Client` needs of a session; `totals` are the numbers of results that the pages announced."""

    client: Client
    totals: set[int] = field(default_factory=set)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> _Answer:
        """The page at `url`, checked and mended; the package's own headers are left out."""
        asked = parse_qs(urlsplit(url).query)
        start, size = int(asked["start"][0]), int(asked["max_results"][0])
        sound: list[tuple[bytes, int]] = []
        self.client.get(url, check=lambda body: sound.append(sound_page(body, start, size)))
        body, total = sound[-1]
        self.totals.add(total)
        return _Answer(body)


def sound_page(body: bytes, start: int, size: int) -> tuple[bytes, int]:
    """A page whose entries the package can read without losing one, and the number of all results.

    Raises `Unusable` for anything but a whole page, and `SourceError` if there are more results than can be had.
    """
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(storable_xml(body), parser)
    except etree.XMLSyntaxError as error:
        raise Unusable("the answer is cut short or no page of results") from error
    if root.tag != f"{_ATOM}feed":
        raise Unusable("the answer is no page of results")
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        if "/api/errors" in (entry.findtext(f"{_ATOM}id") or "") or entry.findtext(f"{_ATOM}title") == "Error":
            raise Unusable(f"arXiv reports an error: {(entry.findtext(f'{_ATOM}summary') or '').strip()[:200]}")
    try:
        total = int(root.findtext(f"{_COUNT}totalResults") or "")
    except ValueError as error:
        raise Unusable("the page does not say how many results there are") from error
    if total > MOST:
        raise SourceError(f"arXiv's API gives {MOST} results at most, not {total}; name fewer categories")
    expected = max(0, min(size, total - start))
    if len(entries) != expected:
        raise Unusable(f"the page has {len(entries)} entries instead of {expected}")
    mended = [_mend(entry) for entry in entries]
    return (etree.tostring(root) if any(mended) else storable_xml(body)), total


def _mend(entry: Any) -> bool:
    """Fill in what the package cannot do without, so that a strange entry comes out as one; True if any was."""
    mended = False
    for name, filling in (("id", "unknown"), ("updated", NO_TIME), ("published", NO_TIME)):
        found = entry.find(f"{_ATOM}{name}")
        if found is None:
            found = etree.SubElement(entry, f"{_ATOM}{name}")
        text = (found.text or "").strip()
        if not text or (name != "id" and not _is_time(text)):
            found.text, mended = filling, True
    return mended


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return False
    return True
