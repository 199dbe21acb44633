"""Rolling topics over a corpus's announcement days: who changes topic, which ids survive, and what it costs.

All days are folded one after another, with rebalances when they are due (each week, and when much fits nothing).
Beside the topics of the last day stands k-means of all papers from cold, with the same number of clusters and
several seeds. NMI is against the papers' primary categories; ARI is between two clusterings of the same papers.
Seconds are those of the processor, all threads together, which other programs disturb least.
"""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from planted_streams import embedded
from workload import CORPUS, parser

from digest.records import UNSORTED
from digest.topics import Topics, centroids, due, fold, founding, rebalance

SEEDS = 5
# Days at either end whose folds are compared.
ENDS = 20
DAYS = 200
# Rebalances over at least this many papers count as those of a grown archive.
GROWN = 5_000

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Week:
    """One rebalance.

    `moved` is the share of all papers whose first topic changed, `between` that of those which had one before and
    have one after; `survived` the share of ids.
    """

    day: date
    papers: int
    topics: int
    moved: float
    between: float
    survived: float
    seconds: float
    events: str


@dataclass(slots=True)
class Archive:
    """The archive as it grows."""

    vectors: NDArray[np.float32]
    topics: Topics
    primary: Ints
    weeks: list[Week] = field(default_factory=list)
    folds: list[tuple[int, float]] = field(default_factory=list)

    def edition(self, day: date, rows: slice) -> None:
        """Fold one day, and rebalance if that is due."""
        start = time.process_time()
        self.topics, given = fold(self.topics, self.vectors[rows])
        self.folds.append((rows.stop - rows.start, time.process_time() - start))
        self.primary = np.concatenate([self.primary, given.topics[:, 0]])
        if due(self.topics, day):
            self._rebalance(day)

    def _rebalance(self, day: date) -> None:
        before, ids = self.primary, set(self.topics.ids)
        start = time.process_time()
        done = rebalance(self.topics, self.vectors[: len(before)], before, day)
        seconds = time.process_time() - start
        self.topics, self.primary = done.topics, done.assigned.topics[:, 0].copy()
        if ids:  # the founding moves nobody
            changed = self.primary != before
            between = changed & (before != UNSORTED) & (self.primary != UNSORTED)
            survived = len(ids & set(done.topics.ids)) / len(ids)
            events = Counter(str(move.event) for move in done.changes)
            self.weeks.append(
                Week(
                    day,
                    len(before),
                    len(done.topics.ids),
                    float(changed.mean()),
                    float(between.mean()),
                    survived,
                    seconds,
                    " ".join(f"{count} {event}" for event, count in sorted(events.items())),
                )
            )


def read(folder: Path) -> tuple[list[str], list[str], NDArray[np.float32]]:
    """Days, primary categories and unit vectors of all papers, by day and id."""
    with gzip.open(folder / CORPUS, "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: (row["first_day"], row["id"]))
    texts = [f"{row['title']}\n{row['abstract']}" for row in rows]
    return [row["first_day"] for row in rows], [row["primary"] for row in rows], embedded(texts)


def spread(values: Sequence[float], form: str = ".1%") -> str:
    """Mean, median and the largest."""
    parts = statistics.mean(values), statistics.median(values), max(values)
    return " | ".join(format(part, form) for part in parts)


def report_weeks(archive: Archive) -> None:
    """One line for each rebalance, then what they have in common."""
    for week in archive.weeks:
        print(
            f"{week.day} {week.papers:>6} papers {week.topics:>4} topics: {week.moved:6.2%} changed, "
            f"{week.between:6.2%} from topic to topic, {week.survived:.1%} of ids kept, {week.seconds:.2f} s; "
            f"{week.events}"
        )
    print("\n| Rebalances | Number | Mean | Median | Largest |\n| --- | ---: | ---: | ---: | ---: |")
    grown = [week for week in archive.weeks if week.papers >= GROWN]
    for name, weeks in (("all", archive.weeks), (f"from {GROWN:,} papers on", grown)):
        if weeks:
            print(f"| papers that change topic, {name} | {len(weeks)} | {spread([w.moved for w in weeks])} |")
            print(f"| ids that go, {name} | {len(weeks)} | {spread([1 - w.survived for w in weeks])} |")
            print(f"| seconds, {name} | {len(weeks)} | {spread([w.seconds for w in weeks], '.2f')} |")


def report_folds(archive: Archive) -> None:
    """What a day's fold costs at either end of all days and of the last ones; the later days have more papers."""
    print("\n| A fold, first and last days | Papers | Day, ms | Ratio | Paper, us | Ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, folds in (("all days", archive.folds[1:]), (f"the last {DAYS} days", archive.folds[-DAYS:])):
        ends = folds[:ENDS], folds[-ENDS:]
        papers = [statistics.median(count for count, _ in end) for end in ends]
        day = [statistics.median(seconds for _, seconds in end) * 1e3 for end in ends]
        paper = [statistics.median(seconds / count for count, seconds in end) * 1e6 for end in ends]
        print(
            f"| {ENDS} of {name} | {papers[0]:.0f}, {papers[1]:.0f} | {day[0]:.2f}, {day[1]:.2f} "
            f"| {day[1] / day[0]:.2f} | {paper[0]:.1f}, {paper[1]:.1f} | {paper[1] / paper[0]:.2f} |"
        )


def report_agreement(archive: Archive, categories: Sequence[str]) -> None:
    """The topics beside k-means from cold."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    vectors, k = archive.vectors[: len(archive.primary)], len(archive.topics.ids)
    cold = [KMeans(k, n_init=1, random_state=seed).fit_predict(vectors) for seed in range(SEEDS)]
    nearest = (vectors @ centroids(archive.topics).T).argmax(axis=1)
    labels = {"first topics, Unsorted as one": archive.primary, "nearest topics": nearest}
    nmi = statistics.mean(normalized_mutual_info_score(categories, found) for found in cold)
    ari = statistics.mean(adjusted_rand_score(*pair) for pair in combinations(cold, 2))
    print(f"\n{k} topics, {len(vectors)} papers, {(archive.primary == UNSORTED).mean():.1%} Unsorted")
    print("| | NMI with categories | ratio | ARI with cold k-means | ratio |\n| --- | ---: | ---: | ---: | ---: |")
    print(f"| cold k-means, {SEEDS} seeds | {nmi:.3f} | | {ari:.3f} | |")
    for name, found in labels.items():
        own = normalized_mutual_info_score(categories, found)
        alike = statistics.mean(adjusted_rand_score(found, other) for other in cold)
        print(f"| {name} | {own:.3f} | {own / nmi:.3f} | {alike:.3f} | {alike / ari:.3f} |")


def main() -> None:
    """Fold all days, or as many as asked for, and report."""
    made = parser(__doc__)
    made.add_argument("--days", type=int, default=None, help="only the first so many announcement days")
    made.add_argument(
        "--drawn", type=int, default=founding.MOST_DRAWN, help="the most papers that centres move by (%(default)s)"
    )
    asked = made.parse_args()
    if asked.data is None:
        raise SystemExit("say where the corpora are: --data FOLDER")
    founding.MOST_DRAWN = asked.drawn
    days, categories, vectors = read(asked.data)
    archive = Archive(vectors, Topics.start(vectors.shape[1]), np.zeros(0, dtype=np.int32))
    edges = [row for row in range(len(days)) if row == 0 or days[row] != days[row - 1]] + [len(days)]
    for first, last in list(pairwise(edges))[: asked.days]:
        archive.edition(date.fromisoformat(days[first]), slice(first, last))
    report_weeks(archive)
    report_folds(archive)
    report_agreement(archive, categories[: len(archive.primary)])


if __name__ == "__main__":
    main()
