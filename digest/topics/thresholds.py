"""How close a paper must come to a topic to belong to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digest.topics.cosines import Labels, Vectors, members, own, sums
from digest.topics.state import unit

# The share of the papers nearest to a topic that do not belong to it.
SHARE = 5.0
# A small topic's threshold is drawn towards that of all papers as if it had so many more papers of that kind.
POOLED = 15


def thresholds(vectors: Vectors, labels: Labels, k: int) -> NDArray[np.float32]:
    """The cosine (k,) that all but the worst of the papers reach that are nearest to each topic.

    Each paper is held against the centre of the others of its topic: it will be so for papers to come, while a
    paper is always close to a centre of few papers that it is one of. All papers (n, d) count to which a topic is
    nearest, Unsorted or not; otherwise thresholds would rise from one rebalance to the next.
    """
    total, counts = sums(vectors, labels, k)
    square = np.einsum("kd,kd->k", total, total)
    along = own(vectors, unit(total), labels) * np.sqrt(square)[labels]
    left = np.sqrt(np.maximum(square[labels] - 2 * along + 1, 1e-12))
    others = np.where(counts[labels] > 1, (along - 1) / left, 0)
    pooled = float(np.percentile(others, SHARE)) if len(others) else 0.0
    own_share = [np.percentile(others[rows], SHARE) if len(rows) else pooled for rows in members(labels, k)]
    drawn: NDArray[np.float64] = (counts * np.array(own_share) + POOLED * pooled) / (counts + POOLED)
    return np.round(drawn, 5).astype(np.float32)
