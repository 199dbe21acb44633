"""Editions as the archive holds them, for reading; nothing here changes the disk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from digest.archive import aspects, clustering, layouts, seen, tables
from digest.archive.clustering import Clustering, Rows
from digest.archive.deliveries import Deliveries
from digest.archive.head import HEAD, Head, read_head, upstream
from digest.archive.history import History
from digest.archive.journal import Journal
from digest.archive.layouts import Places
from digest.archive.spending import SpendingLog
from digest.archive.store import Store
from digest.errors import ArchiveError
from digest.records import EditionReport, Enrichment, Paper, Translation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# How a journal begins whose edition is the archive's first.
TRIED = "tried"
# A folder on a disk may hold what others put there.
_JOURNAL = re.compile(r"journal/(\d{4}-\d\d-\d\d)(?:/\d+)?\.jsonl")


class Editions:
    """Every committed edition, its papers, readings, vectors and topics."""

    def __init__(self, url: str, marker: Path | None = None, repository: str = "") -> None:
        self.store = Store(url)
        self.spending = SpendingLog(self.store)
        self.deliveries = Deliveries(self.store)
        self.marker, self.repository = marker, repository

    @property
    def new(self) -> bool:
        """True if nothing was ever written."""
        return not self.store.exists(HEAD)

    @property
    def upstream(self) -> str:
        """The repository that the reports are of, if that is known to be another than this one."""
        return upstream(self.marker, self.repository)

    @cached_property
    def head(self) -> Head:
        """What is current. Raises `ArchiveError` if it was lost, is damaged or is older than the reports."""
        return read_head(self.store, self.marker, self.repository)

    @cached_property
    def history(self) -> History:
        """The running counts of every committed edition."""
        return History.read(self.store, self.head.history)

    def _dated(self, folder: str, edition: date, ending: str, readings: int = 1, commit: int | None = None) -> str:
        """The name of an edition's file; `commit` is that of an edition which the history does not have yet."""
        if commit is None:
            commit = self.history.days[edition].commit if edition in self.history else 0
        suffix = (f".g{commit}" if commit else "") + (f".{readings}" if readings > 1 else "")
        return f"{folder}/{edition.year}/{edition}{suffix}.{ending}"

    def journal(self, edition: date) -> Journal:
        """The work in progress on an edition."""
        return Journal(self.store, edition)

    @property
    def topics_journal(self) -> Journal:
        """The work in progress on the topics alone, outside of any edition."""
        return Journal(self.store, "topics")

    @property
    def begun(self) -> list[date]:
        """The editions that have a journal, oldest first."""
        found = (_JOURNAL.fullmatch(name) for name in self.store.names("journal"))
        return sorted({date.fromisoformat(name[1]) for name in found if name})

    def try_first(self, edition: date, journal: Journal) -> None:
        """Note in an edition's journal that the archive is to begin with it: what fails leaves nothing else."""
        if not self.history.editions and not journal.entries(TRIED):
            journal.add(TRIED, str(edition))

    @property
    def tried(self) -> list[date]:
        """The editions that an empty archive was to begin with and does not hold yet, oldest first."""
        open_ = (edition for edition in self.begun if not self.published(edition))
        return [edition for edition in open_ if self.journal(edition).entries(TRIED)]

    def published(self, edition: date) -> bool:
        """True if the edition is committed, with papers or as a day without any."""
        return edition in self.history

    def seen(self, keys: Iterable[str]) -> dict[str, int]:
        """The highest known version of each of the `keys` that was ever taken in."""
        return seen.look_up(self.store, self.head.seen, keys)

    def validators(self, url: str) -> tuple[str, str]:
        """The ETag and Last-Modified with which a feed last answered; empty where there are none."""
        etag, modified = self.head.validators.get(url, ("", ""))
        return etag, modified

    def report(self, edition: date) -> EditionReport:
        """The record of a committed edition. Raises `ArchiveError` if there is none."""
        if not self.published(edition):
            raise ArchiveError(f"the archive has no edition {edition}; `digest doctor` lists what it holds")
        name = self._dated("editions", edition, "json", self.head.readings)
        try:
            return tables.REPORT.validate_json(self.store.read(name))
        except ValueError as error:
            raise self._damaged(name) from error

    def papers(self, edition: date) -> tuple[Paper, ...]:
        """The new papers of a committed edition, in the order of the report."""
        name = self._dated("papers", edition, "parquet")
        try:
            return tables.papers_of(self.store.read_table(name))
        except ValueError as error:
            raise self._damaged(name) from error

    def enrichments(self, edition: date) -> tuple[Enrichment, ...]:
        """The current readings of an edition's papers, in their order."""
        name = self._readings_name(edition)
        try:
            return tables.enrichments_of(self.store.read_table(name))
        except ValueError as error:
            raise self._damaged(name) from error

    def main_categories(self, edition: date) -> list[str]:
        """The main category of each of an edition's papers, in their order."""
        return self.said(edition, "primary")

    def said(self, edition: date, part: str) -> list[str]:
        """One part of the current readings of an edition's papers, in their order; none of the others is read."""
        name = self._readings_name(edition)
        return [str(text) for text in self.store.read_table(name, [part])[part]]

    def translations(self, edition: date, language: str) -> tuple[Translation, ...]:
        """The translations of an edition's papers into a further language; empty if none were made."""
        if language not in self.report(edition).translated:
            return ()
        name = self._dated("translations", edition, f"{language}.parquet")
        try:
            return tables.translations_of(self.store.read_table(name))
        except ValueError as error:
            raise self._damaged(name) from error

    def vectors(
        self, edition: date, space: tuple[str, int] | None = None
    ) -> tuple[list[str], NDArray[np.float32]]:
        """Ids and vectors (n, d) of an edition's papers, in the archive's one space or in another (model, d)."""
        name = self._vectors_name(edition, space)
        try:
            return tables.vectors_of(self.store.read_table(name), space[1] if space else self.head.dimension)
        except ValueError as error:
            raise self._damaged(name) from error

    def _readings_name(self, edition: date) -> str:
        return self._dated("readings", edition, "parquet", self.head.readings)

    def _vectors_name(self, edition: date, space: tuple[str, int] | None = None, commit: int | None = None) -> str:
        model, dimension = space or (self.head.embedder, self.head.dimension)
        return self._dated(f"vectors/{model}-{dimension}", edition, "parquet", commit=commit)

    def has_vectors(self, edition: date, model: str, dimension: int) -> bool:
        """True if the edition's vectors in that space, which need not be the current one, are on the disk."""
        return self.store.exists(self._vectors_name(edition, (model, dimension)))

    def aspect_vectors(self, edition: date, aspect: str, texts: Mapping[str, str]) -> NDArray[np.float32] | None:
        """The vectors (n, d) of one part of an edition's readings, by paper id; None if they were never made."""
        space = (self.head.embedder, self.head.dimension)
        name = aspects.file_name(space, aspect, edition, texts)
        return aspects.read(self.store, name, texts, self.head.dimension)

    @cached_property
    def clustering(self) -> Clustering | None:
        """The topics as they are now; None before the first edition with papers. Raises `ArchiveError`."""
        return clustering.read(self.store, self.head.clustering, self.head.dimension)

    @property
    def layout(self) -> Places | None:
        """Where the map has every paper; None before the first map. Raises `ArchiveError`."""
        return layouts.read(self.store, self.head.map, (self.head.embedder, self.head.dimension))

    def assigned(self, edition: date) -> Rows | None:
        """The ids of an edition's papers with their topics as they are now; None if it was never folded."""
        return clustering.assigned(self.store, self.head.clustering, edition)

    def all_assigned(self) -> dict[date, Rows]:
        """The same for every edition that was folded."""
        files, found = self.head.clustering, {}
        for name in files.years.values():
            found.update(clustering.all_assigned(self.store, name))
        for text in files.editions:
            edition = date.fromisoformat(text)
            if (rows := clustering.assigned(self.store, files, edition)) is not None:
                found[edition] = rows
        return dict(sorted(found.items()))

    def assigned_in(self, year: int) -> dict[date, Rows]:
        """The same for the editions of one year."""
        files = self.head.clustering
        name = files.years.get(str(year))
        found = clustering.all_assigned(self.store, name) if name else {}
        for edition in (day for text in files.editions if (day := date.fromisoformat(text)).year == year):
            if (rows := clustering.assigned(self.store, files, edition)) is not None:
                found[edition] = rows
        return found

    def topic_counts(self, last: date, span: timedelta) -> dict[date, dict[int, int]]:
        """How many papers each topic got in each folded edition of the `span` up to `last`, oldest first."""
        found: dict[date, dict[int, int]] = {}
        for year in range((last - span).year, last.year + 1):
            if (name := self.head.clustering.counts.get(str(year))) is not None:
                found.update(clustering.read_counts(self.store, name))
        return {day: found[day] for day in sorted(found) if last - span < day <= last}

    def _damaged(self, name: str) -> ArchiveError:
        return ArchiveError(f"{self.store.path(name)} is damaged; restore it from a backup")

    def check_embedder(self, model: str, dimension: int) -> None:
        """Refuse vectors of another space than the archive's. Raises `ArchiveError`."""
        if self.head.embedder and (self.head.embedder, self.head.dimension) != (model, dimension):
            raise ArchiveError(
                f"the archive's vectors are of {self.head.embedder} ({self.head.dimension} dimensions), "
                f"not of {model} ({dimension}); use the provider and version that made them, or `digest reembed`"
            )
