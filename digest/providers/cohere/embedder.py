"""Cohere's embeddings: 96 texts a call, one model and dimension for as long as an archive lives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from digest.config import Config
from digest.errors import BadAnswer, ConfigError, ProviderError
from digest.providers.base import Access, Embedder
from digest.providers.cohere.client import CohereClient
from digest.records import Paper
from digest.text import delatex, truncate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# More than any real abstract; a hostile one must not be paid for.
TEXT_CHARS = 6000


class CohereEmbedder(Embedder):
    """Title and abstract of papers as documents, searches as queries (asymmetric, as the model was trained)."""

    # The most that one call takes; the SDK's v2 client does not split.
    pack = 96
    pays = True

    def __init__(self, client: CohereClient, model: str, dimension: int) -> None:
        self._client, self.model, self.dimension = client, model, dimension

    @classmethod
    def open(cls, config: Config, access: Access | None = None) -> Self:
        """Build the embedder for the model of the settings. Raises `ConfigError` without a key."""
        if access is None or not access.key:
            raise ConfigError('the provider "cohere" needs a key: set CO_API_KEY, or use provider = "local"')
        settings = config.cohere
        client = CohereClient(access.key, access.url, settings, access.caller)
        return cls(client, settings.embed_model, settings.embed_dimension)

    def embed(self, papers: Sequence[Paper]) -> NDArray[np.float32]:
        """Vectors of shape (n, dimension), unit rows, in the papers' order."""
        return self._documents([_text(paper) for paper in papers])

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (n, dimension), unit rows, in the texts' order."""
        return self._documents([truncate(text, TEXT_CHARS) or "." for text in texts])

    def _documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        packs = [texts[start : start + self.pack] for start in range(0, len(texts), self.pack)]
        rows = [row for pack in packs for row in self._ask(pack)]
        return _unit(np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension))

    def embed_query(self, words: str) -> NDArray[np.float32]:
        """The vector of a search, shape (dimension,)."""
        import numpy as np

        text = truncate(words, TEXT_CHARS) or "."
        vector: NDArray[np.float32] = _unit(np.array(self._ask([text], "search_query"), dtype=np.float32))[0]
        return vector

    def _ask(self, texts: Sequence[str], kind: str = "search_document") -> list[list[float]]:
        try:
            return self._client.embed(self.model, self.dimension, texts, kind)
        except BadAnswer as error:
            raise ProviderError(str(error)) from error


def _text(paper: Paper) -> str:
    text = truncate(f"{delatex(paper.title)}\n{delatex(paper.abstract[: 2 * TEXT_CHARS])}", TEXT_CHARS)
    # An empty text would have the whole call refused.
    return text or paper.id


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (rows / np.where(norms == 0, 1, norms)).astype(np.float32)
    return scaled
