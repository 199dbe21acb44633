"""One pass over the editions, newest first: a few columns of each are read, a few numbers of each paper are kept.

Nothing is indexed: an archive has only what its commits wrote, and 100,000 papers are gone through in a second.
Only what is found is read in full.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Archive
from digest.records import Enrichment, Outcome, Paper
from digest.search.query import keys_in, parse
from digest.search.scoring import Scores, scores

if TYPE_CHECKING:
    from digest.providers.base import Embedder

# Scores closer than this are equals, and the newer paper comes first.
EQUAL = 0.01
# A paper found by its id is what was asked for.
CERTAIN = 10.0
# Editions that are read at a time: a disk keeps two busy, an object store is waited for.
AT_ONCE, AT_ONCE_REMOTE = 2, 16

_MONTH = re.compile(r"arxiv:(\d\d)(0[1-9]|1[0-2])\.")

# Which papers of an edition may be found, by id and main category; None instead: none of them.
Keeps = Callable[[str, str], bool]
Wanted = Callable[[date], Keeps | None]


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper found, its edition, its reading and its score (higher is better)."""

    paper: Paper
    edition: date
    reading: Enrichment
    score: float


def search(
    archive: Archive, embedder: Embedder, query: str, limit: int, wanted: Wanted | None = None
) -> list[Hit]:
    """The `limit` best papers for a query among the `wanted`, best first and newest first among equals.

    Empty if nothing meets it: too little of its words stands in any paper, and none means what it means. A query
    of nothing but ids (arXiv's, DOIs) finds these papers and no others. Raises `ArchiveError` if an edition cannot
    be read or the vectors are of another model than `embedder`'s.
    """
    archive.check_embedder(embedder.model, embedder.dimension)
    if keys := keys_in(query) or _literally(archive, query):
        return _of_keys(archive, keys, wanted)[:limit]
    asked = parse(query)
    if not asked.terms or not (editions := _published(archive)):
        return []
    vector, translated = embedder.embed_query(asked.meaning), archive.translation_files()

    def look(number: int, keeps: Keeps | None) -> Scores:
        columns = archive.columns(editions[number], translated.get(editions[number], {}))
        part = scores(number, columns, asked, vector)
        if keeps is None:
            return part
        ids, categories = (array.take(part.rows).to_pylist() for array in (columns.ids, columns.categories))
        return part.only([keeps(*paper) for paper in zip(ids, categories, strict=True)])

    parts = list(_at_once(archive, editions, wanted, look))
    return _best(archive, editions, Scores.joined(parts), limit) if parts else []


def _at_once(
    archive: Archive, editions: list[date], wanted: Wanted | None, look: Callable[[int, Keeps | None], Scores]
) -> Iterator[Scores]:
    """What `look` finds in every edition of which something is wanted, in their order; a few at a time."""
    at_once = AT_ONCE if archive.store.local is not None else AT_ONCE_REMOTE
    waiting: deque[Future[Scores]] = deque()
    with ThreadPoolExecutor(at_once) as pool:
        for number, edition in enumerate(editions):
            keeps = wanted(edition) if wanted else None
            if wanted and keeps is None:
                continue
            waiting.append(pool.submit(look, number, keeps))
            if len(waiting) > 4 * at_once:
                yield waiting.popleft().result()
        yield from (done.result() for done in waiting)


def _best(archive: Archive, editions: list[date], found: Scores, limit: int) -> list[Hit]:
    total = found.total()
    # Papers come newest edition first and each in its report's order, which the sort keeps among equals.
    order = np.argsort(-np.rint(total / EQUAL), kind="stable")
    rows = order[total[order] > 0][:limit].tolist()
    return _hits(archive, {(editions[found.editions[r]], int(found.rows[r])): float(total[r]) for r in rows})


def _hits(archive: Archive, scored: dict[tuple[date, int], float]) -> list[Hit]:
    """The papers at some places, read in full, in their order."""
    rows: dict[date, list[int]] = {}
    for edition, row in scored:
        rows.setdefault(edition, []).append(row)
    told = {
        (edition, row): (paper, reading)
        for edition, places in rows.items()
        for row, paper, reading in zip(places, *archive.some(edition, places), strict=True)
    }
    return [
        Hit(paper, place[0], reading, score)
        for place, score in scored.items()
        for paper, reading in (told[place],)
    ]


def _published(archive: Archive) -> list[date]:
    """Editions with papers, newest first."""
    days = archive.history.days
    found = [d for d in archive.history.editions if days[d].outcome is Outcome.PUBLISHED and days[d].total]
    return found[::-1]


def _literally(archive: Archive, query: str) -> list[str]:
    """The query itself, if it is the id of a paper of another source than arXiv."""
    asked = query.strip()
    named = len(asked.split()) == 1 and any(mark in asked for mark in ":/")
    return [asked] if named and archive.seen([asked]) else []


def _of_keys(archive: Archive, keys: list[str], wanted: Wanted | None) -> list[Hit]:
    """The wanted papers among those with the `keys`, in their order."""
    left, found = set(archive.seen(keys)), {}
    for edition in _likeliest_first(_published(archive), keys) if left else ():
        for row, (paper, doi) in enumerate(archive.keys(edition)):
            for key in left & {paper, f"doi:{doi.lower()}"}:
                left.remove(key)
                found[key] = edition, row
        if not left:
            break
    hits = _hits(archive, {found[key]: CERTAIN for key in keys if key in found})
    if wanted is None:
        return hits
    return [hit for hit in hits if (keeps := wanted(hit.edition)) and keeps(hit.paper.id, hit.reading.primary)]


def _likeliest_first(editions: list[date], keys: list[str]) -> list[date]:
    """The editions from the month of the oldest arXiv id on, oldest first; then the others, newest first."""
    months = [date(2000 + int(found[1]), int(found[2]), 1) for key in keys if (found := _MONTH.match(key))]
    since = min(months, default=date.max)
    return [*(e for e in reversed(editions) if e >= since), *(e for e in editions if e < since)]
