"""The archive as the rest of the program sees it: editions in, editions out, one commit point."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from digest.archive import aspects, clustering, layouts, seen, tables
from digest.archive.clustering import Fold
from digest.archive.columns import Columnwise
from digest.archive.head import HEAD, Head, mark, marked_generation, write_head
from digest.archive.history import History
from digest.archive.layouts import Places
from digest.errors import ArchiveError
from digest.records import EditionReport, Enrichment, Paper, Translation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


# What claims a commit's number, the folders of editions, and how files and claims end that carry such a number.
CLAIMS = "claims"
DATED = ("editions", "papers", "readings", "vectors", "translations")
_NUMBERED = re.compile(r"[./](\d+)(?:\.[a-z]+)*$")


class Archive(Columnwise):
    """All state of one digest.

    Where no lock keeps runs apart, each claims the number of its commit, under which all its files are named, so
    that none writes over another's; the head is replaced only if it is still the one that was read.

    `url` is any fsspec URL. `marker` is a small file kept with the reports that says which generation they
    came from: reports without their archive mean that it was lost, and that must not look like a first run. It
    names the `repository` too, where that is known: the reports that a fork comes with have no archive here.
    """

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the archive for writing; where there is a lock, raises `ArchiveError` that names its holder."""
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

    def _next(self) -> int:
        """The number of the next commit; where no lock is held, one that no other run has or will have."""
        number = self.head.generation + 1
        if self.store.local is None:
            # A number that a run was killed with stays taken: nobody can tell whether it still lives.
            while not self.store.create(f"{CLAIMS}/{number}", secrets.token_hex(8).encode()):
                number += 1
            # An old head leads to numbers that were claimed and settled long ago.
            self.store.check(HEAD)
        return number

    def _sweep(self) -> None:
        """Remove what is no longer needed: files that no head names, and journals of committed editions.

        Where no lock is held, a file of a later number may belong to a run that is still at work.
        """
        head = self.head
        current = {*head.seen.values(), head.history, *head.clustering.all, *layouts.files(self.store, head.map)}
        folders = ("seen", "history", *clustering.FOLDERS, layouts.FOLDER)
        names = [name for folder in folders for name in self.store.names(folder) if name not in current]
        alone = self.store.local is not None
        self.store.remove_all([name for name in names if alone or _number(name) <= head.generation])
        self._sweep_claims()
        for edition in self.begun:
            if self.published(edition):
                self.journal(edition).discard()

    def _sweep_claims(self) -> None:
        """Remove claims that are settled, and the files of editions that a run which did not commit has left."""
        if self.store.local is not None:
            return
        settled = [name for name in self.store.names(CLAIMS) if _number(name) <= self.head.generation]
        used = {day.commit for day in self.history.days.values()} | {self.head.readings}
        if lost := {number for number in map(_number, settled) if number not in used}:
            marks = [f".g{number}." for number in lost]
            names = [name for folder in DATED for name in self.store.names(folder)]
            self.store.remove_all([name for name in names if any(mark in name for mark in marks)])
        self.store.remove_all(settled)

    def add_vectors(self, edition: date, model: str, dimension: int, vectors: NDArray[np.float32]) -> None:
        """Keep an edition's vectors (n, dimension) in a space that is to become the current one."""
        ids = [paper.id for paper in self.papers(edition)]
        name = self._vectors_name(edition, (model, dimension))
        self.store.write_table(name, tables.vectors_frame(ids, vectors))

    def add_aspect_vectors(
        self, edition: date, aspect: str, texts: Mapping[str, str], vectors: NDArray[np.float32]
    ) -> None:
        """Keep the vectors (n, d) of one part of an edition's readings, given by paper id."""
        space = (self.head.embedder, self.head.dimension)
        aspects.write(self.store, aspects.file_name(space, aspect, edition, texts), texts, vectors)

    def move_to(self, model: str, dimension: int, fold: Fold | None) -> None:
        """Make another vector space the current one, and the topics those of `fold`, made in that space.

        Raises `ArchiveError` if an edition is not in it.
        """
        for edition in self.history.editions:
            if self.history.days[edition].total and not self.has_vectors(edition, model, dimension):
                raise ArchiveError(f"edition {edition} has no vectors of {model}; `digest reembed` makes them")
        head = replace(self.head, generation=self._next(), embedder=model, dimension=dimension)
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
        generation = self._next()
        commit = 0 if self.store.local is not None else generation
        if papers and vectors is not None:
            name = self._dated("papers", edition, "parquet", commit=commit)
            self.store.write_table(name, tables.papers_frame(papers))
            self._write_readings(edition, enrichments, head.readings, commit)
            ids = [paper.id for paper in papers]
            name = self._vectors_name(edition, commit=commit)
            self.store.write_table(name, tables.vectors_frame(ids, vectors))
        for language, made in (translations or {}).items():
            name = self._dated("translations", edition, f"{language}.parquet", commit=commit)
            self.store.write_table(name, tables.translations_frame(made))
        self._write_report(report, head.readings, commit)
        versions = {key: paper.version for paper in (*papers, *report.updated) for key in paper.keys}
        shards = seen.extend(self.store, head.seen, versions, generation)
        history = self.history.extended(report, commit)
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
        self._recluster(replace(self.head, generation=self._next()), fold)

    def keep_layout(self, places: Places) -> None:
        """Make a layout of the map the current one."""
        generation = self._next()
        space = (self.head.embedder, self.head.dimension)
        name = layouts.write(self.store, places, space, generation)
        self._replace_head(replace(self.head, generation=generation, map=name))
        self._sweep()

    def _recluster(self, head: Head, fold: Fold | None) -> None:
        if fold is not None:
            files = clustering.write_fold(self.store, head.clustering, fold, head.generation)
            head = replace(head, clustering=files, pages=True)
        self._replace_head(head, fold=fold)
        self._sweep()

    def _write_readings(
        self, edition: date, enrichments: Sequence[Enrichment], readings: int, commit: int | None = None
    ) -> None:
        name = self._dated("readings", edition, "parquet", readings, commit)
        self.store.write_table(name, tables.enrichments_frame(enrichments))

    def _write_report(self, report: EditionReport, readings: int, commit: int | None = None) -> None:
        name = self._dated("editions", report.edition, "json", readings, commit)
        self.store.write(name, tables.REPORT.dump_json(report, indent=1) + b"\n")

    def reread(self, editions: Iterable[tuple[EditionReport, Sequence[Enrichment]]]) -> None:
        """Replace every edition's readings and record at once, as a new generation of readings."""
        head, history = self.head, History()
        # The commit's own number, which no other run writes under.
        generation = readings = self._next()
        for report, enrichments in editions:
            if enrichments:
                self._write_readings(report.edition, enrichments, readings)
            self._write_report(report, readings)
            history = history.extended(report, self.history.days[report.edition].commit)
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
        if self.marker is not None and marked_generation(self.marker, self.repository) != self.head.generation:
            mark(self.marker, self.head.generation, self.repository)
        left = tuple(day for day in self.head.pending if day != str(edition))
        if left != self.head.pending:
            self._replace_head(replace(self.head, pending=left))

    def topics_rendered(self) -> None:
        """Note that the topics' pages are written as the topics are."""
        if self.head.pages:
            self._replace_head(replace(self.head, pages=False))


def _number(name: str) -> int:
    """The number of the commit that a file was written for; 0 without one."""
    found = _NUMBERED.search(name)
    return int(found[1]) if found else 0
