"""What pages say of a model's texts: in which language they are, what they cite, who wrote them, at what cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from digest.records import DAY, STAT, EditionReport, Enrichment, Spending, Synthesis, Translation
from digest.report.views import Edition, Language, View

# The archive's figures stand on the index, seen from a dated page.
STAT_LINK = ("📊", "../../README.md")


def written(edition: Edition, views: Sequence[View], language: Language) -> dict[str, Any]:
    """The day's summary with its links, who read how many papers, and what it cost."""
    report = edition.report
    links: dict[str, tuple[str, str]] = {f"{STAT}day": STAT_LINK}
    for view in views:
        links[f"{STAT}{view.category.slug}"] = STAT_LINK
        for entry in view.entries:
            links[entry.paper.id] = (f"{view.category.emoji} {entry.number}", f"{entry.page}#{entry.anchor}")
    written = [s for s in report.syntheses if s.written]
    readers = Counter(e.provider for e in edition.enrichments if e.provider)
    return {
        "day": (day := synthesis_in(report, DAY, language)),
        "day_untranslated": untranslated(report, day, language),
        "day_cited": links,
        "readers_line": " + ".join(f"{count} {name}" for name, count in readers.most_common()),
        "spent": total_of(report.spending),
        "kept": (sum(len(s.sentences) for s in written), sum(s.written for s in written)),
    }


def untranslated(report: EditionReport, synthesis: Synthesis | None, language: Language) -> bool:
    """True for what a model wrote in the first language and this report has in no other."""
    translated = report.translated.get(language.code, ())
    return synthesis is not None and not (language.first or synthesis.extractive or synthesis in translated)


def total_of(spending: Sequence[Spending]) -> dict[str, Any] | None:
    """The bills' sums as they are printed, or None where nothing was spent."""
    if not spending:
        return None
    names = ("calls", "tokens_in", "tokens_out")
    sums = {name: f"{sum(getattr(s, name) for s in spending):,}" for name in names}
    return {**sums, "usd": f"{sum(s.usd for s in spending):.2f}"}


def synthesis_in(report: EditionReport, slug: str, language: Language) -> Synthesis | None:
    """The synthesis in the report's language, or as it was written."""
    translated = () if language.first else report.translated.get(language.code, ())
    return next((s for s in (*translated, *report.syntheses) if s.category == slug), None)


def in_language(reading: Enrichment, told: Translation | None) -> Enrichment:
    """The reading as translated; fields that only the first language has are left out of a translated card."""
    if told is None:
        return reading
    names = ("tldr", "problem", "method", "result", "eli5")
    texts = {name: getattr(told, name) or getattr(reading, name) for name in names}
    return replace(reading, summary="", application="", **texts)
