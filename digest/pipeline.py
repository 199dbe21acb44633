"""The story of an edition, from what the sources list to the committed and rendered report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from digest import __version__
from digest.archive import Archive
from digest.archive.history import Day, History
from digest.enrich import Progress, embed_missing, enrich_missing
from digest.intake import Intake, fetch_new
from digest.records import Category, EditionReport, Enrichment, Outcome, Share, Synthesis
from digest.synthesis import sections, synthesise, synthesise_missing

if TYPE_CHECKING:
    from digest.providers.base import Embedder, Reader
    from digest.sources.base import Source


@dataclass(frozen=True, slots=True)
class Parts:
    """What an edition is made with: the sources, who reads, who embeds, and the taxonomy."""

    sources: tuple[Source, ...]
    reader: Reader
    embedder: Embedder
    categories: tuple[Category, ...]


def publish(
    edition: date, today: date, now: str, archive: Archive, parts: Parts, progress: Progress
) -> EditionReport:
    """Fetch, read, embed and commit one edition; safe to repeat after any interruption.

    `today` is the date in the announcements' time zone and `now` an ISO time for the record. The caller holds
    the archive for writing. Raises `SourceError` if the edition cannot be had in full; nothing is lost then.
    """
    archive.fix_embedder(parts.embedder.model, parts.embedder.dimension)
    journal = archive.journal(edition)
    progress("fetching", 0, 1)
    intake = fetch_new(parts.sources, edition, today, archive, journal)
    progress("fetching", 1, 1)
    if not intake.ledger.announced:
        report = compose(edition, now, intake, (), (), archive, parts)
        archive.commit(report, validators=intake.validators)
        return report
    enrichments = enrich_missing(parts.reader, intake.new, journal, progress)
    vectors = embed_missing(parts.embedder, intake.new, journal, progress)
    grouped = sections(parts.categories, intake.new, enrichments, vectors)
    texts = synthesise_missing(parts.reader, grouped, journal)
    report = compose(edition, now, intake, enrichments, texts, archive, parts)
    archive.commit(report, intake.new, enrichments, vectors, intake.validators)
    return report


def compose(
    edition: date,
    now: str,
    intake: Intake,
    enrichments: Sequence[Enrichment],
    texts: Sequence[Synthesis],
    archive: Archive,
    parts: Parts,
) -> EditionReport:
    """The record of an edition: all that its report says, except for the papers and their readings."""
    window = archive.history.window(edition)
    return EditionReport(
        edition=edition,
        outcome=Outcome.PUBLISHED if intake.ledger.announced else Outcome.QUIET,
        ledger=intake.ledger,
        sources=intake.sources,
        shares=shares(parts.categories, enrichments, window),
        mean_total=sum(day.total for day in window) / len(window) if window else None,
        syntheses=tuple(texts),
        categories=parts.categories,
        updated=intake.updated,
        provider=parts.reader.name,
        model=parts.reader.model,
        embedder=parts.embedder.model,
        dimension=parts.embedder.dimension,
        version=__version__,
        published_at=now,
    )


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


def recategorised(archive: Archive, parts: Parts) -> Iterator[tuple[EditionReport, tuple[Enrichment, ...]]]:
    """Every committed edition sorted by the taxonomy as it is now, its shares and syntheses made anew."""
    history = History()
    for edition in archive.history.editions:
        report = archive.report(edition)
        enrichments: tuple[Enrichment, ...] = ()
        if report.ledger.new:
            papers = archive.papers(edition)
            sortings = parts.reader.categorise(papers)
            enrichments = tuple(
                replace(e, primary=s.primary, secondary=s.secondary, confidence=s.confidence)
                for e, s in zip(archive.enrichments(edition), sortings, strict=True)
            )
            grouped = sections(parts.categories, papers, enrichments, archive.vectors(edition)[1])
            report = replace(report, syntheses=synthesise(parts.reader, grouped))
        window = history.window(edition)
        report = replace(report, categories=parts.categories, shares=shares(parts.categories, enrichments, window))
        history = history.extended(report)
        yield report, enrichments
