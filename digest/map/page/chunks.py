"""A large map in chunks: squares of it with few papers each, and the lists that lead to a paper in one of them."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.map.cards import column
from digest.map.page.contents import NONE, card, topics_of
from digest.map.page.encoding import CURVE_BITS, Columns, curve_codes, day_number, json_text, shown, words_text
from digest.records.maps import Assignment, MapPaper, MapView

# Papers in a chunk at most, and in a shard of ids about.
CHUNK, IDS = 4096, 2048
# The newest papers of a topic that are listed, and days evenly drawn that tell of all its papers.
LISTED, DAYS = 60, 400
# FNV-1a (Fowler, Noll and Vo 1991), which the page reckons too.
BASIS, PRIME = 2166136261, 16777619


class Chunked:
    """A view's papers along the Z curve, and where its chunks begin."""

    def __init__(self, view: MapView, most: int = CHUNK) -> None:
        codes = curve_codes(view.positions)
        self.order = np.argsort(codes, kind="stable")
        self.view = view
        self.positions = np.ascontiguousarray(view.positions[self.order], dtype=np.float32)
        self.edges = _edges(codes[self.order], most)

    def paper(self, place: int) -> MapPaper:
        """The paper at a place along the curve."""
        return self.view.papers[int(self.order[place])]

    def boxes(self) -> list[list[float]]:
        """First place, papers, and bounds x0, x1, y0, y1 of each chunk."""
        found = []
        for start, stop in self.stretches():
            part = self.positions[start:stop]
            bounds = np.stack([part.min(axis=0), part.max(axis=0)], axis=1).ravel()
            found.append([start, stop - start, *(round(float(bound), 4) for bound in bounds)])
        return found

    def stretches(self) -> list[tuple[int, int]]:
        """The first place of each chunk and the one after its last."""
        return list(zip(self.edges, self.edges[1:], strict=False))

    def points(self, sources: Sequence[str], providers: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Each chunk's points and titles as (name, JSON)."""
        slugs = {category.slug: i for i, category in enumerate(self.view.categories)}
        topics = {topic.id: i for i, topic in enumerate(self.view.topics)}
        labels = self.view.assignments[0].labels
        origin, maker = ({name: i for i, name in enumerate(names)} for names in (sources, providers))
        for number, (start, stop) in enumerate(self.stretches()):
            papers, of = [self.paper(place) for place in range(start, stop)], labels[self.order[start:stop]]
            columns = Columns()
            frame = columns.add_positions("positions", self.positions[start:stop])
            columns.add("days", np.array([day_number(p.date) for p in papers]), "i4")
            columns.add("topics", np.array([topics_of(p, topics) for p in papers]), "u2")
            columns.add("labels", np.where(of < 0, NONE, of), "u2")
            columns.add("categories", np.array([slugs.get(p.category, NONE) for p in papers]), "u2")
            columns.add("sources", np.array([origin[p.source] for p in papers]), "u2")
            columns.add("providers", np.array([maker[p.provider] for p in papers]), "u2")
            columns.add("provisional", np.array([p.provisional for p in papers]), "u1")
            packed = base64.b64encode(columns.packed()).decode()
            yield (
                f"points/{number:04}",
                json_text({"frame": frame, "columns": columns.table, "packed": packed}),
            )
            named = {"ids": [shown(p.id) for p in papers], "titles": [shown(p.title) for p in papers]}
            yield f"titles/{number:04}", words_text(named)

    def cards(self, size: int) -> Iterator[tuple[str, str]]:
        """The cards in shards of that size as (name, JSON); see `contents`."""
        slugs = {category.slug: i for i, category in enumerate(self.view.categories)}
        for number, start in enumerate(range(0, len(self.order), size)):
            papers = [self.paper(place) for place in range(start, min(start + size, len(self.order)))]
            yield f"cards/{number:04}", words_text([card(paper, slugs) for paper in papers])

    @property
    def shards(self) -> int:
        """How many shards of ids there are."""
        return -(-len(self.order) // IDS)

    def ids(self) -> Iterator[tuple[str, str]]:
        """Where each paper is, in shards by its id, as (name, JSON)."""
        found: list[dict[str, int]] = [{} for _ in range(self.shards)]
        ids = column(self.view.papers, "id")
        for place, row in enumerate(self.order.tolist()):
            told = shown(ids[row])
            found[hashed(told) % len(found)][told] = place
        for number, shard in enumerate(found):
            yield f"ids/{number:04}", words_text(shard)

    def lists(self) -> Iterator[tuple[str, str]]:
        """The newest papers of each name of the first assignment, and of each group, as (name, JSON)."""
        way = self.view.assignments[0]
        labels = way.labels[self.order]
        days = np.array([day_number(day) for day in column(self.view.papers, "date")], dtype=np.int32)[self.order]
        groups = np.append(np.asarray(way.groups, dtype=np.int32), -1)[labels]
        for kind, of, count in (("t", labels, len(way.names)), ("g", groups, len(way.group_names))):
            by_label = np.argsort(of, kind="stable")
            edges = np.searchsorted(of[by_label], np.arange(count + 1))
            for label in range(count):
                yield f"lists/{kind}{label}", self._list(by_label[edges[label] : edges[label + 1]], days)

    def _list(self, places: NDArray[np.intp], days: NDArray[np.int32]) -> str:
        own = np.sort(days[places])
        drawn = own[np.linspace(0, len(own) - 1, min(DAYS, len(own))).astype(np.int64)] if len(own) else own
        newest = places[np.argsort(-days[places], kind="stable")[:LISTED]].tolist()
        papers = [[i, shown(self.paper(i).id), shown(self.paper(i).title), int(days[i])] for i in newest]
        return words_text({"papers": papers, "days": drawn.tolist()})


def hashed(text: str) -> int:
    """A number of 32 bits for a text."""
    found = BASIS
    for byte in text.encode("utf-8", "replace"):
        found = ((found ^ byte) * PRIME) & 0xFFFFFFFF
    return found


def _edges(codes: NDArray[np.int64], most: int) -> list[int]:
    """Where chunks begin along the curve, and its end: squares, cut in four until each holds at most so many."""
    edges, open_ = [0], [(0, len(codes), 2 * CURVE_BITS)]
    while open_:
        start, stop, bits = open_.pop()
        if stop - start <= most or not bits:
            # Papers in one place are only cut apart by number.
            edges += [min(end, stop) for end in range(start + most, stop + most, most)] if stop > start else []
            continue
        base = codes[start] >> bits << bits
        cuts = np.searchsorted(codes[start:stop], base + (np.arange(1, 4) << (bits - 2))) + start
        ends = [start, *cuts.tolist(), stop]
        open_ += [(ends[i], ends[i + 1], bits - 2) for i in (3, 2, 1, 0)]
    return edges


def own_counts(assignment: Assignment, told: dict[str, Any]) -> dict[str, Any]:
    """An assignment as the page wants it, but for the papers' own labels, which come with their chunks."""
    return {
        "key": assignment.key,
        **told,
        "parents": list(assignment.groups),
        "ids": list(assignment.ids),
        "frame": None,
        "columns": {"labels": ["u2", 0, 0]},
        "packed": "",
    }
