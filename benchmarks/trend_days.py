"""Real announcement days in counts, what becomes of them when they are shuffled, and how much they vary."""

from __future__ import annotations

import gzip
import json
import math
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import category_corpus
import numpy as np
from numpy.typing import NDArray

from digest.providers.local.categories import Categoriser
from digest.providers.local.static import shipped
from digest.records import Paper
from digest.trends import BASELINE, HISTORY

Ints = NDArray[np.int64]
TOPICS, FEWEST, SHUFFLES = 100, 60, 20


@dataclass(frozen=True, slots=True)
class Days:
    """Counts (days, n) by announcement day, all papers of each (days,), and which days are reported on."""

    counts: Ints
    totals: Ints
    begin: int
    end: int

    def until(self, day: int) -> tuple[Ints, Ints]:
        """What is known on a day."""
        past = slice(max(0, day + 1 - HISTORY), day + 1)
        return self.counts[past], self.totals[past]


def read(folder: Path) -> tuple[list[date], Ints, Ints, Ints]:
    """The days, and of each paper its day (by place), its topic and its category (by number)."""
    from sklearn.cluster import KMeans

    with gzip.open(folder / "arxiv.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: (row["first_day"], row["id"]))
    model = shipped()
    vectors = model.embed([f"{row['title']}\n{row['abstract']}" for row in rows])
    topics = KMeans(TOPICS, n_init=1, random_state=0, max_iter=100).fit(vectors).labels_
    papers = [
        Paper(row["id"], row["title"], "arxiv", row["abstract"], subjects=(row["primary"], *row["categories"]))
        for row in rows
    ]
    sorter = Categoriser(category_corpus.taxonomy(), model)
    slugs = [sorted_.primary for sorted_ in sorter.sort(papers, vectors)]
    names, places, sizes = np.unique([r["first_day"] for r in rows], return_inverse=True, return_counts=True)
    large = sizes >= FEWEST
    kept, renumbered = large[places], np.cumsum(large) - 1
    categories = np.unique(slugs, return_inverse=True)[1]
    days = [date.fromisoformat(str(name)) for name in names[large]]
    return days, renumbered[places[kept]], topics[kept].astype(np.int64), categories[kept]


def count(places: Ints, labels: Ints) -> Ints:
    """Papers by day and label."""
    counts = np.zeros((places.max() + 1, labels.max() + 1), dtype=np.int64)
    np.add.at(counts, (places, labels), 1)
    return counts


def extra(days: Days, editions: int) -> float:
    """The variance of the shares beyond Poisson's, over their square, in windows of so many editions."""
    over = square = 0.0
    for day in range(days.begin, days.end):
        past = slice(day + 1 - editions - BASELINE, day + 1 - editions)
        latest = slice(day + 1 - editions, day + 1)
        ratio = days.totals[latest].sum() / days.totals[past].sum()
        mean = days.counts[past].sum(axis=0) * ratio
        over += float(((days.counts[latest].sum(axis=0) - mean) ** 2 - mean * (1 + ratio)).sum())
        square += float((mean**2).sum())
    return over / square


def weekdays(dates: list[date], counts: Ints, rng: np.random.Generator) -> tuple[float, float]:
    """Spread of a topic's share over weekdays (a standard deviation, as a share of it) beyond chance, and its p.

    Chance: the weekdays exchanged within each week.
    """
    weekday = np.array([day.weekday() for day in dates])
    week = np.array([day.toordinal() // 7 for day in dates])

    def spread(given: Ints) -> tuple[float, float]:
        sums = np.array([counts[given == number].sum(axis=0) for number in range(5)])
        mean = sums.sum(axis=1, keepdims=True) * sums.sum(axis=0) / sums.sum()
        return float(((sums - mean) ** 2).sum()), float((mean**2).sum())

    found, square = spread(weekday)
    exchanged = [spread(weekday[np.lexsort((rng.random(len(week)), week))])[0] for _ in range(400)]
    beyond = max(found - float(np.mean(exchanged)), 0.0)
    return math.sqrt(beyond / square), (1 + sum(other >= found for other in exchanged)) / 401


def quiet(dates: int, places: Ints, labels: Ints, days: Days) -> tuple[list[Days], list[Days]]:
    """Corpora in which nothing happens (papers shuffled over days) and in which nothing lasts (days shuffled)."""
    papers, orders = [], []
    for seed in range(SHUFFLES):
        rng = np.random.default_rng(seed)
        papers.append(replace(days, counts=count(rng.permutation(places), labels)))
        order = rng.permutation(dates)
        orders.append(replace(days, counts=days.counts[order], totals=days.totals[order]))
    return papers, orders
