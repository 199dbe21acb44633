"""The story of an edition, from what the sources list to the committed and rendered report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date

from digest import __version__
from digest.archive import Archive
from digest.archive.history import History
from digest.calls import total
from digest.enrich import Progress
from digest.intake import Intake, fetch_new
from digest.pipeline.folding import fold_in
from digest.pipeline.parts import Parts, Reading
from digest.pipeline.reading import begin_spending, embedded, picks, read, shares
from digest.pipeline.telling import Told, moved
from digest.records import EditionReport, Enrichment, Outcome, Spending
from digest.synthesis import sections, synthesise


def publish(
    edition: date, today: date, now: str, archive: Archive, parts: Parts, progress: Progress
) -> EditionReport:
    """Fetch, read, embed and commit one edition; safe to repeat after any interruption.

    `today` is the date in the announcements' time zone and `now` an ISO time for the record. The caller holds
    the archive for writing. Raises `SourceError` if the edition cannot be had in full, and `ProviderError` if a
    paid reader fails without a fallback; nothing is lost then.
    """
    if parts.spare is None or archive.head.embedder:
        archive.check_embedder(parts.embedder.model, parts.embedder.dimension)
    journal = archive.journal(edition)
    archive.try_first(edition, journal)
    progress("fetching", 0, 1)
    intake = fetch_new(parts.sources, edition, today, archive, journal)
    progress("fetching", 1, 1)
    if not intake.ledger.announced:
        report = compose(edition, now, intake, Reading(), archive, parts)
        archive.commit(report, validators=intake.validators)
        return report
    begin_spending(edition, date.fromisoformat(now[:10]), archive, parts.meter)
    embedder, vectors = embedded(archive, parts, intake.new, journal, progress)
    archive.fix_embedder(embedder.model, embedder.dimension)
    parts = replace(parts, embedder=embedder, interests=parts.interests and parts.interests.embedded_by(embedder))
    reading = read(edition, archive, parts, intake.new, vectors, journal, progress)
    folded = fold_in(edition, archive, parts, intake.new, reading.enrichments, vectors, journal, progress)
    report = compose(edition, now, intake, reading, archive, parts, folded.told)
    report = replace(report, picks=picks(parts, intake.new, vectors, journal))
    translations = {language: found.papers for language, found in reading.translated.items()}
    archive.commit(report, intake.new, reading.enrichments, vectors, intake.validators, translations, folded.fold)
    return report


def compose(
    edition: date,
    now: str,
    intake: Intake,
    reading: Reading,
    archive: Archive,
    parts: Parts,
    told: Told | None = None,
) -> EditionReport:
    """The record of an edition: all that its report says, except for the papers and their readings."""
    window = archive.history.window(edition)
    counted = shares(parts.categories, reading.enrichments, window)
    rising, fading = moved(edition, parts.categories, counted, archive.history)
    reader = parts.reader
    if parts.backup is not None and all(e.provider != reader.name for e in reading.enrichments):
        reader = parts.backup
    return EditionReport(
        edition=edition,
        outcome=Outcome.PUBLISHED if intake.ledger.announced else Outcome.QUIET,
        ledger=intake.ledger,
        sources=intake.sources,
        shares=counted,
        mean_total=sum(day.total for day in window) / len(window) if window else None,
        syntheses=reading.syntheses,
        categories=parts.categories,
        updated=intake.updated,
        provider=reader.name,
        model=reader.model,
        embedder=parts.embedder.model,
        dimension=parts.embedder.dimension,
        version=__version__,
        published_at=now,
        prompts=reading.prompts,
        left=reading.left,
        spending=_spent(archive.spending.of_edition(edition)) if parts.meter else (),
        translated={language: found.syntheses for language, found in reading.translated.items()},
        categories_rising=rising,
        categories_fading=fading,
        **{f.name: getattr(told, f.name) for f in fields(Told)} if told else {},
    )


def _spent(bills: Sequence[Spending]) -> tuple[Spending, ...]:
    """The bills of an edition, summed by endpoint and model."""
    kinds = sorted({(bill.endpoint, bill.model) for bill in bills})
    sums = ((kind, total(b for b in bills if (b.endpoint, b.model) == kind)) for kind in kinds)
    return tuple(replace(sum_, endpoint=endpoint, model=model) for (endpoint, model), sum_ in sums)


def recategorised(archive: Archive, parts: Parts) -> Iterator[tuple[EditionReport, tuple[Enrichment, ...]]]:
    """Every committed edition sorted by the taxonomy as it is now; shares, trends and syntheses made anew."""
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
            # Translated papers stay so; what was written on the old sections does not.
            report = replace(report, translated=dict.fromkeys(report.translated, ()))
        counted = shares(parts.categories, enrichments, history.window(edition))
        rising, fading = moved(edition, parts.categories, counted, history)
        report = replace(
            report,
            categories=parts.categories,
            shares=counted,
            categories_rising=rising,
            categories_fading=fading,
        )
        history = history.extended(report)
        yield report, enrichments
