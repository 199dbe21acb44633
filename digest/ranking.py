"""Which papers matter most, for when not all can be read by the model: pure arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from digest.records import Paper, Sorting

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ranked(
    papers: Sequence[Paper],
    vectors: NDArray[np.float32],
    sortings: Sequence[Sorting],
    past: NDArray[np.float32],
    wanted: Sequence[float],
) -> list[int]:
    """Places of the papers, those that matter most first.

    First what is `wanted`, by how much (0: by nobody in particular); then the categories in turn, each with its
    newest thoughts first: papers farthest from all of the `past` (unit rows of shape (m, d)), or from the
    edition's mean where there is none.
    """
    novelty = _novelty(vectors, past)
    queues: dict[str, list[int]] = defaultdict(list)
    for place in sorted(range(len(papers)), key=lambda i: (-novelty[i], papers[i].id)):
        queues[sortings[place].primary].append(place)
    turn = {place: turn for queue in queues.values() for turn, place in enumerate(queue)}
    return sorted(turn, key=lambda i: (-wanted[i], turn[i], -novelty[i], papers[i].id))


def _novelty(vectors: NDArray[np.float32], past: NDArray[np.float32]) -> list[float]:
    """One minus the cosine to the nearest earlier paper, for each row."""
    if not len(vectors):
        return []
    if not len(past):
        past = vectors.mean(axis=0, keepdims=True)
    return [float(x) for x in 1 - (vectors @ past.T).max(axis=1)]
