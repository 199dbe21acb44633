"""Where a paper belongs in a taxonomy, whoever wrote it: by general evidence, and by what was learned.

A category's score is one linear form, and above 0 where it is more likely than not that the paper belongs:

    score = evidence . weights + vector . direction + subjects . leaning + bias

`evidence` follows from the category's own entry (`evidence.py`). A category that the weights were learned with has
a row of its own; it is known by slug and description. All others (a user's own, or one whose description was
edited) share one row, with neither direction nor leaning; it was learned by taking each shipped category in turn
for a stranger among the others, so both kinds stand on one scale.
The training is `benchmarks/train_categories.py`, the figures `benchmarks/categories.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digest.providers.local.evidence import FEATURES, Embedding, Evidence, Floats, Rarity
from digest.records import OTHER, Category, Paper, Sorting

WEIGHTS = Path(__file__).with_name("categories-v1.npz")
MOST_SECONDARY = 2


@dataclass(frozen=True, slots=True)
class Row:
    """The weights of one category: over FEATURES, over the vector (d,), over the subjects (2 s,), and constant."""

    evidence: Floats
    direction: Floats
    leaning: Floats
    bias: float


@dataclass(frozen=True, slots=True)
class Learned:
    """The shipped weights.

    `rows` are keyed by `mark`; `stranger` serves every other category. `subjects` are the arXiv categories that
    leanings speak of, as a paper's first (s columns) and as any (s more). Below the chance `least` no category is
    primary, below `second` none is secondary.
    """

    rows: Mapping[str, Row]
    stranger: Row
    subjects: Mapping[str, int]
    rarity: Rarity
    least: float
    second: float

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """Read the shipped weights."""
        with np.load(path, allow_pickle=False) as stored:
            names = {name: _names(stored[name]) for name in ("marks", "subjects", "terms")}
            blocks = [stored[name].astype(np.float32) for name in ("evidence", "directions", "leanings")]
            rows = [
                Row(evidence, direction, leaning, float(bias))
                for evidence, direction, leaning, bias in zip(*blocks, stored["biases"], strict=True)
            ]
            rarities = map(float, stored["rarities"])
            return cls(
                rows=dict(zip(names["marks"], rows, strict=False)),
                stranger=rows[-1],
                subjects={subject: column for column, subject in enumerate(names["subjects"])},
                rarity=Rarity(dict(zip(names["terms"], rarities, strict=True)), float(stored["ceiling"])),
                least=float(stored["least"]),
                second=float(stored["second"]),
            )


class Categoriser:
    """Sorts papers into the categories of one taxonomy; deterministic, and each paper by itself."""

    def __init__(
        self, categories: Sequence[Category], embedding: Embedding, learned: Learned | None = None
    ) -> None:
        self._learned = learned or Learned.load()
        own = [category for category in categories if category.slug != OTHER]
        rows = [self._learned.rows.get(mark(category), self._learned.stranger) for category in own]
        self._slugs = [category.slug for category in own]
        self._evidence = Evidence(own, embedding, self._learned.rarity)
        self._weights = _stack([row.evidence for row in rows], len(FEATURES))
        self._directions = _stack([row.direction for row in rows], len(self._learned.stranger.direction))
        self._leanings = _stack([row.leaning for row in rows], 2 * len(self._learned.subjects))
        self._biases = np.array([row.bias for row in rows], dtype=np.float32)

    def sort(self, papers: Sequence[Paper], vectors: Floats) -> list[Sorting]:
        """Where each paper belongs, in their order; `vectors` are their rows (n, d) of the embedding."""
        return [self._sorting(row) for row in probabilities(self.scores(papers, vectors))]

    def scores(self, papers: Sequence[Paper], vectors: Floats) -> Floats:
        """Scores of shape (n, categories), in the taxonomy's order without "other"."""
        evidence = self._evidence.of(papers, vectors)
        known = listed(papers, self._learned.subjects)
        return np.asarray(
            np.einsum("nkf,kf->nk", evidence, self._weights)
            + vectors @ self._directions.T
            + known @ self._leanings.T
            + self._biases
        )

    def _sorting(self, chances: NDArray[np.float64]) -> Sorting:
        order = np.argsort(-chances, kind="stable")[: 1 + MOST_SECONDARY]
        if not len(order) or chances[order[0]] < self._learned.least:
            return Sorting(OTHER, (), float(1 - chances.sum()))
        second = tuple(self._slugs[column] for column in order[1:] if chances[column] >= self._learned.second)
        return Sorting(self._slugs[order[0]], second, float(chances[order[0]]))


def mark(category: Category) -> str:
    """What a category with weights of its own is known by: a hash of slug and description, 16 hex digits."""
    text = f"{category.slug}\n{' '.join(category.description.split())}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def listed(papers: Sequence[Paper], subjects: Mapping[str, int]) -> Floats:
    """Zeros and ones of shape (n, 2 s): the known subject that comes first, and all that are named."""
    found = np.zeros((len(papers), 2 * len(subjects)), dtype=np.float32)
    for row, paper in enumerate(papers):
        for place, subject in enumerate(paper.subjects):
            column = subjects.get(subject)
            if column is not None:
                found[row, len(subjects) + column] = 1.0
                if place == 0:
                    found[row, column] = 1.0
    return found


def probabilities(scores: Floats) -> NDArray[np.float64]:
    """The chance of each category to be a paper's first, (n, categories): a softmax in which "other" scores 0."""
    wide = scores.astype(np.float64)
    top = np.maximum(wide.max(axis=1, keepdims=True, initial=0.0), 0.0)
    raised = np.exp(wide - top)
    return np.asarray(raised / (raised.sum(axis=1, keepdims=True) + np.exp(-top)))


def _names(stored: NDArray[np.uint8]) -> list[str]:
    return bytes(stored).decode("utf-8").split("\n")


def _stack(rows: Sequence[Floats], width: int) -> Floats:
    return np.array(rows, dtype=np.float32).reshape(len(rows), width)
