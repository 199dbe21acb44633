"""BERTopic's two recipes for growing corpora, given the same vectors. Both need

    pip install --no-deps bertopic hdbscan safetensors

in an environment that has this project; see the pages "Online Topic Modeling" and "Merge Multiple Fitted
Models" of its documentation (version 0.17). Left out where it is not installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from planted_methods import Fitted
from planted_scores import Method
from planted_streams import REFERENCE, Floats, Ints

# BERTopic's own choice; 0.9 found fewer on the first draw of both references.
ALIKE = 0.7
# Papers that a week's model needs; a few days' are hardly more than UMAP's neighbours.
MERGEABLE = 200


def installed() -> bool:
    """Whether the recipes can run here."""
    try:
        import bertopic  # noqa: F401
        import hdbscan  # noqa: F401
        import safetensors  # noqa: F401
    except ImportError:
        return False
    return True


class Online(Fitted):
    """The online recipe: IncrementalPCA, MiniBatchKMeans and OnlineCountVectorizer, fed day by day.

    Labels are read anew each week. The recipe's components and decay are kept; the clusters are as many as the
    reference's.
    """

    name = "BERTopic, online"

    def found(self, vectors: Floats, texts: Sequence[str], day: date) -> None:
        """See `Method.found`."""
        from bertopic import BERTopic
        from bertopic.vectorizers import OnlineCountVectorizer
        from sklearn.cluster import MiniBatchKMeans
        from sklearn.decomposition import IncrementalPCA

        self.model: Any = BERTopic(
            umap_model=IncrementalPCA(n_components=5),
            hdbscan_model=MiniBatchKMeans(n_clusters=REFERENCE, random_state=0),
            vectorizer_model=OnlineCountVectorizer(stop_words="english", decay=0.01),
        )
        self.model.partial_fit(list(texts), vectors.astype(np.float64))
        self.vectors, self.labels = vectors, self.predicted(vectors)

    def fold(self, vectors: Floats, texts: Sequence[str]) -> None:
        """See `Method.fold`."""
        self.model.partial_fit(list(texts), vectors.astype(np.float64))
        self.vectors = np.concatenate([self.vectors, vectors])
        self.labels = np.concatenate([self.labels, self.predicted(vectors)])

    def predicted(self, vectors: Floats) -> Ints:
        """See `Fitted.predicted`; by the same steps as BERTopic.transform, whose texts it would not read."""
        reduced = self.model.umap_model.transform(vectors.astype(np.float64))
        return np.asarray(self.model.hdbscan_model.predict(reduced), dtype=np.int64) + 1

    def rebalance(self, day: date) -> None:
        """Label all papers by the model of the day."""
        self.labels = self.predicted(self.vectors)


class Merged(Method):
    """The merge recipe: a model of each week's papers, merged into the one before; old papers stay where they are.

    New topics are those whose cosine to all known ones is under ALIKE. Papers wait without a topic until their
    week's model; those that HDBSCAN calls noise stay without.
    """

    name = "BERTopic, merged weekly"

    def found(self, vectors: Floats, texts: Sequence[str], day: date) -> None:
        """See `Method.found`."""
        self.model = self._model(vectors, texts)
        self.waiting: list[tuple[Floats, Sequence[str]]] = []
        self._read()

    def fold(self, vectors: Floats, texts: Sequence[str]) -> None:
        """See `Method.fold`."""
        self.waiting.append((vectors, texts))
        self.labels = np.concatenate([self.labels, np.zeros(len(vectors), dtype=np.int64)])

    def rebalance(self, day: date) -> None:
        """Fit a model to what waits and merge it, once it is enough."""
        from bertopic import BERTopic

        vectors = np.concatenate([part for part, _ in self.waiting])
        if len(vectors) < MERGEABLE:
            return
        model = self._model(vectors, [text for _, part in self.waiting for text in part])
        self.waiting = []
        self.model = BERTopic.merge_models([self.model, model], min_similarity=ALIKE)
        self._read()

    @staticmethod
    def _model(vectors: Floats, texts: Sequence[str]) -> Any:
        from bertopic import BERTopic
        from umap import UMAP

        # BERTopic's own settings, with a seed.
        reduction = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=0)
        return BERTopic(umap_model=reduction).fit(list(texts), vectors)

    def _read(self) -> None:
        self.labels = np.asarray(self.model.topics_, dtype=np.int64) + 1
