"""The stages that `scale.py` measures, each by the program's own code, and what its workers are told.

The vectors lie in files, one for each part of the program's own size, which whoever needs them loads.
"""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self
from zlib import crc32

import numpy as np
import workload
from grown_topics import Stream
from numpy.typing import NDArray

from digest.archive import Archive
from digest.backfill import fill
from digest.config import Config
from digest.http import Client
from digest.map.cells import Landmarks, placed_among
from digest.map.landmarks import chosen, keys_of
from digest.pipeline import Parts
from digest.pipeline.parting import PART
from digest.pipeline.preparing import Order, Prepared, Recipe, prepared
from digest.providers.local.embedder import LocalEmbedder
from digest.providers.local.reader import LocalReader
from digest.records import UNSORTED, Assigned, Batch, Category, Listing, Paper, Topics
from digest.scale import Crew, Held, Workers, crew_at
from digest.sources.arxiv_days import is_workday
from digest.sources.base import Source
from digest.topics import centroids, fold, place, rebalance
from digest.topics.cosines import Vectors, nearest, sums
from digest.topics.founding import spacing, spread, target
from digest.topics.ground import Ground
from digest.topics.thresholds import thresholds

DAY, NOW = date(2026, 3, 31), "2026-04-01T09:00:00-04:00"
# Papers of an edition, which are what one task reads or embeds; and of one that is folded in.
EDITION, A_DAY = 1_000, 300
# Papers that the first centres are drawn from, and steps of Lloyd's algorithm.
SAMPLE, STEPS = 20_000, 10
MEMORY = "8GiB"
HERE = Path(__file__).parent

Work = Callable[[], NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Stage:
    """What a stage took, and its outcome.

    Seconds of the clock; processor seconds of the process that asks and of each worker; their peak memory in MB.
    """

    seconds: float
    cpu: float
    workers_cpu: tuple[float, ...]
    peak: float
    workers_peak: float
    outcome: NDArray[Any]


def write_parts(folder: Path, stream: Stream, count: int) -> None:
    """So many vectors in files of PART rows."""
    for number, start in enumerate(range(0, count, PART)):
        np.save(folder / f"{number:04}.npy", stream.next(min(PART, count - start)))


def loaded(path: Path) -> Vectors:
    """A part's vectors."""
    found: Vectors = np.load(path)
    return found


def files(folder: Path) -> list[Path]:
    """The parts, in order."""
    return sorted(folder.glob("*.npy"))


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a scheduler with so many workers of one thread each; empty for none."""
    if not workers:
        yield ""
        return
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    told = ("--nworkers", str(workers), "--nthreads", "1", "--memory-limit", MEMORY)
    processes = [_started("dask_scheduler", "--host", "127.0.0.1", "--port", str(port))]
    processes.append(_started("dask_worker", address, *told))
    try:
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def _started(module: str, *told: str) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join([str(HERE), str(HERE.parent)])
    environment = {**os.environ, "PYTHONPATH": paths, "DASK_LOGGING__DISTRIBUTED": "critical"}
    command = [sys.executable, "-m", f"distributed.cli.{module}", *told, "--no-dashboard"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def measured(stage: str, workers: int, *told: Any) -> Stage:
    """A stage by this process alone (no workers), or by so many; in a process of its own (`workload.fresh`)."""
    with cluster(workers) as address, crew_at(address) as crew:
        if isinstance(crew, Workers):
            crew._client.wait_for_workers(workers)
        work = STAGES[stage](crew, *told)
        before, started, start = asked(crew, time.process_time), time.process_time(), time.perf_counter()
        outcome = work()
        seconds, spent = time.perf_counter() - start, time.process_time() - started
        after = asked(crew, time.process_time)
        workers_cpu = tuple(after[name] - before[name] for name in before)
        return Stage(seconds, spent, workers_cpu, peak(), max(asked(crew, peak).values(), default=0.0), outcome)


def asked(crew: Crew, what: Callable[[], float]) -> dict[str, float]:
    """What each worker answers; nobody does where there are none."""
    return dict(crew._client.run(what)) if isinstance(crew, Workers) else {}


def peak() -> float:
    """The most memory that this process has had in MB, without what the one that started it had."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else ()
    return next((int(line.split()[1]) / 2**10 for line in lines if line.startswith("VmHWM")), workload.peak())


class Past(Source):
    """Lists an edition of the papers for each announcement day from `since` on."""

    name, dated = "arxiv", True

    def __init__(self, papers: Sequence[Paper], since: date) -> None:
        parts = [papers[start : start + EDITION] for start in range(0, len(papers), EDITION)]
        days = (since + timedelta(days=n) for n in itertools.count())
        self.editions = dict(zip((day for day in days if is_workday(day)), parts, strict=False))

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        """Build a source of nothing."""
        return cls((), DAY)

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        """Yield one batch; see `Source.fetch`."""
        if "all" not in done:
            yield Batch(self.name, "all", "a list in memory", tuple(map(Listing, self.editions[edition])))


def backfill(crew: Crew, papers: tuple[Paper, ...], count: int, categories: tuple[Category, ...]) -> Work:
    """Papers are read, embedded, folded and committed, edition by edition; their pages are not written.

    The outcome are checksums of the files of the archive.
    """
    past, config = Past(papers[:count], DAY), Config()
    reader, embedder = LocalReader.open(config, categories), LocalEmbedder.open(config)
    parts = Parts((), reader, embedder, categories, crew=crew)
    recipe = Recipe(LocalReader, LocalEmbedder, config, categories)
    _warm_up(crew, Order(recipe, papers[:1]))

    def work() -> NDArray[Any]:
        with tempfile.TemporaryDirectory(prefix="digest-") as folder:
            archive, days = Archive(folder), list(past.editions)
            with archive.writing():
                told = (days, past, days[-1], NOW, archive, parts, lambda *_: None, config)
                for _ in fill(*told):  # type: ignore[arg-type]
                    pass
            files = sorted(path for path in Path(folder).rglob("*.*") if path.is_file())
            return np.array([crc32(path.read_bytes()) for path in files])

    return work


def embedding(crew: Crew, papers: tuple[Paper, ...], count: int) -> Work:
    """Papers, repeated to so many, are embedded: checksums of the editions' vectors."""
    recipe = Recipe(None, LocalEmbedder, Config(), ())
    _warm_up(crew, Order(recipe, papers[:1]))

    def orders() -> Iterator[Order]:
        endless = itertools.cycle(papers)
        for start in range(0, count, EDITION):
            yield Order(recipe, tuple(itertools.islice(endless, min(EDITION, count - start))))

    return lambda: np.array([check(done) for done in crew.each(prepared, orders())])


def _warm_up(crew: Crew, order: Order) -> None:
    """Have every worker load the weights, as it does once in years of editions."""
    for _ in crew.each(prepared, [order] * 8):
        pass


def check(done: Prepared) -> int:
    """A checksum of an edition's vectors."""
    assert done.vectors is not None
    return crc32(done.vectors.tobytes())


def topics_of(vectors: Vectors) -> Topics:
    """As many topics as an archive of so many papers has, from a sample of them."""
    sample, k = vectors[:: max(1, len(vectors) // SAMPLE)], target(len(vectors))
    ground = Ground(sample)
    _, labels, _ = ground.lloyd(spread(ground, k, np.random.default_rng(2)), STEPS)
    total, counts = sums(sample, labels, k)
    return replace(
        Topics.start(sample.shape[1]),
        ids=tuple(range(1, k + 1)),
        sums=total,
        counts=counts,
        thresholds=thresholds(sample, labels, k),
        idle=np.zeros(k, dtype=np.int64),
        next_id=k + 1,
        rebalanced=DAY,
    )


def _opened(crew: Crew, folder: Path) -> tuple[Vectors, Held[Vectors] | None]:
    """All vectors, and the parts that a crew of other processes holds."""
    vectors = np.concatenate([loaded(path) for path in files(folder)])
    held = crew.held(loaded, files(folder)) if crew.apart else None
    if held is not None:
        held.each(len)
    return vectors, held


def folding(crew: Crew, folder: Path) -> Work:
    """All papers are folded in, against centroids that stay as they are: their first topics.

    A process by itself does so edition by edition; workers place the papers of each part, and sums are added part
    by part, in order.
    """
    vectors, held = _opened(crew, folder)
    topics = topics_of(vectors)

    def work() -> NDArray[Any]:
        if held is None:
            days = range(0, len(vectors), A_DAY)
            return np.concatenate([fold(topics, vectors[day : day + A_DAY])[1].topics[:, 0] for day in days])
        found = held.each(folded, [(topics,)] * len(files(folder)))
        np.sum([total for _, total in found], axis=0)
        return np.concatenate([given.topics[:, 0] for given, _ in found])

    return work


def folded(vectors: Vectors, topics: Topics) -> tuple[Assigned, NDArray[np.float64]]:
    """What a part's papers are given, and their sums (k, d) by topic."""
    given = place(topics, vectors)
    first = given.topics[:, 0]
    rows = np.where(first == UNSORTED, -1, np.searchsorted(np.asarray(topics.ids), first))
    return given, sums(vectors, rows, len(topics.ids))[0]


def lloyd(crew: Crew, folder: Path) -> Work:
    """Steps of spherical k-means as a rebalance takes them, then every paper's nearest centre: its label.

    Of a large archive some papers move the centres (see `spacing`).
    """
    vectors, held = _opened(crew, folder)
    centres, ground = centroids(topics_of(vectors)), Ground(vectors, held)
    few = ground.drawn(spacing(len(vectors)))
    return lambda: ground.nearest(few.lloyd(centres, STEPS)[0])[0]


def rebalancing(crew: Crew, folder: Path) -> Work:
    """A weekly rebalance of all papers: their first topics after it."""
    vectors, held = _opened(crew, folder)
    state = replace(topics_of(vectors), at_rebalance=len(vectors), folded=5 * A_DAY)
    given = place(state, vectors).topics[:, 0]
    return lambda: rebalance(state, vectors, given, DAY, parts=held).assigned.topics[:, 0]


def placing(crew: Crew, folder: Path) -> Work:
    """The papers of a map that are no landmarks find their places: positions. Landmarks lie on a random plane."""
    vectors = np.concatenate([loaded(path) for path in files(folder)])
    topics = nearest(vectors, centroids(topics_of(vectors)))[0].astype(np.int32) + 1
    keys = keys_of([f"arxiv:{number:08}" for number in range(len(vectors))])
    stands = chosen(keys, topics)
    plane = np.random.default_rng(3).standard_normal((vectors.shape[1], 2), dtype=np.float32)
    rows, others = np.flatnonzero(stands), np.flatnonzero(~stands)
    landmarks = Landmarks(rows, vectors[rows] @ plane, 0.1)
    return lambda: placed_among(landmarks, others, vectors, keys, topics, crew)


STAGES: dict[str, Callable[..., Work]] = {
    "backfill": backfill,
    "embedding": embedding,
    "folding": folding,
    "lloyd": lloyd,
    "rebalance": rebalancing,
    "placing": placing,
}
