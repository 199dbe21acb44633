"""What speaks for a paper's belonging to a category, whoever wrote that: its terms, its meaning, its hints.

Everything here follows from the category's own entry in the taxonomy; nothing is learned about any one of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digest.records import Category, Paper

# The columns of `Evidence.of`, in order: see there.
FEATURES = ("title", "abstract", "share", "meaning", "nearest", "hint", "listed")
# Longer texts are cut: hostile ones must not cost more than their share.
MAX_WORDS = 1_500
# The seeds nearest to a paper whose closeness is averaged.
NEAREST = 3

_WORD = re.compile(r"[^\W_]+(?:[+#]+(?!\w))?")
_EXCLUDED = re.compile(r"\bNot:.*?(?:\.(?=\s|$)|$)")

Floats = NDArray[np.float32]


class Embedding(Protocol):
    """What is needed of the text embedding: unit rows (n, d) for n texts."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """One unit row per text, zero where a text has no known word."""


def words(text: str) -> list[str]:
    """Lower-case words with their plural endings gone; hyphens part words, so that both spellings meet."""
    return [_singular(word) for word in _WORD.findall(text.lower()[: MAX_WORDS * 20])[:MAX_WORDS]]


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


def key(term: str) -> str:
    """The form under which a term is found in texts; empty if it has no letter or digit."""
    return " ".join(words(term))


@dataclass(frozen=True, slots=True)
class Rarity:
    """How telling a term is: ln(papers / papers with it), from a table of frequent terms."""

    table: Mapping[str, float]
    ceiling: float

    def of(self, term: str) -> float:
        """Weight of a folded term; one that is not in the table is rarer than all of those that are.

        A phrase cannot be more common than its rarest word, and is taken to be a little rarer.
        """
        known = self.table.get(term)
        if known is not None:
            return known
        parts = [self.table.get(word, self.ceiling) for word in term.split()]
        return min(max(parts) + 0.5 * (len(parts) - 1), self.ceiling + 1.0)


class Evidence:
    """Evidence for every category of one taxonomy."""

    def __init__(self, categories: Sequence[Category], embedding: Embedding, rarity: Rarity) -> None:
        self._count = len(categories)
        self._terms: dict[str, list[int]] = {}
        for column, category in enumerate(categories):
            for term in sorted({key(seed) for seed in category.seeds} - {""}):
                self._terms.setdefault(term, []).append(column)
        self._weights = {term: rarity.of(term) for term in self._terms}
        self._longest = max((term.count(" ") + 1 for term in self._terms), default=1)
        self._hints: dict[str, list[int]] = {}
        for column, category in enumerate(categories):
            for subject in category.arxiv:
                self._hints.setdefault(subject, []).append(column)
        self._meanings = embedding.embed([meaning(category) for category in categories])
        self._seeds = [embedding.embed(list(category.seeds)) for category in categories]

    def of(self, papers: Sequence[Paper], vectors: Floats) -> Floats:
        """Evidence of shape (n, categories, FEATURES), columns of about 0 to 1, 0 where nothing speaks for it.

        title      rarity of the seed terms found in the title
        abstract   the same for the abstract, where repetition counts a little
        share      the category's part of all the evidence from terms
        meaning    cosine to the category's name, description and seeds (0 on average: the space is centred)
        nearest    mean cosine to the seeds nearest to the paper
        hint       the paper's first subject is among the category's arXiv hints
        listed     another of its subjects is
        """
        found = np.zeros((len(papers), self._count, len(FEATURES)), dtype=np.float32)
        for row, paper in enumerate(papers):
            self._spot(paper.title, found[row, :, 0])
            self._spot(paper.abstract, found[row, :, 1])
            for place, subject in enumerate(paper.subjects):
                for column in self._hints.get(subject, ()):
                    found[row, column, 5 if place == 0 else 6] = 1.0
        terms = 2 * found[:, :, 0] + found[:, :, 1]
        found[:, :, 2] = terms / (terms.sum(axis=1, keepdims=True) + 2.0)
        found[:, :, 0] = 1 - np.exp(-found[:, :, 0] / 4)
        found[:, :, 1] = 1 - np.exp(-found[:, :, 1] / 12)
        found[:, :, 3] = vectors @ self._meanings.T
        for column, seeds in enumerate(self._seeds):
            if len(seeds):
                near = np.sort(vectors @ seeds.T, axis=1)[:, -NEAREST:]
                found[:, column, 4] = near.mean(axis=1)
        return found

    def _spot(self, text: str, sums: Floats) -> None:
        """Add the weights of the terms in a text to its categories' sums, more for repeated ones."""
        counts: dict[str, int] = {}
        tokens = words(text)
        for size in range(1, self._longest + 1):
            grams = tokens if size == 1 else map(" ".join, zip(*(tokens[i:] for i in range(size)), strict=False))
            for gram in grams:
                if gram in self._terms:
                    counts[gram] = counts.get(gram, 0) + 1
        for term, count in counts.items():
            for column in self._terms[term]:
                sums[column] += self._weights[term] * (1 + math.log(count))


def meaning(category: Category) -> str:
    """What a category is about, in one text; what its description excludes ("Not: …") is left out."""
    return ". ".join((category.names["en"], _EXCLUDED.sub(" ", category.description), ", ".join(category.seeds)))
