"""The archive as the rest of the program sees it: editions in, editions out, one commit point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from digest.archive import clustering, layouts, seen, tables
from digest.archive.clustering import Fold
from digest.archive.editions import Editions
from digest.archive.head import HEAD, Head, mark, marked_generation, write_head
from digest.archive.history import History
from digest.archive.layouts import Places
from digest.errors import ArchiveError
from digest.records import EditionReport, Enrichment, Paper, Translation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Archive(Editions):
    """All state of one digest.

    `url` is any fsspec URL. `marker` is a small file kept with the reports that says which generation they
    came from: reports without their archive mean that it was lost, and that must not look like a first run.
    """

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the archive for writing; raises `ArchiveError` that names the other holder."""
        with self.store.locked():
            # What was read before the lock was held may be another run's past.
            for read_before in ("head", "history", "clustering"):
                self.__dict__.pop(read_before, None)
            if not self.store.exists(HEAD):
                self._replace_head(self.head)
            self._sweep()
            yield

    def _replace_head(self, head: Head, history: History | None = None, fold: Fold | None = None) -> None:
        """Make `head` current, and the `history` and topics that it names: years are long to read again."""
        write_head(self.store, head)
        self.__dict__["head"] = head
        if history is not None:
            self.__dict__["history"] = history
        if fold is not None:
            self.__dict__["clustering"] = clustering.rounded(fold.clustering)

    def _sweep(self) -> None:
        """Remove what is no longer needed: files that no head names, and journals of committed editions."""
        head = self.head
        current = {*head.seen.values(), head.history, *head.clustering.all, head.map, layouts.beside(head.map)}
        folders = ("seen", "history", *clustering.FOLDERS, layouts.FOLDER)
        for name in (name for folder in folders for name in self.store.names(folder)):
            if name not in current:
                self.store.remove(name)
        for edition in self.begun:
            if self.published(edition):
                self.journal(edition).discard()

    def add_vectors(self, edition: date, model: str, dimension: int, vectors: NDArray[np.float32]) -> None:
        """Keep an edition's vectors (n, dimension) in a space that is to become the current one."""
        ids = [paper.id for paper in self.papers(edition)]
        name = self._vectors_name(edition, (model, dimension))
        self.store.write_table(name, tables.vectors_frame(ids, vectors))

    def move_to(self, model: str, dimension: int, fold: Fold | None) -> None:
        """Make another vector space the current one, and the topics those of `fold`, made in that space.

        Raises `ArchiveError` if an edition is not in it.
        """
        for edition in self.history.editions:
            if self.history.days[edition].total and not self.has_vectors(edition, model, dimension):
                raise ArchiveError(f"edition {edition} has no vectors of {model}; `digest reembed` makes them")
        head = replace(self.head, generation=self.head.generation + 1, embedder=model, dimension=dimension)
        self._recluster(head, fold)

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
        fold: Fold | None = None,
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
        files = clustering.write_fold(self.store, head.clustering, fold, generation) if fold else head.clustering
        self._replace_head(
            replace(
                head,
                generation=generation,
                history=history.write(self.store, generation),
                seen=shards,
                validators={**head.validators, **(validators or {})},
                pending=(*head.pending, str(edition)),
                clustering=files,
                pages=head.pages or fold is not None,
            ),
            history,
            fold,
        )
        self._sweep()

    def recluster(self, fold: Fold) -> None:
        """Replace the topics without taking an edition in: after a rebalance by hand, or new names."""
        self._recluster(replace(self.head, generation=self.head.generation + 1), fold)

    def keep_layout(self, places: Places) -> None:
        """Make a layout of the map the current one."""
        generation = self.head.generation + 1
        name = layouts.write(self.store, places, generation)
        self._replace_head(replace(self.head, generation=generation, map=name))
        self._sweep()

    def _recluster(self, head: Head, fold: Fold | None) -> None:
        if fold is not None:
            files = clustering.write_fold(self.store, head.clustering, fold, head.generation)
            head = replace(head, clustering=files, pages=True)
        self._replace_head(head, fold=fold)
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

    def topics_rendered(self) -> None:
        """Note that the topics' pages are written as the topics are."""
        if self.head.pages:
            self._replace_head(replace(self.head, pages=False))
