"""A second opinion on where papers lie densely, for comparison and for noise; no topic's identity rests on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digest.topics.cosines import Vectors

# Where there are more directions than these, nearly everything is as far from everything else: all would be noise.
FLAT = 10
# The layout in which dense regions are looked for: UMAP with its neighbourhoods pressed together.
DIRECTIONS, NEIGHBOURS = 5, 15
# Papers in the smallest dense region, and in the neighbourhood that says how dense it is.
FEWEST, CLOSE = 20, 5
SEED = 1
# No region, and where a paper is that nobody has placed.
NOISE, UNKNOWN = -1, -2


def density(points: Vectors) -> NDArray[np.int32]:
    """A dense region (n,) for each of the papers (n, d), from 0, and NOISE for those in none.

    HDBSCAN (Campello, Moulavi and Sander 2013). Points of at most `FLAT` directions, a map's layout for instance,
    are taken as they are; vectors are laid out by UMAP first, which takes a minute or more, with one seed and so
    always alike. Papers without words (rows of zeros) are noise. Only for when somebody asks, never for a fold.
    """
    from sklearn.cluster import HDBSCAN

    found = np.full(len(points), NOISE, dtype=np.int32)
    worded = np.flatnonzero(points.any(axis=1))
    if len(worded) < 2 * FEWEST:
        return found
    flat = points[worded] if points.shape[1] <= FLAT else _laid_out(points[worded])
    model = HDBSCAN(min_cluster_size=FEWEST, min_samples=CLOSE, cluster_selection_method="leaf", copy=False)
    found[worded] = model.fit(flat.astype(np.float64)).labels_
    return found


def _laid_out(vectors: Vectors) -> Vectors:
    import umap  # type: ignore[import-untyped]

    layout = umap.UMAP(
        n_components=DIRECTIONS, n_neighbors=NEIGHBOURS, min_dist=0.0, metric="cosine", random_state=SEED, n_jobs=1
    )
    laid_out: Vectors = np.asarray(layout.fit_transform(vectors), dtype=np.float32)
    return laid_out
