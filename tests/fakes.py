"""Small real implementations of the seams: a source from a list, a reader and an embedder without weights."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digest.archive import Archive
from digest.config import Config
from digest.errors import SourceError
from digest.http import Client
from digest.providers.base import Access, Embedder, Reader, Section
from digest.records import Batch, Category, CitedSentence, Enrichment, Listing, Paper, Sorting
from digest.sources.base import Source
from tests.invented import reading


class ListSource(Source):
    """Lists what it was given for each edition, in one part per list; counts what it was asked."""

    name = "arxiv"
    dated = True

    def __init__(self, editions: dict[date, list[list[Listing]]], fails: str = "", dated: bool = True) -> None:
        self.editions, self.fails = editions, fails
        self.dated = dated  # type: ignore[misc]
        self.name = "arxiv" if dated else "feed"  # type: ignore[misc]
        self.asked: list[tuple[date, str]] = []

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        return cls({})

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        if self.fails:
            raise SourceError(self.fails)
        for number, listings in enumerate(self.editions.get(edition, [])):
            part = f"part-{number}"
            if part not in done:
                self.asked.append((edition, part))
                yield Batch(self.name, part, "a list", tuple(listings))


class FakeEmbedder(Embedder):
    model, dimension = "fake", 8

    @classmethod
    def open(cls, config: Config, access: Access | None = None) -> Self:
        return cls()

    def embed(self, papers: Sequence[Paper]) -> NDArray[np.float32]:
        return np.stack([self.embed_query(paper.title) for paper in papers])

    def embed_query(self, words: str) -> NDArray[np.float32]:
        total = np.zeros(self.dimension, dtype=np.float32)
        for word in words.lower().split():
            total[hashlib.sha256(word.encode()).digest()[0] % self.dimension] += 1
        return total / max(float(np.linalg.norm(total)), 1.0)


class FakeReader(Reader):
    name, model, extractive, pack = "fake", "fake-v1", True, 4

    def __init__(self, categories: Sequence[Category] = (), poison: str = "") -> None:
        self.categories, self.poison = categories, poison
        self.read_ids: list[str] = []

    @classmethod
    def open(cls, config: Config, categories: Sequence[Category], access: Access | None = None) -> Self:
        return cls(categories)

    def read(self, papers: Sequence[Paper]) -> list[Enrichment]:
        if self.poison and any(self.poison in paper.title for paper in papers):
            raise RuntimeError("cannot read this")
        self.read_ids += [paper.id for paper in papers]
        return [
            reading(p, s.primary, secondary=s.secondary)
            for p, s in zip(papers, self.categorise(papers), strict=True)
        ]

    def categorise(self, papers: Sequence[Paper]) -> list[Sorting]:
        slugs = [category.slug for category in self.categories] or ["language", "vision", "other"]
        return [Sorting(slugs[int(hashlib.sha256(p.id.encode()).hexdigest(), 16) % len(slugs)]) for p in papers]

    def synthesise(self, section: Section) -> tuple[CitedSentence, ...]:
        return (CitedSentence(section.enrichments[0].tldr, (section.papers[0].id,)),)
