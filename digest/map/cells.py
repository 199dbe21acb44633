"""Papers of a large archive placed among its landmarks, cell by cell, in parts that a crew may share.

A cell is of the papers that are nearest to the landmarks of one topic. They are placed among the landmarks of that
cell and of the nearest ones alone, so that nobody needs them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digest.map.neighbours import Vectors
from digest.map.registration import Positions
from digest.records import UNSORTED
from digest.scale import Crew, Here

# A paper looks for its neighbours among so many landmarks: those of its cell and of the cells nearest to it.
CANDIDATES = 6_000
# Papers that are placed at once; as many are done here sooner than they are sent anywhere.
PART = 8_192


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Papers of cells that lie together, and the landmarks, in UMAP's units, that they are placed among.

    `cells` say which papers each cell has, and which of the landmarks those are placed among. Vectors are half
    floats where they are to be sent and nothing is lost by that.
    """

    vectors: NDArray[np.float32] | NDArray[np.float16]
    keys: NDArray[np.uint64]
    among: NDArray[np.float32] | NDArray[np.float16]
    positions: Positions
    cells: tuple[tuple[slice, NDArray[np.int32]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Who stands: the `rows` (k,) of all papers' vectors, their `positions` (k, 2) and how long UMAP's unit is."""

    rows: NDArray[np.int64]
    positions: Positions
    scale: float


def placed_among(
    landmarks: Landmarks,
    papers: NDArray[np.int64],
    vectors: Vectors,
    keys: NDArray[np.uint64],
    topics: NDArray[np.int32],
    crew: Crew,
) -> Positions:
    """Positions (m, 2) of the rows `papers` (m,) of `vectors` (n, d), `keys` (n,) and first `topics` (n,).

    It does not matter who does which part of it.
    """
    found = np.zeros((len(papers), 2), dtype=np.float32)
    rows = landmarks.rows
    if not len(papers) or not len(rows):
        return found
    middles = _middles(vectors[rows], topics[rows])
    cells, of = _nearest(vectors, papers, middles), _nearest(vectors, rows, middles)
    order = np.argsort(_walk(middles)[cells], kind="stable")
    groups = [order[start : start + PART] for start in range(0, len(order), PART)]
    crew = crew if len(groups) > 1 else Here()
    light = _halved if crew.apart else np.asarray

    def part(group: NDArray[np.int64]) -> Part:
        near = [(span, _candidates(cell, middles, of)) for cell, span in _runs(cells[group])]
        own, among = papers[group], np.unique(np.concatenate([one for _, one in near]))
        return Part(
            light(vectors[own]),
            keys[own],
            light(vectors[rows[among]]),
            landmarks.positions[among] / landmarks.scale,
            tuple((span, np.searchsorted(among, one).astype(np.int32)) for span, one in near),
        )

    for group, places in zip(groups, crew.each(settle_part, map(part, groups)), strict=True):
        found[group] = places * landmarks.scale
    return found


def settle_part(part: Part) -> Positions:
    """Positions (n, 2) of a part's papers."""
    from digest.map.settling import settled

    vectors, among = (told.astype(np.float32, copy=False) for told in (part.vectors, part.among))
    places = part.positions.astype(np.float32)
    found = np.empty((len(vectors), 2), dtype=np.float32)
    for span, near in part.cells:
        found[span] = settled(vectors[span], part.keys[span], among[near], places[near])
    return found


def _halved(vectors: Vectors) -> NDArray[np.float32] | NDArray[np.float16]:
    """The vectors as half floats, which the archive keeps, unless they are others: half as much travels."""
    halves = vectors.astype(np.float16)
    return halves if np.array_equal(halves, vectors) else vectors


def _middles(vectors: Vectors, topics: NDArray[np.int32]) -> Vectors:
    """The centroids (c, d) of landmarks by topic; papers without a topic have no middle, unless all are so."""
    named = topics != UNSORTED
    if not named.any():
        return np.asarray(vectors.mean(axis=0, keepdims=True), dtype=np.float32)
    ids, of = np.unique(topics[named], return_inverse=True)
    total = np.zeros((len(ids), vectors.shape[1]), dtype=np.float64)
    np.add.at(total, of, vectors[named])
    total /= np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9)
    return total.astype(np.float32)


def _walk(middles: Vectors) -> NDArray[np.int64]:
    """The turn (c,) of each cell on a walk through all of them that goes from neighbour to neighbour.

    Cells of one part share most of their candidates by that. Ward's method puts alike cells together.
    """
    if len(middles) == 1:
        return np.zeros(1, dtype=np.int64)
    from scipy.cluster.hierarchy import leaves_list, linkage

    return np.argsort(leaves_list(linkage(middles, method="ward")))


def _runs(cells: NDArray[np.int64]) -> Iterator[tuple[int, slice]]:
    """Each of some cells (n,) that stand in a row, and from where to where it does."""
    edges = np.append(np.flatnonzero(np.diff(cells, prepend=-1)), len(cells)).tolist()
    return ((int(cells[start]), slice(start, end)) for start, end in pairwise(edges))


def _nearest(vectors: Vectors, rows: NDArray[np.int64], middles: Vectors) -> NDArray[np.int64]:
    """The middle (m,) that each of some papers is nearest to, on rounded cosines."""
    found = np.empty(len(rows), dtype=np.int64)
    for start in range(0, len(rows), PART):
        block = slice(start, start + PART)
        found[block] = np.round(vectors[rows[block]] @ middles.T, 5).argmax(axis=1)
    return found


def _candidates(cell: int, middles: Vectors, of: NDArray[np.int64]) -> NDArray[np.int64]:
    """The landmarks (k,) of a cell and of the nearest ones, as many cells as it takes for `CANDIDATES`."""
    order = np.argsort(-np.round(middles @ middles[cell], 5), kind="stable")
    sizes = np.bincount(of, minlength=len(middles))[order].cumsum()
    taken = order[: int(np.searchsorted(sizes, CANDIDATES)) + 1]
    return np.flatnonzero(np.isin(of, taken))
