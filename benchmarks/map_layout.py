"""The map's layout: ten weekly rebuilds and their stability, beside UMAP's package. Its speed: map_build.py.

    python benchmarks/map_layout.py --data FOLDER [--base 6000]

FOLDER (or BENCH_DATA) holds arxiv.jsonl.gz. The base are the papers of the first weeks, then come those of the
ten weeks after. Three of sixty k-means clusters of all of them are withheld from the base and begin in weeks 2, 4
and 6, with all papers that they would have had by then. Displacement is of papers that were there before, by the
map's diameter; recall is of 15 neighbours; purity is the share of neighbours in the picture that papers of the
withheld clusters have in their own, in the week in which the cluster begins and in the last. UMAP is seeded.
"""

from __future__ import annotations

import gzip
import json
import os
from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from map_methods import Floats, Method, methods
from numpy.typing import NDArray
from planted_streams import embedded
from workload import CORPUS

from digest.map.neighbours import Neighbours, neighbours
from digest.map.stability import diameter, displacement, purity, recalled, trustworthiness

WEEKS = 10
CLUSTERS, BEGINS = 60, (2, 4, 6)
NEVER = -1


@dataclass(frozen=True, slots=True)
class Growth:
    """Papers in order of arrival; `edges` (WEEKS + 1,) of them are there after each week, the base first.

    `planted` (n,) says which withheld cluster a paper belongs to, NEVER where to none.
    """

    vectors: Floats
    edges: tuple[int, ...]
    planted: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Week:
    """The figures of one rebuild."""

    median: float
    p95: float
    trust: float
    old: float
    new: float
    purity: float | None


def dated(folder: Path) -> tuple[Floats, tuple[date, ...]]:
    """Unit vectors (n, d) of the corpus, embedded by the local provider, and days, by day and then id."""
    with gzip.open(folder / CORPUS, "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: (row["first_day"], row["id"]))
    vectors = embedded([f"{row['title']}\n{row['abstract']}" for row in rows])
    return vectors, tuple(date.fromisoformat(row["first_day"]) for row in rows)


def growth(vectors: Floats, days: tuple[date, ...], base: int) -> Growth:
    """A base of about so many papers and ten weeks after it, with three clusters that are new."""
    from sklearn.cluster import KMeans

    numbers = np.array([(day.toordinal() - 1) // 7 for day in days])
    first = numbers[base]
    span = int((numbers < first + WEEKS).sum())
    weeks = np.maximum(numbers[:span] - first + 1, 0)
    vectors = vectors[:span]
    found = KMeans(CLUSTERS, n_init=1, random_state=0).fit_predict(vectors)
    # The clusters of middle size, which neither fill the map nor are gone in a week.
    middle = np.argsort(np.bincount(found))[CLUSTERS // 2 :][: len(BEGINS)]
    planted = np.full(span, NEVER, dtype=np.int32)
    for place, (cluster, begin) in enumerate(zip(middle, BEGINS, strict=True)):
        planted[found == cluster] = place
        weeks[found == cluster] = np.maximum(weeks[found == cluster], begin)
    order = np.argsort(weeks, kind="stable")
    edges = tuple(int(edge) for edge in np.searchsorted(weeks[order], np.arange(WEEKS + 1), side="right"))
    return Growth(np.ascontiguousarray(vectors[order]), edges, planted[order])


def played(method: Method, grown: Growth, near: list[Neighbours]) -> list[Week]:
    """The weeks of one method."""
    before, weeks = method.base(grown.vectors[: grown.edges[0]]), []
    for week in range(1, WEEKS + 1):
        old, papers = grown.edges[week - 1], grown.edges[week]
        vectors = grown.vectors[:papers]
        now = method.week(vectors)
        median, p95 = displacement(before, now[:old], diameter(before))
        shares = recalled(near[week], now)
        born = np.where(grown.planted[:papers] == BEGINS.index(week), 1, NEVER) if week in BEGINS else None
        every = np.where(grown.planted[:papers] >= 0, grown.planted[:papers], NEVER) if week == WEEKS else born
        pure = None if every is None else purity(every.astype(np.int32), now)
        true = trustworthiness(vectors, now)
        weeks.append(Week(median, p95, true, float(shares[:old].mean()), float(shares[old:].mean()), pure))
        before = now
    return weeks


def line(method: Method, weeks: list[Week]) -> str:
    """One method's row: medians and the worst of the weeks."""
    begun = [week.purity for week in weeks[:-1] if week.purity is not None]
    cells = [
        *(np.median([week.median for week in weeks]), max(week.median for week in weeks)),
        *(np.median([week.p95 for week in weeks]), max(week.p95 for week in weeks)),
        *(np.median([week.trust for week in weeks]), weeks[-1].trust),
        *(np.median([week.old for week in weeks]), np.median([week.new for week in weeks])),
        *(np.mean(begun), weeks[-1].purity or 0.0),
    ]
    return f"| {method.name} | " + " | ".join(f"{cell:.3f}" for cell in cells) + f" | {method.editions} |"


def stability(vectors: Floats, days: tuple[date, ...], base: int) -> None:
    """Print the table of stability."""
    grown = growth(vectors, days, base)
    near, known = [], None
    for papers in grown.edges:
        known = neighbours(grown.vectors[:papers], known)
        near.append(known)
    first, last = grown.edges[0], grown.edges[-1]
    print(f"\nTen weeks, {first:,} to {last:,} papers, {(grown.planted >= 0).sum():,} of withheld clusters\n")
    print("| | Median | worst | P95 | worst | Trust | last | Recall, old | new | Purity, new | last | Editions |")
    print("| --- |" + " ---: |" * 11)
    for method in methods():
        print(line(method, played(method, grown, near)), flush=True)


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    folder = os.environ.get("BENCH_DATA")
    parser.add_argument(
        "--data", type=Path, default=folder and Path(folder), required=not folder, metavar="FOLDER"
    )
    parser.add_argument("--base", type=int, default=6_000)
    options = parser.parse_args()
    stability(*dated(options.data), options.base)


if __name__ == "__main__":
    main()
