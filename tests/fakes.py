"""Small real implementations of the seams: a source from a list, a reader and an embedder without weights."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digest.archive import Archive
from digest.calls import Caller, Meter, RateLimiter
from digest.config import Config
from digest.errors import SourceError
from digest.http import Client
from digest.providers.base import (
    Access,
    Citation,
    Document,
    Embedder,
    Grounded,
    Named,
    Reader,
    Section,
    Shelf,
    Sketch,
    Writer,
)
from digest.records import Batch, Category, CitedSentence, Enrichment, Listing, Paper, Sorting, Spending
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

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self.embed_query(text) for text in texts])

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


class FakeWriter(Writer):
    """A model in memory: says what its hooks decide, and notes every call."""

    name, model, extractive = "cohere", "fake-writer", False
    pack, parallel, translate_pack, synthesis_calls, name_pack, compare_pack = 4, 1, 5, 6, 3, 8

    def __init__(self, categories: Sequence[Category], meter: Meter | None = None) -> None:
        self.caller = Caller(meter or Meter({}), {"chat": RateLimiter(10_000)}, 1)
        self.sorter = FakeReader(categories)
        self.nonce, self.calls = "", []  # type: ignore[var-annotated]
        self.fails: Callable[[str, Sequence[str]], None] = lambda step, ids: None
        self.skips: Callable[[str], bool] = lambda paper_id: False
        self.says: Callable[[Sequence[Document]], Grounded] = _cite_each
        self.names: Callable[[Sketch], Named | None] = _name_of_terms
        self.betters: Callable[[Sequence[Shelf]], dict[int, str]] = lambda shelves: {}

    @classmethod
    def open(cls, config: Config, categories: Sequence[Category], access: Access | None = None) -> Self:
        return cls(categories)

    def begin(self, nonce: str) -> None:
        self.nonce = nonce

    def _call(self, step: str, ids: Sequence[str]) -> None:
        def ask() -> tuple[None, Spending]:
            self.calls.append((step, tuple(ids)))
            self.fails(step, ids)
            return None, Spending("chat", self.model, 1, 100, 10)

        self.caller.call(Spending("chat", self.model, 1, 100, 10), ask)

    def read(self, papers: Sequence[Paper]) -> list[Enrichment]:
        self._call("read", [paper.id for paper in papers])
        sorted_ = zip(papers, self.categorise(papers), strict=True)
        told = {"provider": self.name, "model": self.model, "prompt": "read.v1", "extractive": False}
        return [reading(p, s.primary, eli5="Easy.", **told) for p, s in sorted_ if not self.skips(p.id)]

    def categorise(self, papers: Sequence[Paper]) -> list[Sorting]:
        return self.sorter.categorise(papers)

    def ground(
        self, prompt: str, told: Mapping[str, object], documents: Sequence[Document], attempt: int = 1
    ) -> Grounded:
        self._call(prompt, [document.id for document in documents])
        return self.says(documents)

    def translate(self, items: Mapping[str, Mapping[str, str]], language: str) -> dict[str, dict[str, str]]:
        self._call("translate", list(items))
        kept = {key: fields for key, fields in items.items() if not self.skips(key)}
        return {key: {name: f"번역: {text}" for name, text in fields.items()} for key, fields in kept.items()}

    def name_topics(self, sketches: Sequence[Sketch]) -> dict[int, Named]:
        self._call("name", [str(sketch.id) for sketch in sketches])
        return {s.id: named for s in sketches if (named := self.names(s))}

    def better_names(self, shelves: Sequence[Shelf]) -> dict[int, str]:
        self._call("compare", [str(topic) for shelf in shelves for topic in shelf.renamed])
        return self.betters(shelves)

    def prompt_label(self, prompt: str) -> str:
        return prompt

    def estimate(self, step: str, texts: Sequence[str], language: str = "") -> Spending:
        return Spending("chat", self.model, 1, 100, 10)


def _name_of_terms(sketch: Sketch) -> Named:
    return Named(" and ".join(sketch.terms[:2]).capitalize(), "What these papers share.", "This", "That", "cohere")


def _cite_each(documents: Sequence[Document]) -> Grounded:
    """A sentence on every document, cited, and one that rests on nothing."""
    text, citations = "", []
    for document in documents:
        said = f"It is said of {document.title.rstrip('.')} here."
        citations.append(Citation(len(text), len(text) + len(said), said, (document.id,)))
        text += f"{said} "
    return Grounded(f"{text}Nobody backs this sentence.", tuple(citations))
