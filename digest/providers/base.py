"""The interface of a provider: a reader, who may also write texts of his own, and an embedder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from digest.assets import Assets
from digest.calls import Caller
from digest.config import Config
from digest.records import Category, CitedSentence, Enrichment, Paper, Sorting, Spending

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


@dataclass(frozen=True, slots=True)
class Access:
    """What a paid provider needs beyond the settings: its key, which is shown nowhere, and who makes the calls."""

    key: str = field(repr=False)
    url: str
    assets: Assets
    caller: Caller


@dataclass(frozen=True, slots=True)
class Document:
    """Something that a grounded answer may cite by its id."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """`text` is what stands from `start` to `end` in the answer, if the model counted well; `ids` back it."""

    start: int
    end: int
    text: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grounded:
    """An answer with its citations, both as the model gave them."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A topic for a model to name: one-line readings from its middle and its edge, and its distinctive terms.

    `unlike` are names of the topics nearest to it; `again` says why an earlier answer was no use.
    """

    id: int
    central: tuple[str, ...]
    boundary: tuple[str, ...]
    terms: tuple[str, ...]
    unlike: tuple[str, ...] = ()
    again: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What a topic is called, what it is about, and where it ends; `namer` is the provider that says so."""

    name: str
    description: str = ""
    includes: str = ""
    excludes: str = ""
    namer: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with what its topics are called, by id: some may be `renamed`, the others are `fixed`."""

    category: str
    renamed: Mapping[int, Named]
    fixed: Mapping[int, Named]


class Embedder(ABC):
    """Turns papers and queries into unit vectors of one space, named by `model` and `dimension`."""

    model: str
    dimension: int
    # Texts embedded at a time, and whether they are paid for.
    pack: int = 512
    pays: bool = False

    @classmethod
    @abstractmethod
    def open(cls, config: Config, access: Access | None = None) -> Self:
        """Build the embedder from the settings; nothing is asked yet."""

    @abstractmethod
    def embed(self, papers: Sequence[Paper]) -> NDArray[np.float32]:
        """Vectors of shape (n, dimension), unit rows. Raises `ProviderError`."""

    @abstractmethod
    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for texts that are no whole papers, none of them empty. Raises `ProviderError`."""

    @abstractmethod
    def embed_query(self, words: str) -> NDArray[np.float32]:
        """The vector of a search, shape (dimension,). Raises `ProviderError`."""


class Reader(ABC):
    """Says what there is to say about papers; `extractive` readers only ever quote them."""

    name: str
    model: str
    extractive: bool
    pack: int

    @classmethod
    @abstractmethod
    def open(cls, config: Config, categories: Sequence[Category], access: Access | None = None) -> Self:
        """Build the reader from the settings and the taxonomy; nothing is asked yet."""

    @abstractmethod
    def read(self, papers: Sequence[Paper]) -> list[Enrichment]:
        """An enrichment for each paper that could be read, in their order; at most `pack` papers.

        Raises `ProviderError`.
        """

    @abstractmethod
    def categorise(self, papers: Sequence[Paper]) -> list[Sorting]:
        """Where each paper belongs in the taxonomy, in their order. Raises `ProviderError`."""

    def synthesise(self, section: Section) -> tuple[CitedSentence, ...]:
        """A few sentences quoted from a section of two papers or more, each citing papers of it."""
        return ()


class Writer(Reader):
    """A reader with a language model: it writes, cites and translates, `parallel` calls at a time."""

    parallel: int
    translate_pack: int
    # The most grounded calls for one edition's syntheses.
    synthesis_calls: int
    # How many topics one call names, and how many names one call compares.
    name_pack: int
    compare_pack: int

    @abstractmethod
    def begin(self, nonce: str) -> None:
        """Start an edition; `nonce` seeds the delimiters that set hostile text apart in prompts."""

    @abstractmethod
    def ground(
        self, prompt: str, told: Mapping[str, object], documents: Sequence[Document], attempt: int = 1
    ) -> Grounded:
        """Prose on the `documents` after the named prompt, with citations; a further attempt asks anew.

        Raises `ProviderError`.
        """

    @abstractmethod
    def translate(self, items: Mapping[str, Mapping[str, str]], language: str) -> dict[str, dict[str, str]]:
        """Each item's fields in `language`, by the item's id; items and fields that came out unfit are missing.

        At most `translate_pack` items. Raises `ProviderError`.
        """

    @abstractmethod
    def name_topics(self, sketches: Sequence[Sketch]) -> dict[int, Named]:
        """What the model calls each topic, as it said it and unchecked, by id; what it left out is missing.

        At most `name_pack` topics. Raises `ProviderError`.
        """

    @abstractmethod
    def better_names(self, shelves: Sequence[Shelf]) -> dict[int, str]:
        """Better names for topics that may be renamed, unchecked, by id, after a look at all names of a category.

        Raises `ProviderError`.
        """

    @abstractmethod
    def prompt_label(self, prompt: str) -> str:
        """The prompt's name and version, and a fingerprint where the workspace has its own."""

    @abstractmethod
    def estimate(self, step: str, texts: Sequence[str], language: str = "") -> Spending:
        """What one call of the step (`read`, `ground`, `translate`, `name`) on these texts may cost."""
