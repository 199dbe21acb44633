"""Ways to keep a map up to date: this program's, and what it is measured against."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.map.layout import Layout, cold, placed, rebuilt
from digest.map.placing import amid
from digest.map.registration import registration

Floats = NDArray[np.float32]
DAY = date(2026, 1, 5)


def names(count: int) -> list[str]:
    """Ids of papers in order of arrival."""
    return [f"paper/{number}" for number in range(count)]


def umap(seed: int, **settings: Any) -> Any:
    """UMAP's own package, for unit vectors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        return UMAP(metric="cosine", random_state=seed, n_jobs=1, **settings)


class Method(ABC):
    """A way to draw the map again each week: papers come last, positions of all are given back."""

    name: str
    editions = 1

    @abstractmethod
    def base(self, vectors: Floats) -> Floats:
        """Positions (n, 2) of the first papers (n, d)."""

    @abstractmethod
    def week(self, vectors: Floats) -> Floats:
        """Positions (n, 2) of all papers so far (n, d)."""


class Rebuilt(Method):
    """This program's: rebuilt from where papers were, a new edition past a gate."""

    name = "**rebuilt**"

    def base(self, vectors: Floats) -> Floats:
        """See `Method.base`."""
        self.layout: Layout = rebuilt(None, names(len(vectors)), vectors, DAY)
        return self.layout.positions

    def week(self, vectors: Floats) -> Floats:
        """See `Method.week`."""
        self.layout = rebuilt(self.layout, names(len(vectors)), vectors, DAY)
        self.editions = self.layout.edition
        return self.layout.positions


class Placed(Rebuilt):
    """This program's between rebuilds: the means of the nearest five of the base."""

    name = "placed amid five neighbours"

    def week(self, vectors: Floats) -> Floats:
        """See `Method.week`."""
        self.layout = placed(self.layout, names(len(vectors)), vectors)
        return self.layout.positions


class Refit(Method):
    """UMAP anew each week, from another seed; registered to the week before if asked."""

    def __init__(self, registered: bool) -> None:
        self.registered, self.seed = registered, 0
        self.name = "UMAP anew, registered" if registered else "UMAP anew"

    def base(self, vectors: Floats) -> Floats:
        """See `Method.base`."""
        self.positions = self.drawn(vectors)
        return self.positions

    def drawn(self, vectors: Floats) -> Floats:
        """A map of the papers from the seed of the week."""
        return np.asarray(umap(self.seed).fit_transform(vectors))

    def week(self, vectors: Floats) -> Floats:
        """See `Method.week`."""
        before, self.seed = self.positions, self.seed + 1
        drawn = self.drawn(vectors)
        self.positions = registration(drawn[: len(before)], before)(drawn) if self.registered else drawn
        return self.positions


class ColdFit(Refit):
    """This program's cold fit each week, from another seed, registered."""

    def __init__(self) -> None:
        super().__init__(registered=True)
        self.name = "cold fit each week, registered"

    def drawn(self, vectors: Floats) -> Floats:
        """See `Refit.drawn`."""
        return cold(vectors, self.seed)


class Resumed(Refit):
    """UMAP from the positions of the week before: 100 epochs at a rate of 0.25, registered."""

    def __init__(self) -> None:
        super().__init__(registered=True)
        self.name = "UMAP from before, 100 epochs, registered"

    def week(self, vectors: Floats) -> Floats:
        """See `Method.week`."""
        before = self.positions
        start = np.concatenate([before, amid(vectors[len(before) :], vectors[: len(before)], before)])
        again = umap(0, init=start, n_epochs=100, learning_rate=0.25)
        drawn = again.fit_transform(vectors)
        self.positions = registration(drawn[: len(before)], before)(drawn)
        return self.positions


class Transformed(Method):
    """UMAP.transform: the base is frozen."""

    name = "UMAP.transform"

    def base(self, vectors: Floats) -> Floats:
        """See `Method.base`."""
        self.model = umap(0)
        self.positions: Floats = self.model.fit_transform(vectors)
        return self.positions

    def week(self, vectors: Floats) -> Floats:
        """See `Method.week`."""
        new = self.model.transform(vectors[len(self.positions) :])
        self.positions = np.concatenate([self.positions, new])
        return self.positions


def methods() -> list[Method]:
    """Each row of the table."""
    return [Rebuilt(), ColdFit(), Refit(False), Refit(True), Resumed(), Transformed(), Placed()]
