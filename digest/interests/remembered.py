"""Vectors of queries, library entries and papers of the archive: made or sought once, then kept there."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from digest.archive import Archive
from digest.archive.interests import Kept, read_kept, same, write_kept
from digest.archive.tables import VECTOR
from digest.errors import BudgetSpent
from digest.interests.library import Entry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digest.providers.base import Embedder

# An arXiv paper is announced in the month of its id or later.
_MONTH = re.compile(r"arxiv:(\d\d)(\d\d)\.")

log = logging.getLogger(__name__)


class Remembered:
    """The vectors of one run's interests; at the end of a `with` block they are kept for the next run.

    What a run did not ask for is then forgotten, unless it failed: what was paid for stays.
    """

    def __init__(self, archive: Archive, embedder: Embedder) -> None:
        self._archive, self._embedder = archive, embedder
        self._space = (embedder.model, embedder.dimension)
        self._before = read_kept(archive.store, *self._space)
        self._now: dict[str, Kept] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        kept = self._now if kind is None else {**self._before, **self._now}
        if not same(self._before, kept):
            write_kept(self._archive.store, *self._space, list(kept.values()))

    def unknown(self, queries: Sequence[str], entries: Sequence[Entry]) -> tuple[int, int]:
        """Calls and characters that it takes to embed what is not kept yet."""
        asked = [query for query in queries if _query(query) not in self._before]
        unread = [entry for entry in entries if _entry(entry) not in self._before]
        length = sum(map(len, asked)) + sum(len(entry.title) + len(entry.abstract) for entry in unread)
        return len(asked) + math.ceil(len(unread) / self._embedder.pack), length

    def queries(self, queries: Sequence[str]) -> list[Kept]:
        """Queries with their vectors; those that the budget does not cover are missing."""

        def embed(keys: Sequence[str]) -> NDArray[np.float32]:
            return np.stack([self._embedder.embed_query(key.partition(":")[2]) for key in keys])

        return self._embedded({_query(query): query for query in queries}, embed, 1)

    def entries(self, entries: Sequence[Entry]) -> list[Kept]:
        """Works of the library, by their titles; those that the budget does not cover are missing."""
        by_key = {_entry(entry): entry for entry in entries}

        def embed(keys: Sequence[str]) -> NDArray[np.float32]:
            return self._embedder.embed([by_key[key].paper for key in keys])

        titles = {key: entry.title for key, entry in by_key.items()}
        return self._embedded(titles, embed, self._embedder.pack)

    def _embedded(
        self, texts: Mapping[str, str], embed: Callable[[Sequence[str]], NDArray[np.float32]], size: int
    ) -> list[Kept]:
        """What `texts` stand for by key, kept from before or embedded now, `size` at a time."""
        missing = [key for key in texts if key not in self._before]
        self._now |= {key: self._before[key] for key in texts if key in self._before}
        try:
            for pack in (missing[start : start + size] for start in range(0, len(missing), size)):
                for key, vector in zip(pack, embed(pack), strict=True):
                    self._now[key] = Kept(key, texts[key], _halved(vector))
        except BudgetSpent as error:
            log.warning("some interests count only once the budget covers their vectors: %s", error)
        return [self._now[key] for key in texts if key in self._now]

    def papers(self, ids: Sequence[str]) -> list[Kept]:
        """Papers that the archive has, by their titles; those that it has not (yet) are missing."""
        keys = {paper: f"paper:{paper}" for paper in ids}
        self._now |= {key: self._before[key] for key in keys.values() if key in self._before}
        sought = [paper for paper, key in keys.items() if key not in self._now or self._now[key].vector is None]
        known = self._archive.seen(sought) if sought else {}
        self._seek({paper: keys[paper] for paper in sought if paper in known})
        found = [self._now[key] for key in keys.values() if key in self._now]
        return [kept for kept in found if kept.vector is not None]

    def _seek(self, wanted: dict[str, str]) -> None:
        """Look through the editions that may hold the `wanted` papers (key by id), each edition once for ever."""
        days = self._archive.history.days
        editions = [edition for edition in self._archive.history.editions if days[edition].total]
        for edition in editions:
            here = {paper for paper, key in wanted.items() if _from(paper, self._now.get(key)) < str(edition)}
            if not here:
                continue
            ids, vectors = self._archive.vectors(edition, self._space)
            if found := [row for row, paper in enumerate(ids) if paper in here]:
                papers = self._archive.papers(edition)
                for row in found:
                    key = wanted.pop(ids[row])
                    self._now[key] = Kept(key, papers[row].title, vectors[row])
        last = str(editions[-1]) if editions else ""
        self._now |= {key: Kept(key, until=last) for key in wanted.values()}


def _query(query: str) -> str:
    return f"query:{query}"


def _entry(entry: Entry) -> str:
    return f"entry:{entry.key}"


def _from(paper: str, kept: Kept | None) -> str:
    """A day before the first edition that may hold the paper and was not looked through yet; empty: any may."""
    found = _MONTH.match(paper)
    month = str(date(2000 + int(found[1]), int(found[2]), 1) - timedelta(days=1)) if found else ""
    return max(month, kept.until) if kept else month


def _halved(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vector as it will be read again: a run that makes it must pick what a later one does."""
    return vector.astype(VECTOR).astype(np.float32)
