"""What a day costs when the archive has grown: `digest run` with 10 thousand to 1 million papers already in it.

    python benchmarks/daily_cost.py --data FOLDER [--repeats 3] [--sizes 10000 100000 1000000]

FOLDER (or BENCH_DATA) holds arxiv.jsonl.gz; without it the bundled sample's papers are repeated. The day
has 300 new papers, 120 new versions of older ones (half a year old on average) and 30 that were reported before;
every run is the command in a fresh process: publish, render, index. An archive is grown from one real edition:
the ledger of ids, history, head and edition records are written for each past day; the Parquet files of papers,
readings and vectors, which a day never opens, are the first edition's under other names. The ratio that counts is
that of the medians of the whole command, largest archive to smallest: at most 1.5. A search is timed for
information.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path

import workload

from digest.archive import Archive, seen
from digest.archive.head import HEAD
from digest.archive.history import SATURDAY, History
from digest.archive.tables import REPORT
from digest.records import Kind, Ledger, Listing, Paper

DAY = date(2026, 3, 31)
# The last of the past editions, from which all others are made.
EVE = date(2026, 3, 30)
A_DAY, UPDATED, SEEN = 300, 120, 30
SIZES = (10_000, 100_000, 1_000_000)
AGE = timedelta(days=180)
LIMIT = 1.5
READER = ("loading the weights", "reading", "embedding", "categorising", "synthesis")
QUERY = "graph neural networks for molecules"


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


def grow(first: Path, workspace: Path, editions: int) -> None:
    """Write an archive of that many editions of 300 papers, each made from the one that the `first` holds."""
    source, archive = Archive(str(first / "archive")), Archive(str(workspace / "archive"))
    model, history, dice = source.report(EVE), History(), random.Random(1)
    counts = [share.count for share in model.shares]
    versions: dict[str, int] = {}
    for _, day in zip(range(editions), past_days(), strict=False):
        # Other counts every day: a history that compresses to nothing would be read in no time.
        dice.shuffle(counts)
        dealt = zip(model.shares, counts, strict=True)
        report = replace(model, edition=day, shares=tuple(replace(share, count=count) for share, count in dealt))
        history = history.extended(report)
        write_files(source, workspace / "archive", day, REPORT.dump_json(report, indent=1) + b"\n")
        for place in range(1, A_DAY + 1):
            versions[numbered(day, place)] = 1
            if place % workload.ONE_DOI_IN == 0:
                versions[f"doi:10.9999/{numbered(day, place)}"] = 1
    head = replace(
        source.head,
        generation=editions,
        history=history.write(archive.store, editions),
        seen=seen.extend(archive.store, {}, versions, editions),
        pending=(),
    )
    archive.store.write(HEAD, json.dumps(asdict(head), indent=1).encode() + b"\n")


def write_files(source: Archive, folder: Path, day: date, record: bytes) -> None:
    """An edition's record, and its three tables as further names of the first edition's."""
    tables = [name for kind in ("papers", "readings", "vectors") for name in source.store.names(kind)]
    for name in (f"editions/{EVE.year}/{EVE}.json", *tables):
        path = folder / name.replace(f"/{EVE.year}/{EVE}", f"/{day.year}/{day}")
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in tables:
            os.link(source.store.path(name), path)
        else:
            path.write_bytes(record)


def one_day(workspace: Path, listings: Sequence[Listing]) -> workload.Run:
    """Today's run on a copy of the workspace; files are shared, since the archive only ever replaces them."""
    copy = workspace.with_name("today")
    shutil.copytree(workspace, copy, copy_function=os.link)
    try:
        done = workload.run(copy, DAY, listings)
    finally:
        shutil.rmtree(copy)
    if done.ledger != Ledger(A_DAY + UPDATED + SEEN, A_DAY, UPDATED, SEEN):
        raise SystemExit(f"the ledger of the day is wrong: {done.ledger}")
    return done


def searched(workspace: Path) -> float:
    """Seconds of one search in the whole archive."""
    from digest.config import Config
    from digest.providers.local.embedder import LocalEmbedder
    from digest.search import search

    embedder = LocalEmbedder.open(Config())
    start = time.perf_counter()
    search(Archive(str(workspace / "archive")), embedder, QUERY, 10)
    return time.perf_counter() - start


def table(runs: dict[int, list[workload.Run]], searches: dict[int, float]) -> bool:
    """Print each size's medians and the ratios of the last to the first; True if the whole is within the limit."""

    def row(name: str, values: Sequence[float], digits: int = 2) -> float:
        ratio = values[-1] / values[0]
        print(f"{name:<36}" + "".join(f"{v:>12.{digits}f}" for v in values) + f"{ratio:>8.2f}")
        return ratio

    def median(of: list[workload.Run], steps: Sequence[str]) -> float:
        return statistics.median(sum(run.steps.get(step, 0.0) for step in steps) for run in of)

    print(f"\n{'papers in the archive':<36}" + "".join(f"{size:>12,}" for size in runs) + f"{'ratio':>8}")
    for name in ("listing and ledger", "commit", "rendering", "index"):
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
    row("a search, s (for information)", list(searches.values()))
    print(f"\nlargest to smallest: {ratio:.2f}, {'within' if ratio <= LIMIT else 'ABOVE'} {LIMIT:g}")
    return ratio <= LIMIT


def main() -> None:
    """Grow the archives, run the day on each in turn, and print."""
    parser = workload.parser(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    papers = workload.papers(options.data, A_DAY + UPDATED + SEEN, DAY)
    listings = announced(papers)
    with tempfile.TemporaryDirectory(prefix="digest-") as folder:
        first = Path(folder) / "first"
        first.mkdir()
        first_edition(first, papers)
        workspaces = {size: Path(folder) / str(size) for size in options.sizes}
        for size, workspace in workspaces.items():
            workload.fresh(grow, first, workspace, -(-size // A_DAY))
        runs: dict[int, list[workload.Run]] = {size: [] for size in workspaces}
        # In turn, so that whatever else the machine does falls on all alike.
        for _ in range(options.repeats):
            for size, workspace in workspaces.items():
                runs[size].append(one_day(workspace, listings))
        searches = {size: workload.fresh(searched, workspace) for size, workspace in workspaces.items()}
        within = table(runs, searches)
    raise SystemExit(0 if within else 1)


if __name__ == "__main__":
    main()
