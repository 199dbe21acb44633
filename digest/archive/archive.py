"""The archive as the rest of the program sees it: editions in, editions out, one commit point."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from digest.archive import seen, tables
from digest.archive.head import HEAD, Head, mark, marked_generation, read_head, write_head
from digest.archive.history import History
from digest.archive.journal import Journal
from digest.archive.spending import SpendingLog
from digest.archive.store import Store
from digest.errors import ArchiveError
from digest.records import EditionReport, Enrichment, Paper, Translation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A folder on a disk may hold what others put there.
_JOURNAL = re.compile(r"journal/(\d{4}-\d\d-\d\d)\.jsonl")


class Archive:
    """All state of one digest.

    `url` is any fsspec URL. `marker` is a small file kept with the reports that says which generation they
    came from: reports without their archive mean that it was lost, and that must not look like a first run.
    """

    def __init__(self, url: str, marker: Path | None = None) -> None:
        self.store = Store(url)
        self.spending = SpendingLog(self.store)
        self.marker = marker

    @cached_property
    def head(self) -> Head:
        """What is current. Raises `ArchiveError` if it was lost, is damaged or is older than the reports."""
        return read_head(self.store, self.marker)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the archive for writing; raises `ArchiveError` that names the other holder."""
        with self.store.locked():
            # What was read before the lock was held may be another run's past.
            self.__dict__.pop("head", None)
            self.__dict__.pop("history", None)
            if not self.store.exists(HEAD):
                self._replace_head(self.head)
            self._sweep()
            yield

    def _replace_head(self, head: Head, history: History | None = None) -> None:
        """Make `head` current, and `history` too if it names another one; years of it are long to read again."""
        write_head(self.store, head)
        self.__dict__["head"] = head
        if history is not None:
            self.__dict__["history"] = history

    def _sweep(self) -> None:
        """Remove what is no longer needed: files that no head names, and journals of committed editions."""
        current = {*self.head.seen.values(), self.head.history}
        for name in (*self.store.names("seen"), *self.store.names("history")):
            if name not in current:
                self.store.remove(name)
        for edition in self.begun:
            if self.published(edition):
                self.journal(edition).discard()

    def _dated(self, folder: str, edition: date, ending: str, readings: int = 1) -> str:
        suffix = f".{readings}" if readings > 1 else ""
        return f"{folder}/{edition.year}/{edition}{suffix}.{ending}"

    @cached_property
    def history(self) -> History:
        """The running counts of every committed edition."""
        return History.read(self.store, self.head.history)

    def journal(self, edition: date) -> Journal:
        """The work in progress on an edition."""
        return Journal(self.store, edition)

    @property
    def begun(self) -> list[date]:
        """The editions that have a journal, oldest first."""
        found = (_JOURNAL.fullmatch(name) for name in self.store.names("journal"))
        return [date.fromisoformat(name[1]) for name in found if name]

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
        name = self._dated("readings", edition, "parquet", self.head.readings)
        try:
            return tables.enrichments_of(self.store.read_table(name))
        except ValueError as error:
            raise self._damaged(name) from error

    def translations(self, edition: date, language: str) -> tuple[Translation, ...]:
        """The translations of an edition's papers into a further language; empty if none were made."""
        if language not in self.report(edition).translated:
            return ()
        name = self._dated("translations", edition, f"{language}.parquet")
        try:
            return tables.translations_of(self.store.read_table(name))
        except ValueError as error:
            raise self._damaged(name) from error

    def vectors(self, edition: date) -> tuple[list[str], NDArray[np.float32]]:
        """Ids and vectors (n, d) of an edition's papers, in the archive's one space."""
        name = self._vectors_name(edition)
        try:
            return tables.vectors_of(self.store.read_table(name), self.head.dimension)
        except ValueError as error:
            raise self._damaged(name) from error

    def _vectors_name(self, edition: date, space: tuple[str, int] | None = None) -> str:
        model, dimension = space or (self.head.embedder, self.head.dimension)
        return self._dated(f"vectors/{model}-{dimension}", edition, "parquet")

    def has_vectors(self, edition: date, model: str, dimension: int) -> bool:
        """True if the edition's vectors in that space, which need not be the current one, are on the disk."""
        return self.store.exists(self._vectors_name(edition, (model, dimension)))

    def add_vectors(self, edition: date, model: str, dimension: int, vectors: NDArray[np.float32]) -> None:
        """Keep an edition's vectors (n, dimension) in a space that is to become the current one."""
        ids = [paper.id for paper in self.papers(edition)]
        name = self._vectors_name(edition, (model, dimension))
        self.store.write_table(name, tables.vectors_frame(ids, vectors))

    def move_to(self, model: str, dimension: int) -> None:
        """Make another vector space the current one. Raises `ArchiveError` if an edition is not in it."""
        for edition in self.history.editions:
            if self.history.days[edition].total and not self.has_vectors(edition, model, dimension):
                raise ArchiveError(f"edition {edition} has no vectors of {model}; `digest reembed` makes them")
        self._replace_head(replace(self.head, embedder=model, dimension=dimension))

    def _damaged(self, name: str) -> ArchiveError:
        return ArchiveError(f"{self.store.path(name)} is damaged; restore it from a backup")

    def check_embedder(self, model: str, dimension: int) -> None:
        """Refuse vectors of another space than the archive's. Raises `ArchiveError`."""
        if self.head.embedder and (self.head.embedder, self.head.dimension) != (model, dimension):
            raise ArchiveError(
                f"the archive's vectors are of {self.head.embedder} ({self.head.dimension} dimensions), "
                f"not of {model} ({dimension}); use the provider and version that made them, or `digest reembed`"
            )

    def fix_embedder(self, model: str, dimension: int) -> None:
        """Hold the archive to one vector space: the first edition's. Raises `ArchiveError` on another."""
        self.check_embedder(model, dimension)
        if not self.head.embedder:
            self._replace_head(replace(self.head, embedder=model, dimension=dimension))

    def commit(
        self,
        report: EditionReport,
        papers: Sequence[Paper] = (),
        enrichments: Sequence[Enrichment] = (),
        vectors: NDArray[np.float32] | None = None,
        validators: Mapping[str, tuple[str, str]] | None = None,
        translations: Mapping[str, Sequence[Translation]] | None = None,
    ) -> None:
        """Take an edition in, whole: new files first, then the head, then what they replace is removed.

        `validators` are those with which this edition's feeds answered: kept only now, because a feed that was
        answered but not taken in must be asked for in full again.
        """
        head, edition = self.head, report.edition
        if self.published(edition):
            raise ArchiveError(f"edition {edition} is already committed")
        if papers and vectors is not None:
            self.store.write_table(self._dated("papers", edition, "parquet"), tables.papers_frame(papers))
            self._write_readings(edition, enrichments, head.readings)
            ids = [paper.id for paper in papers]
            self.store.write_table(self._vectors_name(edition), tables.vectors_frame(ids, vectors))
        for language, made in (translations or {}).items():
            name = self._dated("translations", edition, f"{language}.parquet")
            self.store.write_table(name, tables.translations_frame(made))
        self._write_report(report, head.readings)
        generation = head.generation + 1
        versions = {key: paper.version for paper in (*papers, *report.updated) for key in paper.keys}
        shards = seen.extend(self.store, head.seen, versions, generation)
        history = self.history.extended(report)
        self._replace_head(
            replace(
                head,
                generation=generation,
                history=history.write(self.store, generation),
                seen=shards,
                validators={**head.validators, **(validators or {})},
                pending=(*head.pending, str(edition)),
            ),
            history,
        )
        self._sweep()

    def _write_readings(self, edition: date, enrichments: Sequence[Enrichment], readings: int) -> None:
        name = self._dated("readings", edition, "parquet", readings)
        self.store.write_table(name, tables.enrichments_frame(enrichments))

    def _write_report(self, report: EditionReport, readings: int) -> None:
        name = self._dated("editions", report.edition, "json", readings)
        self.store.write(name, tables.REPORT.dump_json(report, indent=1) + b"\n")

    def reread(self, editions: Iterable[tuple[EditionReport, Sequence[Enrichment]]]) -> None:
        """Replace every edition's readings and record at once, as a new generation of readings."""
        head, history = self.head, History()
        readings = head.readings + 1
        for report, enrichments in editions:
            if enrichments:
                self._write_readings(report.edition, enrichments, readings)
            self._write_report(report, readings)
            history = history.extended(report)
        generation = head.generation + 1
        name = history.write(self.store, generation)
        pending = tuple(str(day) for day in history.editions)
        head = replace(head, generation=generation, readings=readings, history=name, pending=pending)
        self._replace_head(head, history)
        self._sweep()

    @property
    def pending(self) -> tuple[date, ...]:
        """Editions committed but not yet rendered, oldest first."""
        return tuple(sorted(date.fromisoformat(day) for day in self.head.pending))

    def rendered(self, edition: date) -> None:
        """Note that an edition's reports are written, and mark them with the archive's generation."""
        if self.marker is not None and marked_generation(self.marker) != self.head.generation:
            mark(self.marker, self.head.generation)
        left = tuple(day for day in self.head.pending if day != str(edition))
        if left != self.head.pending:
            self._replace_head(replace(self.head, pending=left))
