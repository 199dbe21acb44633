"""What 10 thousand, 100 thousand and 1 million papers take, by one process and by workers of a Dask scheduler.

    python benchmarks/scale.py --data FOLDER [--sizes 10000 100000 1000000] [--workers 1 2] [--backfill 10000]

FOLDER (or BENCH_DATA) holds arxiv.jsonl.gz, whose texts are embedded again and again; without it, the sample's.
Vectors for topics are drawn from those of real papers with noise (`grown_topics.py`); they tell of no quality.
Each stage runs in a fresh process, alone (0 workers) and with a scheduler and workers of one thread and 8 GiB,
which come and go with it; arithmetic libraries get one thread everywhere. Peak memory is that of the process that
asks, with its imports and texts, and of the largest worker. Growth is that of all processor seconds, from a tenth
of the papers: at most 12. What comes of it with workers must agree with what comes of it alone: the files of the
archive and vectors to the byte, topics for 99.9 % of the papers.
"""

from __future__ import annotations

import os
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import workload
from grown_topics import Stream
from scale_stages import DAY, STAGES, Stage, measured, write_parts

from digest.assets import Assets
from digest.config import Config
from digest.map.landmarks import MOST
from digest.providers.local.embedder import LocalEmbedder
from digest.records import Paper
from digest.taxonomy import FILE, load_taxonomy

SIZES = (10_000, 100_000)
WORKERS = (1, 2)
# Papers whose texts are embedded, and those that vectors are drawn from.
TEXTS, VARIETY = 54_000, 6_000
MOST_GROWTH, AGREEMENT = 12.0, 0.999


def stages(
    options: Namespace, size: int, folder: Path, texts: tuple[Paper, ...]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The stages for so many papers, with what they are told."""
    if size <= options.backfill:
        yield "backfill", (texts, size, load_taxonomy(Assets(Path(os.devnull)).prompt(FILE)))
    yield "embedding", (texts, size)
    for stage in ("folding", "lloyd", "rebalance"):
        yield stage, (folder,)
    # Of so few papers as may all be landmarks, none is placed among others.
    if size > MOST:
        yield "placing", (folder,)


def line(size: int, stage: str, workers: int, found: Stage, alone: Stage, tenth: Stage | None) -> str:
    """One row of the table."""
    same = float((found.outcome == alone.outcome).mean())
    grown = f"{cpu(found) / cpu(tenth):.1f}" if tenth else ""
    verdict = " NOT under 12" if tenth and cpu(found) > MOST_GROWTH * cpu(tenth) else ""
    agreed = same >= (1.0 if stage in ("backfill", "embedding", "placing") else AGREEMENT)
    theirs = f"{max(found.workers_cpu):.2f} | {found.workers_peak:,.0f}" if workers else "|"
    ours = f"{found.seconds:.2f} | {alone.seconds / found.seconds:.2f} | {found.cpu:.2f} | {found.peak:,.0f}"
    last = f"{grown}{verdict} | {same:.3%}{'' if agreed else ' NOT'}"
    return f"| {size:,} | {stage} | {workers or 'alone'} | {ours} | {theirs} | {last} |"


def cpu(found: Stage) -> float:
    """Processor seconds of all processes together, which whatever else runs disturbs least."""
    return found.cpu + sum(found.workers_cpu)


def main() -> None:
    """Measure and print."""
    parser = workload.parser(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--workers", type=int, nargs="*", default=WORKERS)
    parser.add_argument("--backfill", type=int, default=10_000, help="the most papers that are read as well")
    parser.add_argument("--stages", nargs="+", default=list(STAGES), choices=list(STAGES))
    options = parser.parse_args()
    # For the processes to come.
    os.environ.update({f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")})
    texts = tuple(workload.papers(options.data, TEXTS, DAY))
    real = LocalEmbedder.open(Config()).embed(texts[:VARIETY])
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(
        "| Papers | Stage | Workers | Seconds | x alone | CPU, s | MB | Worker, CPU s | MB | Growth | Agreement |"
    )
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    done: dict[tuple[int, str, int], Stage] = {}
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="digest-") as folder:
            write_parts(Path(folder), Stream(real), size)
            for stage, told in stages(options, size, Path(folder), texts):
                if stage not in options.stages:
                    continue
                for workers in (0, *options.workers):
                    found = workload.fresh(measured, stage, workers, *told)
                    done[size, stage, workers] = found
                    alone, tenth = done[size, stage, 0], done.get((size // 10, stage, workers))
                    print(line(size, stage, workers, found, alone, tenth), flush=True)
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
