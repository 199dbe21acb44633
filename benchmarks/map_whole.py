"""A whole `digest map` in a new process: of an archive of so many papers, no two of which say the same."""

from __future__ import annotations

import io
import os
import random
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import workload
from daily_cost import A_DAY, DAY, EVE, at, first_edition, grow
from numpy.typing import NDArray

from digest.archive import Archive
from digest.archive.tables import REPORT, enrichments_frame, papers_frame, vectors_frame
from digest.records import EditionReport, Paper

# Papers whose vectors those of the archive are made from, and by whose titles its texts differ.
VARIETY = 6_000
WEEK = timedelta(days=7)


class Varied:
    """Writes editions of the eve's papers and readings, each with the words of other papers' titles."""

    def __init__(self, eve: Archive, titles: Sequence[str]) -> None:
        self._models = list(zip(eve.papers(EVE), eve.enrichments(EVE), strict=True))
        self._titles, self._dice = titles, random.Random(6)

    def __call__(
        self, source: Archive, folder: Path, report: EditionReport, ids: list[str], vectors: NDArray[np.float32]
    ) -> None:
        """Write an edition's record and tables."""
        papers, readings = [], []
        for paper_id in ids:
            (paper, reading), titles = self._dice.choice(self._models), self._dice.choices(self._titles, k=3)
            number = paper_id.removeprefix("arxiv:")
            page, pdf = (f"https://arxiv.org/{kind}/{number}" for kind in ("abs", "pdf"))
            papers.append(replace(paper, id=paper_id, title=titles[0], url=page, pdf_url=pdf))
            # Whoever said nothing says nothing here.
            problem = reading.problem and f"{reading.problem} {titles[1]}"
            method = reading.method and f"{reading.method} {titles[2]}"
            readings.append(replace(reading, paper_id=paper_id, problem=problem, method=method))
        tables = {"papers": papers_frame(papers), "readings": enrichments_frame(readings)}
        for kind, table in (tables | {"vectors": vectors_frame(ids, vectors)}).items():
            [name] = source.store.names(kind)
            table.to_parquet(at(folder, name, report.edition), index=False, compression="zstd")
        [name] = source.store.names("editions")
        at(folder, name, report.edition).write_bytes(REPORT.dump_json(report, indent=1) + b"\n")


def archive_of(first: Path, workspace: Path, size: int, papers: Sequence[Paper]) -> None:
    """Make an archive of about so many papers in the workspace."""
    varied = Varied(Archive(str(first / "archive")), [paper.title for paper in papers])
    grow(first, workspace, -(-size // A_DAY), papers, varied)


def draw(workspace: Path, day: date) -> dict[str, float]:
    """`digest map` on a day: seconds of the clock and the processor, MB at most, by then, and written; files."""
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        del os.environ[name]
    os.environ["DIGEST_NOW"] = f"{day}T12:00+00:00"
    from digest.cli import mapping
    from digest.map.page import overview

    told: dict[str, float] = {}
    _watch(told, mapping, "draw", "layout")
    _watch(told, mapping, "with_aspects", "problems and methods")
    _watch(told, mapping, "viewed", "view")
    _watch(told, overview, "write_pages", "page")
    _watch(told, mapping, "_write_reports", "picture and reports")
    said, begun = io.StringIO(), time.perf_counter()
    with redirect_stdout(said), redirect_stderr(said):
        mapping.draw_map(workspace, False)
    seconds, cpu = time.perf_counter() - begun, time.process_time()
    sizes = [path.stat().st_size for path in (workspace / mapping.SITE).rglob("*") if path.is_file()]
    whole = {"s": seconds, "CPU": cpu, "peak MB": workload.peak()}
    return whole | {"written MB": sum(sizes) / 1e6, "files": len(sizes)} | told


def _watch(told: dict[str, float], owner: Any, name: str, step: str) -> None:
    """Count the processor's seconds of every later call of `owner.name`, and the most memory by then."""
    watched: Callable[..., Any] = getattr(owner, name)

    def timed(*args: object, **kwargs: object) -> object:
        begun = time.process_time()
        try:
            return watched(*args, **kwargs)
        finally:
            told[f"{step}, CPU"] = told.get(f"{step}, CPU", 0.0) + time.process_time() - begun
            told[f"{step}, MB"] = workload.peak()

    setattr(owner, name, timed)


def whole(data: Path | None, sizes: Sequence[int], place: Path) -> None:
    """Print what each size takes, the first time and a week later."""
    papers = workload.papers(data, VARIETY, DAY)
    first = place / "first"
    first.mkdir()
    first_edition(first, papers)
    before: dict[str, float] = {}
    for size in sizes:
        workspace = place / f"whole-{size}"
        workspace.mkdir()
        workload.fresh(archive_of, first, workspace, size, papers)
        print(f"\n{size:,} papers", flush=True)
        for name, day in (("digest map", DAY), ("a week later", DAY + WEEK)):
            done: dict[str, float] = workload.fresh(draw, workspace, day)
            print(f"{name}:", ", ".join(f"{what} {figure:,.1f}" for what, figure in done.items()), flush=True)
            if name in before:
                print(f"  CPU by that of the size before: {done['CPU'] / before[name]:.1f}", flush=True)
            before[name] = done["CPU"]
