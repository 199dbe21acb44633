"""The map by one part of what papers say: the same papers, drawn from where they lie by other neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digest.map.fuzzy import descended, graph, shaken
from digest.map.layout import (
    EPOCHS,
    EPOCHS_ALL,
    EPOCHS_NEW,
    GRAVITY,
    MANY,
    RATE,
    RATE_ALL,
    RATE_NEW,
    SEED,
)
from digest.map.neighbours import Vectors, have_words, neighbours
from digest.map.placing import amid
from digest.map.registration import Positions, registration


def drawn_by(positions: Positions, vectors: Vectors, scale: float) -> Positions:
    """Positions (n, 2) by the aspect's unit vectors (n, d), begun at the map's own `positions` and laid over them.

    `scale` is how long UMAP's unit is on the map. Papers without a text (zero vectors) stay where they are.
    """
    told, found = have_words(vectors), positions.copy()
    if not told.any():
        return found
    start, bonds = positions[told], graph(neighbours(vectors[told]))
    begun = shaken((start - start.mean(axis=0)) / scale, SEED)
    # What keeps the map of a short list together does so here.
    gravity = GRAVITY * max(0.0, 1 - len(start) / MANY) ** 2
    drawn = descended(begun, bonds, EPOCHS, RATE, SEED, gravity=gravity)
    found[told] = registration(drawn, start)(drawn)
    return found


def redrawn_by(places: Positions, vectors: Vectors, known: NDArray[np.bool_], scale: float) -> Positions:
    """Positions (n, 2) near to the `places` (n, 2) of `added`: newcomers find theirs, then all move, a little.

    As a rebuild of the map itself; `known` (n,) says who was there before.
    """
    told, found = have_words(vectors), places.copy()
    settled, came = np.flatnonzero(told & known), np.flatnonzero(told & ~known)
    order = np.concatenate([settled, came])
    bonds = graph(neighbours(vectors[order]))
    room = (len(order) / max(len(settled), 1)) ** 0.5
    drawn = shaken(places[order] * (room / scale), SEED)
    drawn = descended(drawn, bonds, EPOCHS_NEW, RATE_NEW, SEED, first=len(settled))
    drawn = descended(drawn, bonds, EPOCHS_ALL, RATE_ALL, SEED)
    found[order] = registration(drawn[: len(settled)], places[settled])(drawn)
    return found


def added(places: Positions, vectors: Vectors, known: NDArray[np.bool_]) -> Positions:
    """Positions (n, 2) where those `known` (n,) keep their `places` (n, 2), and newcomers lie amid their nearest.

    Newcomers without a text stay where they are.
    """
    told, found = have_words(vectors), places.copy()
    came, there = told & ~known, told & known
    if there.any():
        found[came] = amid(vectors[came], vectors[there], places[there])
    return found
