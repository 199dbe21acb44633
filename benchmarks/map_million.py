"""The map of a million papers: what layout and page take to make, and what they are like in headless Chromium.

    python benchmarks/map_million.py --data FOLDER [--sizes 10000 100000 1000000] [--only quality|scale|whole]

FOLDER (or BENCH_DATA) holds arxiv.jsonl.gz, the first 54,000 papers of which are embedded. Quality is of these
themselves: landmarks among which the others are placed beside a fit of all, trustworthiness and recall of 15
neighbours by 1,000 papers evenly drawn. Scale is of vectors jittered from theirs (`grown_topics.py`), with
invented texts, and tells of time and memory alone. Each layout and each page is made in a new process; "a week
later" is a rebuild with a hundredth more papers. Whole is `digest map` itself, of archives grown from one real
edition (`map_whole.py`), and once more a week later, with the same papers. The page is
served from this machine; labels and points are seconds from the navigation. Frames are counted while the map is
dragged, first all of it, then where points are shown; without a graphics card they are drawn by the processor.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import workload
from grown_topics import Stream
from map_invented import DAY, sorted_, view
from map_page import FLAGS, served
from map_whole import whole
from planted_streams import embedded

from digest.assets import Assets
from digest.config import load_config
from digest.http import Client
from digest.map import landmarks
from digest.map.libraries import default_cache, fetch_libraries
from digest.map.loss import lost
from digest.map.page.overview import CATEGORIES, write_pages

REAL = 54_000
SIZES = (10_000, 100_000, 1_000_000)
# As many landmarks at most, for the quality of placing.
LIMITS = (REAL, 40_000, 15_000, 8_000)
WEEK = timedelta(days=7)
# Vectors that are invented together.
AT_ONCE = 50_000
DRAG, STROKES = 6.0, 60
TIMES = """() => new Promise((resolve) => {
  const seen = [];
  const look = (now) => { seen.push(now); if (window.dragged) resolve(seen); else requestAnimationFrame(look); };
  window.dragged = false;
  requestAnimationFrame(look);
})"""


class Watch:
    """Seconds by the clock and by the processor since it was last asked."""

    def __init__(self) -> None:
        self._last = (time.perf_counter(), time.process_time())

    def told(self) -> tuple[float, float]:
        """Both."""
        now = (time.perf_counter(), time.process_time())
        spent = (now[0] - self._last[0], now[1] - self._last[1])
        self._last = now
        return spent


def embed(data: Path, to: Path) -> None:
    """Write the vectors of the corpus's first papers."""
    with gzip.open(data / workload.CORPUS, "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: (row["first_day"], row["id"]))[:REAL]
    np.save(to, embedded([f"{row['title']}\n{row['abstract']}" for row in rows]))


def quality(vectors: Path) -> None:
    """Print what placing loses, on real papers."""
    real = np.load(vectors)
    topics, _ = sorted_(real)
    ids = [f"arxiv:{number}" for number in range(len(real))]
    drawn = np.unique(np.linspace(0, len(real) - 1, 1000).astype(np.int64))
    heads = ("Landmarks", "Seconds", "Trustworthiness", "Recall", "Placed: trustworthiness", "Recall")
    print(f"\n| {len(real):,} real papers | {' | '.join(heads)} |")
    print("| --- |" + " ---: |" * 6)
    for most in LIMITS:
        begun = time.perf_counter()
        made = landmarks.rebuilt(None, ids, real, topics, DAY, most=most)
        seconds = time.perf_counter() - begun
        all_, figures = lost(real, made.positions, drawn), made.figures
        assert figures is not None
        own = figures.placing
        told = f"{own.trustworthiness:.3f} | {own.recall:.3f}" if own else "|"
        name = "all drawn" if own is None else "placed among landmarks"
        cells = f"{figures.papers:,} | {seconds:.1f} | {all_[0]:.3f} | {all_[1]:.3f} | {told}"
        print(f"| {name} | {cells} |", flush=True)


def lay_out(vectors: Path, size: int, to: Path) -> dict[str, float]:
    """Make the layout, and again a week later; seconds and MB. `to` keeps what the page needs."""
    more = size // 100
    stream, count = Stream(np.load(vectors)), size + more
    # In parts: what makes them takes four times their room.
    made = np.concatenate([stream.next(min(AT_ONCE, count - start)) for start in range(0, count, AT_ONCE)])
    topics, groups = sorted_(made)
    ids = [f"arxiv:{number:08}" for number in range(size + more)]
    before, watch = workload.peak(), Watch()
    first = landmarks.rebuilt(None, ids[:size], made[:size], topics[:size], DAY)
    cold = watch.told()
    landmarks.placed(first, ids, made, topics)
    placed = watch.told()
    later = landmarks.rebuilt(first, ids, made, topics, DAY + WEEK)
    week = watch.told()
    np.savez(to, positions=first.positions, topics=topics[:size], groups=groups)
    assert later.figures is not None
    return {
        "landmarks": later.figures.papers,
        "cold s": cold[0],
        "CPU": cold[1],
        "newcomers placed s": placed[0],
        "newcomers CPU": placed[1],
        "a week later s": week[0],
        "a week later CPU": week[1],
        "MB with vectors": before,
        "peak MB": workload.peak(),
    }


def write(stored: Path, folder: Path, libraries: Path) -> dict[str, float]:
    """Write the page; seconds and MB."""
    shown, assets = view(stored), Assets(folder)
    held = workload.peak()
    watch = Watch()
    files = write_pages(shown, folder, libraries, assets, assets.strings("en"))
    seconds, cpu = watch.told()
    own = [size for name, size in files.sizes.items() if not name.startswith(CATEGORIES)]
    return {
        "s": seconds,
        "CPU": cpu,
        "MB with cards": held,
        "peak MB": workload.peak(),
        "written MB": sum(files.sizes.values()) / 1e6,
        "without categories MB": sum(own) / 1e6,
        "files": len(files.sizes),
    }


def visit(browser: Any, url: str) -> dict[str, float]:
    """One visit in a new context."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(240_000)
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", 0))))
    page.goto(url)
    seen: dict[str, float] = {}
    while not {"labels", "points", "ready"} <= seen.keys():
        page.wait_for_timeout(100)
        for name in ("labels", "points", "ready"):
            if (at := page.evaluate(f"document.documentElement.dataset.{name}")) is not None:
                seen[name] = float(at) / 1000
    page.wait_for_timeout(2_000)
    seen["first MB"] = sum(sizes) / 1e6
    seen["far"] = frames(page)
    page.mouse.move(800, 450)
    for _ in range(12):
        page.mouse.wheel(0, -240)
        page.wait_for_timeout(80)
    page.wait_for_timeout(6_000)
    seen["near MB"] = sum(sizes) / 1e6
    seen["near"] = frames(page)
    context.close()
    return seen


def frames(page: Any) -> float:
    """Frames a second while the map is dragged."""
    # What is evaluated must not be the promise itself, which would be waited for.
    page.evaluate(f"() => {{ window.frames_ = ({TIMES})(); }}")
    page.mouse.move(800, 450)
    page.mouse.down()
    for stroke in range(STROKES):
        page.mouse.move(800 + 150 * np.sin(stroke / 5), 450 + 90 * np.cos(stroke / 7))
        page.wait_for_timeout(DRAG * 1000 / STROKES)
    page.mouse.up()
    found = page.evaluate("() => { window.dragged = true; return window.frames_; }")
    return 1000 / statistics.mean(later - sooner for sooner, later in itertools.pairwise(found))


def scale(vectors: Path, sizes: list[int], repeats: int, place: Path) -> None:
    """Print what each size takes."""
    from playwright.sync_api import sync_playwright

    client = Client(load_config(place, {}, {}))
    libraries = fetch_libraries(default_cache(os.environ, Path.home()), client)
    for size in sizes:
        stored, folder = place / f"{size}.npz", place / "page"
        print(f"\n{size:,} papers", flush=True)
        print("layout:", _told(workload.fresh(lay_out, vectors, size, stored)), flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        print("page:", _told(workload.fresh(write, stored, folder, libraries)), flush=True)
        with sync_playwright() as starter, served(folder) as url:
            path = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = starter.chromium.launch(executable_path=path, args=FLAGS)
            visits = [visit(browser, url) for _ in range(repeats)]
            browser.close()
        middle = {name: statistics.median(seen[name] for seen in visits) for name in visits[0]}
        print("browser:", _told(middle), flush=True)


def _told(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {figure:,.{0 if figure > 99 else 1}f}" for name, figure in figures.items())


def _steps(only: str) -> Iterator[str]:
    yield from (only,) if only else ("quality", "scale", "whole")


def main() -> None:
    """Measure and print."""
    asked = workload.parser(__doc__)
    asked.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    asked.add_argument("--only", choices=("quality", "scale", "whole"), default="")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        vectors = Path(place, "vectors.npy")
        if told.only != "whole":
            workload.fresh(embed, Path(told.data), vectors)
        for step in _steps(told.only):
            if step == "quality":
                workload.fresh(quality, vectors)
            elif step == "scale":
                scale(vectors, told.sizes, told.repeats, Path(place))
            else:
                whole(told.data, told.sizes, Path(place))


if __name__ == "__main__":
    main()
