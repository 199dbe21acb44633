"""An edition's sections, and syntheses that quote: the most telling sentences of a section's papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Journal
from digest.archive.tables import SYNTHESIS
from digest.errors import ProviderError
from digest.providers.base import Section
from digest.records import OTHER, Category, Enrichment, Paper, Synthesis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digest.providers.base import Reader

# What one paper says is its own line, not a synthesis.
FEWEST = 2


def sections(
    categories: Sequence[Category],
    papers: Sequence[Paper],
    enrichments: Sequence[Enrichment],
    vectors: NDArray[np.float32],
) -> list[Section]:
    """The papers by primary category: biggest section first, the taxonomy's order among equals, "other" last."""
    found = []
    for category in categories:
        rows = [i for i, e in enumerate(enrichments) if e.primary == category.slug]
        if rows:
            found.append(
                Section(
                    category,
                    tuple(papers[i] for i in rows),
                    tuple(enrichments[i] for i in rows),
                    vectors[rows],
                )
            )
    return sorted(found, key=lambda s: (s.category.slug == OTHER, -len(s.papers)))


def worth(section: Section) -> bool:
    """True for a section that gets a synthesis: of two papers or more that share a subject."""
    return section.category.slug != OTHER and len(section.papers) >= FEWEST


def synthesise_missing(reader: Reader, parts: Sequence[Section], journal: Journal) -> tuple[Synthesis, ...]:
    """A synthesis for each section of two papers or more, except "other", whose papers share no subject."""
    known = {
        synthesis.category: synthesis for synthesis in map(SYNTHESIS.validate_python, journal.entries("synthesis"))
    }
    missing = [section for section in parts if section.category.slug not in known]
    for synthesis in _each(reader, missing):
        journal.add("synthesis", SYNTHESIS.dump_python(synthesis, mode="json"))
        known[synthesis.category] = synthesis
    return _said(known[s.category.slug] for s in parts if s.category.slug in known)


def synthesise(reader: Reader, parts: Sequence[Section]) -> tuple[Synthesis, ...]:
    """The same, made anew and journalled nowhere."""
    return _said(_each(reader, parts))


def _said(texts: Iterable[Synthesis]) -> tuple[Synthesis, ...]:
    """Those that say anything: a reader may find nothing worth a sentence."""
    return tuple(synthesis for synthesis in texts if synthesis.sentences)


def _each(reader: Reader, parts: Sequence[Section]) -> Iterator[Synthesis]:
    for section in parts:
        sentences = reader.synthesise(section) if worth(section) else ()
        if sentences:
            synthesis = Synthesis(section.category.slug, sentences, reader.extractive)
            _check(synthesis, section)
            yield synthesis


def _check(synthesis: Synthesis, section: Section) -> None:
    ids = {paper.id for paper in section.papers}
    for sentence in synthesis.sentences:
        if not sentence.cites or not ids.issuperset(sentence.cites):
            raise ProviderError(
                f"the synthesis of {synthesis.category} has a sentence that cites no paper of its section "
                f"({sentence.text[:80]!r}); run again, or choose another provider"
            )
