"""What is written for a map with more papers than one page takes; how it behaves is tests/browser's."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digest.assets import Assets
from digest.map.page import PageFiles, write_page
from digest.map.page.chunks import LISTED, Chunked, hashed
from digest.map.page.density import density_picture
from digest.map.page.overview import among, newest, write_pages
from digest.records.maps import MapView
from tests.invented_maps import map_view, nasty_view

PAPERS, LIMIT, CHUNK = 400, 120, 40


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    folder = tmp_path / "libraries"
    (folder / "licences").mkdir(parents=True)
    (folder / "deck.gl.js").write_text("var deck = '<!-- <script> </script>';\n")
    (folder / "licences/deck.gl.txt").write_text("Do what you like.")
    return folder


def write(view: MapView, folder: Path, libraries: Path, limit: int = LIMIT) -> PageFiles:
    assets = Assets(folder)
    return write_pages(view, folder / "map", libraries, assets, assets.strings(view.language), limit, CHUNK)


def told(folder: Path, name: str) -> Any:
    return json.loads((folder / f"map/data/{name}.json").read_text(encoding="utf-8"))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_up_to_the_limit_it_is_the_ordinary_page(tmp_path: Path, libraries: Path) -> None:
    write(map_view(PAPERS), tmp_path, libraries)
    write(map_view(100), tmp_path, libraries)
    assets = Assets(tmp_path)
    write_page(map_view(100), tmp_path / "plain", libraries, assets, assets.strings("en"))
    assert files(tmp_path / "map") == files(tmp_path / "plain")


def test_the_same_view_gives_the_same_bytes(tmp_path: Path, libraries: Path) -> None:
    write(map_view(PAPERS), tmp_path / "one", libraries)
    write(map_view(PAPERS), tmp_path / "two", libraries)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_chunks_hold_each_paper_once(tmp_path: Path, libraries: Path) -> None:
    view = map_view(PAPERS)
    written = write(view, tmp_path, libraries)
    manifest = told(tmp_path, "map")
    boxes = manifest["far"]["chunks"]
    assert manifest["papers"] == PAPERS and manifest["far"]["inSight"] == 15 * CHUNK
    assert [start for start, *_ in boxes] == np.cumsum([0, *(count for _, count, *_ in boxes)])[:-1].tolist()
    assert sum(count for _, count, *_ in boxes) == PAPERS and max(count for _, count, *_ in boxes) <= CHUNK
    known = {paper.id: (paper, place) for paper, place in zip(view.papers, view.positions, strict=True)}
    seen = []
    for number, (_, count, x0, x1, y0, y1) in enumerate(boxes):
        named, points = told(tmp_path, f"titles/{number:04}"), told(tmp_path, f"points/{number:04}")
        kind, at, length = points["columns"]["positions"]
        steps = np.frombuffer(base64.b64decode(points["packed"]), f"<{kind}", length, at).reshape(-1, 2)
        low, step = np.array(points["frame"][:2]), np.array(points["frame"][2:])
        assert len(named["ids"]) == count == len(steps)
        for paper, title, place in zip(named["ids"], named["titles"], low + steps * step, strict=True):
            assert title == known[paper][0].title and place == pytest.approx(known[paper][1], abs=1e-3)
            assert x0 - 1e-3 <= place[0] <= x1 + 1e-3 and y0 - 1e-3 <= place[1] <= y1 + 1e-3
        seen += named["ids"]
    assert sorted(seen) == sorted(known)
    place = told(tmp_path, f"ids/{hashed(seen[77]) % manifest['far']['idShards']:04}")[seen[77]]
    assert place == 77 and told(tmp_path, "cards/0001")[13][0] == list(known[seen[77]][0].authors)
    first = ("index.html", "page.css", "page.js", "libraries.js", "data/map.json", "data/titles.json")
    assert written.first_load == sum(written.sizes[name] for name in (*first, "data/density.png"))
    assert written.sizes == {name: len(content) for name, content in files(tmp_path / "map").items()}


def test_papers_in_one_place_are_cut_by_number() -> None:
    view = map_view(100, positions=np.zeros((100, 2), np.float32))
    assert Chunked(view, 40).stretches() == [(0, 40), (40, 80), (80, 100)]


def test_names_list_their_newest_papers(tmp_path: Path, libraries: Path) -> None:
    view = map_view(PAPERS)
    write(view, tmp_path, libraries)
    topic, group = told(tmp_path, "lists/t2"), told(tmp_path, "lists/g1")
    assert len(topic["papers"]) == LISTED and len(topic["days"]) == 67 and len(group["days"]) == 134
    days = [day for *_, day in topic["papers"]]
    assert days == sorted(days, reverse=True) and days[0] == max(topic["days"])
    assert all("Glaciers" in title for _, _, title, _ in topic["papers"])


def test_each_category_has_its_own_page(tmp_path: Path, libraries: Path) -> None:
    write(map_view(PAPERS), tmp_path, libraries)
    places = told(tmp_path, "map")["far"]["places"]
    assert [name for _, _, name, _, _ in places] == ["Language", "Vision", "Other"]
    assert {url for _, url, *_ in places} == {
        f"categories/{s}/index.html" for s in ("language", "vision", "other")
    }
    assert places[0][3:] == [134, "its newest 120 of 134 papers"]
    page = (tmp_path / "map/categories/language/index.html").read_text(encoding="utf-8")
    assert "<title>A map of invented papers · Language (its newest 120 of 134 papers)</title>" in page
    assert 'href="../../quality.html"' in page


def test_a_category_keeps_its_places_its_newest_papers_and_its_links() -> None:
    view = map_view(PAPERS)
    view = replace(view, papers=(replace(view.papers[0], report_url="https://x.org/a"), *view.papers[1:]))
    rows = [row for row, paper in enumerate(view.papers) if paper.category == "language"]
    kept = newest(view, rows, 20)
    assert len(kept) == 20 and kept == sorted(kept)
    left = set(rows) - set(kept)
    assert min(view.papers[r].date for r in kept) >= max(view.papers[r].date for r in left)
    part = among(view, [0, *kept], "Part")
    assert np.array_equal(part.positions, view.positions[[0, *kept]])
    assert part.papers[0].report_url == "https://x.org/a"
    assert part.papers[1].report_url.startswith("../../../2026/01/")
    assert all(len(way.labels) == 21 for way in part.assignments)
    assert part.links.quality == "../../quality.html"


def test_a_taxonomy_cannot_lead_out_of_the_folder(tmp_path: Path, libraries: Path) -> None:
    view = nasty_view(300)
    write(view, tmp_path, libraries)
    assert {path.name for path in tmp_path.iterdir()} == {"libraries", "map"}
    for name, content in files(tmp_path / "map/data").items():
        if name.endswith(".json"):
            assert b"<" not in content and json.loads(content) is not None


def test_hashes_are_those_of_the_page() -> None:
    assert (hashed(""), hashed("a"), hashed("foobar")) == (0x811C9DC5, 0xE40C292C, 0xBF9CF968)
    assert hashed("논문") != hashed("논 문")


def test_the_picture_is_a_picture_of_the_papers() -> None:
    view = map_view(PAPERS)
    drawn, (x0, x1, y0, y1) = density_picture(view.positions, np.zeros(PAPERS, np.int64), 3)
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", drawn[16:24])
    size = struct.unpack(">I", drawn[33:37])[0]
    pixels = np.frombuffer(zlib.decompress(drawn[41 : 41 + size]), np.uint8).reshape(height, -1)
    assert not pixels[:, 0].any()
    opaque = pixels[:, 1:].reshape(height, width, 4)[:, :, 3] > 0
    # Where there are papers there is colour, also at the top and at the bottom.
    inside = view.positions[np.abs(view.positions - np.median(view.positions, axis=0)).max(axis=1) < 9]
    columns = ((inside[:, 0] - x0) / (x1 - x0) * width).astype(int)
    rows = height - 1 - ((inside[:, 1] - y0) / (y1 - y0) * height).astype(int)
    assert opaque[rows, columns].mean() > 0.95 and opaque.mean() < 0.2


def test_phrases_of_the_overview_are_in_no_other_page(tmp_path: Path, libraries: Path) -> None:
    write(map_view(PAPERS), tmp_path, libraries)
    own, assets = told(tmp_path, "map")["phrases"], Assets(tmp_path)
    asked = set()
    for script in assets.find("templates", "map/page.js").parent.glob("far-*.js"):
        asked |= set(re.findall(r"say\('(\w+)'", script.read_text(encoding="utf-8")))
    assert asked <= own.keys() and any(key.startswith("far_") for key in asked)
    write(map_view(100), tmp_path, libraries)
    page = (tmp_path / "map/index.html").read_text(encoding="utf-8")
    assert "far_" not in page


def test_days_before_the_epoch_and_empty_names(tmp_path: Path, libraries: Path) -> None:
    view = map_view(PAPERS)
    old = tuple(replace(paper, date=date(1950, 1, 1)) for paper in view.papers[:6])
    write(replace(view, papers=(*old, *view.papers[6:])), tmp_path, libraries)
    assert min(told(tmp_path, "lists/t0")["days"]) < 0
