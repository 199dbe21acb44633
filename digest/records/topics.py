"""Topics: what they are called, how they came to be, how they move, and what readers asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from digest.records.papers import OTHER

# What stands in the place of a topic's id where a paper fits none; ids begin with 1.
UNSORTED = 0

# What fills a place in the phrase of a reason.
Figure = str | int | float


class Event(StrEnum):
    """What may happen to a topic at a rebalance, or by hand."""

    BORN = "born"
    SPLIT = "split"
    MERGED = "merged"
    RETIRED = "retired"
    RENAMED = "renamed"


class Why(StrEnum):
    """Why something happened to a topic: each has a phrase in every report language, with places for figures."""

    ASKED_FOR = "asked_for"
    FIRST = "first"
    UNFITTED = "unfitted"
    CLOSER = "closer"
    JOINED = "joined"
    ALIKE = "alike"
    FEW = "few"
    IDLE = "idle"
    MOVED_ON = "moved_on"
    BY_HAND = "by_hand"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Mention:
    """A paper as a topic's page names it; `category` is the section of the edition in which it stands."""

    paper_id: str
    title: str
    url: str
    edition: date
    category: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A rolling cluster of papers; its id is its own for ever, also after it has gone.

    `category` is that of most members at the last rebalance, `size` counts its members, `namer` says who gave the
    name (`local`, `cohere`, `person`; empty: nobody yet). A retired topic leads to its `heir`, if it has one.
    `exemplars` are its most central papers and `neighbours` the topics nearest to it, best first; `newest` are the
    last papers that were folded into it, newest first.
    """

    id: int
    born: date
    name: str = ""
    description: str = ""
    includes: str = ""
    excludes: str = ""
    namer: str = ""
    category: str = OTHER
    size: int = 0
    retired: date | None = None
    heir: int = UNSORTED
    exemplars: tuple[Mention, ...] = ()
    newest: tuple[Mention, ...] = ()
    neighbours: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the lineage: what happened to a topic, when and why.

    `other` is the topic it was split from or merged into; `exemplars` are papers that show what moved. `reason` is
    a `Why` with its `figures`, by the places of its phrase; any other words stand as they are.
    """

    day: date
    event: Event
    topic: int
    other: int = UNSORTED
    reason: str = ""
    exemplars: tuple[str, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trend:
    """A topic's papers in the latest `editions` against what its own past makes expect, as the report tells it.

    `days` are its counts in the editions up to this one, oldest first; `p` is the chance of so many papers, or of
    so few, without any change; `papers` are its newest, by id.
    """

    topic: int
    name: str
    category: str
    count: int
    expected: float
    p: float
    editions: int = 1
    days: tuple[int, ...] = ()
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Newborn:
    """A topic that came to be with an edition, as the report tells it; `parent` is what it was split from."""

    topic: int
    name: str
    description: str
    category: str
    size: int
    parent: int = UNSORTED
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a paper was picked: the `kind` of interest (`query`, `paper`, `author`, `keyword`, …) and which one."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A paper of an edition that meets the reader's interests; a higher `score` meets them better."""

    paper_id: str
    score: float
    reasons: tuple[Reason, ...] = ()
