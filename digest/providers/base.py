"""The interface of a provider: a reader, and an embedder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from digest.config import Config
from digest.records import Category, CitedSentence, Enrichment, Paper, Sorting

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Section:
    """The papers of one category in one edition, each with its reading and its vector (row of (n, d))."""

    category: Category
    papers: tuple[Paper, ...]
    enrichments: tuple[Enrichment, ...]
    vectors: NDArray[np.float32]


class Embedder(ABC):
    """Turns papers and queries into unit vectors of one space, named by `model` and `dimension`."""

    model: str
    dimension: int

    @classmethod
    @abstractmethod
    def open(cls, config: Config) -> Self:
        """Build the embedder from the settings; nothing is asked yet."""

    @abstractmethod
    def embed(self, papers: Sequence[Paper]) -> NDArray[np.float32]:
        """Vectors of shape (n, dimension), unit rows. Raises `ProviderError`."""

    @abstractmethod
    def embed_query(self, words: str) -> NDArray[np.float32]:
        """The vector of a search, shape (dimension,). Raises `ProviderError`."""


class Reader(ABC):
    """Writes what there is to say about papers; `extractive` readers only ever quote them."""

    name: str
    model: str
    extractive: bool
    pack: int

    @classmethod
    @abstractmethod
    def open(cls, config: Config, categories: Sequence[Category]) -> Self:
        """Build the reader from the settings and the taxonomy; nothing is asked yet."""

    @abstractmethod
    def read(self, papers: Sequence[Paper]) -> list[Enrichment]:
        """One enrichment per paper, in their order; at most `pack` papers. Raises `ProviderError`."""

    @abstractmethod
    def categorise(self, papers: Sequence[Paper]) -> list[Sorting]:
        """Where each paper belongs in the taxonomy, in their order. Raises `ProviderError`."""

    @abstractmethod
    def synthesise(self, section: Section) -> tuple[CitedSentence, ...]:
        """A few sentences on a section of two papers or more, each citing papers of it.

        Raises `ProviderError`.
        """
