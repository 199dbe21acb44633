"""Where new topics could be: centres around which papers would lie closer than around those there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.topics.cosines import BLOCK, Labels, Vectors, members, sums
from digest.topics.founding import drawn
from digest.topics.ground import Ground
from digest.topics.state import unit

# A topic of fewer papers is not worth a page.
FEWEST = 5
# Seeds drawn among the papers that fit worst (D-squared sampling), for each newborn that is wanted.
DRAWS = 8
# Candidates for each newborn that are still looked at after the first choice.
KEPT = 6
# Rounds in which a candidate moves to the middle of the papers it would take.
ROUNDS = 3
SEED = 31_415


# The share of the papers that are called new, and how many times more a topic is worth that has only such ones:
# what is new in the field shall be found early, while a better cut through old papers can wait.
RECENT = 0.2
NOVEL = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """How papers (n, d) lie in the topics: label and cosine (n,) of the nearest of the centres (k, d)."""

    ground: Ground
    centres: Vectors
    labels: Labels
    best: Vectors

    @property
    def vectors(self) -> Vectors:
        """The papers' unit vectors (n, d)."""
        return self.ground.vectors


def proposals(fit: Fit, count: int) -> Vectors:
    """Up to `count` centres (m, d) that would gain most, one after the other, each given those before it."""
    chosen: list[Vectors] = []
    best = fit.best.copy()
    candidates = np.concatenate([_halves(fit), _misfits(fit, DRAWS * count)])
    total, _ = fit.ground.sums(fit.labels, len(fit.centres))
    candidates, gains = _settled(fit, best, candidates, total, ROUNDS)
    # What gains little now gains less later.
    candidates = candidates[np.sort(np.argsort(-gains, kind="stable")[: KEPT * count])]
    while len(chosen) < count:
        candidates, gains = _settled(fit, best, candidates, total, 1)
        winner = int(gains.argmax()) if len(gains) else 0
        if not len(gains) or gains[winner] <= 0:
            break
        chosen.append(candidates[winner])
        for start in range(0, len(best), BLOCK):
            rows = slice(start, start + BLOCK)
            best[rows] = np.maximum(best[rows], fit.vectors[rows] @ candidates[winner])
        candidates = candidates[np.arange(len(candidates)) != winner]
    return np.stack(chosen) if chosen else fit.centres[:0]


def _misfits(fit: Fit, count: int) -> Vectors:
    """Papers drawn by the square of their distance to their centres, the newest ones more readily."""
    rng = np.random.default_rng(SEED)
    far = np.square(1.0 - fit.best.astype(np.float64))
    far[_newest(len(far)) :] /= RECENT
    rows = sorted({drawn(far, rng.random()) for _ in range(count)})
    return fit.vectors[rows]


def _halves(fit: Fit) -> Vectors:
    """For each topic that is large enough for two, the half that lies farther from its centre."""
    found = [
        apart(fit.vectors[rows], fit.centres[label])[1]
        for label, rows in enumerate(members(fit.labels, len(fit.centres)))
        if len(rows) >= 2 * FEWEST
    ]
    return np.stack(found) if found else fit.centres[:0]


def novelty(rows: NDArray[np.int64], papers: int) -> float:
    """What a topic of these rows is worth for its newness: 1 where as many are new as of all, up to NOVEL."""
    share = float((rows >= _newest(papers)).mean()) if len(rows) else 0.0
    return 1 + (NOVEL - 1) * max(0.0, share - RECENT) / (1 - RECENT)


def _newest(papers: int) -> int:
    """The first row of the newest papers; rows are in the order of arrival."""
    return papers - round(papers * RECENT)


def apart(vectors: Vectors, centre: Vectors) -> tuple[Vectors, Vectors]:
    """Unit centres of two halves of some papers (n, d), the one nearer to `centre` first.

    They part along the line in which the papers differ most, which a few rounds of the power method find, and then
    move as k-means does.
    """
    away = vectors - vectors.mean(axis=0, dtype=np.float64)
    line = away[int(np.einsum("nd,nd->n", away, away).argmax())]
    for _ in range(ROUNDS):
        line = unit((away.T @ (away @ line))[None])[0].astype(np.float64)
    side = away @ line > 0
    for _ in range(ROUNDS):
        if side.all() or not side.any():
            break
        two = _two(vectors, side)
        side = vectors @ two[1] > vectors @ two[0]
    if side.all() or not side.any():
        side = np.arange(len(vectors)) % 2 == 1
    two = _two(vectors, side)
    first = int(two[1] @ centre > two[0] @ centre)
    return two[first], two[1 - first]


def _two(vectors: Vectors, side: NDArray[np.bool_]) -> Vectors:
    return unit(
        np.stack([vectors[~side].sum(axis=0, dtype=np.float64), vectors[side].sum(axis=0, dtype=np.float64)])
    )


def _settled(
    fit: Fit, best: Vectors, candidates: Vectors, total: NDArray[np.float64], rounds: int
) -> tuple[Vectors, NDArray[np.float64]]:
    """Candidates moved to the middle of what they would take, those of enough papers, and what each would gain.

    The gain is that of the sum of all cosines when a candidate takes its papers and the centres it takes them from
    move to the middle of what they keep; it counts for more where the papers are new.
    """
    taken: list[NDArray[np.int64]] = []
    for _ in range(rounds):
        taken = fit.ground.closer(best, candidates)
        enough = [number for number, rows in enumerate(taken) if len(rows) >= FEWEST]
        taken = [taken[number] for number in enough]
        if not enough:
            return candidates[:0], np.zeros(0)
        candidates = unit(np.stack([fit.vectors[rows].sum(axis=0, dtype=np.float64) for rows in taken]))
    whole = np.linalg.norm(total, axis=1)
    gains = np.zeros(len(taken))
    for number, rows in enumerate(taken):
        sources, source = np.unique(fit.labels[rows], return_inverse=True)
        lost, _ = sums(fit.vectors[rows], source, len(sources))
        rest = np.linalg.norm(total[sources] - lost, axis=1)
        gains[number] = np.linalg.norm(lost.sum(axis=0)) + (rest - whole[sources]).sum()
        gains[number] *= novelty(rows, len(best))
    return candidates, gains
