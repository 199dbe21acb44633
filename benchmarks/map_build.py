"""Whole builds of the map, layout and page, beside UMAP, the plain recipe, BERTopic and Toponymy, in one run.

    python benchmarks/map_build.py --data FOLDER [--sizes 5787 20000 54000] [--repeats 3]

FOLDER (or BENCH_DATA) holds arxiv.jsonl.gz. All get the same vectors, made by the local provider of titles and
abstracts; cards hold sentences of the abstracts. This program also gets what it keeps between builds: papers by
topic, by density, by arXiv category, by problem and by method; what it took to make the last three is said apart.
First, what new processes take, without and with compiled code on disk. Then each way has a process of its own,
which has built once before; all build in turn, round by round. Given are medians, and the ratios of this program's
time to each way's of the same round, by the clock and by the processor. Above 20,000 papers there is one round.
BERTopic and Toponymy, where they are installed (see map_recipes.py), build in the first round only. The peak of
memory includes cards and vectors.
"""

from __future__ import annotations

import gzip
import json
import os
import pickle
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import map_recipes
from map_recipes import Recipe
from map_stored import Seconds, kept
from planted_streams import embedded
from workload import parser, peak

SIZES = (5_787, 20_000, 54_000)
# Above so many papers there is one round.
MANY = 20_000
# Ways that are built in the first round only.
SELDOM = ("BerTopic", "Toponymy")
FRESH = ("Ours", "Umap", "Plain")
HEADS = ("Seconds", "Layout", "Page", "CPU", "Ours by it", "by CPU", "MB")


class Worker:
    """A recipe in a new process of its own, with compiled code kept under `cache`."""

    def __init__(self, recipe: type[Recipe], folder: Path, cache: Path) -> None:
        self.recipe = recipe
        self.builds: list[Seconds] = []
        with _environment({"NUMBA_CACHE_DIR": str(cache)}):
            context = get_context("spawn")
            self.line, there = context.Pipe()
            arguments = (recipe.__name__, folder, there)
            self.process = context.Process(target=_served, args=arguments, daemon=True)
            self.process.start()

    def given(self, stored: Path) -> None:
        """Have it load what it is to build from."""
        self.builds = []
        self._answer(stored)

    def build(self) -> Seconds:
        """Build once; seconds by step, and `cpu`."""
        return dict(self._answer("build"))

    def peak(self) -> float:
        """Its peak memory so far in MB."""
        return float(self._answer("peak"))

    def end(self) -> None:
        """Let it go."""
        self.line.send(None)
        self.process.join()

    def _answer(self, asked: object) -> Any:
        self.line.send(asked)
        found = self.line.recv()
        if isinstance(found, str):
            raise SystemExit(f"{self.recipe.name}: {found}")
        return found


def _served(recipe: str, folder: Path, line: Connection) -> None:
    """What a worker does: builds when it is told to."""
    map_recipes.quiet()
    made = getattr(map_recipes, recipe)(folder)
    while (asked := line.recv()) is not None:
        try:
            line.send(_done(made, asked))
        except Exception as error:  # the benchmark names who failed
            line.send(repr(error))


def _done(made: Recipe, asked: Path | str) -> object:
    if isinstance(asked, Path):
        made.given(pickle.loads(asked.read_bytes()))
        return {}
    if asked == "peak":
        return peak()
    begun = time.process_time()
    return made.build() | {"cpu": time.process_time() - begun}


@contextmanager
def _environment(told: dict[str, str]) -> Iterator[None]:
    """The environment that children inherit."""
    before = dict(os.environ)
    os.environ.update(told)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def prepared(data: Path, sizes: tuple[int, ...], folder: Path) -> None:
    """Write a `Stored` for each size; runs in a process of its own, whose memory is nobody else's."""
    from map_page import papers
    from workload import CORPUS

    map_recipes.quiet()
    with gzip.open(data / CORPUS, "rt", encoding="utf-8") as lines:
        dated = sorted((row["first_day"], f"arxiv:{row['id']}") for row in map(json.loads, lines))
    known = {paper.id: paper for paper in papers(data, len(dated))}
    every = [known[paper] for _, paper in dated]
    vectors = embedded([f"{paper.title}\n{paper.abstract}" for paper in every])
    for size in sizes:
        stored, seconds = kept(every[:size], vectors[:size].copy())
        with (folder / f"{size}.pickle").open("wb") as file:
            pickle.dump(stored, file)
        told = ", ".join(f"{name} {spent:.1f} s" for name, spent in seconds.items())
        print(f"{size:,} papers, made beforehand: {told}", flush=True)


def fresh(stored: Path, folder: Path) -> None:
    """Print what a new process takes without and with compiled code on disk."""
    print("\n| A new process | No compiled code, s | CPU, s | Compiled before, s | CPU, s |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name in FRESH:
        recipe, cells = getattr(map_recipes, name), ""
        with TemporaryDirectory() as cache:
            for _ in range(2):
                worker = Worker(recipe, folder, Path(cache))
                worker.given(stored)
                seconds = worker.build()
                worker.end()
                cells += f" {_whole(seconds):.1f} | {seconds['cpu']:.1f} |"
        print(f"| {recipe.name} |{cells}", flush=True)


def table(workers: list[Worker], stored: Path, repeats: int, size: int) -> None:
    """Print the table of one size."""
    for worker in workers:
        worker.given(stored)
    for turn in range(repeats):
        for worker in workers:
            if turn == 0 or worker.recipe.__name__ not in SELDOM:
                worker.builds.append(worker.build())
    print(f"\n| {size:,} papers, {repeats} rounds | " + " | ".join(HEADS) + " |")
    print("| --- |" + " ---: |" * len(HEADS))
    for worker in workers:
        middle = {key: statistics.median(build[key] for build in worker.builds) for key in worker.builds[0]}
        both = list(zip(workers[0].builds, worker.builds, strict=False))
        ratios = [statistics.median(time(ours) / time(its) for ours, its in both) for time in (_whole, _cpu)]
        cells = [
            statistics.median(map(_whole, worker.builds)),
            middle.get("layout"),
            middle.get("page"),
            middle["cpu"],
        ]
        row = " | ".join("" if cell is None else f"{cell:.2f}" for cell in (*cells, *ratios))
        print(f"| {worker.recipe.name} | {row} | {worker.peak():.0f} |", flush=True)


def _whole(seconds: Seconds) -> float:
    return sum(spent for step, spent in seconds.items() if step != "cpu")


def _cpu(seconds: Seconds) -> float:
    return seconds["cpu"]


def main() -> None:
    """Measure and print."""
    asked = parser(__doc__)
    asked.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    told = asked.parse_args()
    with TemporaryDirectory() as place:
        folder = Path(place)
        first = get_context("spawn").Process(target=prepared, args=(Path(told.data), tuple(told.sizes), folder))
        first.start()
        first.join()
        if first.exitcode:
            sys.exit(first.exitcode)
        fresh(folder / f"{told.sizes[0]}.pickle", folder)
        recipes = [recipe for recipe in map_recipes.RECIPES if recipe.installed()]
        workers = [Worker(recipe, folder, folder / "cache") for recipe in recipes]
        for worker in workers:
            worker.given(folder / f"{told.sizes[0]}.pickle")
            worker.build()
        for size in sorted(told.sizes):
            table(workers, folder / f"{size}.pickle", told.repeats if size <= MANY else 1, size)
        for worker in workers:
            worker.end()
        for recipe in set(map_recipes.RECIPES) - set(recipes):
            print(f"{recipe.name}: not installed")


if __name__ == "__main__":
    main()
