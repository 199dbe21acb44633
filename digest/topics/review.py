"""Which topics a person should look at: few papers, loose ones, twins, and those that are mostly noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.text import counted
from digest.topics.cosines import Vectors, members, own
from digest.topics.density import UNKNOWN
from digest.topics.draft import rows_of
from digest.topics.state import Topics, centroids

# A topic of so many papers is not small any more.
ENOUGH = 20
# Centres closer than the first have much in common; from the second on they are one.
ALIKE, SAME = 0.75, 1.0
# A topic whose papers are less alike than the typical topic's by this share is fully in doubt.
LOOSE = 0.5
# Doubts below this are not worth a person's time.
LEAST = 0.25
# A ground that gives less of it is as usual, and not told.
TOLD = 0.05


@dataclass(frozen=True, slots=True)
class Doubt:
    """A topic that may not be one, from 0 (fine) to 1, and why, in words with figures."""

    topic: int
    score: float
    reason: str


def doubts(
    topics: Topics, vectors: Vectors, assigned: NDArray[np.int32], dense: NDArray[np.int32] | None = None
) -> list[Doubt]:
    """The topics in doubt, worst first, the older first among equals.

    `assigned` (N,) are the first topics of the papers (N, d); `dense` (N,) what `density` says of them, if known,
    with UNKNOWN for papers of which it says nothing. Each ground gives a share of doubt; together they leave what
    none of them leaves.
    """
    centres = centroids(topics)
    rows = rows_of(list(topics.ids), assigned)
    cosine = own(vectors, centres, rows)
    papers = members(rows, len(topics.ids))
    alike = np.array([cosine[found].mean() if len(found) else 0.0 for found in papers])
    typical = float(np.median(alike)) if len(alike) else 0.0
    nearest = centres @ centres.T
    np.fill_diagonal(nearest, -1)
    found = []
    for row, topic in enumerate(topics.ids):
        grounds = [_few(len(papers[row])), _loose(float(alike[row]), typical)]
        twin = int(nearest[row].argmax())
        grounds.append(_twin(float(nearest[row, twin]), topics.ids[twin]))
        if dense is not None:
            grounds.append(_noisy(dense[papers[row]], dense))
        score = 1 - float(np.prod([1 - share for share, _ in grounds]))
        if score >= LEAST:
            grounds.sort(key=lambda ground: -ground[0])
            found.append(Doubt(topic, round(score, 2), "; ".join(why for share, why in grounds if share >= TOLD)))
    return sorted(found, key=lambda doubt: (-doubt.score, doubt.topic))


def _few(count: int) -> tuple[float, str]:
    return max(0.0, 1 - count / ENOUGH), f"only {counted(count, 'paper')}"


def _loose(mean: float, typical: float) -> tuple[float, str]:
    missing = (typical - mean) / max(typical * LOOSE, 1e-9)
    reason = f"its papers have little in common (mean similarity {mean:.2f}; the typical topic has {typical:.2f})"
    return min(1.0, max(0.0, missing)), reason


def _twin(cosine: float, other: int) -> tuple[float, str]:
    share = (cosine - ALIKE) / (SAME - ALIKE)
    return min(1.0, max(0.0, share)), f"almost the same as t{other} (similarity of their centres {cosine:.2f})"


def _noisy(here: NDArray[np.int32], everywhere: NDArray[np.int32]) -> tuple[float, str]:
    placed = (labels[labels != UNKNOWN] for labels in (here, everywhere))
    noise, typical = (float((labels < 0).mean()) if len(labels) else 0.0 for labels in placed)
    share = (noise - typical) / max(1 - typical, 1e-9)
    return max(0.0, share), f"{noise:.0%} of its papers lie in no dense region of the map ({typical:.0%} of all)"
