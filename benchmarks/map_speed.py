"""How long a layout takes, in a process of its own: this program's beside UMAP's package."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

DAY = date(2026, 1, 5)
WAYS = ("ours", "seeded", "unseeded")
NAMES = {"ours": "this program", "seeded": "UMAP, random_state", "unseeded": "UMAP, any seed"}


def fitted(way: str, vectors: np.ndarray) -> None:
    """Draw the map of the papers once; imports count for whoever comes first."""
    if way == "ours":
        from digest.map.layout import cold

        cold(vectors)
    else:
        from umap import UMAP

        UMAP(metric="cosine", random_state=0 if way == "seeded" else None).fit_transform(vectors)


def again(vectors: np.ndarray) -> float:
    """Seconds of a rebuild with 1 % more papers, its figures included."""
    from digest.map.layout import rebuilt

    ids, before = [str(number) for number in range(len(vectors))], len(vectors) * 100 // 101
    layout = rebuilt(None, ids[:before], vectors[:before], DAY)
    return timed(lambda: rebuilt(layout, ids, vectors, DAY))


def timed(call: Callable[[], object]) -> float:
    """Seconds of a call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def measured(way: str, file: str, papers: int, warm: int) -> dict[str, float]:
    """What this process sees: the first fit with its imports and compilation, then warm ones, and peak memory."""
    import warnings

    warnings.simplefilter("ignore")
    vectors = np.load(file)[:papers].copy()
    found = {"fresh": timed(lambda: fitted(way, vectors))}
    if warm:
        began = time.process_time()
        found["warm"] = median(timed(lambda: fitted(way, vectors)) for _ in range(warm))
        found["cpu"] = (time.process_time() - began) / warm
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if way == "ours" and warm:
        found["again"] = median(again(vectors) for _ in range(warm))
    return found


def fresh(way: str, file: Path, papers: int, warm: int, cache: str) -> dict[str, float]:
    """`measured` in a new process, with compiled code kept under `cache`."""
    command = [sys.executable, __file__, way, str(file), str(papers), str(warm)]
    kept = os.environ | {"NUMBA_CACHE_DIR": cache}
    done = subprocess.run(command, env=kept, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def table(vectors: np.ndarray, sizes: tuple[int, ...], rounds: int) -> None:
    """Print the table of times; medians of `rounds` warm fits."""
    print("\n| Layout | Papers | First ever, s | Fresh process, s | Warm, s | CPU, s | x seeded | +1 %, s | MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "vectors.npy"
        np.save(file, vectors)
        for papers in sizes:
            found = {}
            for way in WAYS:
                cache = f"{folder}/{way}-{papers}"
                first = fresh(way, file, papers, 0, cache)["fresh"] if papers == sizes[0] else float("nan")
                found[way] = {"first": first} | fresh(way, file, papers, rounds, cache)
            for way, seen in found.items():
                print(_line(NAMES[way], papers, seen, seen["warm"] / found["seeded"]["warm"]), flush=True)


def _line(name: str, papers: int, seen: dict[str, float], ratio: float) -> str:
    cells = [seen["first"], seen["fresh"], seen["warm"], seen["cpu"], ratio, seen.get("again", float("nan"))]
    figures = " | ".join("" if np.isnan(cell) else f"{cell:.2f}" for cell in cells)
    return f"| {name} | {papers:,} | {figures} | {seen['peak']:.0f} |"


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
