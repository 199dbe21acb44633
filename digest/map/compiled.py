"""The loops that NumPy has no words for, compiled by Numba once and kept on disk.

Numba keeps what it has compiled in `__pycache__` beside this file, in the user's cache folder where that is not
writable, or under NUMBA_CACHE_DIR, by a hash of this file's content, the processor and Numba's version. Where
there is no such place, every process compiles anew. All loops let go of the interpreter's lock and write only to
the rows `start` to `stop`, so threads may share the work and the outcome does not depend on how many there are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np

Loop = TypeVar("Loop", bound=Callable[..., Any])

# Cosines are compared in steps of this size, as everywhere else, so that all processors see the same ties.
STEPS = np.float32(1e5)
# What sifts may be off by, and a little more.
SLACK = np.float32(2)
# Less than any cosine: where there is no neighbour yet. Papers without words are given less still.
NOTHING = np.int32(-150_000)
WORDLESS = np.float32(-2)
# UMAP's: strangers that push for each neighbour that pulls, the longest move in each direction, and what keeps a
# push finite where papers all but meet.
REPELLED = np.float32(5)
FARTHEST = np.float32(4)
CLOSEST = np.float32(1e-3)


def compiled(loop: Loop) -> Loop:
    """The loop in machine code, kept on disk where there is a place for it."""
    try:
        return numba.njit(loop, nogil=True, cache=True)  # type: ignore[no-any-return]
    except RuntimeError:
        return numba.njit(loop, nogil=True)  # type: ignore[no-any-return]


@compiled
def steps_between(one: Any, other: Any) -> Any:
    """The cosine of two unit vectors (d,) in whole steps.

    Libraries add up in an order that depends on the block that is multiplied; this one is always the same.
    """
    size, lanes = len(one) // 8 * 8, np.zeros(8, dtype=np.float32)
    for at in range(0, size, 8):
        for lane in range(8):
            lanes[lane] += one[at + lane] * other[at + lane]
    total = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    for at in range(size, len(one)):
        total += one[at] * other[at]
    return np.int32(np.rint(total * STEPS))


@compiled
def insert(steps: Any, rows: Any, value: Any, row: Any) -> None:
    """Put a neighbour in its place among the best of a paper: highest cosine first, then the lowest row."""
    last = len(rows) - 1
    if value < steps[last] or (value == steps[last] and row > rows[last]):
        return
    place = last
    while place > 0 and (value > steps[place - 1] or (value == steps[place - 1] and row < rows[place - 1])):
        steps[place], rows[place] = steps[place - 1], rows[place - 1]
        place -= 1
    steps[place], rows[place] = value, row


@compiled
def rows_best(
    vectors: Any, block: Any, first: int, others: int, steps: Any, rows: Any, start: int, stop: int
) -> None:  # fmt: skip
    """Offer the columns of a block of cosines to the papers of its rows `start` to `stop`.

    `block` (r, c) holds cosines of papers `first`.. to papers `others`.. by the library, to sift with; `steps` and
    `rows` (n, k) are the best.
    """
    for row in range(start, stop):
        paper = first + row
        for column in range(block.shape[1]):
            other = others + column
            if block[row, column] * STEPS >= steps[paper, -1] - SLACK and other != paper:
                insert(steps[paper], rows[paper], steps_between(vectors[paper], vectors[other]), np.int32(other))


@compiled
def columns_best(
    vectors: Any, block: Any, first: int, others: int, steps: Any, rows: Any, start: int, stop: int
) -> None:  # fmt: skip
    """Offer the rows of a block of cosines to the papers of its columns `start` to `stop`; see `rows_best`."""
    for row in range(block.shape[0]):
        other = first + row
        for column in range(start, stop):
            paper = others + column
            if block[row, column] * STEPS >= steps[paper, -1] - SLACK and other != paper:
                insert(steps[paper], rows[paper], steps_between(vectors[paper], vectors[other]), np.int32(other))


@compiled
def recounted(vectors: Any, rows: Any, steps: Any, start: int, stop: int) -> int:
    """How many cosines of kept neighbours, among papers `start` to `stop`, are not those of the vectors."""
    wrong = 0
    for paper in range(start, stop):
        for place in range(rows.shape[1]):
            other = rows[paper, place]
            if other >= 0 and steps_between(vectors[paper], vectors[other]) != steps[paper, place]:
                wrong += 1
    return wrong


@compiled
def above(cosines: Any, theirs: Any, counts: Any, start: int, stop: int) -> None:
    """Count in `counts` (m, k) how many of the cosines (m, n) of a row are above each of `theirs` (m, k).

    Theirs ascend; rows are `start` to `stop`.
    """
    last = theirs.shape[1]
    for row in range(start, stop):
        for column in range(cosines.shape[1]):
            place = 0
            while place < last and cosines[row, column] > theirs[row, place]:
                counts[row, place] += 1
                place += 1


@compiled
def scrambled(state: Any) -> Any:
    """The next of a row of random numbers (SplitMix64, Steele, Lea and Flood 2014)."""
    mixed = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


@compiled
def clipped(move: Any) -> Any:
    """A move no longer than `FARTHEST`."""
    return min(max(move, -FARTHEST), FARTHEST)


@compiled
def epoch(
    was: Any, now: Any, edges: Any, ends: Any, shares: Any, curve: Any, rate: Any, gravity: Any, drawn: int,
    turn: int, seed: int, start: int, stop: int,
) -> None:  # fmt: skip
    """One epoch of UMAP's descent for the papers `start` to `stop`: positions `was` (n, 2) become `now` (n, 2).

    Paper i's edges are `edges[i]` to `edges[i + 1]`; edge e pulls it to paper `ends[e]` with weight `shares[e]`,
    once for either end, and against each pull `REPELLED` strangers push, by the mean of `drawn` ones. `gravity`
    is the share of its way to the origin that draws each paper there. Everyone sees the others where the epoch
    found them.
    """
    a, b = curve[0], curve[1]
    pull, push = np.float32(4) * a * b, np.float32(2) * b
    gamma, papers = np.uint64(0x9E3779B97F4A7C15), np.uint64(len(was))
    for paper in range(start, stop):
        x, y, pulls = was[paper, 0], was[paper, 1], np.float32(0)
        for edge in range(edges[paper], edges[paper + 1]):
            other, share = ends[edge], shares[edge]
            pulls += share
            dx, dy = x - was[other, 0], y - was[other, 1]
            apart = dx * dx + dy * dy
            if apart > 0:
                power = apart**b
                force = -pull * share * power / (apart * (np.float32(1) + a * power))
                x += rate * clipped(force * dx)
                y += rate * clipped(force * dy)
        x -= rate * gravity * was[paper, 0]
        y -= rate * gravity * was[paper, 1]
        weight = rate * REPELLED * pulls / np.float32(drawn)
        state = scrambled(np.uint64(seed) + gamma * np.uint64(turn + 1)) + gamma * np.uint64(paper)
        for _ in range(drawn):
            state += gamma
            other = np.int64((scrambled(state) >> np.uint64(11)) % papers)
            dx, dy = x - was[other, 0], y - was[other, 1]
            apart = dx * dx + dy * dy
            if apart > 0 and other != paper:
                force = push / ((CLOSEST + apart) * (np.float32(1) + a * apart**b))
                x += weight * clipped(force * dx)
                y += weight * clipped(force * dy)
        now[paper, 0], now[paper, 1] = x, y
