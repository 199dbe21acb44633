"""The map of a large archive: some of its papers are drawn, the landmarks, and all others find places among them.

Who is a landmark follows from the paper's id and the sizes of the archive and of the paper's topic, so that those
of one week are those of the next. When the archive has doubled, every other landmark becomes a paper like others:
it stands where it stood or near to that, among the ones that stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from digest.map import layout
from digest.map.cells import Landmarks, placed_among
from digest.map.layout import Layout
from digest.map.loss import lost
from digest.map.neighbours import COUNT, NOBODY, Neighbours, Vectors, have_words
from digest.map.placing import aside
from digest.map.stability import SAMPLE, Placing
from digest.scale import Crew, Here

# So many papers are all landmarks; of more, a half, a quarter, … are, down to half as many.
MOST = 60_000
# A topic keeps this many of its papers or all it has, so that none is placed among strangers only.
FEWEST = 30
HERE = Here()


def keys_of(ids: Sequence[str]) -> NDArray[np.uint64]:
    """A number (n,) for each paper that only its id decides, evenly drawn from all there are."""
    if not ids:
        return np.zeros(0, dtype=np.uint64)
    digests = b"".join(hashlib.blake2b(paper.encode(), digest_size=8).digest() for paper in ids)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def chosen(keys: NDArray[np.uint64], topics: NDArray[np.int32], most: int = MOST) -> NDArray[np.bool_]:
    """Who of n papers (n,) is a landmark, by their keys (n,) and first topics (n,)."""
    halvings = _halvings(len(keys), most)
    _, of, sizes = np.unique(topics, return_inverse=True, return_counts=True)
    kept = np.floor(np.log2(np.maximum(sizes / FEWEST, 1))).astype(np.int64)
    shifts = (64 - np.minimum(kept, halvings)[of]).astype(np.uint64)
    # The first bits of a landmark's key are zeros: so many of them as its topic is halved.
    zeros = np.where(shifts < 64, keys >> np.minimum(shifts, np.uint64(63)), np.uint64(0))
    return np.asarray(zeros == 0)


def evenly(ids: Sequence[str], most: int = MOST) -> NDArray[np.bool_]:
    """Who of n papers (n,) is drawn where each has the same chance; all of them, up to `most`."""
    return chosen(keys_of(ids), np.zeros(len(ids), dtype=np.int32), most)


def _halvings(papers: int, most: int) -> int:
    return max(0, int(np.ceil(np.log2(max(papers, 1) / most))))


def rebuilt(
    previous: Layout | None,
    ids: Sequence[str],
    vectors: Vectors,
    topics: NDArray[np.int32],
    day: date,
    newborn: NDArray[np.int32] | None = None,
    crew: Crew = HERE,
    most: int = MOST,
) -> Layout:
    """`layout.rebuilt` for archives of any size: above `most` papers it is of landmarks, and all others follow.

    `topics` (n,) are the papers' first ones. The figures of a rebuild are the landmarks', with what placing loses.
    """
    if len(ids) <= most:
        return layout.rebuilt(previous, ids, vectors, day, newborn)
    worded, keys = have_words(vectors), keys_of(ids)
    rows = np.flatnonzero(chosen(keys, topics, most) & worded)
    names = [ids[row] for row in rows.tolist()]
    before = None if previous is None else _of_landmarks(previous, set(names))
    born = None if newborn is None else newborn[rows]
    drawn = layout.rebuilt(before, names, vectors[rows], day, born)
    at = dict(zip(names, rows.tolist(), strict=True))
    rows = np.array([at[paper] for paper in drawn.ids], dtype=np.int64)
    others = worded.copy()
    others[rows] = False
    placed_ = np.flatnonzero(others)
    positions = np.empty((len(ids), 2), dtype=np.float32)
    positions[rows] = drawn.positions
    standing = Landmarks(rows, drawn.positions, drawn.scale)
    positions[placed_] = placed_among(standing, placed_, vectors, keys, topics, crew)
    positions[~worded] = aside(positions[worded], int((~worded).sum()))
    figures = drawn.figures
    if figures is not None and len(placed_):
        sample = placed_[np.unique(np.linspace(0, len(placed_) - 1, SAMPLE).astype(np.int64))]
        figures = replace(figures, placing=Placing(len(placed_), *lost(vectors, positions, sample)))
    near = None if drawn.neighbours is None else _spread(drawn.neighbours, rows, len(ids))
    nobody = np.zeros(len(ids), dtype=bool)
    return replace(
        drawn, ids=tuple(ids), positions=positions, provisional=nobody, figures=figures, neighbours=near
    )


def placed(
    previous: Layout,
    ids: Sequence[str],
    vectors: Vectors,
    topics: NDArray[np.int32],
    crew: Crew = HERE,
    most: int = MOST,
) -> Layout:
    """`layout.placed` for archives of any size: newcomers find their places among the landmarks."""
    if len(previous.ids) <= most:
        return layout.placed(previous, ids, vectors)
    row = {paper: at for at, paper in enumerate(ids)}
    kept = np.array([paper in row for paper in previous.ids], dtype=bool)
    old = [paper for paper in previous.ids if paper in row]
    known = set(old)
    order = (*old, *(paper for paper in ids if paper not in known))
    rows = np.array([row[paper] for paper in order], dtype=np.int64)
    worded = have_words(vectors)[rows]
    came = np.arange(len(order)) >= len(old)
    positions = np.zeros((len(order), 2), dtype=np.float32)
    positions[: len(old)] = previous.positions[kept]
    standing = np.zeros(len(order), dtype=bool)
    standing[: len(old)] = _landmarks(previous)[kept]
    new = np.flatnonzero(came & worded)
    settled = Landmarks(rows[standing], positions[standing], previous.scale)
    positions[new] = placed_among(settled, rows[new], vectors, keys_of(ids), topics, crew)
    wordless, there = came & ~worded, int((~worded[: len(old)]).sum())
    positions[wordless] = aside(positions[~came & worded], there + int(wordless.sum()))[there:]
    provisional = np.concatenate([previous.provisional[kept], came[len(old) :]])
    near = previous.neighbours
    if near is not None:
        near = _spread(near.among(kept), np.arange(len(old)), len(order))
    return replace(previous, ids=order, positions=positions, provisional=provisional, neighbours=near)


def _landmarks(previous: Layout) -> NDArray[np.bool_]:
    """Who (n,) of a map was drawn: whose neighbours are known. Where nobody's are, all that are settled."""
    if previous.neighbours is None:
        return ~previous.provisional
    return np.asarray((previous.neighbours.rows != NOBODY).any(axis=1)) & ~previous.provisional


def _of_landmarks(previous: Layout, names: set[str]) -> Layout:
    """The map of those alone that were landmarks and are."""
    keep = _landmarks(previous) & np.array([paper in names for paper in previous.ids], dtype=bool)
    near = None if previous.neighbours is None else previous.neighbours.among(keep)
    # Whoever lost a neighbour would have to look for another one among all.
    if near is not None and (near.rows == NOBODY).any():
        near = None
    return replace(
        previous,
        ids=tuple(paper for paper, kept in zip(previous.ids, keep.tolist(), strict=True) if kept),
        positions=previous.positions[keep],
        provisional=previous.provisional[keep],
        neighbours=near,
    )


def _spread(near: Neighbours, rows: NDArray[np.int64], papers: int) -> Neighbours:
    """The neighbours of some papers, which are the `rows` of so many; the others have none."""
    numbers = np.append(rows, NOBODY).astype(np.int32)
    found = np.full((papers, COUNT), NOBODY, dtype=np.int32)
    cosines = np.full((papers, COUNT), -1, dtype=np.float32)
    found[rows], cosines[rows] = numbers[near.rows], near.cosines
    return Neighbours(found, cosines)
