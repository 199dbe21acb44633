"""arXiv: the day's papers from its category feeds, past days from its API."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from datetime import date
from typing import Self

from digest.archive import Archive
from digest.config import Config
from digest.errors import SourceError, StaleSource
from digest.http import Client
from digest.records import Batch
from digest.sources.arxiv_api import ArxivApi
from digest.sources.arxiv_days import is_workday
from digest.sources.arxiv_feed import CategoryFeed, read_feed
from digest.sources.base import Source
from digest.text import counted

API = "api"

log = logging.getLogger(__name__)


class ArxivSource(Source):
    """Asks one feed per category, since a common feed would drop new papers first once it is full.

    Parts are categories, or `api` for all that were not there yet. Each feed is asked at most once by one source.
    """

    name = "arxiv"
    dated = True

    def __init__(self, config: Config, client: Client) -> None:
        self._categories = config.arxiv.categories
        self._url = config.arxiv.feed_url
        self._client = client
        self._api = ArxivApi(config, client, self.name)
        self._asked: dict[str, CategoryFeed | SourceError] = {}

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        """Build the source from `arxiv.categories`, `feed_url` and `api_url`."""
        return cls(config, client)

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        """Yield a batch for each category's feed, or for the API from where the feeds no longer show the day.

        A run that was killed may go on after the feeds have turned: the categories it lacks then come from the
        API, without their replacements.
        """
        if edition > today:
            raise SourceError(f"{edition} is not announced yet: today is {today} in US Eastern time")
        left = [category for category in self._categories if category not in done]
        if not is_workday(edition) or API in done:
            return
        while left:
            feed = self._showing(edition, today, left[0])
            if feed is None:
                listings, failed = self._api.announced(edition, today, left, archive)
                yield Batch(self.name, API, "API", listings, failed)
                return
            yield self._batch(edition, today, left.pop(0), feed, archive)

    def _showing(self, edition: date, today: date, category: str) -> CategoryFeed | None:
        """The category's feed if it shows the edition, None if only the API can have it.

        Raises `StaleSource` if the feed has not come to it yet.
        """
        try:
            feed = self._feed(category)
        except SourceError as error:
            if edition == today:
                raise
            log.warning("%s is sought in arXiv's API: %s", edition, error)
            return None
        if feed.day == edition:
            return feed
        if feed.day > edition or edition < today:
            return None
        raise StaleSource(
            f"arXiv's feed of {category} still shows {feed.day}, not {edition}; "
            "it is renewed shortly after midnight US Eastern time: run again later, nothing is lost"
        )

    def _feed(self, category: str) -> CategoryFeed:
        if category not in self._asked:
            try:
                self._asked[category] = self._read(category)
            except SourceError as error:
                self._asked[category] = error
        found = self._asked[category]
        if isinstance(found, SourceError):
            raise found
        return found

    def _read(self, category: str) -> CategoryFeed:
        read: list[CategoryFeed] = []
        url = f"{self._url.rstrip('/')}/{category}"
        self._client.get(url, check=lambda body: read.append(read_feed(body, category, self.name)))
        return read[-1]

    def _batch(self, edition: date, today: date, category: str, feed: CategoryFeed, archive: Archive) -> Batch:
        if not feed.capped:
            return Batch(self.name, category, "feed", feed.listings, feed.failed)
        log.warning("arXiv's feed of %s is full; the API is asked for what it may leave out", category)
        listings, failed = self._api.announced(edition, today, [category], archive)
        listed = {listing.paper.id for listing in feed.listings}
        more = tuple(listing for listing in listings if listing.paper.id not in listed)
        return Batch(self.name, category, "feed and API", feed.listings + more, feed.failed + failed)

    def check(self) -> str:
        """Ask the first category's feed for its day."""
        category = self._categories[0]
        feed = self._feed(category)
        return f"the feed of {category} shows {feed.day} with {counted(len(feed.listings), 'item')}"
