"""The map by problem and by method: papers sorted by one part of their readings, with vectors of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from digest import topics as arithmetic
from digest.archive import Archive
from digest.archive.clustering import Clustering, Fold
from digest.archive.layouts import Aspect
from digest.curation import Curation
from digest.errors import ProviderError
from digest.naming import Portrait
from digest.pipeline.everyone import Everyone, Read
from digest.pipeline.folding import empty, named
from digest.pipeline.mapping import Drawn
from digest.pipeline.parts import Parts
from digest.pipeline.redrawing import recent_of, redrawn
from digest.records import UNSORTED, Assigned, Spending, Topics
from digest.text import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digest.providers.base import Embedder

# The fields of a reading that papers are sorted by, beside their topics.
ASPECTS = ("problem", "method")
# What a text costs before it is asked for.
CHARS_PER_TOKEN = 4
# Papers that are given their clusters at once.
PART = 50_000

Texts = Mapping[date, Mapping[str, str]]


def with_aspects(archive: Archive, drawn: Drawn, parts: Parts, day: date) -> tuple[Drawn, Mapping[str, str]]:
    """The map with each aspect that can be had; and why another, or its newcomers, cannot, by its key.

    An aspect is drawn anew when the map is, from its places, and added to in between. Its clusters are rolling
    topics: they begin where they were, and keep their names where they stay. Vectors are made for the editions
    that have none, and kept; if the budget does not cover them all, none is paid for.
    """
    if not drawn.changed and set(ASPECTS) <= drawn.aspects.keys():
        return drawn, {}
    if drawn.rebuilt or not set(ASPECTS) <= drawn.aspects.keys():
        # Their papers are looked at for each aspect, and once more for their cards.
        drawn = replace(drawn, everyone=drawn.everyone.with_read(recent_of(drawn.everyone)))
    aspects, left = dict(drawn.aspects), {}
    row = {paper: at for at, paper in enumerate(drawn.everyone.ids)}
    for key in ASPECTS:
        vectors = np.zeros(drawn.everyone.vectors.shape, dtype=np.float32)
        lacking = _filled(archive, key, _texts(archive, drawn.everyone, key), row, vectors)
        if reason := _embed_missing(archive, key, lacking, parts):
            left[key] = reason
        _filled(archive, key, lacking, row, vectors)
        if key in aspects or not reason:
            aspects[key] = _sorted(archive, drawn, key, vectors, parts, day)
    changed = drawn.changed or aspects.keys() != drawn.aspects.keys()
    return replace(drawn, aspects=aspects, changed=changed), left


def _texts(archive: Archive, found: Everyone, key: str) -> Texts:
    """What readings say of the aspect, by edition and paper; who says nothing is missing."""
    told = {}
    for edition, (start, end) in found.spans.items():
        said = zip(found.ids[start:end], archive.said(edition, key), strict=True)
        if texts := {paper: stripped for paper, text in said if (stripped := text.strip())}:
            told[edition] = texts
    return told


def _filled(
    archive: Archive, key: str, texts: Texts, row: Mapping[str, int], vectors: NDArray[np.float32]
) -> Texts:
    """Put the vectors that the archive has into those (n, d) of all papers; returns the texts that lack theirs."""
    lacking = {}
    for day, told in texts.items():
        if (known := archive.aspect_vectors(day, key, told)) is not None:
            vectors[[row[paper] for paper in told]] = known
        else:
            lacking[day] = told
    return lacking


def _embed_missing(archive: Archive, key: str, lacking: Texts, parts: Parts) -> str:
    """Make the vectors that the archive lacks; returns why that could not be done, if it could not."""
    if not lacking:
        return ""
    space = (archive.head.embedder, archive.head.dimension)
    embedders = (e for e in (parts.embedder, parts.spare) if e is not None and (e.model, e.dimension) == space)
    embedder = next(embedders, None)
    if embedder is None:
        return f"its vectors need {space[0]}"
    meter = parts.meter if embedder.pays else None
    if meter is not None and not meter.covers(meter.priced(_cost(embedder, lacking))):
        return f"the budget does not cover the vectors of {counted(sum(map(len, lacking.values())), 'text')}"
    try:
        for day, told in lacking.items():
            archive.add_aspect_vectors(day, key, told, _embedded(embedder, list(told.values())))
    except ProviderError as error:
        return str(error)
    return ""


def _cost(embedder: Embedder, texts: Texts) -> Spending:
    """What the vectors of the texts will take, without a price."""
    calls = sum(math.ceil(len(told) / embedder.pack) for told in texts.values())
    chars = sum(len(text) for told in texts.values() for text in told.values())
    return Spending("embed", embedder.model, calls, chars // CHARS_PER_TOKEN)


def _embedded(embedder: Embedder, texts: list[str]) -> NDArray[np.float32]:
    vectors = embedder.embed_texts(texts)
    if vectors.shape != (len(texts), embedder.dimension) or not np.isfinite(vectors).all():
        raise ProviderError(f"{embedder.model} made unusable vectors; run again")
    return vectors


def _sorted(
    archive: Archive, drawn: Drawn, key: str, vectors: NDArray[np.float32], parts: Parts, day: date
) -> Aspect:
    """The papers by one aspect: added to what the map before had, or, with that or without, drawn anew.

    The clusters of a large archive are those of papers evenly drawn; the others go to the nearest.
    """
    from digest.map.aspects import added, drawn_by, redrawn_by
    from digest.map.landmarks import evenly

    kept = drawn.aspects.get(key)
    known = drawn.known if kept else np.zeros(len(vectors), dtype=bool)
    counted = evenly(drawn.everyone.ids)
    # So many papers are sorted by an aspect, and stay where they are: their map itself is drawn by landmarks.
    stay = not counted.all()
    positions = drawn.positions if stay or kept is None else added(kept.positions, vectors, known)
    before = kept.clusters if kept else empty(vectors.shape[1])
    first = kept.first.copy() if kept else np.full(len(vectors), UNSORTED, dtype=np.int32)
    state, given = arithmetic.fold(before.state, vectors[~known & counted])
    first[~known & counted] = given.topics[:, 0]
    clusters = replace(before, state=state)
    if kept is not None and not drawn.rebuilt:
        _place(first, before.state, vectors, ~known & ~counted)
        return Aspect(positions, first, clusters)
    assigned = Assigned(first[:, None], np.zeros((len(first), 1), dtype=np.float32))
    everyone = replace(drawn.everyone, vectors=vectors, assigned=assigned).some(counted)
    fold = _redrawn(archive, everyone, clusters, key, parts, day)
    first[counted] = np.concatenate([found.topics[:, 0] for _, found in fold.rows.values()])
    _place(first, fold.clustering.state, vectors, ~counted)
    if before.live and drawn.grown and not stay:
        positions = redrawn_by(positions, vectors, known, drawn.layout.scale)
    elif fold.clustering.live and not stay:
        positions = drawn_by(drawn.positions, vectors, drawn.layout.scale)
    return Aspect(positions, first, _lean(fold.clustering))


def _redrawn(
    archive: Archive, everyone: Everyone, clusters: Clustering, key: str, parts: Parts, day: date
) -> Fold:
    """The aspect's clusters redrawn over its papers, and named."""
    redone = redrawn(clusters, everyone, day, Curation())
    redone = replace(redone, portraits=tuple(_seen_by(portrait, key) for portrait in redone.portraits))
    # A hundred names more are not worth a hundred paid answers: nobody's links or pages rest on them.
    namer = replace(parts, reader=parts.backup or parts.reader, curation=Curation())
    return named(redone, day, namer, archive.topics_journal)


def _place(
    first: NDArray[np.int32], state: Topics, vectors: NDArray[np.float32], papers: NDArray[np.bool_]
) -> None:
    """Write the nearest clusters of some papers (n,) into those (n,) of all."""
    rows = np.flatnonzero(papers)
    for start in range(0, len(rows), PART):
        part = rows[start : start + PART]
        first[part] = arithmetic.place(state, vectors[part]).topics[:, 0]


def _seen_by(portrait: Portrait, key: str) -> Portrait:
    """The portrait with those keyphrases alone that papers use where they speak of the aspect."""

    def seen(read: Read) -> Read:
        paper, reading = read
        said = getattr(reading, key).casefold()
        return paper, replace(reading, keyphrases=tuple(k for k in reading.keyphrases if k.casefold() in said))

    return replace(
        portrait, central=tuple(map(seen, portrait.central)), boundary=tuple(map(seen, portrait.boundary))
    )


def _lean(clusters: Clustering) -> Clustering:
    """The clusters without what only pages of topics tell: the past, and papers by name."""
    live = (replace(topic, exemplars=(), newest=()) for topic in clusters.live.values())
    return replace(clusters, topics=tuple(live), lineage=())
