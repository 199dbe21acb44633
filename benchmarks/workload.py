"""What the benchmarks of whole runs share: real papers, `digest run` on them, and a fresh process for each run."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import resource
import sys
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar, Self

from digest.archive import Archive
from digest.config import Config
from digest.http import Client
from digest.records import Batch, Ledger, Listing, Paper
from digest.sources.base import Source

CORPUS = "arxiv.jsonl.gz"
# arXiv's announcements give a DOI for fewer; each one is a further key in the ledger of ids.
ONE_DOI_IN = 10


class ListSource(Source):
    """Lists in the place of arXiv what it was given, from memory."""

    name: ClassVar[str] = "arxiv"
    dated: ClassVar[bool] = True
    listings: ClassVar[tuple[Listing, ...]] = ()

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        """Build the source."""
        return cls()

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        """Yield one batch; see `Source.fetch`."""
        if "all" not in done:
            yield Batch(self.name, "all", "a list in memory", self.listings)


class Stopwatch:
    """Seconds by step; a step within another counts for itself alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._within: list[float] = []

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        """Count the time of a block for `step`."""
        start = time.perf_counter()
        self._within.append(0.0)
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[step] += spent - self._within.pop()
            if self._within:
                self._within[-1] += spent

    def watch(self, owner: Any, name: str, step: str) -> None:
        """Count every later call of `owner.name` for `step`."""
        watched = getattr(owner, name)

        def timed(*args: object, **kwargs: object) -> object:
            with self(step):
                return watched(*args, **kwargs)

        setattr(owner, name, timed)


@dataclass(frozen=True, slots=True)
class Run:
    """One `digest run`: seconds by step, of the command and of its process with its start; CPU seconds; MB."""

    steps: dict[str, float]
    command: float
    process: float
    cpu: float
    peak: float
    ledger: Ledger


def parser(description: str | None) -> ArgumentParser:
    """A command line that knows where the corpus is."""
    made = ArgumentParser(description=(description or "").partition("\n")[0])
    made.add_argument("--data", type=Path, default=os.environ.get("BENCH_DATA"), metavar="FOLDER")
    made.add_argument("--repeats", type=int, default=3)
    return made


def papers(folder: Path | None, count: int, day: date) -> list[Paper]:
    """The corpus's first `count` papers under ids of the day's month; without it the sample's, repeated."""
    if folder is not None:
        with gzip.open(folder / CORPUS, "rt", encoding="utf-8") as lines:
            found = [_paper(json.loads(line)) for line in itertools.islice(lines, count)]
    else:
        print(f"No --data: the bundled sample's papers stand in for {CORPUS}, repeated under new ids.")
        found = list(itertools.islice(itertools.cycle(_sample()), count))
    if len(found) < count:
        raise SystemExit(f"{folder} has only {len(found)} papers")
    return [_renamed(paper, f"{day:%y%m}.{number:05}", number) for number, paper in enumerate(found, start=1)]


def _paper(row: dict[str, Any]) -> Paper:
    return Paper(
        id=f"arxiv:{row['id']}",
        title=row["title"],
        source="arxiv",
        abstract=row["abstract"],
        authors=tuple(row["authors"]),
        subjects=(row["primary"], *(subject for subject in row["categories"] if subject != row["primary"])),
        comment=row["comment"] or "",
    )


def _renamed(paper: Paper, number: str, place: int) -> Paper:
    doi = "" if place % ONE_DOI_IN else f"10.9999/{number}"
    page, pdf = (f"https://arxiv.org/{kind}/{number}" for kind in ("abs", "pdf"))
    return replace(paper, id=f"arxiv:{number}", version=1, doi=doi, url=page, pdf_url=pdf)


def _sample() -> list[Paper]:
    from digest.sources.sample import SampleSource

    source, archive = SampleSource(), Archive("memory://sample")
    days = SampleSource.editions()
    listed = [row.paper for day in days for b in source.fetch(day, day, archive, ()) for row in b.listings]
    return list({paper.id: paper for paper in listed}.values())


def fresh(work: Callable[..., Any], *arguments: object) -> Any:
    """What `work` returns in a new process of its own; it must be a function at the top of its module."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def run(workspace: Path, day: date, listings: Sequence[Listing]) -> Run:
    """`digest run --edition DAY` in the workspace, in a new process, with the listings announced on that day."""
    start = time.perf_counter()
    done: Run = fresh(_run, workspace, day, tuple(listings))
    return replace(done, process=time.perf_counter() - start)


def _run(workspace: Path, day: date, listings: tuple[Listing, ...]) -> Run:
    from digest import registry
    from digest.cli import publishing

    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        del os.environ[name]
    os.environ["DIGEST_NOW"] = f"{day}T12:00+00:00"
    ListSource.listings = listings
    registry.SOURCES["arxiv"] = f"{__name__}:{ListSource.__name__}"
    watch = Stopwatch()
    _watch_steps(watch)
    said = io.StringIO()
    start = time.perf_counter()
    with redirect_stdout(said), redirect_stderr(said):
        well = publishing.publish_due(workspace, {}, day, None, sample=False)
    spent = time.perf_counter() - start
    if not well:
        raise RuntimeError(said.getvalue())
    usage = resource.getrusage(resource.RUSAGE_SELF)
    most = peak()
    ledger = Archive(str(workspace / "archive")).report(day).ledger
    return Run(dict(watch.seconds), spent, 0.0, usage.ru_utime + usage.ru_stime, most, ledger)


def peak() -> float:
    """The most memory that this process has had, in MB."""
    # Kilobytes on Linux, bytes on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _watch_steps(watch: Stopwatch) -> None:
    from digest.cli import publishing
    from digest.cli.setting import Setting
    from digest.pipeline import reading, story
    from digest.providers.local.embedder import LocalEmbedder
    from digest.providers.local.reader import LocalReader

    watch.watch(Setting, "parts", "loading the weights")
    watch.watch(story, "fetch_new", "listing and ledger")
    watch.watch(reading, "enrich_missing", "reading")
    watch.watch(LocalReader, "categorise", "categorising")
    watch.watch(reading, "embed_missing", "embedding")
    watch.watch(LocalEmbedder, "embed", "embedding")
    watch.watch(reading, "synthesise_missing", "synthesis")
    watch.watch(story, "fold_in", "folding")
    watch.watch(Archive, "commit", "commit")
    watch.watch(publishing, "render_edition", "rendering")
    watch.watch(publishing, "write_topics", "topic pages")
    watch.watch(publishing, "render_index", "index")
