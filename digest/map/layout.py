"""Where every paper lies on the map: drawn cold once, then rebuilt from where it was, and added to in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from digest.map.fuzzy import descended, graph, shaken, spread
from digest.map.neighbours import Neighbours, Vectors, have_words, neighbours
from digest.map.placing import amid, aside, with_wordless
from digest.map.registration import Positions, registration
from digest.map.stability import Stability, diameter, displacement, purity, recalled, trustworthiness

SEED = 20_250_318
# A cold fit: more epochs for few papers, where they cost little and a map that came to rest moves less afterwards.
# All rates fall to 0.
EPOCHS, MOST_EPOCHS, WORK, RATE = 200, 500, 1_000_000, 1.0
# Few papers hold together by few bonds, and strangers push groups of them ever farther apart; gravity keeps a map
# that is drawn once on one sheet. It fades with more papers, which fill the room between, and ends at so many.
# Maps that are drawn again have none: their papers would shift farther, by a smaller diameter.
GRAVITY, MANY = 0.015, 5_000
# A rebuild: newcomers find places among the others, who stand; then all move, a little.
EPOCHS_NEW, RATE_NEW = 50, 1.0
EPOCHS_ALL, RATE_ALL = 40, 0.1
# The trustworthiness of a cold fit is measured again when there are so many times as many papers.
GROWN = 1.25


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Places of n papers, in an order of their own: those of the map before come first.

    `positions` (n, 2) float32; `provisional` (n,) says who came after the last rebuild (on day `built`) and lies
    amid the neighbours; these are the last ones. `edition` counts maps that did not grow out of the one before,
    from 1. `figures` are the last rebuild's. `neighbours` spare the next rebuild the search; with None it searches
    anew. `scale` is how long UMAP's unit is on the map.
    """

    ids: tuple[str, ...]
    positions: Positions
    provisional: NDArray[np.bool_]
    edition: int
    built: date
    figures: Stability | None
    neighbours: Neighbours | None
    scale: float = 1.0

    def of(self, ids: Sequence[str]) -> tuple[Positions, NDArray[np.bool_]]:
        """Positions (m, 2) of these papers and whether they are provisional (m,); KeyError if one has no place."""
        row = {paper: at for at, paper in enumerate(self.ids)}
        rows = np.array([row[paper] for paper in ids], dtype=np.int64)
        return self.positions[rows], self.provisional[rows]


def cold(vectors: Vectors, seed: int = SEED, near: Neighbours | None = None, gravity: float = 0.0) -> Positions:
    """Positions (n, 2), in UMAP's units, of unit vectors (n, d) by themselves; `near` spares the search.

    Papers without words (zero vectors) lie beside the others. `gravity` is that of `descended`.
    """
    worded = have_words(vectors)
    near = neighbours(vectors) if near is None else near
    epochs = max(EPOCHS, min(MOST_EPOCHS, WORK // max(len(vectors), 1)))
    start, bonds = spread(vectors[worded], seed), graph(near.among(worded))
    return with_wordless(descended(start, bonds, epochs, RATE, seed, gravity=gravity), worded)


def drawn_once(ids: Sequence[str], vectors: Vectors, day: date) -> Layout:
    """The map of a list that nothing is added to, by unit vectors (n, d); an archive's begins with `rebuilt`."""
    now = _Arranged.of(None, ids, vectors)
    near = neighbours(now.vectors)
    fading = max(0.0, 1 - int(now.worded.sum()) / MANY) ** 2
    positions = cold(now.vectors, SEED, near, GRAVITY * fading)
    nobody = np.zeros(len(now.ids), dtype=bool)
    return Layout(now.ids, positions, nobody, 1, day, _figures(now, near, positions, None), near)


def rebuilt(
    previous: Layout | None,
    ids: Sequence[str],
    vectors: Vectors,
    day: date,
    newborn: NDArray[np.int32] | None = None,
) -> Layout:
    """The map of all papers by their unit vectors (n, d), near to where it was; the first one if there was none.

    Papers that are no longer among the unique `ids` leave. `newborn` (n,) names each paper's topic where that was
    born since the last rebuild, negative elsewhere; it only serves the figures. A rebuild that fails a gate gives
    way to a cold one, laid over the old map as well as it can be: a new edition, whose figures say why.
    """
    now = _Arranged.of(previous, ids, vectors, newborn)
    near = neighbours(now.vectors, now.near)
    edition = previous.edition if previous else 1
    if previous is None or not now.settled.any():
        positions, scale = cold(now.vectors, SEED, near), 1.0
        figures = _figures(now, near, positions, None)
        if previous and now.old < len(previous.ids):
            edition, figures = edition + 1, replace(figures, reason="none of its papers is left")
    else:
        positions, scale = _redrawn(now, near, previous.scale)
        figures = _figures(now, near, positions, previous.figures)
        if reason := figures.failed():
            drawn = cold(now.vectors, SEED, near)
            positions, scale = now.registered(drawn)
            edition += 1
            figures = replace(_figures(now, near, positions, None), reason=reason)
    nobody = np.zeros(len(now.ids), dtype=bool)
    return Layout(now.ids, positions, nobody, edition, day, figures, near, scale)


def placed(previous: Layout, ids: Sequence[str], vectors: Vectors) -> Layout:
    """The map with the papers that it has no place for yet, each amid its nearest; the others stay where they are.

    `vectors` (n, d) are those of all the unique `ids`. Only settled papers count as nearest, so it does not matter
    in how many steps others come. The time grows with newcomers times papers.
    """
    now = _Arranged.of(previous, ids, vectors)
    came = np.arange(len(now.ids)) >= now.old
    settled = np.flatnonzero(now.settled)
    positions = np.concatenate([now.positions, np.zeros((int(came.sum()), 2), dtype=np.float32)])
    new = came & now.worded
    positions[new] = amid(now.vectors[new], now.vectors[settled], positions[settled])
    wordless = came & ~now.worded
    there = int((~now.worded[: now.old]).sum())
    positions[wordless] = aside(positions[settled], there + int(wordless.sum()))[there:]
    provisional = np.concatenate([now.provisional, came[now.old :]])
    near = neighbours(now.vectors, now.near)
    return replace(previous, ids=now.ids, positions=positions, provisional=provisional, neighbours=near)


@dataclass(frozen=True, slots=True, eq=False)
class _Arranged:
    """Papers in the order of a layout, the first `old` being those of the one before, and what it knew of them."""

    ids: tuple[str, ...]
    vectors: Vectors
    newborn: NDArray[np.int32] | None
    old: int
    positions: Positions
    provisional: NDArray[np.bool_]
    near: Neighbours | None

    @classmethod
    def of(
        cls,
        previous: Layout | None,
        ids: Sequence[str],
        vectors: Vectors,
        newborn: NDArray[np.int32] | None = None,
    ) -> _Arranged:
        row = {paper: at for at, paper in enumerate(ids)}
        if len(row) != len(vectors):
            raise ValueError("every paper has one id and one vector")
        before = previous.ids if previous else ()
        kept = [at for at, paper in enumerate(before) if paper in row]
        old = [before[at] for at in kept]
        known = set(old)
        order = (*old, *(paper for paper in ids if paper not in known))
        rows = np.array([row[paper] for paper in order], dtype=np.int64)
        return cls(
            ids=order,
            vectors=np.ascontiguousarray(vectors[rows], dtype=np.float32),
            newborn=None if newborn is None else newborn[rows],
            old=len(old),
            positions=previous.positions[kept] if previous else np.zeros((0, 2), dtype=np.float32),
            provisional=previous.provisional[kept] if previous else np.zeros(0, dtype=bool),
            # Whoever lost a neighbour would have to look for another one among all.
            near=previous.neighbours if previous and len(kept) == len(before) else None,
        )

    @property
    def worded(self) -> NDArray[np.bool_]:
        """Who (n,) has words."""
        return have_words(self.vectors)

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Who (n,) has words and a place that is not provisional."""
        settled = self.worded
        settled[self.old :] = False
        settled[: self.old] &= ~self.provisional
        return settled

    def registered(self, positions: Positions) -> tuple[Positions, float]:
        """The positions (n, 2) laid over where settled papers were, and by what scale."""
        settled = self.settled
        move = registration(positions[settled], self.positions[settled[: self.old]])
        return with_wordless(move(positions[self.worded]), self.worded), move.scale


def _redrawn(now: _Arranged, near: Neighbours, scale: float) -> tuple[Positions, float]:
    """Positions (n, 2) and scale of a rebuild from where papers were; newcomers begin amid their nearest.

    The start is larger by as much as there are more papers, so that each keeps its room and need not push for it.
    """
    worded, settled = now.worded, np.flatnonzero(now.settled)
    new = worded & ~now.settled
    start = np.concatenate([now.positions, np.zeros((len(worded) - now.old, 2), dtype=np.float32)])
    start[new] = amid(now.vectors[new], now.vectors[settled], now.positions[settled])
    bonds = graph(near.among(worded))
    room = (int(worded.sum()) / len(settled)) ** 0.5
    drawn = shaken(start[worded] * (room / scale), SEED)
    drawn = descended(drawn, bonds, EPOCHS_NEW, RATE_NEW, SEED, first=len(settled))
    drawn = descended(drawn, bonds, EPOCHS_ALL, RATE_ALL, SEED)
    return now.registered(with_wordless(drawn, worded))


def _figures(now: _Arranged, near: Neighbours, positions: Positions, last: Stability | None) -> Stability:
    """The figures of a rebuild; `last` is None where the positions are a cold fit's."""
    worded, settled = now.worded, now.settled
    vectors, places, by_words = now.vectors[worded], positions[worded], near.among(worded)
    true = trustworthiness(vectors, places)
    fit, size = true, len(places)
    if last is not None and size < GROWN * last.cold_papers:
        fit, size = last.cold, last.cold_papers
    elif last is not None:
        fit = trustworthiness(vectors, cold(vectors, SEED, by_words))
    before = now.positions[settled[: now.old]]
    median, p95 = displacement(before, positions[settled], diameter(before))
    return Stability(
        papers=len(places),
        moved=len(before),
        median=median,
        p95=p95,
        trustworthiness=true,
        recall=float(recalled(by_words, places).mean()) if len(places) else 1.0,
        purity=None if now.newborn is None else purity(now.newborn[worded], places),
        cold=fit,
        cold_papers=size,
    )
