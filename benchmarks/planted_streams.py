"""Streams of papers with planted topics: a base that has never seen them, then days on which they appear.

Two references say what a topic is. *Clusters*: a cold k-means of base and stream together, 60 clusters, eight of
them drawn; it favours methods that are k-means themselves. *Categories*: eight arXiv categories, drawn from
those that are some paper's first category often enough to plant PLANTED of them and seldom enough not to be
what the corpus is made of; the base holds no paper that even lists them. That rule looks at counts alone.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from workload import CORPUS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

WITHHELD, REFERENCE = 8, 60
BASE, LATER = 5_000, 3_000
# The last day opens the tenth week, so that all that came before has met a rebalance.
DAYS, WEEK = 46, 5
FOUNDED = date(2026, 1, 2)  # a Friday; the stream begins on the Monday after it
PLANTED, CORE = 120, 1_200
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Corpus:
    """Papers by announcement day, then id: texts, unit vectors (n, d), and their categories, first one first."""

    texts: tuple[str, ...]
    vectors: Floats
    categories: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """Papers in order of arrival.

    `base` of them are there from the start, the others come on `days` (n - base,), counted from 0; `planted` (n,)
    says which withheld topic a paper belongs to, NOBODY where to none; `names` are those topics'.
    """

    texts: tuple[str, ...]
    vectors: Floats
    base: int
    days: Ints
    planted: Ints
    names: tuple[str, ...]

    def arrivals(self) -> Iterator[tuple[date, slice]]:
        """Every day of the stream with its papers."""
        edges = np.searchsorted(self.days, np.arange(DAYS + 1)) + self.base
        for number, (first, last) in enumerate(pairwise(edges)):
            week, day = divmod(number, WEEK)
            yield FOUNDED + timedelta(days=3 + 7 * week + day), slice(int(first), int(last))


def embedded(texts: Sequence[str]) -> Floats:
    """Unit vectors of the local provider, at the precision that the archive keeps."""
    from digest.providers.local.static import shipped

    model = shipped()
    parts = [model.embed(texts[first : first + 512]) for first in range(0, len(texts), 512)]
    return np.concatenate(parts).astype(np.float16).astype(np.float32)


def read(folder: Path) -> Corpus:
    """The whole corpus, embedded."""
    with gzip.open(folder / CORPUS, "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: (row["first_day"], row["id"]))
    texts = tuple(f"{row['title']}\n{row['abstract']}" for row in rows)
    lists = tuple((row["primary"], *(c for c in row["categories"] if c != row["primary"])) for row in rows)
    return Corpus(texts, embedded(texts), lists)


def clusters(corpus: Corpus, draw: int) -> Stream:
    """A stream that withholds eight of sixty k-means clusters of the first 8,000 papers."""
    from sklearn.cluster import KMeans

    vectors = corpus.vectors[: BASE + LATER]
    found = KMeans(REFERENCE, n_init=1, random_state=draw).fit_predict(vectors)
    rng = np.random.default_rng(draw)
    drawn = rng.choice(REFERENCE, WITHHELD, replace=False)
    names = tuple(f"cluster {number}" for number in drawn)
    planted = np.full(len(vectors), NOBODY)
    for place, number in enumerate(drawn):
        planted[found == number] = place
    return _stream(corpus, np.arange(len(vectors)), planted, names, rng)


def eligible(corpus: Corpus) -> tuple[str, ...]:
    """The categories that may be planted."""
    count = Counter(categories[0] for categories in corpus.categories)
    return tuple(sorted(name for name, papers in count.items() if PLANTED <= papers <= CORE))


def categories(corpus: Corpus, draw: int) -> Stream:
    """A stream that withholds eight arXiv categories; their first PLANTED papers come, whenever they appeared."""
    rng = np.random.default_rng(draw)
    names = tuple(str(name) for name in rng.choice(eligible(corpus), WITHHELD, replace=False))
    place = {name: number for number, name in enumerate(names)}
    first = np.array([place.get(categories[0], NOBODY) for categories in corpus.categories])
    clean = [number for number, listed in enumerate(corpus.categories) if not place.keys() & set(listed)]
    fields = [np.flatnonzero(first == number)[:PLANTED] for number in range(WITHHELD)]
    rows = np.concatenate([clean[: BASE + LATER], *fields])
    return _stream(corpus, rows, first[rows], names, rng)


def _stream(corpus: Corpus, rows: Ints, planted: Ints, names: tuple[str, ...], rng: np.random.Generator) -> Stream:
    """Lay papers out in time: each planted topic begins on a day of its own in the stream's first two thirds."""
    days = np.full(len(rows), -1)
    common = np.flatnonzero(planted == NOBODY)
    later = common[common >= BASE]
    days[later] = np.arange(len(later)) * DAYS // len(later)
    begins = np.linspace(0, DAYS * 2 // 3, len(names)).astype(int)
    for number, begin in enumerate(rng.permutation(begins)):
        members = np.flatnonzero(planted == number)
        days[members] = begin + np.arange(len(members)) * (DAYS - begin) // len(members)
    order = np.argsort(days, kind="stable")
    base = int((days < 0).sum())
    chosen = rows[order]
    texts = tuple(corpus.texts[row] for row in chosen)
    return Stream(texts, corpus.vectors[chosen], base, days[order][base:], planted[order], names)
