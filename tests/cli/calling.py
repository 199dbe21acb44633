"""Calls the command line inside this process, with a source that lists what a test puts on its stage."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from digest.archive import Archive
from digest.config import Config
from digest.errors import SourceError
from digest.http import Client
from digest.records import Batch, Kind, Listing
from digest.sources.base import Source
from tests.invented import paper

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 1, day) for day in range(5, 10))


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]
Stage = dict[date, list[Listing] | Exception]
Filling = Callable[[str, Sequence[date]], None]


class StagedSource(Source):
    """Lists what is on the stage for a day, nothing on any other; what is no list is raised."""

    name = "arxiv"
    dated = True
    stage: ClassVar[Stage] = {}
    unreachable: ClassVar[str] = ""

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        return cls()

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        found = self.stage.get(edition, [])
        if isinstance(found, Exception):
            raise found
        if found and "all" not in done:
            yield Batch(self.name, "all", "stage", tuple(found))

    def check(self) -> str:
        if self.unreachable:
            raise SourceError(self.unreachable)
        return "on stage"


class StagedFeed(StagedSource):
    """The same as a source that has no announcement days of its own."""

    name = "feed"
    dated = False
    stage: ClassVar[Stage] = {}


def listed(*numbers: int, **fields: object) -> list[Listing]:
    return [Listing(paper(number, **fields)) for number in numbers]


def renewed(number: int) -> Listing:
    return Listing(paper(number, version=2), Kind.UPDATED)
