"""The map's page beside datamapplot's own with the same content, in headless Chromium, in one run.

    python benchmarks/map_page.py --data FOLDER [--papers 54000] [--repeats 3]

FOLDER (or BENCH_DATA) has arxiv.jsonl.gz. Titles are embedded locally, laid out by PCA and sorted by k-means into
150 topics and 10 groups: neither page is faster or slower for a better layout. TL;DR and the other fields of a
card are sentences of the abstract. Plain datamapplot: `create_interactive_plot(inline_data=False)` with the tree,
the search (in one column that holds titles, authors, topics and TL;DRs), the histogram, and whole cards for the
hover; its libraries are answered from files fetched before by npm, its fonts and style sheets with nothing. Both
pages are served from this machine. Labels: the first frame with names, from the navigation. Search: from the
input to the frame with its answer, waiting for a pause in typing included; the median over queries. Medians of
the repeats, each in a new context.
"""

from __future__ import annotations

import gzip
import html
import json
import os
import re
import shutil
import statistics
import subprocess
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import workload

from digest.assets import Assets
from digest.config import load_config
from digest.http import Client
from digest.map.libraries import default_cache, fetch_libraries
from digest.map.page import write_page
from digest.map.plotting import load_datamapplot
from digest.providers.local.static import StaticModel
from digest.records import Category
from digest.records.maps import Assignment, MapPaper, MapTopic, MapView

QUERIES = ("diffusion", "language model", "kim", "retrieval augmented generation", "the")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
FIELDS = ("tldr", "eli5", "problem", "method", "result", "application", "abstract")
# What plain datamapplot's page asks a CDN for, pinned here.
PINNED = {
    "deck.gl": ("9.1.14", "dist.min.js"),
    "apache-arrow": ("18.1.0", "Arrow.es2015.min.js"),
    "d3": ("7.9.0", "dist/d3.min.js"),
}
CATEGORY = Category("all", "📦", {"en": "All"})


def papers(folder: Path, count: int) -> list[MapPaper]:
    """The corpus's first papers with cards made of sentences of their abstracts."""
    made = []
    with gzip.open(folder / workload.CORPUS, "rt", encoding="utf-8") as lines:
        for _, line in zip(range(count), lines, strict=False):
            row = json.loads(line)
            said = re.split(r"(?<=[.!?])\s+", row["abstract"])
            texts = {name: said[min(i, len(said) - 1)] for i, name in enumerate(FIELDS)} | {
                "abstract": row["abstract"]
            }
            made.append(
                MapPaper(
                    id=f"arxiv:{row['id']}",
                    title=row["title"],
                    authors=tuple(row["authors"]),
                    date=date.fromisoformat(row["first_day"]),
                    source="arxiv",
                    provider="local",
                    category="all",
                    url=f"https://arxiv.org/abs/{row['id']}",
                    pdf_url=f"https://arxiv.org/pdf/{row['id']}",
                    arxiv=row["primary"],
                    **texts,
                )
            )
    return made


def view_of(made: list[MapPaper]) -> MapView:
    """A view with 150 topics in 10 groups, named by their number and commonest title word."""
    from sklearn.cluster import KMeans, MiniBatchKMeans
    from sklearn.decomposition import PCA

    vectors = StaticModel.load().embed([paper.title for paper in made])
    positions = (PCA(2, random_state=0).fit_transform(vectors) * 30).astype(np.float32)
    topics = MiniBatchKMeans(150, random_state=0, n_init=1).fit(vectors)
    groups = KMeans(10, random_state=0, n_init=1).fit_predict(topics.cluster_centers_)
    labels = topics.labels_.astype(np.int32)
    names = tuple(f"Topic {i} of {made[int(np.argmax(labels == i))].title.split()[0]}" for i in range(150))
    shown = Assignment(
        "topics", labels, names, tuple(int(g) for g in groups), tuple(f"Group {i}" for i in range(10)),
        ids=tuple(range(1, 151)),
    )  # fmt: skip
    told = tuple(MapTopic(i + 1, names[i], "", "all", date(2025, 3, 1)) for i in range(150))
    return MapView("A map", "en", date(2026, 3, 31), tuple(made), positions, told, (CATEGORY,), (shown,))


def plain_page(view: MapView, folder: Path) -> float:
    """datamapplot's page with the same content; the seconds it took."""
    load_datamapplot()
    from datamapplot import create_interactive_plot
    from pandas import DataFrame

    (shown,) = view.assignments
    fine = np.array(shown.names)[shown.labels]
    coarse = np.array(shown.group_names)[np.array(shown.groups)[shown.labels]]
    begun = time.perf_counter()
    columns = {
        "title": [p.title for p in view.papers],
        "authors": [", ".join(p.authors) for p in view.papers],
        "day": [p.date.isoformat() for p in view.papers],
        "url": [p.url for p in view.papers],
        **{name: [getattr(p, name) for p in view.papers] for name in FIELDS},
    }
    columns["found"] = [
        " ".join(parts) for parts in zip(columns["title"], columns["authors"], fine, columns["tldr"], strict=True)
    ]
    escaped = DataFrame({name: [html.escape(text) for text in texts] for name, texts in columns.items()})
    page = create_interactive_plot(
        view.positions,
        fine,
        coarse,
        hover_text=list(escaped["title"]),
        extra_point_data=escaped,
        hover_text_html_template="".join(f"<p>{{{name}}}</p>" for name in ("title", "authors", "day", *FIELDS)),
        enable_search=True,
        search_field="found",
        enable_topic_tree=True,
        histogram_data=escaped["day"],
        histogram_group_datetime_by="week",
        inline_data=False,
        offline_data_path=folder / "plain",
        title="A map",
    )
    page.save(str(folder / "index.html"))
    return time.perf_counter() - begun


def plain_libraries(folder: Path) -> dict[str, bytes]:
    """The libraries of datamapplot's page by package name, fetched by the npm client."""
    found = {}
    for package, (version, path) in PINNED.items():
        place = folder / package.replace("/", "-")
        place.mkdir()
        subprocess.run(
            ["npm", "pack", f"{package}@{version}", "--silent"], cwd=place, check=True, capture_output=True
        )
        with tarfile.open(next(place.glob("*.tgz"))) as archive:
            content = archive.extractfile(f"package/{path}")
            assert content is not None
            found[package] = content.read()
    return found


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder's address on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()


OURS = {
    "labels": "document.documentElement.dataset.labels",
    "points": "document.documentElement.dataset.points",
    "search": "#search",
    "answer": "document.querySelector('#found').textContent + document.querySelector('#search').dataset.took",
}
# datamapplot says nothing of when it shows what; its layers are asked in every frame.
PLAIN = {
    "labels": "window.seenLabels",
    "points": "window.seenPoints",
    "search": "#text-search",
    "answer": "String(window.datamap.updateTriggerCounter)",
}
WATCH = """
(() => {
  const look = () => {
    const map = window.datamap;
    if (map?.labelLayer?.isLoaded) window.seenLabels ??= Math.round(performance.now());
    if (map?.pointLayer?.isLoaded) window.seenPoints ??= Math.round(performance.now());
    if (!window.seenLabels || !window.seenPoints) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def visit(browser: Any, url: str, how: dict[str, str], libraries: dict[str, bytes]) -> dict[str, float]:
    """One visit in a new context: seconds to labels and points, megabytes until then, milliseconds of a search."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(240_000)
    bytes_: list[int] = []
    page.on("response", lambda answer: bytes_.append(int(answer.headers.get("content-length", 0))))
    if libraries:
        page.add_init_script(WATCH)
        page.route(lambda asked: "127.0.0.1" not in asked, lambda route: outside(route, libraries))
    page.goto(url)
    seen: dict[str, float] = {}
    while "labels" not in seen or "points" not in seen:
        page.wait_for_timeout(100)
        for name in ("labels", "points"):
            at = page.evaluate(how[name])
            if at is not None:
                seen[name] = float(at) / 1000
    seen["MB"] = sum(bytes_) / 1e6
    page.click(how["search"])
    page.wait_for_timeout(15_000)
    seen["search"] = statistics.median(searched(page, how, query) for query in QUERIES)
    context.close()
    return seen


def outside(route: Any, libraries: dict[str, bytes]) -> None:
    """Answer what datamapplot's page asks other hosts for."""
    found = next((content for name, content in libraries.items() if f"/{name}@" in route.request.url), None)
    if found is None:
        route.fulfill(status=200, content_type="text/css", body="")
    else:
        headers = {"content-length": str(len(found)), "access-control-allow-origin": "*"}
        route.fulfill(status=200, content_type="text/javascript", body=found, headers=headers)


def searched(page: Any, how: dict[str, str], query: str) -> float:
    """Milliseconds from typing to the frame after the answer."""
    script = f"""(query) => new Promise((resolve) => {{
      const field = document.querySelector({json.dumps(how["search"])});
      const told = () => {how["answer"]};
      const before = told();
      const begun = performance.now();
      const look = () => (told() === before && performance.now() - begun < 5000
        ? requestAnimationFrame(look) : resolve(performance.now() - begun));
      field.value = query;
      field.dispatchEvent(new Event('input', {{ bubbles: true }}));
      requestAnimationFrame(look);
    }})"""
    return float(page.evaluate(script, query))


def main() -> None:
    """Build both pages and visit each in turn."""
    asked = workload.parser(__doc__)
    asked.add_argument("--papers", type=int, default=54_000)
    told = asked.parse_args()
    from playwright.sync_api import sync_playwright

    view = view_of(papers(told.data, told.papers))
    with tempfile.TemporaryDirectory() as place:
        ours, plain = Path(place, "ours"), Path(place, "plain")
        plain.mkdir()
        cache = default_cache(os.environ, Path.home())
        libraries = fetch_libraries(cache, Client(load_config(Path(place), {}, {})))
        assets = Assets(Path(place))
        write_page(view, ours, libraries, assets, assets.strings("en"))
        begun = time.perf_counter()
        write_page(view, ours, libraries, assets, assets.strings("en"))
        writing = {"ours": time.perf_counter() - begun, "plain": plain_page(view, plain)}
        outside_ = plain_libraries(Path(place))
        with sync_playwright() as starter, served(ours) as one, served(plain) as other:
            path = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = starter.chromium.launch(executable_path=path, args=FLAGS)
            runs: dict[str, list[dict[str, float]]] = {"ours": [], "plain": []}
            for _ in range(told.repeats):
                runs["ours"].append(visit(browser, one, OURS, {}))
                runs["plain"].append(visit(browser, other, PLAIN, outside_))
            browser.close()
    print(f"{told.papers:,} papers, medians of {told.repeats}")
    for name, visits in runs.items():
        middle = {key: statistics.median(seen[key] for seen in visits) for key in visits[0]}
        print(
            f"{name:6} written in {writing[name]:.1f} s; labels {middle['labels']:.2f} s, "
            f"points {middle['points']:.2f} s, first load {middle['MB']:.1f} MB, search {middle['search']:.0f} ms"
        )


if __name__ == "__main__":
    main()
