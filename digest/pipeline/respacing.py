"""The topics carried over into another vector space, with every paper where it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from digest import topics as arithmetic
from digest.archive import Archive
from digest.archive.clustering import Fold
from digest.records import Assigned

if TYPE_CHECKING:
    from numpy.typing import NDArray


def respaced(archive: Archive, vectors: Callable[[date], NDArray[np.float32]]) -> Fold | None:
    """The archive's topics by each edition's `vectors` (n, d) in the new space; None if there are no topics.

    Names stay: what they were given by is where the topics stand in the new space.
    """
    clustering = archive.clustering
    if clustering is None:
        return None
    rows = archive.all_assigned()
    first = np.concatenate([found.topics[:, 0] for _, found in rows.values()])
    state, given = arithmetic.respaced(clustering.state, np.concatenate([vectors(day) for day in rows]), first)
    ever = np.any(clustering.named, axis=1, keepdims=True)
    named = np.where(ever, arithmetic.centroids(state), np.float32(0))
    ends = np.cumsum([len(ids) for ids, _ in rows.values()])
    placed = {
        day: (ids, Assigned(given.topics[end - len(ids) : end], given.scores[end - len(ids) : end]))
        for (day, (ids, _)), end in zip(rows.items(), ends.tolist(), strict=True)
    }
    return Fold(replace(clustering, state=state, named=named), placed, anew=True)
