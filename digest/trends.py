"""Which topics or categories rise and which fade: counts of editions against what each one's own past expects.

A topic's share of the papers in the editions before says how many the latest should hold, so that a large edition
is no news of every topic. That share is only estimated, and it wanders: the count follows a gamma-Poisson
(negative binomial) law, wider than Poisson's by both. On arXiv the wandering is slow: its part of the variance is
hardly smaller over ten editions than over one, so one dispersion serves every window. Of all that are asked about
on one day, those are told that the procedure of Benjamini and Hochberg (1995) lets pass.

A rise ends by itself: its first papers become the past that it is measured by, and make that past a restless one.
What stays at three to ten times its old rate is told of for about a week; in editions of equal size nothing is for
longer than 25, as by then it is not `TIMES` as much as its past.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A rise is looked for in the latest edition, and in the latest few together; fading takes longer to be seen.
RISING = (1, 3, 5)
FADING = (10,)
# Editions before such a window that say what it should hold; with fewer than `ENOUGH` nothing is claimed.
BASELINE = 30
ENOUGH = 8
# How many of the latest editions are looked at in all.
HISTORY = BASELINE + max(RISING + FADING)
# The least that is worth telling: so many times as much (or as little), and so many papers more (or fewer).
TIMES = 1.5
PAPERS = 3
# The share of false ones that is accepted among those told.
FALSE_SHARE = 0.05
# What is known of a share beforehand counts as much as half a paper; of its dispersion (the variance of the share
# over its square), as much as editions whose squared expected counts add up to `WEIGHT`.
PRIOR = 0.5
DISPERSION = 0.07
LEAST_DISPERSION = 0.02
WEIGHT = 100.0


@dataclass(frozen=True, slots=True)
class Shift:
    """One column of the counts that rises or fades.

    In the latest `editions` it has `count` papers where its past makes `expected` likely; `p` is the chance of
    so many, or of so few, without any change.
    """

    column: int
    editions: int
    count: int
    expected: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """The latest editions against their past, by column, all (n,).

    `seen` papers; the law that the past gives them, negative binomial with `mean` and `size`; whether there is
    past `enough`; and the mean of the very last edition, `today`.
    """

    seen: NDArray[np.int64]
    mean: NDArray[np.float64]
    size: NDArray[np.float64]
    enough: NDArray[np.bool_]
    today: NDArray[np.float64]


def rising(
    counts: NDArray[np.integer], totals: NDArray[np.integer], begun: NDArray[np.integer] | None = None
) -> tuple[Shift, ...]:
    """What holds clearly more papers in the latest one, three or five editions than before; surest first.

    `counts` (editions, n) are papers by edition, oldest first, the last being the one that is told of; `totals`
    (editions,) all papers of each; `begun` (n,) the row from which each column counts (its topic's first edition;
    None: all from the beginning). Editions without papers are passed over. More than `HISTORY` are not looked at.
    """
    return _shifts(counts, totals, begun, RISING, 1)


def fading(
    counts: NDArray[np.integer], totals: NDArray[np.integer], begun: NDArray[np.integer] | None = None
) -> tuple[Shift, ...]:
    """What holds clearly fewer papers in the latest ten editions than before; surest first. See `rising`."""
    return _shifts(counts, totals, begun, FADING, -1)


def _shifts(
    counts: NDArray[np.integer],
    totals: NDArray[np.integer],
    begun: NDArray[np.integer] | None,
    windows: tuple[int, ...],
    sign: int,
) -> tuple[Shift, ...]:
    if not counts.size or not totals[-1]:
        return ()
    held = totals > 0
    first = np.zeros(counts.shape[1], dtype=np.int64) if begun is None else begun
    there = (np.arange(len(counts))[:, None] >= first)[held]
    counted = np.where(there, counts[held].astype(np.int64), 0)
    exposed = np.where(there, totals[held, None].astype(np.float64), 0.0)
    found = [_window(counted, exposed, editions) for editions in windows]
    # A column is asked about once for each window, and told of for the clearest.
    p = np.array([np.where(window.enough, _tail(window, sign), 1.0) for window in found]) * len(windows)
    asked = np.any([window.enough for window in found], axis=0)
    limit = _limit(p.min(axis=0)[asked])
    worth = np.array([_worth(window, counted[-1], sign) for window in found]) & (p <= limit)
    told = []
    for column in np.flatnonzero(worth.any(axis=0)).tolist():
        best = int(np.where(worth[:, column], p[:, column], np.inf).argmin())
        seen, mean = int(found[best].seen[column]), float(found[best].mean[column])
        told.append(Shift(column, windows[best], seen, mean, float(p[best, column]) / len(windows)))
    return tuple(sorted(told, key=lambda shift: (shift.p, shift.column)))


def _window(counted: NDArray[np.int64], exposed: NDArray[np.float64], editions: int) -> _Window:
    """The posterior predictive law that the past gives the latest `editions`, and what they hold."""
    past = slice(-editions - BASELINE, -editions)
    papers, exposure = counted[past].sum(axis=0), exposed[past].sum(axis=0)
    typical = (papers.sum() + PRIOR) / max(exposure.sum(), 1.0)
    share = (papers + PRIOR) / (exposure + PRIOR / typical)
    spread = 1 / (papers + PRIOR) + _dispersion(counted[past], share * exposed[past])
    return _Window(
        seen=counted[-editions:].sum(axis=0),
        mean=share * exposed[-editions:].sum(axis=0),
        size=1 / spread,
        enough=(exposed[past] > 0).sum(axis=0) >= ENOUGH,
        today=share * exposed[-1],
    )


def _dispersion(counted: NDArray[np.int64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much a share wanders, by its own past (by moments) as far as that says anything."""
    extra = ((counted - expected) ** 2 - expected).sum(axis=0)
    found = (extra + WEIGHT * DISPERSION) / ((expected**2).sum(axis=0) + WEIGHT)
    return np.asarray(np.maximum(found, LEAST_DISPERSION))


def _tail(window: _Window, sign: int) -> NDArray[np.float64]:
    """The chance of at least (sign 1) or at most (sign -1) what was seen."""
    from scipy.special import betainc

    kept = window.size / (window.size + window.mean)
    if sign < 0:
        return np.asarray(betainc(window.size, window.seen + 1.0, kept))
    return np.asarray(np.where(window.seen, betainc(np.maximum(window.seen, 1.0), window.size, 1 - kept), 1.0))


def _worth(window: _Window, latest: NDArray[np.int64], sign: int) -> NDArray[np.bool_]:
    """Where the difference is large enough to be told, and is still there in the latest edition."""
    more, less = (window.seen, window.mean) if sign > 0 else (window.mean, window.seen)
    large = (more >= TIMES * less) & (more - less >= PAPERS)
    return np.asarray(window.enough & large & (sign * (latest - window.today) > 0))


def _limit(p: NDArray[np.float64]) -> float:
    """The largest p that passes (Benjamini and Hochberg 1995); below any p if none does."""
    ordered = np.sort(p)
    passing = ordered[ordered <= FALSE_SHARE * np.arange(1, len(p) + 1) / max(len(p), 1)]
    return float(passing[-1]) if len(passing) else -1.0
