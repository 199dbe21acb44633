"""Papers find their places among others that stand: UMAP's descent with everyone alone, one paper after the other.

What a paper meets is drawn by its own key, and nobody who is still looking for a place is in another one's way.
So it does not matter who else is placed, in how many parts, or where.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.map.compiled import CLOSEST, REPELLED, clipped, compiled, scrambled
from digest.map.fuzzy import CURVE, DRAWN, Positions, strengths
from digest.map.neighbours import COUNT, NOBODY, WORKERS, Vectors, found_among, share

# A paper begins in the middle of so many of its nearest. By the median it begins close to one of them where they
# lie far apart: their mean would be a place where nobody is.
MIDST = 5
EPOCHS, RATE = 60, 0.3
# Papers of one place must not stay in one: how far apart they begin, in UMAP's units.
SHAKEN = 0.01


def settled(vectors: Vectors, keys: NDArray[np.uint64], among: Vectors, positions: Positions) -> Positions:
    """Positions (n, 2) of papers with unit vectors (n, d) and keys (n,), by their nearest of m who have a place.

    `among` (m, d) and `positions` (m, 2), in UMAP's units, are of those. Nobody has no place: m must not be 0.
    """
    near = found_among(vectors, among, COUNT)
    there = near.rows != NOBODY
    rows = np.where(there, near.rows, near.rows[:, :1])
    strong = np.where(there, strengths(np.where(there, np.maximum(1 - near.cosines, 0), 0), there), 0)
    start = np.median(positions[rows[:, :MIDST]], axis=1) + _shakes(keys)
    found: Positions = np.ascontiguousarray(start, dtype=np.float32)
    given = (found, rows, strong.astype(np.float32), positions, np.array(CURVE, dtype=np.float32))
    with ThreadPoolExecutor(WORKERS) as pool:
        share(pool, settle, (*given, np.float32(RATE), EPOCHS, DRAWN, keys), len(found))
    return found


def _shakes(keys: NDArray[np.uint64]) -> NDArray[np.float64]:
    """A small step (n, 2) for each key."""
    halves = np.stack([keys >> np.uint64(32), keys & np.uint64(0xFFFFFFFF)], axis=1)
    shakes: NDArray[np.float64] = SHAKEN * (halves / 2**31 - 1)
    return shakes


@compiled
def settle(
    found: Any, rows: Any, strong: Any, standing: Any, curve: Any, highest: Any, epochs: int, drawn: int,
    keys: Any, start: int, stop: int,
) -> None:  # fmt: skip
    """Move the papers `start` to `stop` of `found` (n, 2) among those who are `standing` (m, 2).

    `rows` and `strong` (n, k) say to whom each is bound, and how strongly; see `digest.map.compiled.epoch`.
    """
    a, b = curve[0], curve[1]
    pull, push = np.float32(4) * a * b, np.float32(2) * b
    gamma, others = np.uint64(0x9E3779B97F4A7C15), np.uint64(len(standing))
    for paper in range(start, stop):
        x, y, pulls = found[paper, 0], found[paper, 1], np.float32(0)
        for bond in range(rows.shape[1]):
            pulls += strong[paper, bond]
        for turn in range(epochs):
            rate = highest * np.float32(1 - turn / epochs)
            for bond in range(rows.shape[1]):
                dx, dy = x - standing[rows[paper, bond], 0], y - standing[rows[paper, bond], 1]
                apart = dx * dx + dy * dy
                if apart > 0:
                    power = apart**b
                    force = -pull * strong[paper, bond] * power / (apart * (np.float32(1) + a * power))
                    x += rate * clipped(force * dx)
                    y += rate * clipped(force * dy)
            weight = rate * REPELLED * pulls / np.float32(drawn)
            state = scrambled(keys[paper] + gamma * np.uint64(turn + 1))
            for _ in range(drawn):
                state += gamma
                other = np.int64((scrambled(state) >> np.uint64(11)) % others)
                dx, dy = x - standing[other, 0], y - standing[other, 1]
                apart = dx * dx + dy * dy
                if apart > 0:
                    force = push / ((CLOSEST + apart) * (np.float32(1) + a * apart**b))
                    x += weight * clipped(force * dx)
                    y += weight * clipped(force * dy)
        found[paper, 0], found[paper, 1] = x, y
