"""How many topics an archive gets, and its first ones: k-means from cold."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from digest.topics.cosines import Vectors
from digest.topics.ground import Ground
from digest.topics.state import unit

# Sixty topics at five thousand papers, growing slowly: some 120 at 54,000, 150 at a hundred thousand. From there
# on they grow more slowly still, to 210 at a million and 290 at ten: a list that people can look through, and each
# paper is held against all of them.
TOPICS_AT = (60, 5_000)
LARGE = 100_000
GROWTH, GROWTH_OF_LARGE = 0.3, 0.15
# A young archive has topics of eight papers on average, and none before three of them make sense.
PAPERS_PER_TOPIC = 8
FEWEST_PAPERS = 3 * PAPERS_PER_TOPIC

# Centres move by at most so many papers, evenly drawn: where a topic has its middle is known from some hundreds.
MOST_DRAWN = 80_000

RESTARTS = 3
STEPS = 25
SEED = 20_250_318


def target(papers: int) -> int:
    """The number of topics for an archive with so many papers; 0 where there are too few."""
    if papers < FEWEST_PAPERS:
        return 0
    topics, at = TOPICS_AT
    grown = math.pow(min(papers, LARGE) / at, GROWTH) * math.pow(max(papers, LARGE) / LARGE, GROWTH_OF_LARGE)
    return min(papers // PAPERS_PER_TOPIC, round(topics * grown))


def spacing(papers: int) -> int:
    """Every how many-th of so many papers is drawn where centres move: 1, 2, 4, …

    Papers keep the order in which they came, so that those drawn one week are drawn the next, until the archive
    has doubled and every other one of them is left.
    """
    return 1 << ((papers - 1) // MOST_DRAWN).bit_length() if papers else 1


def found(ground: Ground, k: int) -> Vectors:
    """Unit centres (k, d) of the papers: the best of a few runs of k-means from k-means++ seeds."""
    best, most = ground.vectors[:k], -1.0
    for restart in range(RESTARTS):
        seeds = spread(ground, k, np.random.default_rng(SEED + restart))
        centres, _, cosines = ground.lloyd(seeds, STEPS)
        fit = float(cosines.sum(dtype=np.float64))
        if fit > most:
            best, most = centres, fit
    return best


def spread(ground: Ground, k: int, rng: np.random.Generator) -> Vectors:
    """k of the papers, far from one another (k-means++, Arthur and Vassilvitskii 2007), as unit rows."""
    vectors = ground.vectors
    taken = [int(rng.random() * len(vectors))]
    closest = ground.nearest(vectors[taken])[1]
    while len(taken) < k:
        taken.append(drawn(1.0 - closest.astype(np.float64), rng.random()))
        closest = np.maximum(closest, ground.nearest(vectors[taken[-1:]])[1])
    return unit(vectors[taken])


def drawn(weights: NDArray[np.float64], at: float) -> int:
    """The row that a number from 0 to 1 falls on if rows have shares by weight; negative weights count as none."""
    ladder = np.cumsum(np.maximum(weights, 0.0))
    return min(int(np.searchsorted(ladder, at * ladder[-1], side="right")), len(ladder) - 1)
