"""What the sources list for an edition, made into one list of works: new, updated, already seen, failed."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from digest.archive import Archive, Journal
from digest.archive.tables import BATCH
from digest.errors import SourceError
from digest.records import Batch, Kind, Ledger, Listing, Paper, Skipped, SourceLine

if TYPE_CHECKING:
    from digest.sources.base import Source

# Ids that name the work itself; others (a feed's hash) only name the place where it was found.
LASTING = ("arxiv:", "doi:")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Intake:
    """The works of one edition, each once, sorted by id; the ledger accounts for all that was listed."""

    new: tuple[Paper, ...]
    updated: tuple[Paper, ...]
    ledger: Ledger
    sources: tuple[SourceLine, ...]
    validators: dict[str, tuple[str, str]]


def fetch_new(sources: Sequence[Source], edition: date, today: date, archive: Archive, journal: Journal) -> Intake:
    """Ask every source for the edition, journalling each answer, and sort the lists by the archive's ledger.

    Raises `SourceError` if a dated source does not answer in full, or if no source answers at all; an undated one
    is otherwise noted and left for the next edition, which will list what it has.
    """
    batches = [BATCH.validate_python(value) for value in journal.entries("batch")]
    lines = []
    for source in sources:
        error = ""
        done = {batch.part for batch in batches if batch.source == source.name}
        try:
            for batch in source.fetch(edition, today, archive, done):
                kept = batch if source.dated else _unseen(batch, archive)
                journal.add("batch", BATCH.dump_python(kept, mode="json"))
                batches.append(kept)
        except SourceError as failure:
            if source.dated:
                raise
            log.info("source %s failed: %s", source.name, failure)
            error = str(failure)
        lines.append(_source_line(source.name, [b for b in batches if b.source == source.name], error))
    if lines and not batches and all(line.error for line in lines):
        # That nobody answered is no news of a quiet day.
        raise SourceError("; ".join(line.error for line in lines))
    works, failed = merge(batches)
    known = archive.seen(key for work in works for key in work.paper.keys)
    new, updated, seen = _sort(works, known)
    ledger = Ledger(len(works) + len(failed), len(new), len(updated), seen, failed)
    validators = {url: pair for batch in batches for url, pair in batch.validators.items()}
    return Intake(new, updated, ledger, tuple(lines), validators)


def foreseen(sources: Sequence[Source], edition: date, today: date, archive: Archive) -> tuple[Paper, ...]:
    """The papers that `fetch_new` would now find new, in its order; editions before it may yet take some away."""
    works, _ = merge(batch for source in sources for batch in source.fetch(edition, today, archive, ()))
    known = archive.seen(key for work in works for key in work.paper.keys)
    return _sort(works, known)[0]


def _unseen(batch: Batch, archive: Archive) -> Batch:
    """A batch of an undated source without what the ledger knows: it lists the same things day after day."""
    known = archive.seen(key for listing in batch.listings for key in listing.paper.keys)
    fresh = tuple(entry for entry in batch.listings if _known_version(entry.paper, known) < entry.paper.version)
    return replace(batch, listings=fresh)


def _known_version(paper: Paper, known: Mapping[str, int]) -> int:
    return max((known[key] for key in paper.keys if key in known), default=0)


def _source_line(name: str, batches: Sequence[Batch], error: str) -> SourceLine:
    origins = ", ".join(sorted({batch.origin for batch in batches}))
    ids = {listing.paper.id for batch in batches for listing in batch.listings}
    return SourceLine(name, origins, len(ids), error)


def merge(batches: Iterable[Batch]) -> tuple[list[Listing], tuple[Skipped, ...]]:
    """Every work listed, once, sorted by id, and every id that could not be taken in from any batch.

    The same paper from two sources, in two lists or under two versions is one work: new if any list says so,
    in its latest version, described by the source that knows most of it.
    """
    works: dict[int, Listing] = {}
    places: dict[str, int] = {}
    failed: dict[str, Skipped] = {}
    for number, listing in enumerate(_lasting_first(batches)):
        paper, title = listing.paper, _title_key(listing.paper)
        # Two papers with lasting ids may well share a short title; only a nameless one follows it.
        asked = paper.keys if paper.id.startswith(LASTING) else (*paper.keys, title)
        place = next((places[key] for key in asked if key in places), number)
        works[place] = _joined(works[place], listing) if place in works else listing
        for key in (*paper.keys, title):
            places.setdefault(key, place)
    for batch in batches:
        for skipped in batch.failed:
            if skipped.id not in places:
                failed.setdefault(skipped.id, skipped)
    listings = sorted(works.values(), key=lambda listing: listing.paper.id)
    return listings, tuple(failed[key] for key in sorted(failed))


def _lasting_first(batches: Iterable[Batch]) -> list[Listing]:
    """Listings with a lasting id before those without, so that a title can lead the latter to the former."""
    listings = [listing for batch in batches for listing in batch.listings]
    return sorted(listings, key=lambda listing: not listing.paper.id.startswith(LASTING))


def _title_key(paper: Paper) -> str:
    words = re.sub(r"\W+", " ", unicodedata.normalize("NFKC", paper.title)).strip().casefold()
    return f"title:{words or paper.id}"


def _joined(first: Listing, second: Listing) -> Listing:
    kind = Kind.NEW if Kind.NEW in (first.kind, second.kind) else Kind.UPDATED
    newer = max(first.paper, second.paper, key=lambda p: (p.version, len(p.abstract)))
    doi = newer.doi or first.paper.doi or second.paper.doi
    return Listing(replace(newer, id=first.paper.id, doi=doi), kind)


def _sort(works: Sequence[Listing], known: Mapping[str, int]) -> tuple[tuple[Paper, ...], tuple[Paper, ...], int]:
    """New papers, updated papers, and how many are no news: the ledger knows that version or a later one."""
    new, updated, seen = [], [], 0
    for work in works:
        version = _known_version(work.paper, known)
        if version >= work.paper.version:
            seen += 1
        elif version or work.kind is Kind.UPDATED:
            updated.append(work.paper)
        else:
            new.append(work.paper)
    return tuple(new), tuple(updated), seen
