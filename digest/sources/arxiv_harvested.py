"""Past editions of arXiv from a harvest: every record is brought first, then editions are listed from memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Self

from pydantic import TypeAdapter

from digest.archive import Archive
from digest.archive.harvest import Harvest
from digest.config import Config
from digest.errors import SourceError
from digest.http import Client
from digest.records import Batch, Listing, Paper, Skipped
from digest.sources.arxiv_api import held, published_before
from digest.sources.arxiv_days import is_workday, workday_after
from digest.sources.arxiv_oai import Harvester, announced
from digest.sources.base import Source

PART = "oai"
_PAPER = TypeAdapter(Paper)


class HarvestedSource(Source):
    """What arXiv announced on past days in the categories of the settings, once it is gathered."""

    name = "arxiv"
    dated = True

    def __init__(self, config: Config, client: Client) -> None:
        self._categories = config.arxiv.categories
        self._harvester = Harvester(config.arxiv.oai_url, client, self.name)
        # Papers are kept packed: a harvest of years has hundreds of thousands.
        self._packed: dict[date, dict[str, bytes]] = {}
        self._failed: dict[date, dict[str, Skipped]] = {}
        self._reach = date.min
        self.deleted = 0

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        """Build the source from `arxiv.categories` and `oai_url`."""
        return cls(config, client)

    def gather(self, since: date, today: date, archive: Archive, progress: Callable[[int], None]) -> None:
        """Bring every record that changed since a day, or read what an earlier run has brought of it.

        Raises `SourceError` where the server does not answer in full; what came until then is kept.
        """
        harvest = Harvest(archive.store, str(since))
        packed: dict[str, bytes] = {}
        told: dict[str, tuple[date, date]] = {}
        failed: dict[str, tuple[Skipped, date]] = {}
        for page in self._harvester.gather(self._categories, since, today, harvest, progress):
            self.deleted += page.deleted
            for paper, stamp in page.papers:
                # The same paper in two sets is one; where it changed in between, the later record holds.
                if paper.submitted is not None and (paper.id not in told or told[paper.id][1] <= stamp):
                    told[paper.id] = (paper.submitted, stamp)
                    packed[paper.id] = zlib.compress(_PAPER.dump_json(paper))
            failed.update((skipped.id, (skipped, stamp)) for skipped, stamp in page.failed)
        for key, day in announced(told).items():
            self._packed.setdefault(day, {})[key] = packed[key]
        for key, (skipped, stamp) in failed.items():
            day = stamp if is_workday(stamp) else workday_after(stamp)
            self._failed.setdefault(day, {})[key] = skipped
        self._reach = max((stamp for _, stamp in told.values()), default=date.min)

    def papers(self, edition: date) -> Mapping[str, Paper]:
        """What was submitted for an edition, by id."""
        found = self._packed.get(edition, {})
        return {key: _PAPER.validate_json(zlib.decompress(told)) for key, told in found.items()}

    def count(self, edition: date) -> int:
        """How many papers that is."""
        return len(self._packed.get(edition, {}))

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        """Yield the edition as one batch; see `Source.fetch`."""
        if PART in done or not is_workday(edition):
            return
        if edition > min(today, self._reach):
            raise SourceError(
                f"arXiv's records come to {self._reach} only, not to {edition}; run again on the next workday"
            )
        past = published_before(edition, archive)
        papers = {**self.papers(edition), **held(past, {day: self.papers(day) for day in past}, archive)}
        failed = self._failed.get(edition, {})
        listings = tuple(Listing(papers[key]) for key in sorted(papers))
        yield Batch(self.name, PART, "OAI-PMH", listings, tuple(failed[key] for key in sorted(failed)))

    def check(self) -> str:
        """Ask the repository for its name."""
        return f"OAI-PMH of {self._harvester.identify()}"
