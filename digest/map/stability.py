"""How true a map is to its papers and to the map before it: the figures of each rebuild, and their gates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.map.neighbours import COUNT, NOBODY, WORKERS, Neighbours, Vectors
from digest.map.registration import Positions

# How far a rebuild may move papers, by the map's diameter, and how much less true it may be than a cold fit.
MEDIAN, P95, LOSS = 0.02, 0.08, 0.01
# Papers, evenly drawn, that trustworthiness is measured on; each is ranked against all.
SAMPLE = 1000


@dataclass(frozen=True, slots=True)
class Placing:
    """How true a map is to its `papers` that were placed among the landmarks, by `SAMPLE` evenly drawn ones."""

    papers: int
    trustworthiness: float
    recall: float


@dataclass(frozen=True, slots=True)
class Stability:
    """The figures of one rebuild of `papers` papers with words.

    `median` and `p95` say how far the `moved` papers that had a settled place before have gone, as a share of the
    map's diameter. `trustworthiness` and `recall` say how far neighbours in the picture are neighbours by their
    words and the other way round (of `COUNT` each). `purity` is the share of neighbours in the picture that papers
    of newborn topics have in their own topic (None: none was born). `cold` is the trustworthiness of the last cold
    fit and `cold_papers` its size. `reason` says why the rebuild is a new edition of the map; empty if it is none.
    Where only landmarks were drawn, all of these are theirs, and `placing` is of the others.
    """

    papers: int
    moved: int
    median: float
    p95: float
    trustworthiness: float
    recall: float
    purity: float | None
    cold: float
    cold_papers: int
    reason: str = ""
    placing: Placing | None = None

    def failed(self) -> str:
        """Which gates the rebuild does not pass, in words; empty if it passes all."""
        said = []
        if self.median > MEDIAN:
            said.append(f"half of its papers would move by over {self.median:.3f} of its diameter")
        if self.p95 > P95:
            said.append(f"one paper in twenty would move by over {self.p95:.3f} of its diameter")
        if self.trustworthiness < self.cold - LOSS:
            said.append(f"trustworthiness would be {self.trustworthiness:.3f}, a cold fit's is {self.cold:.3f}")
        return "; ".join(said)


def diameter(positions: Positions) -> float:
    """The diagonal of the box that holds the positions (n, 2), from the 1st to the 99th percentile each way."""
    if not len(positions):
        return 0.0
    low, high = np.percentile(positions, [1, 99], axis=0)
    return float(np.hypot(*(high - low)))


def displacement(before: Positions, after: Positions, width: float) -> tuple[float, float]:
    """Median and 95th percentile of how far papers went, by a map `width` across; 0 if there are none."""
    if not len(before) or width <= 0:
        return 0.0, 0.0
    gone = np.hypot(*(after - before).astype(np.float64).T) / width
    median, p95 = np.percentile(gone, [50, 95])
    return float(median), float(p95)


def beside(positions: Positions, count: int, papers: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Rows (m, count) of the nearest in the picture to each of `papers` (m,) or of all, without themselves."""
    from scipy.spatial import cKDTree

    papers = np.arange(len(positions)) if papers is None else papers
    found = cKDTree(positions).query(positions[papers], k=np.arange(1, count + 2), workers=WORKERS)[1]
    # Among papers in one place a paper need not be the first that is nearest to itself.
    itself = found == papers[:, None]
    itself[~itself.any(axis=1), -1] = True
    rows: NDArray[np.int64] = found[~itself].reshape(len(papers), count)
    return rows


def recalled(near: Neighbours, positions: Positions) -> NDArray[np.float64]:
    """The share (n,) of each paper's neighbours by its words that are as many neighbours in the picture."""
    count = min(COUNT, len(positions) - 1)
    if count < 1:
        return np.ones(len(positions))
    rows = near.rows[:, :count]
    hits = (rows[:, :, None] == beside(positions, count)[:, None, :]).any(axis=2)
    shares: NDArray[np.float64] = hits.sum(axis=1) / np.maximum((rows != NOBODY).sum(axis=1), 1)
    return shares


def trustworthiness(vectors: Vectors, positions: Positions) -> float:
    """How few strangers by their words are neighbours in the picture: 1 for none (Venna and Kaski 2001).

    Over `SAMPLE` papers evenly drawn from the n, ranked among all n by the cosines of the unit vectors (n, d).
    """
    papers = len(vectors)
    count = min(COUNT, (papers - 1) // 2)
    if count < 1:
        return 1.0
    drawn = np.unique(np.linspace(0, papers - 1, min(SAMPLE, papers)).astype(np.int64))
    cosines = vectors[drawn] @ vectors.T
    cosines[np.arange(len(drawn)), drawn] = np.inf
    theirs = np.sort(np.take_along_axis(cosines, beside(positions, count, drawn), axis=1), axis=1)
    most = len(drawn) * count * (2 * papers - 3 * count - 1) / 2
    far = np.maximum(ranks(theirs, cosines) - count, 0).sum()
    return float(1 - far / most)


def ranks(theirs: Vectors, cosines: Vectors) -> NDArray[np.int64]:
    """How many of a paper's cosines (m, n) are above each of `theirs` (m, k), which ascend in each row."""
    from digest.map.compiled import above

    # Its own cosine is among those above, so the nearest other has rank 1.
    counts = np.zeros(theirs.shape, dtype=np.int64)
    above(cosines, theirs, counts, 0, len(theirs))
    return counts


def purity(newborn: NDArray[np.int32], positions: Positions) -> float | None:
    """The share of neighbours in the picture that papers of newborn topics have in their own; None without any.

    `newborn` (n,) names the topic of each paper if it was born since the last rebuild, and is negative elsewhere.
    """
    papers = np.flatnonzero(newborn >= 0)
    count = min(COUNT, len(positions) - 1)
    if not len(papers) or count < 1:
        return None
    around = newborn[beside(positions, count, papers)]
    return float((around == newborn[papers][:, None]).mean())
