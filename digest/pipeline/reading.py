"""Papers to all that an edition says of them: vectors, readings, syntheses and translations."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from digest.archive import Archive, Bill, Journal
from digest.archive.history import Day
from digest.archive.tables import PICK
from digest.calls import Meter
from digest.enrich import Progress, embed_missing, enrich_missing, left
from digest.errors import ProviderError
from digest.pipeline import budgeting
from digest.pipeline.parts import Parts, Reading
from digest.pipeline.telling import moved
from digest.providers.base import Writer
from digest.records import Category, Enrichment, Paper, Pick, Share, Synthesis
from digest.synthesis import Figures, prompts_of, sections, synthesise_missing, write_missing
from digest.translation import Translated, translate_missing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from digest.providers.base import Embedder, Reader


def begin_spending(edition: date | None, day: date, archive: Archive, meter: Meter | None) -> None:
    """Have the meter count on from what the archive knows, and every bill kept there."""
    if meter is not None:
        log = archive.spending
        month = [bill.spending for bill in log.bills(f"{day:%Y-%m}")]
        before = log.of_edition(edition) if edition else []
        meter.begin(before, month, lambda spending: log.add(Bill(day, edition, spending)))


def begin_writing(reader: Reader, journal: Journal) -> None:
    """Give a reader that writes the nonce that sets hostile text apart in its prompts, the same after a kill."""
    if isinstance(reader, Writer):
        if not journal.entries("nonce"):
            journal.add("nonce", secrets.token_hex(8))
        reader.begin(journal.entries("nonce")[0])


def embedded(
    archive: Archive, parts: Parts, papers: Sequence[Paper], journal: Journal, progress: Progress
) -> tuple[Embedder, NDArray[np.float32]]:
    """The papers' vectors and who made them: the spare one only where the first fails and no vectors exist yet."""
    try:
        return parts.embedder, embed_missing(parts.embedder, papers, journal, progress)
    except ProviderError:
        if parts.spare is None or archive.head.embedder:
            raise
        return parts.spare, embed_missing(parts.spare, papers, journal, progress)


def read(
    edition: date,
    archive: Archive,
    parts: Parts,
    papers: tuple[Paper, ...],
    vectors: NDArray[np.float32],
    journal: Journal,
    progress: Progress,
) -> Reading:
    """Readings, syntheses and translations of an edition's new papers."""
    reader, backup = parts.reader, parts.backup
    if not isinstance(reader, Writer) or backup is None:
        enrichments = tuple(enrich_missing(reader, papers, journal, progress))
        grouped = sections(parts.categories, papers, enrichments, vectors)
        return Reading(enrichments, synthesise_missing(reader, grouped, journal))
    begin_writing(reader, journal)
    chosen = budgeting.chosen(parts, reader, papers, vectors, archive, journal)
    enrichments = tuple(enrich_missing(reader, papers, journal, progress, backup, chosen, parts.fallback))
    grouped = sections(parts.categories, papers, enrichments, vectors)
    days = archive.history.window(edition)
    counted = shares(parts.categories, enrichments, days)
    rising, fading = moved(edition, parts.categories, counted, archive.history)
    figures = Figures(len(papers), counted, days, (*rising, *fading))
    language = parts.languages[0]
    progress("summarising", 0, 1)
    calls = budgeting.summary_calls(parts, reader)
    texts = write_missing(reader, backup, grouped, figures, journal, language, calls, parts.fallback)
    progress("summarising", 1, 1)
    translated = {
        code: translate_missing(reader, code, papers, enrichments, texts, journal, parts.fallback)
        for code in parts.languages[1:]
    }
    return Reading(
        enrichments, texts, translated, _left(journal, texts), _prompts(reader, enrichments, texts, translated)
    )


def picks(
    parts: Parts, papers: Sequence[Paper], vectors: NDArray[np.float32], journal: Journal
) -> tuple[Pick, ...]:
    """The papers that meet the reader's interests, journalled: what is remembered of these changes."""
    if parts.interests is None or not papers:
        return ()
    for entry in journal.entries("picks"):
        return tuple(PICK.validate_python(pick) for pick in entry)
    found = parts.interests.picks(papers, vectors)
    journal.add("picks", [PICK.dump_python(pick, mode="json") for pick in found])
    return found


def _left(journal: Journal, texts: Sequence[Synthesis]) -> dict[str, int]:
    quoted = sum(text.extractive for text in texts)
    return {**left(journal), **({"section": quoted} if quoted else {})}


def _prompts(
    writer: Writer,
    enrichments: Sequence[Enrichment],
    texts: Sequence[Synthesis],
    translated: dict[str, Translated],
) -> tuple[str, ...]:
    """The prompts whose answers stand in the report."""
    found = {e.prompt for e in enrichments} | {t.prompt for x in translated.values() for t in x.papers}
    found |= {writer.prompt_label(prompt) for prompt in prompts_of(texts)}
    return tuple(sorted(found - {""}))


def shares(
    categories: Sequence[Category], enrichments: Sequence[Enrichment], window: Sequence[Day]
) -> tuple[Share, ...]:
    """Each category's papers today beside its mean over the `window`, where it has papers in either."""
    found = []
    for category in categories:
        count = sum(1 for e in enrichments if e.primary == category.slug)
        past = [day.counts.get(category.slug, 0) for day in window]
        if count or any(past):
            found.append(Share(category.slug, count, sum(past) / len(past) if past else None))
    return tuple(found)
