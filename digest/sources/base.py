"""The interface of a source."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from datetime import date
from typing import ClassVar, Self

from digest.archive import Archive
from digest.config import Config
from digest.http import Client
from digest.records import Batch


class Source(ABC):
    """Lists the papers of one edition, request by request.

    A *dated* source has announcement days of its own: without its answer there is no edition. What an undated
    source (a feed, a file) lists is news whenever it is first seen, so its failure today loses nothing.
    """

    name: ClassVar[str]
    dated: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def open(cls, config: Config, client: Client) -> Self:
        """Build the source from the settings; nothing is fetched yet."""

    @abstractmethod
    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        """Yield a `Batch` for each request that `edition` needs, leaving out the parts named in `done`.

        No listing at all means that nothing was announced. Raises `StaleSource` if the source still shows an
        earlier day and `SourceError` if an answer is missing, cut short or not what was asked for.
        """

    def check(self) -> str:
        """Ask for as little as possible to see that the source is reachable; returns what it said.

        Raises `SourceError` otherwise.
        """
        return "nothing to reach"
