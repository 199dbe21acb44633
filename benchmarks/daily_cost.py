"""What a day costs when the archive has grown: `digest run` with 10 thousand to 1 million papers already in it.

    python benchmarks/daily_cost.py --data FOLDER [--repeats 3] [--sizes 10000 100000 1000000]

FOLDER (or BENCH_DATA) holds arxiv.jsonl.gz; without it the bundled sample's papers are repeated. The day
has 300 new papers, 120 new versions of older ones (half a year old on average) and 30 that were reported before;
every run is the command in a fresh process: publish, fold, render, index. An archive is grown from one real
edition: the ledger of ids, history, head, records and tables are written for each past day, with vectors of their
own, and topics as after years of weekly rebalances (`grown_topics.py`), their pages rendered. The last rebalance
was on the day before, a Monday, so that the measured day only folds, as four days of five do; the run fails if it
does more. The ratio that counts is that of the medians of the whole command, largest archive to smallest: at most
1.5.

For information: a search, and the weekly rebalance by itself (everything read, redrawn, named by the local
provider, written; not rendered), in seconds of the clock and of the processor.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import workload
from grown_topics import Grown, Stream
from numpy.typing import NDArray

from digest.archive import Archive, clustering, seen
from digest.archive.clustering import Files
from digest.archive.head import HEAD
from digest.archive.history import SATURDAY, History
from digest.archive.tables import REPORT, vectors_frame
from digest.cli.publishing import write_topics
from digest.cli.setting import open_setting
from digest.config import Config
from digest.pipeline import named, redraw
from digest.providers.local.embedder import LocalEmbedder
from digest.records import EditionReport, Kind, Ledger, Listing, Paper

DAY = date(2026, 3, 31)
# The last of the past editions, from which all others are made.
EVE = date(2026, 3, 30)
A_DAY, UPDATED, SEEN = 300, 120, 30
# Papers whose vectors those of the past are made from.
VARIETY = 6_000
SIZES = (10_000, 100_000, 1_000_000)
AGE = timedelta(days=180)
LIMIT = 1.5
READER = ("loading the weights", "reading", "embedding", "categorising", "synthesis")
QUERY = "graph neural networks for molecules"
# Writes an edition's record and tables from the archive of the eve.
Writer = Callable[[Archive, Path, EditionReport, list[str], NDArray[np.float32]], None]


def past_days() -> Iterator[date]:
    """Announcement days before today's, latest first, without end."""
    day = DAY
    while True:
        day -= timedelta(days=1)
        if day.weekday() < SATURDAY:
            yield day


def numbered(day: date, place: int) -> str:
    """The id of a past day's paper: its month, and a number that no other day of the month has."""
    return f"arxiv:{day:%y%m}.{day.day:02}{place:03}"


def announced(papers: Sequence[Paper]) -> list[Listing]:
    """What is announced today: new papers, new versions and repeated ones, the same for every archive."""
    dice = random.Random(0)
    new = [Listing(paper) for paper in papers[:A_DAY]]
    older = []
    for place, paper in enumerate(papers[A_DAY : A_DAY + UPDATED]):
        day = EVE - dice.expovariate(1.0) * AGE
        older.append(Listing(replace(paper, id=numbered(day, place), doi="", version=2), Kind.UPDATED))
    again = papers[A_DAY + UPDATED : A_DAY + UPDATED + SEEN]
    known = [Listing(replace(paper, id=numbered(EVE, n + 1), doi="")) for n, paper in enumerate(again)]
    return [*new, *older, *known]


def first_edition(workspace: Path, papers: Sequence[Paper]) -> None:
    """Publish the eve's edition for real: every file of a grown archive has its shape."""
    past = [Listing(replace(paper, id=numbered(EVE, n), doi="")) for n, paper in enumerate(papers[:A_DAY], 1)]
    workload.run(workspace, EVE, past)


def write_files(
    source: Archive, folder: Path, report: EditionReport, ids: list[str], vectors: NDArray[np.float32]
) -> None:
    """An edition's record and tables: the eve's papers and readings under other ids, and the vectors."""
    names = {kind: source.store.names(kind)[0] for kind in ("editions", "papers", "readings", "vectors")}
    paths = {kind: at(folder, name, report.edition) for kind, name in names.items()}
    paths["editions"].write_bytes(REPORT.dump_json(report, indent=1) + b"\n")
    for kind, key in (("papers", "id"), ("readings", "paper_id")):
        table = source.store.read_table(names[kind]).assign(**{key: ids})
        table.to_parquet(paths[kind], index=False, compression="zstd")
    vectors_frame(ids, vectors).to_parquet(paths["vectors"], index=False)


def at(folder: Path, name: str, edition: date) -> Path:
    """Where an edition has the file that the eve has under a `name`; its folder is made."""
    found = folder / name.replace(f"/{EVE.year}/{EVE}", f"/{edition.year}/{edition}")
    found.parent.mkdir(parents=True, exist_ok=True)
    return found


def grow(
    first: Path, workspace: Path, editions: int, papers: Sequence[Paper], write: Writer = write_files
) -> None:
    """Write an archive of that many editions of 300 papers, each made from the one that the `first` holds.

    Vectors are drawn from those of the `papers`.
    """
    source, archive = Archive(str(first / "archive")), Archive(str(workspace / "archive"))
    model, history, dice = source.report(EVE), History(), random.Random(1)
    counts, told = [share.count for share in model.shares], source.papers(EVE)
    days = sorted(itertools.islice(past_days(), editions))
    stream = Stream(LocalEmbedder.open(Config()).embed(papers))
    topics = Grown(stream, editions * A_DAY, days)
    versions: dict[str, int] = {}
    for day in days:
        # Other counts every day: a history that compresses to nothing would be read in no time.
        dice.shuffle(counts)
        dealt = zip(model.shares, counts, strict=True)
        report = replace(model, edition=day, shares=tuple(replace(share, count=count) for share, count in dealt))
        history = history.extended(report)
        ids, vectors = [numbered(day, place) for place in range(1, A_DAY + 1)], stream.next(A_DAY)
        write(source, workspace / "archive", report, ids, vectors)
        topics.take_in(day, ids, vectors)
        for place, key in enumerate(ids, 1):
            versions[key] = 1
            if place % workload.ONE_DOI_IN == 0:
                versions[f"doi:10.9999/{key}"] = 1
    head = replace(
        source.head,
        generation=editions,
        history=history.write(archive.store, editions),
        seen=seen.extend(archive.store, {}, versions, editions),
        clustering=clustering.write_fold(archive.store, Files(), topics.fold(told, model.categories), editions),
        pending=(),
    )
    archive.store.write(HEAD, json.dumps(asdict(head), indent=1).encode() + b"\n")
    write_topics(open_setting(workspace), anew=True)


def one_day(workspace: Path, listings: Sequence[Listing]) -> workload.Run:
    """Today's run on a copy of the workspace; files are shared, since the archive only ever replaces them."""
    copy = workspace.with_name("today")
    shutil.copytree(workspace, copy, copy_function=os.link)
    try:
        done = workload.run(copy, DAY, listings)
        topics = Archive(str(copy / "archive")).clustering
    finally:
        shutil.rmtree(copy)
    if done.ledger != Ledger(A_DAY + UPDATED + SEEN, A_DAY, UPDATED, SEEN):
        raise SystemExit(f"the ledger of the day is wrong: {done.ledger}")
    if topics is None or (topics.state.rebalanced, topics.state.folded) != (EVE, A_DAY):
        raise SystemExit("the day has not been folded in, or topics were redrawn on it")
    return done


@dataclass(frozen=True, slots=True)
class Rebalanced:
    """A weekly rebalance: live topics and retired ones, seconds of the clock and of the processor, peak MB."""

    live: int
    retired: int
    seconds: float
    cpu: float
    peak: float


def rebalanced(workspace: Path) -> Rebalanced:
    """Redraw the topics of a copy of the workspace over all its papers, name them and write them."""
    copy = workspace.with_name("week")
    shutil.copytree(workspace, copy, copy_function=os.link)
    try:
        setting = open_setting(copy)
        archive, parts = setting.archive, setting.local_parts()
        start, before = time.perf_counter(), time.process_time()
        with archive.writing():
            drawn = redraw(archive, parts, DAY)
            archive.recluster(named(drawn, DAY, parts, archive.topics_journal))
        seconds, cpu = time.perf_counter() - start, time.process_time() - before
    finally:
        shutil.rmtree(copy)
    topics = drawn.fold.clustering
    return Rebalanced(len(topics.live), len(topics.topics) - len(topics.live), seconds, cpu, workload.peak())


def searched(workspace: Path) -> tuple[float, float, float]:
    """Seconds of one search in the whole archive, of the clock and of the processor, and peak memory in MB."""
    from digest.search import search

    embedder = LocalEmbedder.open(Config())
    start, before = time.perf_counter(), time.process_time()
    search(Archive(str(workspace / "archive")), embedder, QUERY, 10)
    return time.perf_counter() - start, time.process_time() - before, workload.peak()


def table(
    runs: dict[int, list[workload.Run]], weeks: dict[int, Rebalanced], searches: dict[int, tuple[float, ...]]
) -> bool:
    """Print each size's medians and the ratios of the last to the first; True if the whole is within the limit."""

    def row(name: str, values: Sequence[float], digits: int = 2) -> float:
        ratio = values[-1] / values[0]
        print(f"{name:<36}" + "".join(f"{v:>12.{digits}f}" for v in values) + f"{ratio:>8.2f}")
        return ratio

    def median(of: list[workload.Run], steps: Sequence[str]) -> float:
        return statistics.median(sum(run.steps.get(step, 0.0) for step in steps) for run in of)

    print(f"\n{'papers in the archive':<36}" + "".join(f"{size:>12,}" for size in runs) + f"{'ratio':>8}")
    for name in ("listing and ledger", "folding", "commit", "rendering", "topic pages", "index"):
        row(f"{name}, s", [median(of, [name]) for of in runs.values()])
    row("reading, embedding, sorting, s", [median(of, READER) for of in runs.values()])
    rest = [
        statistics.median(run.command - sum(run.steps.get(step, 0.0) for step in READER) for run in of)
        for of in runs.values()
    ]
    row("all but reading and the like, s", rest)
    ratio = row("whole command, s", [statistics.median(run.command for run in of) for of in runs.values()])
    row("CPU of the process, s", [statistics.median(run.cpu for run in of) for of in runs.values()])
    row("peak memory, MB", [max(run.peak for run in of) for of in runs.values()], 0)
    print("for information")
    for name, values in zip(("s", "CPU s", "peak MB"), zip(*searches.values(), strict=True), strict=True):
        row(f"a search, {name}", values, 0 if name == "peak MB" else 2)
    row("live topics", [week.live for week in weeks.values()], 0)
    row("retired topics", [week.retired for week in weeks.values()], 0)
    row("a weekly rebalance, s", [week.seconds for week in weeks.values()])
    row("a weekly rebalance, CPU s", [week.cpu for week in weeks.values()])
    row("a weekly rebalance, peak MB", [week.peak for week in weeks.values()], 0)
    print(f"\nlargest to smallest: {ratio:.2f}, {'within' if ratio <= LIMIT else 'ABOVE'} {LIMIT:g}")
    return ratio <= LIMIT


def main() -> None:
    """Grow the archives, run the day on each in turn, and print."""
    parser = workload.parser(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    papers = workload.papers(options.data, VARIETY, DAY)
    listings = announced(papers)
    with tempfile.TemporaryDirectory(prefix="digest-") as folder:
        first = Path(folder) / "first"
        first.mkdir()
        first_edition(first, papers)
        workspaces = {size: Path(folder) / str(size) for size in options.sizes}
        for size, workspace in workspaces.items():
            workload.fresh(grow, first, workspace, -(-size // A_DAY), papers)
        runs: dict[int, list[workload.Run]] = {size: [] for size in workspaces}
        # In turn, so that whatever else the machine does falls on all alike.
        for _ in range(options.repeats):
            for size, workspace in workspaces.items():
                runs[size].append(one_day(workspace, listings))
        weeks = {size: workload.fresh(rebalanced, workspace) for size, workspace in workspaces.items()}
        searches = {size: workload.fresh(searched, workspace) for size, workspace in workspaces.items()}
        within = table(runs, weeks, searches)
    raise SystemExit(0 if within else 1)


if __name__ == "__main__":
    main()
