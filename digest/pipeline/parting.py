"""All papers' vectors in parts that the processes of a crew hold, for a rebalance."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from digest.archive import Archive
from digest.errors import ScaleError
from digest.pipeline.everyone import Everyone
from digest.scale import Crew, Held
from digest.topics.cosines import BLOCK, Vectors

# Papers in a part, some 50 MB. These are whole blocks, so that cosines are multiplied in the same ones as in a
# process by itself, and come out the same.
PART = 6 * BLOCK
# So many parts, a million papers, before they are shared: a process by itself redraws their topics in 6 s, two
# workers in 10, since much is asked in small pieces.
FEWEST = 21


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Rows `start` to `end` of the papers with words of some `editions`, taken one after the other.

    `archive` is where everybody finds it; `latest` are the vectors of an edition that is not in it yet. `check` is
    what the vectors are known by.
    """

    archive: str
    editions: tuple[date, ...]
    start: int
    end: int
    latest: tuple[date, Vectors] | None
    check: tuple[int, int]


def parted(everyone: Everyone, crew: Crew) -> Held[Vectors] | None:
    """The vectors of all papers with words, held by the crew; None where a process by itself is sooner done.

    Whoever holds a part reads it from the archive; that it was another one is a `ScaleError` of who asks for them.
    """
    rows = np.flatnonzero(everyone.vectors.any(axis=1))
    # A crew is only asked about itself when there is something to share.
    if len(rows) <= (FEWEST - 1) * PART or not crew.apart:
        return None
    return crew.held(loaded, list(_cut(everyone, rows)))


def _cut(everyone: Everyone, rows: NDArray[np.int64]) -> Iterator[Part]:
    """The parts of some rows, in order."""
    days, spans, latest = list(everyone.spans), list(everyone.spans.values()), everyone.latest
    # How many of the rows lie before each edition.
    before = np.searchsorted(rows, [start for start, _ in spans]).tolist()
    for start in range(0, len(rows), PART):
        end = min(start + PART, len(rows))
        first = int(np.searchsorted(before, start, side="right")) - 1
        editions = tuple(days[first : int(np.searchsorted(before, end, side="left"))])
        fresh = (latest.edition, latest.vectors) if latest and latest.edition in editions else None
        span, check = (start - before[first], end - before[first]), checksum(everyone.vectors[rows[start:end]])
        yield Part(_place(everyone.archive), editions, *span, fresh, check)


def _place(archive: Archive) -> str:
    """Where processes in other folders find the archive."""
    return str(archive.store.local or archive.store.url)


def loaded(part: Part) -> Vectors:
    """The rows of a part (n, d), read from the archive. Raises `ScaleError` if there is none, or another one."""
    archive = Archive(part.archive)
    if archive.new:
        raise ScaleError(
            f"a worker finds no archive at {part.archive}; keep it on a disk that they all share, or in a bucket"
        )
    fresh = dict([part.latest] if part.latest else [])
    found = [fresh[day] if day in fresh else archive.vectors(day)[1] for day in part.editions]
    vectors = np.concatenate(found)
    rows = np.ascontiguousarray(vectors[vectors.any(axis=1)][part.start : part.end])
    if checksum(rows) != part.check:
        raise ScaleError(f"the workers read other vectors at {part.archive} than there are here")
    return rows


def checksum(vectors: Vectors) -> tuple[int, int]:
    """What tells vectors from others: their number, and a CRC of their bytes."""
    return len(vectors), zlib.crc32(np.ascontiguousarray(vectors).data)
