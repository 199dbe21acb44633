"""Search in the archive by meaning and by words: one pass over the editions, holding only the best papers."""

from __future__ import annotations

import heapq
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from digest.archive import Archive
from digest.errors import ArchiveError
from digest.records import Enrichment, Outcome, Paper

if TYPE_CHECKING:
    from digest.providers.base import Embedder

# Cosines of the static vectors and shares of words found are both in 0 to 1; names and rare terms are matched by
# their words, everything else better by meaning.
WORDS_WEIGHT = 0.5
# Scores closer than this are equals, and the newer paper comes first.
EQUAL = 0.01

# Whether a paper of an edition may be found at all.
Keeps = Callable[[date, Paper, Enrichment], bool]

_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper found, its edition, its reading and its score (higher is better)."""

    paper: Paper
    edition: date
    reading: Enrichment
    score: float


def search(
    archive: Archive, embedder: Embedder, query: str, limit: int, keeps: Keeps = lambda *paper: True
) -> list[Hit]:
    """The `limit` best papers for a query that `keeps` keeps, best first and newest first among equals.

    Raises `ArchiveError` if an edition cannot be read or the vectors are of another model than `embedder`'s.
    """
    archive.check_embedder(embedder.model, embedder.dimension)
    terms = _terms(query)
    vector = embedder.embed_query(query)
    best: list[tuple[int, str, int, Hit]] = []
    for order, edition in enumerate(_published(archive)):
        ids, vectors = archive.vectors(edition)
        meaning = vectors @ vector
        # Words add `WORDS_WEIGHT` at most, so most papers, and whole editions, need not be read at all.
        rows = [row for row, cosine in enumerate(meaning) if _may_enter(best, limit, float(cosine) + WORDS_WEIGHT)]
        if not rows:
            continue
        papers, readings = _agreeing(archive, edition, ids), archive.enrichments(edition)
        for row in rows:
            score = float(meaning[row]) + WORDS_WEIGHT * _share(terms, papers[row])
            wanted = score > 0 and _may_enter(best, limit, score)
            if wanted and keeps(edition, papers[row], readings[row]):
                hit = Hit(papers[row], edition, readings[row], score)
                entry = (round(score / EQUAL), str(edition), -order - row, hit)
                heapq.heappush(best, entry) if len(best) < limit else heapq.heappushpop(best, entry)
    return [entry[3] for entry in sorted(best, key=lambda entry: entry[:3], reverse=True)]


def _may_enter(best: list[tuple[int, str, int, Hit]], limit: int, score: float) -> bool:
    """True if a paper of an older edition with this score is among the best so far."""
    return len(best) < limit or round(score / EQUAL) > best[0][0]


def _published(archive: Archive) -> list[date]:
    days = archive.history.days
    found = [d for d in archive.history.editions if days[d].outcome is Outcome.PUBLISHED and days[d].total]
    return found[::-1]


def _agreeing(archive: Archive, edition: date, ids: list[str]) -> tuple[Paper, ...]:
    papers = archive.papers(edition)
    if ids != [paper.id for paper in papers]:
        raise ArchiveError(f"papers and vectors of edition {edition} do not agree; `digest doctor` tells more")
    return papers


def _terms(text: str) -> frozenset[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return frozenset(_WORD.findall(folded))


def _share(terms: frozenset[str], paper: Paper) -> float:
    """The share of the query's words that a paper holds, long ones weighing more; in the title twice as much."""
    if not terms:
        return 0.0
    title = _terms(paper.title)
    rest = _terms(f"{paper.abstract} {' '.join(paper.authors)} {paper.id}")
    weights = {term: math.log1p(len(term)) for term in terms}
    found = sum(w * (1.0 if t in title else 0.5) for t, w in weights.items() if t in title or t in rest)
    return found / sum(weights.values())
