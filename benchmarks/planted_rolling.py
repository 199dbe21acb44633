"""This program's rolling topics as the pipeline uses them: folded daily, rebalanced when they say they are due.

The curve of churn against recall is drawn by other values of the constants that trade one for the other, each
in the place of the shipped one for one run. Nothing here is tuned: the shipped ones are the method.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

import numpy as np
from planted_scores import Method
from planted_streams import Floats

from digest.topics import Topics, due, fold, rebalance


class Rolling(Method):
    """Fold and rebalance. `weeks` between rebalances: 0 for none after the founding, None: when they are due."""

    def __init__(self, name: str, weeks: int | None = None, constants: Mapping[str, float] | None = None) -> None:
        self.name, self.weeks, self.constants = name, weeks, constants or {}

    def found(self, vectors: Floats, texts: Sequence[str], day: date) -> None:
        """See `Method.found`."""
        self.labels = np.zeros(0, dtype=np.int64)
        self.topics = Topics.start(vectors.shape[1])
        self.vectors = vectors[:0]
        self.fold(vectors, texts)
        self.rebalance(day)

    def fold(self, vectors: Floats, texts: Sequence[str]) -> None:
        """See `Method.fold`."""
        self.topics, given = fold(self.topics, vectors)
        self.vectors = np.concatenate([self.vectors, vectors])
        self.labels = np.concatenate([self.labels, given.topics[:, 0].astype(np.int64)])

    def due(self, day: date) -> bool:
        """See `Method.due`."""
        if self.weeks is None:
            return due(self.topics, day)
        return bool(self.weeks) and day.weekday() == 0 and day.isocalendar().week % self.weeks == 0

    def rebalance(self, day: date) -> None:
        """Let the topics be redrawn over all papers."""
        with replaced(self.constants):
            done = rebalance(self.topics, self.vectors, self.labels.astype(np.int32), day)
        self.topics, self.labels = done.topics, done.assigned.topics[:, 0].astype(np.int64)


@contextmanager
def replaced(constants: Mapping[str, float]) -> Iterator[None]:
    """Other values for constants named `module.NAME` for a while."""
    parts = [key.rpartition(".") for key in constants]
    places = [(importlib.import_module(path), name) for path, _, name in parts]
    before = [getattr(module, name) for module, name in places]
    try:
        for (module, name), value in zip(places, constants.values(), strict=True):
            setattr(module, name, value)
        yield
    finally:
        for (module, name), value in zip(places, before, strict=True):
            setattr(module, name, value)


def curve() -> list[Rolling]:
    """Variants from the stillest to the most willing to find."""
    spare, worth = "digest.topics.draft.SPARE", "digest.topics.draft.WORTH"
    drawn = "digest.topics.founding.MOST_DRAWN"
    gain, novel = "digest.topics.rebalancing.GAIN", "digest.topics.births.NOVEL"
    return [
        Rolling("no newborns to spare", None, {spare: 0}),
        Rolling("newness worth nothing", None, {novel: 1.0}),
        Rolling("rebalanced every 4th week", 4),
        Rolling("rebalanced every 2nd week", 2),
        Rolling("a paper moves for 0.05", None, {gain: 0.05}),
        Rolling("centres move by 2,000 to 4,000 papers", None, {drawn: 4_000}),
        Rolling("centres move by 1,000 to 2,000 papers", None, {drawn: 2_000}),
        Rolling("as shipped"),
        Rolling("8 newborns to spare, worth what they replace", None, {spare: 8, worth: 1.0}),
        Rolling("the same, and a paper moves for any gain", None, {spare: 8, worth: 1.0, gain: 0.0}),
    ]
