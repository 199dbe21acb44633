"""What is said of a map: the records that the page of observations is written from."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from digest.records.maps import MapPaper, MapTopic


@dataclass(frozen=True, slots=True)
class Earlier:
    """The map before: its day, and the papers that were on it."""

    day: date
    ids: Collection[str]


@dataclass(frozen=True, slots=True)
class Theme:
    """A category by its slug: how many papers have it among theirs, and how many mainly."""

    slug: str
    papers: int
    mainly: int
    examples: tuple[MapPaper, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A topic on the map: papers that have it, papers mainly of it.

    `figure` is its density by the median topic's, or how far the nearest topic (`near`) is by the map's diameter.
    """

    topic: MapTopic
    papers: int
    mainly: int
    examples: tuple[MapPaper, ...] = ()
    figure: float = 0.0
    near: MapTopic | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two themes (slugs) or topics, the papers that have both, and how many times as many as by chance that is."""

    one: str | MapTopic
    other: str | MapTopic
    papers: int
    times: float
    examples: tuple[MapPaper, ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """A topic's papers on the map before and on this one, and the newcomers its share there made expect.

    `p` is the chance of so many without any change, if somebody worked it out; `weeks` are its papers by week.
    """

    topic: MapTopic
    before: int
    now: int
    expected: float
    p: float | None
    weeks: tuple[int, ...]
    examples: tuple[MapPaper, ...]

    @property
    def new(self) -> int:
        """How many papers came."""
        return self.now - self.before

    @property
    def surprise(self) -> float:
        """By how many standard deviations of a Poisson count the newcomers exceed what was expected."""
        return (self.new - self.expected) / math.sqrt(max(self.expected, 1.0))


@dataclass(frozen=True, slots=True)
class Observed:
    """All that is said of a map. What came of the time since an earlier map is empty where there was none."""

    papers: int
    topics: int
    several: int
    came: int
    themes: tuple[Theme, ...]
    largest: tuple[Place, ...]
    overlaps: tuple[Meeting, ...]
    bridges: tuple[Meeting, ...]
    breakouts: tuple[Growth, ...]
    together: tuple[tuple[Growth, ...], ...]
    newborn: tuple[Place, ...]
    densest: tuple[Place, ...]
    loneliest: tuple[Place, ...]
