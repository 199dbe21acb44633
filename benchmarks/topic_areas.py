"""How well rolling topics tell the areas of a conference apart, beside k-means and HDBSCAN on the same vectors.

    python benchmarks/topic_areas.py --data FOLDER [--orders 5]

FOLDER (or BENCH_DATA) holds aaai2022.jsonl.gz: the papers of AAAI-2022 with the area each was presented in. Topics
are founded with the first BASE papers of a shuffled order and take the others in batches of BATCH, one a day, with
rebalances when they are due; k-means gets as many clusters as there are topics in the end. Figures are means over
orders or seeds, with their range. Some areas differ by number alone ("Computer Vision I" to "III"), so figures are
also given with those joined. NMI and AMI are scikit-learn's; AMI takes off what chance gives to many small topics,
which NMI rewards. HDBSCAN's noise, and Unsorted papers, count as one cluster more; the last lines are held against
only those papers that HDBSCAN places, the easiest ones.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import statistics
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from planted_streams import Floats, Ints, embedded

CORPUS = "aaai2022.jsonl.gz"
BASE, BATCH = 400, 46
START = date(2026, 1, 5)
SEEDS = 5
NUMBER = re.compile(r" I+$")
Scores = tuple[float, float, float, float]


def read(folder: Path) -> tuple[Floats, NDArray[np.str_]]:
    """Vectors (n, d) and areas (n,)."""
    with gzip.open(folder / CORPUS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return embedded([f"{row['title']}\n{row['abstract']}" for row in rows]), np.array(
        [row["primary_area"] for row in rows]
    )


def rolled(vectors: Floats, seed: int) -> Ints:
    """Topic ids (n,) of papers that came in an order of that seed."""
    from digest.topics import Topics, due, fold, rebalance

    order = np.random.default_rng(seed).permutation(len(vectors))
    topics, labels = Topics.start(vectors.shape[1]), np.zeros(0, dtype=np.int32)
    edges = [0, *range(BASE, len(order), BATCH), len(order)]
    for number, (first, last) in enumerate(pairwise(edges)):
        week, day = divmod(number, 5)
        today = date.fromordinal(START.toordinal() + 7 * week + day)
        topics, given = fold(topics, vectors[order[first:last]])
        labels = np.concatenate([labels, given.topics[:, 0]])
        if due(topics, today):
            done = rebalance(topics, vectors[order[:last]], labels, today)
            topics, labels = done.topics, done.assigned.topics[:, 0]
    found = np.zeros(len(order), dtype=np.int64)
    found[order] = labels
    return found


def kmeans(vectors: Floats, k: int, seed: int) -> Ints:
    """Labels (n,) of a k-means."""
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(k, n_init=1, random_state=seed).fit_predict(vectors), dtype=np.int64)


def against(areas: NDArray[np.str_], labels: Ints) -> Scores:
    """NMI and AMI against the areas, then against the areas joined."""
    from sklearn.metrics import adjusted_mutual_info_score as ami
    from sklearn.metrics import normalized_mutual_info_score as nmi

    joined = np.array([NUMBER.sub("", area) for area in areas])
    return nmi(areas, labels), ami(areas, labels), nmi(joined, labels), ami(joined, labels)


def line(name: str, topics: str, scores: Sequence[Scores], share: float = 1.0) -> str:
    """One line of the table: mean and range."""
    cells = []
    for column in zip(*scores, strict=True):
        spread = f" ({min(column):.3f}–{max(column):.3f})" if len(column) > 1 else ""
        cells.append(f"{statistics.mean(column):.3f}{spread}")
    return f"| {name} | {topics} | {share:.1%} | {' | '.join(cells)} |"


def main() -> None:
    """Measure and print."""
    from digest.topics.density import density

    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    folder = os.environ.get("BENCH_DATA")
    parser.add_argument(
        "--data", type=Path, default=folder and Path(folder), required=not folder, metavar="FOLDER"
    )
    parser.add_argument("--orders", type=int, default=5)
    options = parser.parse_args()
    vectors, areas = read(options.data)
    print(f"{len(areas)} papers, {len(set(areas))} areas\n")
    print("| Method | Topics | Papers in one | NMI | AMI | NMI, areas joined | AMI, areas joined |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    runs = [rolled(vectors, seed) for seed in range(options.orders)]
    counts = [len(set(labels.tolist()) - {0}) for labels in runs]
    share = statistics.mean(float((labels != 0).mean()) for labels in runs)
    size = f"{min(counts)}–{max(counts)}" if min(counts) < max(counts) else str(counts[0])
    print(line("rolling topics", size, [against(areas, labels) for labels in runs], share))
    k = round(statistics.mean(counts))
    print(line("k-means", str(k), [against(areas, kmeans(vectors, k, seed)) for seed in range(SEEDS)]))
    dense = density(vectors).astype(np.int64)
    kept = dense >= 0
    name = str(len(set(dense[kept].tolist())))
    print(line("HDBSCAN", name, [against(areas, dense)], float(kept.mean())))
    print(line("HDBSCAN, noise left out", name, [against(areas[kept], dense[kept])], float(kept.mean())))
    same = [against(areas[kept], labels[kept]) for labels in runs]
    print(line("rolling topics, the same papers", size, same, float(kept.mean())))


if __name__ == "__main__":
    main()
