"""The page of a map with more papers than a browser takes at once: an overview, and a map of each category.

The overview is a picture of where papers are, with all names; points come in chunks for the part that is seen from
near. Each category has an ordinary page of its own papers, which lie where they lie on the overview.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from digest.assets import Assets
from digest.map.cards import Linked, column
from digest.map.framing import framed
from digest.map.libraries import SCRIPTS
from digest.map.page import FIRST, OWN_FILES, OWN_SCRIPTS, PageFiles, html, template, write_page, write_text
from digest.map.page.chunks import CHUNK, Chunked, own_counts
from digest.map.page.contents import SHARD, check, told_of
from digest.map.page.density import density_picture
from digest.map.page.encoding import json_text, shown
from digest.map.page.labels import placed_labels
from digest.records.maps import MapLinks, MapView

# More papers than these are not on one page.
PAGE_LIMIT = 150_000
# Points are drawn where so many chunks' worth of papers are in sight, or fewer.
IN_SIGHT = 15
SCRIPTS_FAR = (*OWN_SCRIPTS[:-1], "far-scene", "far-plot", "far-parts", "far-search", "far-page")
# Where the categories' maps are, seen from the overview, and the way back to what its addresses are relative to.
CATEGORIES, UP = "categories", "../../"
_RELATIVE = re.compile(r"(?![a-z][a-z0-9+.-]*:|/|#)", re.IGNORECASE)


def write_pages(
    view: MapView,
    folder: Path,
    libraries: Path,
    assets: Assets,
    phrases: Mapping[str, str],
    limit: int = PAGE_LIMIT,
    chunk: int = CHUNK,
) -> PageFiles:
    """Write the map's page as `write_page` does, or an overview and a page per category above `limit` papers.

    The sizes are those of the page or of the overview, and of all pages in the folders of categories.
    """
    stale = folder / CATEGORIES
    if len(view.papers) <= limit:
        written = write_page(view, folder, libraries, assets, phrases)
        shutil.rmtree(stale, ignore_errors=True)
        return written
    check(view)
    shutil.rmtree(stale, ignore_errors=True)
    places: list[Any] = []
    sizes: dict[str, int] = {}
    members: dict[str, list[int]] = {}
    for row, slug in enumerate(column(view.papers, "category")):
        members.setdefault(slug, []).append(row)
    for number, category in enumerate(view.categories):
        if rows := members.get(category.slug):
            name, all_, rows = category.name(view.language), len(rows), newest(view, rows, limit)
            left_out = phrases["far_newest"].format(count=f"{len(rows):,}", all=f"{all_:,}")
            told = left_out if len(rows) < all_ else ""
            title = f"{view.title} · {name}" + (f" ({told})" if told else "")
            at = stale / category.slug
            files = write_page(among(view, rows, title), at, libraries, assets, phrases)
            sizes |= {f"{CATEGORIES}/{category.slug}/{part}": size for part, size in files.sizes.items()}
            places.append([number, f"{CATEGORIES}/{category.slug}/index.html", shown(name), all_, told])
    own = _overview(view, folder, libraries, assets, phrases, places, chunk)
    return PageFiles(own.sizes | sizes, own.first_load, False)


def newest(view: MapView, rows: list[int], limit: int) -> list[int]:
    """At most so many of the rows, the newest papers', in their order."""
    if len(rows) <= limit:
        return rows
    days = column(view.papers, "date")
    return sorted(sorted(rows, key=lambda row: (days[row], row), reverse=True)[:limit])


def among(view: MapView, rows: list[int], title: str) -> MapView:
    """The same map with some of its papers only, two folders farther down."""
    return replace(
        view,
        title=title,
        papers=Linked(view.papers, lambda paper: _up(paper.report_url), rows),
        positions=view.positions[rows],
        assignments=tuple(
            replace(way, labels=way.labels[rows], positions=None if way.positions is None else way.positions[rows])
            for way in view.assignments
        ),
        links=MapLinks(*(_up(link) for link in (view.links.reports, view.links.quality, view.links.observations))),
    )


def _up(url: str) -> str:
    return f"{UP}{url}" if url and _RELATIVE.match(url) else url


def _overview(
    view: MapView, folder: Path, libraries: Path, assets: Assets, phrases: Mapping[str, str], places: list[Any],
    chunk: int,
) -> PageFiles:  # fmt: skip
    style = template(assets, "page.css") + template(assets, "far.css")
    script = "'use strict';\n(() => {\n" + "".join(template(assets, f"{n}.js") for n in SCRIPTS_FAR) + "})();\n"
    vendor = "".join((libraries / name).read_text(encoding="utf-8") for name in SCRIPTS)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "data", ignore_errors=True)
    sizes, digest = {}, hashlib.sha256()
    own = {"page.css": style, "libraries.js": vendor, "page.js": script}
    licences = {f"licences/{n.name}": n.read_text(encoding="utf-8") for n in (libraries / "licences").iterdir()}
    for name, text in {**own, **licences}.items():
        sizes[name] = write_text(folder / name, text)
    for name, content in _contents(view, phrases, places, chunk):
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sizes[f"data/{name}"] = len(content)
        digest.update(hashlib.sha256(content).digest())
    for text in own.values():
        digest.update(hashlib.sha256(text.encode()).digest())
    page = html(view, assets, phrases, OWN_FILES, version=digest.hexdigest()[:12], first=FIRST)
    sizes["index.html"] = write_text(folder / "index.html", page)
    first = ("index.html", *own, *(f"data/{name}.json" for name in FIRST), "data/density.png")
    return PageFiles(sizes, sum(sizes[name] for name in first), False)


def _contents(
    view: MapView, phrases: Mapping[str, str], places: list[Any], chunk: int
) -> Iterator[tuple[str, bytes]]:
    """The overview's data as (name, content), one after the other: together they may be larger than memory."""
    chunked = Chunked(view, chunk)
    slugs = {category.slug: number for number, category in enumerate(view.categories)}
    kinds = np.array([slugs.get(slug, -1) for slug in column(view.papers, "category")], dtype=np.int64)
    picture, bounds = density_picture(view.positions, kinds, len(slugs))
    yield "density.png", picture
    sources, providers = (sorted(set(column(view.papers, name))) for name in ("source", "provider"))
    far = {
        "chunks": chunked.boxes(),
        "picture": bounds,
        "idShards": chunked.shards,
        "places": places,
        "counts": [int(count) for count in np.bincount(kinds[kinds >= 0], minlength=len(slugs))],
        "bounds": _bounds(view),
        "inSight": IN_SIGHT * chunk,
    }
    said = {k.removeprefix("map_"): v for k, v in phrases.items() if k.startswith(("map_", "far_"))}
    told = {**told_of(view, sources, providers, said), "far": far, **_no_papers()}
    told["assignments"] = told["assignments"][:1]
    way = view.assignments[0]
    named = placed_labels(replace(way, positions=None), view.positions)
    for line in (*named["labels"], *named["groups"]):
        line[0] = shown(line[0])
    yield "map.json", json_text({**told, "shown": own_counts(way, named)}).encode()
    yield "titles.json", json_text({"ids": [], "titles": []}).encode()
    for parts in (chunked.points(sources, providers), chunked.ids(), chunked.lists(), chunked.cards(SHARD)):
        for name, text in parts:
            yield f"{name}.json", text.encode("utf-8", "replace")


def _bounds(view: MapView) -> list[float]:
    """What the page shows first, x0, x1, y0, y1: nearly all papers, as on any page."""
    low, high = framed(view.positions)
    return [round(float(bound), 4) for bound in (low[0], high[0], low[1], high[1])]


def _no_papers() -> dict[str, Any]:
    """The columns of a page whose papers come with their chunks."""
    kinds = {"days": "i4", "provisional": "u1"}
    names = ("positions", "topics", "categories", "sources", "providers", *kinds)
    columns = {name: [kinds.get(name, "u2"), 0, 0] for name in names}
    return {"frame": [0, 0, 1, 1], "columns": columns, "packed": ""}
