"""The local provider's reader: quotes each paper's own sentences, and sorts papers into categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digest.config import Config
from digest.providers.base import Access, Reader, Section
from digest.providers.local.categories import Categoriser
from digest.providers.local.embedder import LocalEmbedder
from digest.providers.local.extract import Extractor
from digest.records import Category, CitedSentence, Enrichment, Paper, Sorting
from digest.text import delatex, truncate

# More than any real abstract; a hostile one must not hold up the rest.
ABSTRACT_CHARS = 6000
# A synthesis quotes one paper in ten, two at least and four at most.
FEWEST, MOST, ONE_IN = 2, 4, 10
# How far a quoted paper must be from those quoted before it, against being central.
SPREAD = 0.7


class LocalReader(Reader):
    """Extracts rather than writes: every text is the paper's own, at most shortened."""

    name = "local"
    model = "extractive-v1"
    extractive = True
    pack = 256

    def __init__(self, categoriser: Categoriser, embedder: LocalEmbedder, extractor: Extractor) -> None:
        self._categoriser, self._embedder, self._extractor = categoriser, embedder, extractor

    @classmethod
    def open(cls, config: Config, categories: Sequence[Category], access: Access | None = None) -> Self:
        """Load the shipped weights and ready them for the taxonomy."""
        embedder = LocalEmbedder.open(config)
        return cls(Categoriser(categories, embedder.static), embedder, Extractor.load())

    def read(self, papers: Sequence[Paper]) -> list[Enrichment]:
        """One enrichment per paper, in their order."""
        return [
            self._enrichment(paper, sorting)
            for paper, sorting in zip(papers, self.categorise(papers), strict=True)
        ]

    def _enrichment(self, paper: Paper, sorting: Sorting) -> Enrichment:
        abstract = truncate(delatex(paper.abstract[: 2 * ABSTRACT_CHARS]), ABSTRACT_CHARS)
        found = self._extractor.extract(delatex(paper.title), abstract)
        return Enrichment(
            paper_id=paper.id,
            provider=self.name,
            model=self.model,
            extractive=True,
            tldr=found.tldr,
            problem=found.problem,
            method=found.method,
            result=found.result,
            application=found.application,
            keyphrases=found.keyphrases,
            primary=sorting.primary,
            secondary=sorting.secondary,
            confidence=sorting.confidence,
        )

    def categorise(self, papers: Sequence[Paper]) -> list[Sorting]:
        """Where each paper belongs, in their order."""
        return self._categoriser.sort(papers, self._embedder.embed(papers))

    def synthesise(self, section: Section) -> tuple[CitedSentence, ...]:
        """What the section's most central papers say of themselves, each quoted once and unlike the others."""
        rows = [
            row
            for row in _central(section.vectors, len(section.papers))
            if section.enrichments[row].result or section.enrichments[row].tldr
        ]
        count = min(MOST, max(FEWEST, len(section.papers) // ONE_IN))
        return tuple(
            CitedSentence(e.result or e.tldr, (e.paper_id,))
            for e in (section.enrichments[row] for row in rows[:count])
        )


def _central(vectors: NDArray[np.float32], limit: int) -> list[int]:
    """Rows by maximal marginal relevance to the mean (Carbonell and Goldstein 1998), at most 3 * MOST of them."""
    closeness = vectors @ vectors.mean(axis=0)
    chosen: list[int] = []
    nearest = np.zeros(len(vectors), dtype=np.float32)
    for _ in range(min(limit, 3 * MOST)):
        worth = closeness - (1 - SPREAD) * nearest
        worth[chosen] = -np.inf
        row = int(worth.argmax())
        chosen.append(row)
        nearest = np.maximum(nearest, vectors @ vectors[row])
    return chosen
