"""What is written for the page: its parts, its encodings, its policy; how it behaves is tests/browser's."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digest.assets import Assets
from digest.map.page import PageFiles, write_page
from digest.map.page.contents import NONE, SHARD
from digest.map.page.encoding import STEPS, Columns, address, along_a_curve, day_number, json_text
from digest.map.page.labels import placed_labels
from digest.records.maps import Assignment, MapView
from tests.invented_maps import FIRST_DAY, NASTY, map_view, nasty_view


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    folder = tmp_path / "libraries"
    (folder / "licences").mkdir(parents=True)
    (folder / "deck.gl.js").write_text("var deck = '<!-- <script> </script>';\n")
    (folder / "licences/deck.gl.txt").write_text("Do what you like.")
    return folder


def write(view: MapView, folder: Path, libraries: Path, **more: Any) -> PageFiles:
    assets = Assets(folder)
    return write_page(view, folder / "map", libraries, assets, assets.strings(view.language), **more)


class Blocks(HTMLParser):
    """The scripts and styles of a page as a browser would find them, and its policy."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.policy = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in ("script", "style"):
            self.found.append((tag, told, ""))
        if told.get("http-equiv") == "Content-Security-Policy":
            self.policy = told["content"] or ""

    def handle_data(self, text: str) -> None:
        if self.cdata_elem:
            tag, told, before = self.found[-1]
            self.found[-1] = (tag, told, before + text)

    def block(self, name: str) -> Any:
        return json.loads(next(text for _, told, text in self.found if told.get("id") == f"data/{name}"))


def unpacked(told: dict[str, Any], name: str) -> np.ndarray[Any, Any]:
    kind, offset, length = told["columns"][name]
    return np.frombuffer(base64.b64decode(told["packed"]), f"<{kind}", length, offset)


def test_one_file_holds_everything_and_allows_its_own_scripts_only(tmp_path: Path, libraries: Path) -> None:
    files = write(map_view(), tmp_path, libraries)
    assert files.one_file and set(files.sizes) == {"index.html", "licences/deck.gl.txt"}
    page = (tmp_path / "map/index.html").read_text(encoding="utf-8")
    assert files.first_load == files.sizes["index.html"] == len(page.encode())
    blocks = Blocks(page)
    run = [(tag, text) for tag, told, text in blocks.found if told.get("type") is None]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for _, text in run]
    assert [tag for tag, _ in run] == ["style", "script", "script"]
    rules = dict(rule.strip().split(" ", 1) for rule in blocks.policy.split(";"))
    assert rules["style-src"] == f"'sha256-{hashes[0]}'"
    assert rules["script-src"] == f"'sha256-{hashes[1]}' 'sha256-{hashes[2]}'"
    assert rules["default-src"] == rules["connect-src"] == "'none'"
    assert run[1][1] == "var deck = '\\x3C!-- \\x3Cscript> \\x3C/script>';\n"
    assert not re.search(r"""(?:src|href)=["']?https?:""", page)


def test_above_the_limit_data_lies_beside_the_page(tmp_path: Path, libraries: Path) -> None:
    write(map_view(), tmp_path, libraries)
    files = write(map_view(), tmp_path, libraries, inline_limit=299)
    shards = -(-300 // SHARD)
    assert not files.one_file and sum(name.startswith("data/cards/") for name in files.sizes) == shards
    first = ("index.html", "page.css", "page.js", "libraries.js", "data/map.json", "data/titles.json")
    assert files.first_load == sum(files.sizes[name] for name in first)
    blocks = Blocks((tmp_path / "map/index.html").read_text(encoding="utf-8"))
    assert "script-src 'self'" in blocks.policy and not any(text for _, _, text in blocks.found)
    written = {str(p.relative_to(tmp_path / "map")) for p in (tmp_path / "map").rglob("*") if p.is_file()}
    assert written == set(files.sizes)
    write(map_view(60), tmp_path, libraries)
    assert not (tmp_path / "map/data").exists() and not (tmp_path / "map/page.js").exists()


def test_same_view_same_bytes_and_other_data_another_version(tmp_path: Path, libraries: Path) -> None:
    page = tmp_path / "map/index.html"
    pages = []
    for view in (map_view(), map_view(), map_view(title="Another")):
        write(view, tmp_path, libraries, inline_limit=0)
        pages.append(page.read_bytes())
    assert pages[0] == pages[1]
    versions = [re.search(rb'data-version="(\w{12})"', content) for content in pages]
    assert all(versions) and versions[0][1] == versions[1][1] != versions[2][1]  # type: ignore[index]


def test_what_is_written_is_what_was_given(tmp_path: Path, libraries: Path) -> None:
    view = map_view()
    write(view, tmp_path, libraries)
    blocks = Blocks((tmp_path / "map/index.html").read_text(encoding="utf-8"))
    map_, titles = blocks.block("map"), blocks.block("titles")
    place = {paper.id: i for i, paper in enumerate(view.papers)}
    order = [place[id_] for id_ in titles["ids"]]
    assert sorted(order) == list(range(300))
    assert titles["titles"] == [view.papers[i].title for i in order]
    assert unpacked(map_, "days").tolist() == [day_number(view.papers[i].date) for i in order]
    x0, y0, dx, dy = map_["frame"]
    positions = unpacked(map_, "positions").reshape(-1, 2) * (dx, dy) + (x0, y0)
    assert np.abs(positions - view.positions[order]).max() < 2 * np.ptp(view.positions) / STEPS
    assert unpacked(map_["shown"], "labels").tolist() == [i % 6 for i in order]
    topics = unpacked(map_, "topics").reshape(300, -1)
    assert topics[0].tolist() == [order[0] % 6, (order[0] + 1) % 6, NONE, NONE]
    method = blocks.block("assignment-method")
    assert (unpacked(method, "labels") == NONE).sum() == 60 and method["frame"] is not None
    cards = [card for shard in range(-(-300 // SHARD)) for card in blocks.block(f"cards/{shard:04}")]
    assert [card[1] for card in cards] == [view.papers[i].tldr for i in order]
    assert cards[0][-1] == sorted({0: 0, 1: 1, 2: 2}[c] for c in {(order[0] % 6) // 2, 2})
    neighbours = np.linalg.norm(np.diff(view.positions[order], axis=0), axis=1)
    assert np.median(neighbours) < 1.5


def test_hostile_texts_stay_texts_and_hostile_addresses_are_dropped(tmp_path: Path, libraries: Path) -> None:
    view = nasty_view()
    write(view, tmp_path, libraries)
    page = (tmp_path / "map/index.html").read_text(encoding="utf-8")
    blocks = Blocks(page)
    assert sum(told.get("type") is None for _, told, _ in blocks.found) == 3
    assert "\u202e" not in page and "\u2066" not in page and "\u2028" not in page
    titles = blocks.block("titles")["titles"]
    assert {NASTY[0], NASTY[1], NASTY[2], NASTY[3], NASTY[5], NASTY[6], "", "__proto__"} <= set(titles)
    for shard in range(-(-60 // SHARD)):
        for card in blocks.block(f"cards/{shard:04}"):
            assert card[9:12] == ["", "", ""]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://arxiv.org/abs/2601.00001", "https://arxiv.org/abs/2601.00001"),
        ("https://example.org/a?b=c&d='e'", "https://example.org/a?b=c&d=%27e%27"),
        ("../2026/01/2026-01-05.html#p-arxiv:1.2", "../2026/01/2026-01-05.html#p-arxiv:1.2"),
        ("javascript:alert(1)", ""),
        (" javascript:alert(1)", ""),
        ("//evil.example/x", ""),
        ("data:text/html,x", ""),
        ('x" onclick="y', ""),
        ("..//evil.example", ""),
        ("", ""),
    ],
)
def test_addresses(given: str, kept: str) -> None:
    assert address(given) == kept


def test_json_may_stand_in_a_page() -> None:
    text = json_text({"a": list(NASTY)})
    assert "<" not in text and "\u2028" not in text and json.loads(text) == {"a": list(NASTY)}
    with pytest.raises(ValueError, match="Out of range"):
        json_text({"a": float("nan")})


def test_columns_are_aligned_and_positions_come_back() -> None:
    columns = Columns()
    columns.add("odd", np.arange(3), "u1")
    frame = columns.add_positions("places", np.array([[-1, 5], [3, 5]], dtype=np.float32))
    assert columns.table == {"odd": ["u1", 0, 3], "places": ["u2", 4, 4]} and len(columns.packed()) == 12
    assert np.frombuffer(columns.packed(), "<u2", 4, 4).tolist() == [0, 0, STEPS, 0]
    assert frame[:2] == [-1, 5] and frame[2] * STEPS == pytest.approx(4)


def test_the_curve_visits_quarter_after_quarter() -> None:
    grid = np.array([[x, y] for x in range(8) for y in range(8)], dtype=np.float32)
    quarters = [tuple((grid[i] >= 4).astype(int)) for i in along_a_curve(grid)]
    assert len({*quarters[:16]}) == len({*quarters[16:32]}) == 1 and len({*quarters}) == 4


def test_days_before_1970_are_negative() -> None:
    assert day_number(FIRST_DAY.replace(year=1969)) < 0


def test_a_label_stands_among_its_papers_and_not_between_two_islands() -> None:
    noise = np.random.default_rng(0).normal(size=(90, 2)) * 0.2
    positions = (noise + np.repeat([(0, 0), (0, 0), (10, 0)], 30, axis=0)).astype(np.float32)
    labels = np.zeros(90, dtype=np.int32)
    labels[80:] = -1
    told = placed_labels(Assignment("topics", labels, ("All", "None"), (0, 0), ("Group",)), positions)
    (name, x, y, size, _, bounds, papers, colour), empty = told["labels"]
    assert (name, papers) == ("All", 80) and abs(x) < 0.5 and abs(y) < 0.5 and size > 0
    assert bounds[0] < x < bounds[1] and len(colour) == 3
    assert empty[:3] == ["None", None, None] and empty[6] == 0
    assert told["groups"][0][4] > told["labels"][0][4]


def test_names_of_both_levels_may_be_alike(tmp_path: Path, libraries: Path) -> None:
    view = map_view()
    shown = replace(view.assignments[0], group_names=(view.assignments[0].names[0], "Vision", "Other"))
    told = placed_labels(shown, view.positions)
    assert told["labels"][0][0] == told["groups"][0][0] and told["labels"][0][1:3] != told["groups"][0][1:3]


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_map_of_few_papers(tmp_path: Path, libraries: Path, count: int) -> None:
    assert write(map_view(count), tmp_path, libraries).one_file


def test_all_papers_in_one_place(tmp_path: Path, libraries: Path) -> None:
    assert write(map_view(positions=np.zeros((300, 2), dtype=np.float32)), tmp_path, libraries).one_file


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"positions": np.zeros((3, 2), dtype=np.float32)}, "one finite position"),
        ({"positions": np.full((300, 2), np.nan, dtype=np.float32)}, "one finite position"),
        ({"assignments": ()}, "needs an assignment"),
        ({"key": "../x"}, "no key for an assignment"),
        ({"labels": np.full(300, 6, dtype=np.int32)}, "labels of 'topics'"),
        ({"groups": (0, 0, 1, 1, 2, 9)}, "groups of 'topics'"),
    ],
)
def test_parts_that_do_not_fit_are_named(
    tmp_path: Path, libraries: Path, changes: dict[str, Any], said: str
) -> None:
    view = map_view()
    if changes.keys() <= {"positions", "assignments"}:
        wrong = replace(view, **changes)
    else:
        wrong = replace(view, assignments=(replace(view.assignments[0], **changes),))
    with pytest.raises(ValueError, match=said):
        write(wrong, tmp_path, libraries)


def test_every_phrase_of_the_scripts_is_there_in_each_language(tmp_path: Path) -> None:
    assets = Assets(tmp_path)
    folder = assets.find("templates", "map/page.js").parent
    said = {key for path in folder.glob("*.js") for key in re.findall(r"\bsay\('(\w+)'", path.read_text())}
    said |= set(re.findall(r"\bsay\(\"(\w+)\"\)", (folder / "index.html.j2").read_text()))
    for language in assets.languages():
        own = ("map_", "far_")
        phrases = {key.removeprefix("map_") for key in assets.strings(language) if key.startswith(own)}
        assert said <= phrases
