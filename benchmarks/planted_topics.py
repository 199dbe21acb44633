"""Whether rolling topics find new fields, when, and at what price, beside other methods on the same streams.

    python benchmarks/planted_topics.py --data FOLDER [--draws 5] [--first 0]

FOLDER (or BENCH_DATA) holds arxiv.jsonl.gz. Eight topics are withheld from a base of papers and arrive within ten
weeks of five days, each from a day of its own; see planted_streams.py for the two references and planted_scores.py
for the figures. A topic is found if at the end some live topic has F1 >= 0.5 against its papers; the delay is from
its first paper to the first day on which that is so of the papers so far. Churn is the share of the papers already
there whose topic id changes in a rebalance, Unsorted counted as an id of its own. All methods get the same
vectors; BERTopic is left out where it is not installed, see planted_bertopic.py.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

import planted_bertopic
import planted_streams
from planted_methods import BirchTree, ColdKMeans, MiniBatch
from planted_rolling import Rolling, curve
from planted_scores import Method, head, line, play
from planted_streams import Stream

REFERENCES = {"k-means clusters": planted_streams.clusters, "arXiv categories": planted_streams.categories}
# Coarser than the first, Birch has a handful of subclusters; finer than the last, nearly one for each paper.
THRESHOLDS = (0.9, 0.8)


def methods() -> list[Method]:
    """Each method of the table."""
    found: list[Method] = [Rolling("rolling topics"), Rolling("fold only", 0), MiniBatch()]
    found += [BirchTree(threshold) for threshold in THRESHOLDS]
    if planted_bertopic.installed():
        found += [planted_bertopic.Online(), planted_bertopic.Merged()]
    else:
        print("BERTopic is not installed and left out.")
    return [*found, ColdKMeans()]


def show(title: str, made: Sequence[Method], streams: Sequence[Stream], pool: Executor) -> None:
    """Print one table, line by line as it is measured."""
    print(f"\n{title}\n\n{head()}", flush=True)
    for method in made:
        print(line(method.name, list(pool.map(play, repeat(method), streams))), flush=True)


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    folder = os.environ.get("BENCH_DATA")
    parser.add_argument(
        "--data", type=Path, default=folder and Path(folder), required=not folder, metavar="FOLDER"
    )
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first draw")
    options = parser.parse_args()
    corpus = planted_streams.read(options.data)
    made = methods()
    # One stream a process and one thread each: threads of k-means that wait for each other cost the most.
    os.environ.update(OMP_NUM_THREADS="1", NUMBA_NUM_THREADS="1", PYTHONWARNINGS="ignore")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for name, reference in REFERENCES.items():
            streams = [reference(corpus, draw) for draw in range(options.first, options.first + options.draws)]
            show(f"Reference: {name}", made, streams, pool)
            show(f"Churn against recall: {name}", curve(), streams, pool)


if __name__ == "__main__":
    main()
