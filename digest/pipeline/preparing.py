"""Editions read and embedded ahead by the processes of a crew, so that publishing finds it in their journals.

Only readers and embedders without a network go there. What is paid for stays in this process: its threads wait on
the network as well as those of many machines would, and its one meter and rate limit hold over all calls by that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from digest.archive import Archive, Journal
from digest.config import Config
from digest.enrich import Desk, Progress, embed_all, keep_vectors, read_all
from digest.errors import SourceError
from digest.intake import foreseen
from digest.pipeline.parts import Parts
from digest.providers.base import Embedder, Reader, Writer
from digest.records import Category, Enrichment, Paper


@dataclass(frozen=True, slots=True)
class Recipe:
    """Who reads and embeds, and what they are opened with; None where that is not done ahead."""

    reader: type[Reader] | None
    embedder: type[Embedder] | None
    config: Config
    categories: tuple[Category, ...]

    @classmethod
    def of(cls, parts: Parts, config: Config) -> Recipe:
        """Those of the parts that need no network."""
        return cls(
            None if isinstance(parts.reader, Writer) else type(parts.reader),
            None if parts.embedder.pays else type(parts.embedder),
            config,
            parts.categories,
        )


@dataclass(frozen=True, slots=True)
class Order:
    """The papers of an edition, and who is to read and embed them."""

    recipe: Recipe
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What was made of an order's papers: readings, and vectors (n, d), None for what was not asked for."""

    papers: tuple[Paper, ...]
    readings: list[Enrichment] | None
    vectors: NDArray[np.float16] | None

    def keep(self, embedder: Embedder, journal: Journal, progress: Progress) -> None:
        """Journal it all."""
        if self.readings:
            Desk(self.papers, journal, progress).take(self.readings)
        if self.vectors is not None and self.papers:
            keep_vectors(journal, embedder, self.papers, self.vectors)


def prepared_ahead(
    editions: Sequence[date], today: date, archive: Archive, parts: Parts, config: Config
) -> Iterator[Prepared | None]:
    """What the crew makes of each edition's new papers, a few editions ahead of the one that is taken.

    None for every edition where there is no crew apart, or nothing that it could do.
    """
    recipe = Recipe.of(parts, config)
    if not parts.crew.apart or not (recipe.reader or recipe.embedder):
        return repeat(None, len(editions))
    return parts.crew.each(prepared, _orders(editions, today, archive, parts, recipe))


def _orders(
    editions: Sequence[date], today: date, archive: Archive, parts: Parts, recipe: Recipe
) -> Iterator[Order]:
    """One for each edition; those without papers are left to their turn."""
    begun = set(archive.begun)
    for edition in editions:
        papers: tuple[Paper, ...] = ()
        if edition not in begun:
            try:
                papers = foreseen(parts.sources, edition, today, archive)
            except SourceError:
                # It is told when the edition's turn comes, and those before it are in.
                papers = ()
        yield Order(recipe, papers)


def prepared(order: Order) -> Prepared:
    """The order's papers read and embedded, in the same packs as by `enrich_missing` and `embed_missing`."""
    reader, embedder = _opened(order.recipe) if order.papers else (None, None)
    return Prepared(
        order.papers,
        read_all(reader, order.papers) if reader else None,
        embed_all(embedder, order.papers) if embedder else None,
    )


# What this process opened last, and by which recipe: weights are long to load.
_last: list[tuple[Recipe, Reader | None, Embedder | None]] = []


def _opened(recipe: Recipe) -> tuple[Reader | None, Embedder | None]:
    if not _last or _last[0][0] != recipe:
        reader = recipe.reader.open(recipe.config, recipe.categories) if recipe.reader else None
        _last[:] = [(recipe, reader, recipe.embedder.open(recipe.config) if recipe.embedder else None)]
    return _last[0][1:]
