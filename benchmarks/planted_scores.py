"""How planted topics fare in a stream: found or not, when, and what that costs the papers already there."""

from __future__ import annotations

import math
import statistics
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from planted_streams import FOUNDED, Floats, Ints, Stream

ENOUGH = 0.5
NO_TOPIC = 0


class Method(ABC):
    """What sorts papers as they come. `labels` (n so far,) holds each one's topic, NO_TOPIC where it has none."""

    name: str
    labels: Ints

    @abstractmethod
    def found(self, vectors: Floats, texts: Sequence[str], day: date) -> None:
        """Begin with the base."""

    @abstractmethod
    def fold(self, vectors: Floats, texts: Sequence[str]) -> None:
        """Take in the papers of a day."""

    def due(self, day: date) -> bool:
        """Whether all papers shall be looked at again on that day; by default every Monday."""
        return day.weekday() == 0

    def rebalance(self, day: date) -> None:  # noqa: B027
        """Look at all papers again; by default nothing changes."""


@dataclass(slots=True)
class Score:
    """One method on one stream: by planted topic, then by rebalance.

    `delays` counts the days from a topic's first paper to the first F1 >= ENOUGH, None where it never came so
    far. `churn` is the share of all papers there whose id changed, `strays` the part of it that had none before,
    `lost` the share of ids gone; `topics` counts ids at founding and at the end.
    """

    f1: list[float] = field(default_factory=list)
    delays: list[int | None] = field(default_factory=list)
    churn: list[float] = field(default_factory=list)
    strays: list[float] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)
    topics: tuple[int, int] = (0, 0)
    unsorted: float = 0.0
    seconds: float = 0.0


def best_f1(labels: Ints, members: Ints) -> float:
    """The best F1 of any topic against the papers `members`."""
    sizes = np.bincount(labels)
    overlap = np.bincount(labels[members], minlength=len(sizes))
    scores = 2 * overlap / (sizes + len(members))
    return float(scores[NO_TOPIC + 1 :].max(initial=0.0))


def live(labels: Ints) -> set[int]:
    """The ids that have papers."""
    return set(np.unique(labels).tolist()) - {NO_TOPIC}


def play(method: Method, stream: Stream) -> Score:
    """Give a method the stream day by day and watch."""
    score = Score(delays=[None] * len(stream.names))
    begins = [stream.days[stream.planted[stream.base :] == number].min() for number in range(len(stream.names))]
    start = time.perf_counter()
    days = list(stream.arrivals())
    founding = slice(0, stream.base)
    method.found(stream.vectors[founding], stream.texts[founding], FOUNDED)
    at_founding = len(live(method.labels))
    spent = time.perf_counter() - start
    for number, (day, new) in enumerate(days):
        start = time.perf_counter()
        method.fold(stream.vectors[new], stream.texts[new])
        if method.due(day):
            before = method.labels.copy()
            method.rebalance(day)
            _compare(score, before, method.labels)
        spent += time.perf_counter() - start
        for topic, begin in enumerate(begins):
            if score.delays[topic] is None and number >= begin:
                members = np.flatnonzero(stream.planted[: new.stop] == topic)
                if best_f1(method.labels, members) >= ENOUGH:
                    score.delays[topic] = int(number - begin)
    score.f1 = [best_f1(method.labels, np.flatnonzero(stream.planted == t)) for t in range(len(begins))]
    score.topics = at_founding, len(live(method.labels))
    score.unsorted = float((method.labels == NO_TOPIC).mean())
    score.seconds = spent
    return score


def _compare(score: Score, before: Ints, after: Ints) -> None:
    changed = before != after
    score.churn.append(float(changed.mean()))
    score.strays.append(float((changed & (before == NO_TOPIC)).mean()))
    was = live(before)
    score.lost.append(len(was - live(after)) / max(len(was), 1))


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    share, width = hits / count, 1 + z * z / count
    middle = (share + z * z / (2 * count)) / width
    half = z / width * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def head() -> str:
    """The lines over `line`."""
    return (
        "| Method | Found [95%] | Mean F1 | Delay, days "
        "| Churn | Of which strays | Ids lost | Topics | Unsorted | s |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )


def line(name: str, scores: Sequence[Score]) -> str:
    """One method's figures over all draws; the delay is the median of the topics found at the end."""
    f1 = [value for score in scores for value in score.f1]
    found = sum(value >= ENOUGH for value in f1)
    low, high = wilson(found, len(f1))
    delays = [
        delay
        for score in scores
        for value, delay in zip(score.f1, score.delays, strict=True)
        if value >= ENOUGH and delay is not None
    ]
    delay = f"{statistics.median(delays):.0f}" if delays else "–"
    churn, strays, lost = (
        statistics.mean(value for score in scores for value in getattr(score, part)) if scores[0].churn else 0.0
        for part in ("churn", "strays", "lost")
    )
    first, last = (statistics.mean(score.topics[place] for score in scores) for place in (0, 1))
    unsorted = statistics.mean(score.unsorted for score in scores)
    seconds = statistics.mean(score.seconds for score in scores)
    return (
        f"| {name} | {found} of {len(f1)} [{low:.2f}, {high:.2f}] | {statistics.mean(f1):.2f} | {delay} "
        f"| {churn:.1%} | {strays:.1%} | {lost:.1%} | {first:.0f} → {last:.0f} | {unsorted:.1%} | {seconds:.1f} |"
    )
