"""What placing loses: how true a map is to some of its papers, each looked for among all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digest.map.neighbours import COUNT, Vectors
from digest.map.registration import Positions
from digest.map.stability import beside, ranks

# Cosines at a time: a block takes 256 MB.
CELLS = 64_000_000


def lost(vectors: Vectors, positions: Positions, papers: NDArray[np.int64]) -> tuple[float, float]:
    """Trustworthiness and recall of `COUNT` neighbours of some papers' rows (m,) among all n.

    As `digest.map.stability` has them, but for ties, and without anybody's neighbours being known beforehand.
    """
    every = len(vectors)
    count = min(COUNT, (every - 1) // 2)
    if count < 1 or not len(papers):
        return 1.0, 1.0
    around = beside(positions, count, papers)
    step, far, hits = max(1, CELLS // every), 0, 0
    for start in range(0, len(papers), step):
        block = papers[start : start + step]
        cosines = vectors[block] @ vectors.T
        cosines[np.arange(len(block)), block] = np.inf
        theirs = np.sort(np.take_along_axis(cosines, around[start : start + step], axis=1), axis=1)
        found = ranks(theirs, cosines)
        far += int(np.maximum(found - count, 0).sum())
        hits += int((found <= count).sum())
    most = len(papers) * count * (2 * every - 3 * count - 1) / 2
    return float(1 - far / most), hits / (len(papers) * count)
