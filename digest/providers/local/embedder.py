"""The local provider's embedder: a static model that came with the program and never changes within a version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from digest.config import Config
from digest.providers.base import Access, Embedder
from digest.providers.local.static import StaticModel, shipped
from digest.records import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class LocalEmbedder(Embedder):
    """Titles and abstracts to unit vectors; a paper with no known word at all gets the zero vector."""

    def __init__(self, static: StaticModel) -> None:
        self.static = static
        self.model = f"local-static-{static.version}"
        self.dimension = static.dimension

    @classmethod
    def open(cls, config: Config, access: Access | None = None) -> Self:
        """Load the shipped weights; the settings have no say in them."""
        return cls(shipped())

    def embed(self, papers: Sequence[Paper]) -> NDArray[np.float32]:
        """Vectors of shape (n, dimension) from title and abstract."""
        return self.embed_texts([f"{paper.title}\n{paper.abstract}" for paper in papers])

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (n, dimension); a text with no known word gets the zero vector."""
        return self.static.embed(texts)

    def embed_query(self, words: str) -> NDArray[np.float32]:
        """The vector of a search, shape (dimension,)."""
        vector: NDArray[np.float32] = self.static.embed([words])[0]
        return vector
