"""What the map's rooms hand each other: papers, topics, assignments and the whole view of one map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from digest.records.papers import Category


@dataclass(frozen=True, slots=True)
class MapPaper:
    """One point of the map with its whole card; an empty field was not given.

    `category` is the primary category's slug, `categories` all of them; `topics` are ids, best first.
    `report_url` points to the paper's line in its report, relative to the page or absolute. A `provisional` paper
    came after the last rebuild and stands where its neighbours do.
    """

    id: str
    title: str
    authors: tuple[str, ...]
    date: date
    source: str
    provider: str
    category: str
    categories: tuple[str, ...] = ()
    topics: tuple[int, ...] = ()
    tldr: str = ""
    eli5: str = ""
    problem: str = ""
    method: str = ""
    result: str = ""
    application: str = ""
    abstract: str = ""
    url: str = ""
    pdf_url: str = ""
    report_url: str = ""
    arxiv: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class MapTopic:
    """A topic as the map shows it; `heir` is the id of the topic that a retired one went into, 0 if none."""

    id: int
    name: str
    description: str
    category: str
    born: date
    rising: bool = False
    heir: int = 0
    retired: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """One way to sort the papers: fine labels within coarse groups.

    `labels` has an index into `names` per paper, -1 for unlabelled; `groups` an index into `group_names` per name.
    Names are unique. `positions` (n, 2) are the assignment's own layout, None for the map's. `ids` are the topics'
    ids per name, where the names are topics.
    """

    key: str
    labels: NDArray[np.int32]
    names: tuple[str, ...]
    groups: tuple[int, ...]
    group_names: tuple[str, ...]
    positions: NDArray[np.float32] | None = None
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MapLinks:
    """Addresses on the site that the page points to, relative to it or absolute; an empty one is left out."""

    reports: str = ""
    quality: str = ""
    observations: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class MapView:
    """All that a map shows: papers with their positions (n, 2) in map units, topics, and assignments.

    The first assignment is shown first. `edition` counts the map's editions: it grows when points had to move.
    Papers may lie in a file and be made anew whenever they are asked for.
    """

    title: str
    language: str
    generated: date
    papers: Sequence[MapPaper]
    positions: NDArray[np.float32]
    topics: tuple[MapTopic, ...]
    categories: tuple[Category, ...]
    assignments: tuple[Assignment, ...]
    edition: int = 1
    links: MapLinks = MapLinks()
