"""What this program keeps between two builds of a map, made once for all of `map_recipes` to build from."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from planted_streams import Floats, embedded

from digest.config import load_config
from digest.records import Category
from digest.records.maps import Assignment, MapPaper, MapTopic, MapView

if TYPE_CHECKING:
    from digest.map.layout import Layout

DAY = date(2026, 1, 5)
TOPICS, GROUPS = 150, 10
# So many papers were on the map before for each that is new.
BEFORE = 100

Seconds = dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What is there before a build: unit vectors (n, d), the view with all its assignments, the browser libraries.

    `before` is the map without the last papers, one in `BEFORE` + 1; the view's positions are those after it.
    """

    vectors: Floats
    view: MapView
    libraries: Path
    before: Layout


def names(count: int) -> list[str]:
    """Ids of papers in order of arrival."""
    return [f"paper/{number}" for number in range(count)]


def kept(papers: Sequence[MapPaper], vectors: Floats) -> tuple[Stored, Seconds]:
    """What this program would have kept of these papers, and the seconds that a build does not count."""
    from digest.http import Client
    from digest.map.aspects import drawn_by
    from digest.map.layout import rebuilt
    from digest.map.libraries import default_cache, fetch_libraries
    from digest.topics.density import density

    ids, old = names(len(papers)), len(papers) * BEFORE // (BEFORE + 1)
    before = rebuilt(None, ids[:old], vectors[:old], DAY)
    layout = rebuilt(before, ids, vectors, DAY)
    assert layout.edition == 1, "a new edition is no rebuild"
    positions, seconds = layout.positions, {}
    ways = [_grouped("topics", vectors, None)]
    begun = time.perf_counter()
    dense = density(positions)
    seconds["HDBSCAN"] = time.perf_counter() - begun
    ways.append(_labelled("density", dense, None))
    subjects, of_paper = np.unique([paper.arxiv for paper in papers], return_inverse=True)
    ways.append(_labelled("arxiv", of_paper.astype(np.int32), None, tuple(subjects.tolist())))
    for key in ("problem", "method"):
        begun = time.perf_counter()
        own = embedded([getattr(paper, key) for paper in papers])
        places = drawn_by(positions, own, layout.scale)
        seconds[f"{key}: vectors and layout"] = time.perf_counter() - begun
        ways.append(_grouped(key, own, places))
    sorted_ = tuple(replace(p, topics=(int(t) + 1,)) for p, t in zip(papers, ways[0].labels, strict=True))
    topics = tuple(MapTopic(i + 1, name, "", "all", DAY) for i, name in enumerate(ways[0].names))
    view = MapView(
        "A map", "en", DAY, sorted_, positions, topics, (Category("all", "", {"en": "All"}),), tuple(ways)
    )
    client = Client(load_config(Path(), {}, {}))
    return Stored(vectors, view, fetch_libraries(default_cache(os.environ, Path.home()), client), before), seconds


def _grouped(key: str, vectors: Floats, positions: Floats | None) -> Assignment:
    """An assignment to clusters of the vectors, and of those to groups."""
    from sklearn.cluster import KMeans, MiniBatchKMeans

    found = MiniBatchKMeans(TOPICS, random_state=0, n_init=1).fit(vectors)
    groups = KMeans(GROUPS, random_state=0).fit_predict(found.cluster_centers_)
    made = _labelled(key, found.labels_.astype(np.int32), positions)
    groups = np.resize(groups, len(made.names))
    return replace(made, groups=tuple(groups.tolist()), group_names=tuple(f"Group {i}" for i in range(GROUPS)))


def _labelled(
    key: str, labels: NDArray[np.int32], positions: Floats | None, called: tuple[str, ...] = ()
) -> Assignment:
    """An assignment by labels, all in one group."""
    told = called or tuple(f"Cluster {number} by {key}" for number in range(labels.max() + 1))
    ids = tuple(range(1, len(told) + 1)) if key == "topics" else ()
    return Assignment(key, labels, told, (0,) * len(told), ("All",), positions, ids)
