"""The bundled sample: three invented editions in the shape of arXiv's feeds, read without any network."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Self

from digest.archive import Archive
from digest.config import Config
from digest.errors import SourceError, StaleSource
from digest.http import Client, Unusable
from digest.records import Batch, Listing
from digest.sources.arxiv_feed import CategoryFeed, read_feed
from digest.sources.base import Source

FOLDER = Path(__file__).parent / "sample"
MARK = "This paper is invented."


class SampleSource(Source):
    """Reads the sample's feeds as the arXiv source reads arXiv's own."""

    name = "sample"
    dated = True

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        """Build the source; it has no settings."""
        return cls()

    @classmethod
    def editions(cls) -> tuple[date, ...]:
        """The announcement days that the sample holds, oldest first."""
        return tuple(sorted(date.fromisoformat(path.name) for path in FOLDER.iterdir() if path.is_dir()))

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        """Yield one batch for each category's file; see `Source.fetch`."""
        if edition not in self.editions():
            held = ", ".join(map(str, self.editions()))
            raise SourceError(f"the sample has no edition {edition}, only {held}")
        for path in sorted((FOLDER / str(edition)).glob("*.xml")):
            category = path.stem
            if category in done:
                continue
            feed = _read(path, category)
            if feed.day != edition:
                raise StaleSource(f"the sample's {category} feed shows {feed.day}, not {edition}")
            yield Batch(self.name, category, "bundled sample", tuple(map(_marked, feed.listings)), feed.failed)

    def check(self) -> str:
        """Say which editions are there."""
        return f"{len(self.editions())} invented editions"


def _marked(listing: Listing) -> Listing:
    """The mark that the paper is invented as its comment, for no reader to take for a finding."""
    paper = listing.paper
    return replace(listing, paper=replace(paper, abstract=paper.abstract.removesuffix(MARK).strip(), comment=MARK))


def _read(path: Path, category: str) -> CategoryFeed:
    try:
        return read_feed(path.read_bytes(), category, SampleSource.name)
    except (OSError, Unusable) as error:
        raise SourceError(f"{path} is damaged ({error}); install the program again") from error
