"""What rolling topics are measured against: k-means afresh, and scikit-learn's own methods for streams.

All are given the number of clusters that the reference was made with, and start from all papers of the base.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from planted_scores import NO_TOPIC, Method
from planted_streams import REFERENCE, Floats, Ints

ALIKE = 0.3


def matched(before: Ints, after: Ints, unused: int) -> tuple[dict[int, int], int]:
    """Ids for the labels `after`: by the Hungarian method those of `before` at Jaccard >= ALIKE, else new ones."""
    from scipy.optimize import linear_sum_assignment

    old, new = (np.unique(labels[labels != NO_TOPIC]) for labels in (before, after))
    alike = np.zeros((len(old), len(new)))
    for row, was in enumerate(old):
        for column, now in enumerate(new):
            both = int(((before == was) & (after == now)).sum())
            alike[row, column] = both / max(int(((before == was) | (after == now)).sum()), 1)
    rows, columns = linear_sum_assignment(-alike)
    ids = {int(new[c]): int(old[r]) for r, c in zip(rows, columns, strict=True) if alike[r, c] >= ALIKE}
    for now in new:
        if int(now) not in ids:
            ids[int(now)], unused = unused, unused + 1
    return ids, unused


class Fitted(Method):
    """Keeps all papers and has them labelled by a model; `fitted` numbers labels from 1."""

    vectors: Floats

    def found(self, vectors: Floats, texts: Sequence[str], day: date) -> None:
        """See `Method.found`."""
        self.vectors = vectors
        self.begin()
        self.labels = self.predicted(vectors)

    def fold(self, vectors: Floats, texts: Sequence[str]) -> None:
        """See `Method.fold`."""
        self.vectors = np.concatenate([self.vectors, vectors])
        self.learn(vectors)
        self.labels = np.concatenate([self.labels, self.predicted(vectors)])

    def begin(self) -> None:
        """Fit the model to the base."""
        raise NotImplementedError

    def learn(self, vectors: Floats) -> None:
        """Let the model learn from a day; by default it does not."""

    def predicted(self, vectors: Floats) -> Ints:
        """Ids of papers by the model as it is."""
        raise NotImplementedError


class ColdKMeans(Fitted):
    """K-means of everything, anew each week; ids carried over by the Hungarian method. For information."""

    name = "KMeans anew + Hungarian"

    def begin(self) -> None:
        """See `Fitted.begin`."""
        self.rounds = 0
        self._fit()
        self.ids, self.unused = {label: label for label in range(1, REFERENCE + 1)}, REFERENCE + 1

    def _fit(self) -> None:
        from sklearn.cluster import KMeans

        self.model = KMeans(REFERENCE, n_init=1, random_state=1_000 + self.rounds).fit(self.vectors)
        self.rounds += 1

    def predicted(self, vectors: Floats) -> Ints:
        """See `Fitted.predicted`."""
        return np.array([self.ids[label + 1] for label in self.model.predict(vectors)], dtype=np.int64)

    def rebalance(self, day: date) -> None:
        """Fit again and match."""
        self._fit()
        after = self.model.predict(self.vectors).astype(np.int64) + 1
        self.ids, self.unused = matched(self.labels, after, self.unused)
        self.labels = self.predicted(self.vectors)


class MiniBatch(Fitted):
    """MiniBatchKMeans.partial_fit day by day, begun from a k-means of the base; labels read anew each week."""

    name = "MiniBatchKMeans.partial_fit"

    def begin(self) -> None:
        """See `Fitted.begin`."""
        from sklearn.cluster import KMeans, MiniBatchKMeans

        start = KMeans(REFERENCE, n_init=1, random_state=1_000).fit(self.vectors).cluster_centers_
        self.model: Any = MiniBatchKMeans(REFERENCE, init=start, n_init=1, random_state=0)
        self.model.partial_fit(self.vectors)

    def learn(self, vectors: Floats) -> None:
        """See `Fitted.learn`."""
        self.model.partial_fit(vectors)

    def predicted(self, vectors: Floats) -> Ints:
        """See `Fitted.predicted`."""
        return np.asarray(self.model.predict(vectors), dtype=np.int64) + 1

    def rebalance(self, day: date) -> None:
        """Label all papers by the centroids of the day."""
        self.labels = self.predicted(self.vectors)


class BirchTree(Fitted):
    """Birch day by day; weekly its subclusters become REFERENCE clusters, matched by the Hungarian method."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self.name = f"Birch, threshold {threshold:g}"

    def begin(self) -> None:
        """See `Fitted.begin`."""
        from sklearn.cluster import Birch

        self.model: Any = Birch(threshold=self.threshold, n_clusters=None, compute_labels=False)
        self.model.fit(self.vectors)
        self._join()
        self.ids, self.unused = {label: label for label in range(1, REFERENCE + 1)}, REFERENCE + 1

    def _join(self) -> None:
        """The global clustering, which partial_fit() does without papers."""
        self.model.set_params(n_clusters=REFERENCE)
        self.model.partial_fit(None)
        self.model.set_params(n_clusters=None)
        self.ends, self.joined = self.model.subcluster_centers_, self.model.subcluster_labels_

    def learn(self, vectors: Floats) -> None:
        """See `Fitted.learn`; a day's papers take the clusters of the week's subclusters."""
        self.model.partial_fit(vectors)

    def _raw(self, vectors: Floats) -> Ints:
        near = (vectors @ self.ends.T - (self.ends**2).sum(axis=1) / 2).argmax(axis=1)
        return np.asarray(self.joined[near], dtype=np.int64) + 1

    def predicted(self, vectors: Floats) -> Ints:
        """See `Fitted.predicted`."""
        return np.array([self.ids[label] for label in self._raw(vectors)], dtype=np.int64)

    def rebalance(self, day: date) -> None:
        """Join the subclusters of all papers so far and match."""
        self._join()
        after = self._raw(self.vectors)
        self.ids, self.unused = matched(self.labels, after, self.unused)
        self.ids = {label: self.ids.get(label, NO_TOPIC) for label in range(1, REFERENCE + 1)}
        self.labels = self.predicted(self.vectors)
