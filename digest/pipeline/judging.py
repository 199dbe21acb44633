"""How good the topics' names are, without asking a model: do papers that no namer saw find theirs by its name?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Archive
from digest.errors import ProviderError
from digest.pipeline.mapping import Drawn
from digest.pipeline.parts import Parts
from digest.pipeline.redrawing import BOUNDARY, CENTRAL
from digest.records import Spending
from digest.topics import centroids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digest.providers.base import Embedder


# Papers that are held against all names at once.
BLOCK = 100_000


@dataclass(frozen=True, slots=True)
class Named:
    """The share of `asked` papers that lie nearest to what their topic is called; `alike` counts pairs of names.

    `asked` are papers that do not stand in the middle of their topic nor at its edge, where namers look.
    """

    found: float
    asked: int
    alike: int


def names_judged(archive: Archive, drawn: Drawn, parts: Parts) -> Named | None:
    """How well topics are named; None where there is nothing to ask, or no budget for the names' vectors."""
    from digest.map.observations import ALIKE

    clustering = archive.clustering
    if clustering is None or len(clustering.live) < 2:
        return None
    live = clustering.live
    topics = [live[topic] for topic in clustering.state.ids]
    names = [topic.name or f"t{topic.id}" for topic in topics]
    vectors = _vectors(parts, [*names, *(f"{topic.name}. {topic.description}" for topic in topics)])
    if vectors is None or vectors.shape[1] != archive.head.dimension:
        return None
    meant, told = vectors[: len(names)], vectors[len(names) :]
    rows, truth = _held_out(drawn, np.asarray(clustering.state.ids), centroids(clustering.state))
    nearest = 0
    for start in range(0, len(rows), BLOCK):
        block = slice(start, start + BLOCK)
        similar = drawn.everyone.vectors[rows[block]] @ told.T
        own = np.take_along_axis(similar, truth[block, None], axis=1)
        # Of equals none is the nearest.
        nearest += int(((similar >= own).sum(axis=1) == 1).sum())
    alike = int((np.triu(meant @ meant.T, 1) > ALIKE).sum())
    return Named(nearest / len(rows) if len(rows) else 0.0, len(rows), alike)


def _vectors(parts: Parts, texts: list[str]) -> NDArray[np.float32] | None:
    embedder: Embedder = parts.embedder
    if embedder.pays and parts.meter is not None:
        chars = sum(map(len, texts))
        spending = Spending("embed", embedder.model, math.ceil(len(texts) / embedder.pack), chars // 4)
        if not parts.meter.covers(parts.meter.priced(spending)):
            return None
    try:
        return embedder.embed_texts(texts)
    except ProviderError:
        return None


def _held_out(
    drawn: Drawn, ids: NDArray[np.int64], centres: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of papers that are not among those by which their topic would be named now, and the topics' places."""
    first, vectors = drawn.everyone.assigned.topics[:, 0], drawn.everyone.vectors
    rows, truth = [], []
    for place, topic in enumerate(ids.tolist()):
        members = np.flatnonzero(first == topic)
        order = np.argsort(-np.round(vectors[members] @ centres[place], 5), kind="stable")
        held = members[order[CENTRAL : max(CENTRAL, len(members) - BOUNDARY)]]
        rows.append(held)
        truth.append(np.full(len(held), place))
    return np.concatenate(rows), np.concatenate(truth)
