"""The same topics in another vector space: nobody moves, only what they are measured by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digest.topics.cosines import Vectors, nearest, sums
from digest.topics.draft import rows_of
from digest.topics.folding import place
from digest.topics.state import Assigned, Topics, unit
from digest.topics.thresholds import thresholds


def respaced(topics: Topics, vectors: Vectors, assigned: NDArray[np.int32]) -> tuple[Topics, Assigned]:
    """The topics with the sums and thresholds of the new `vectors` (N, d); first topics stay as `assigned` (N,).

    A paper without words in the new space is in no topic any more.
    """
    if not topics.ids:
        return topics, place(topics, vectors)
    there = vectors.any(axis=1)
    rows = np.where(there, rows_of(list(topics.ids), assigned), -1)
    total, counts = sums(vectors, rows, len(topics.ids))
    worded = vectors[there]
    limits = thresholds(worded, nearest(worded, unit(total))[0], len(topics.ids))
    after = replace(topics, sums=total, counts=counts, thresholds=limits)
    return after, place(after, vectors, rows)
