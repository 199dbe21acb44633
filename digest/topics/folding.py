"""The daily fold: each new paper goes to the topics it is nearest to, and nothing else moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digest.records.topics import UNSORTED
from digest.topics.cosines import Vectors, cosines
from digest.topics.state import Assigned, Topics, centroids

# Topics given to a paper at most.
GIVEN = 3
# A second or third topic must come this close to the first, as a share of its cosine.
CLOSE = 0.85


def fold(topics: Topics, vectors: Vectors) -> tuple[Topics, Assigned]:
    """Fold one edition's papers, unit rows (n, d), into the topics; rows of zeros are papers without words.

    All papers are held against the centroids as they were before the edition, so their order does not matter to
    what they are given; the sums then take each paper's first topic in order. Two folds of a and b papers
    therefore give the same sums as one of both, to the last bit, as long as they give the same first topics. The
    cost depends on the edition and the number of topics alone.
    """
    given = place(topics, vectors)
    primary = given.topics[:, 0]
    sorted_in = np.flatnonzero(primary != UNSORTED)
    rows = np.searchsorted(np.asarray(topics.ids, dtype=np.int64), primary[sorted_in])
    total, counts = topics.sums.copy(), topics.counts.copy()
    np.add.at(total, rows, vectors[sorted_in].astype(np.float64))
    np.add.at(counts, rows, 1)
    after = replace(
        topics,
        sums=total,
        counts=counts,
        folded=topics.folded + len(vectors),
        unsorted=topics.unsorted + len(vectors) - len(sorted_in),
    )
    return after, given


def place(topics: Topics, vectors: Vectors, kept: NDArray[np.int64] | None = None) -> Assigned:
    """Up to three topics for each paper (n, d) by the centroids as they are; nothing is counted.

    A paper's first topic is the nearest one if the cosine reaches that topic's threshold, else the paper is
    Unsorted. A second and a third must reach their thresholds too, and `CLOSE` of the first's cosine. `kept` (n,)
    names by row of `topics.ids` the topic that comes first whatever its cosine, or -1 for Unsorted.
    """
    given = Assigned(
        np.full((len(vectors), GIVEN), UNSORTED, np.int32), np.zeros((len(vectors), GIVEN), np.float32)
    )
    if not topics.ids:
        return given
    ids = np.asarray(topics.ids, dtype=np.int32)
    worded = np.asarray(vectors.any(axis=1))
    for rows, block in cosines(vectors, centroids(topics)):
        fits = (block >= topics.thresholds) & worded[rows, None]
        first = block.argmax(axis=1)
        at = np.arange(len(block))
        if kept is None:
            sorted_in = fits[at, first]
        else:
            sorted_in = (kept[rows] >= 0) & worded[rows]
            first = np.where(sorted_in, kept[rows], first)
        scores = block[at, first]
        given.topics[rows, 0] = np.where(sorted_in, ids[first], UNSORTED)
        given.scores[rows, 0] = np.where(worded[rows], scores, 0)
        fits &= sorted_in[:, None] & (block >= CLOSE * scores[:, None])
        fits[at, first] = False
        _further(given, rows, np.where(fits, block, -1), ids)
    return given


def _further(given: Assigned, rows: slice, block: Vectors, ids: NDArray[np.int32]) -> None:
    at = np.arange(len(block))
    for place_ in range(1, GIVEN):
        best = block.argmax(axis=1)
        scores = block[at, best]
        given.topics[rows, place_] = np.where(scores > 0, ids[best], UNSORTED)
        given.scores[rows, place_] = np.where(scores > 0, scores, 0)
        block[at, best] = -1
