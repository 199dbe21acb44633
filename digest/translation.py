"""Readings and syntheses in the further report languages: packs of texts, journalled as they come back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digest.archive import Journal
from digest.archive.tables import TRANSLATION
from digest.calls import as_done
from digest.errors import BadAnswer, BudgetSpent, ProviderError
from digest.providers.base import Writer
from digest.records import Enrichment, Paper, Synthesis, Translation
from digest.text import delatex

PROMPT = "translate.v1"
# What a translated card shows; summary and application would say the same again at a third of the cost.
FIELDS = ("tldr", "problem", "method", "result", "eli5")
# Sentences are shorter than readings: so many times as many fit into one call.
SENTENCES_PER_ITEM = 3

log = logging.getLogger(__name__)

Items = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Translated:
    """An edition's translations into one language; what is missing stays in the first."""

    papers: tuple[Translation, ...]
    syntheses: tuple[Synthesis, ...]


def translate_missing(
    writer: Writer,
    language: str,
    papers: Sequence[Paper],
    enrichments: Sequence[Enrichment],
    syntheses: Sequence[Synthesis],
    journal: Journal,
    fallback: bool = False,
) -> Translated:
    """What the model wrote about an edition, in `language`. Quoted sentences stay in the papers' own.

    Raises `ProviderError` unless `fallback`; a spent budget leaves the rest untranslated.
    """
    items = {p.id: _fields(p, e) for p, e in zip(papers, enrichments, strict=True) if e.provider == writer.name}
    written = [s for s in syntheses if not s.extractive]
    sentences = {
        f"{s.category}/{n}": {"text": sentence.text} for s in written for n, sentence in enumerate(s.sentences)
    }
    kinds: list[tuple[str, Items, int]] = [
        (f"sentences.{language}", sentences, writer.translate_pack * SENTENCES_PER_ITEM),
        (f"papers.{language}", items, writer.translate_pack),
    ]
    found = {kind: _found(writer, language, wanted, kind, size, journal, fallback) for kind, wanted, size in kinds}
    label = writer.prompt_label(PROMPT)
    done = found[f"papers.{language}"]
    made = (
        TRANSLATION.validate_python(
            {**done[p.id], "paper_id": p.id, "language": language, "provider": writer.name, "model": writer.model}
        )
        for p in papers
        if done.get(p.id)
    )
    return Translated(
        tuple(replace(t, prompt=label) for t in made),
        tuple(t for s in written if (t := _synthesis(s, found[f"sentences.{language}"]))),
    )


def _found(
    writer: Writer, language: str, wanted: Items, kind: str, size: int, journal: Journal, fallback: bool
) -> dict[str, dict[str, str]]:
    """The translations that could be had of the wanted items."""
    found: dict[str, dict[str, str]] = {}
    try:
        _translate(writer, language, wanted, kind, size, journal, found)
    except BudgetSpent as error:
        log.warning("%s", error)
    except ProviderError as error:
        if not fallback:
            raise
        log.warning("%s", error)
    return found


def _fields(paper: Paper, reading: Enrichment) -> dict[str, str]:
    told = {"title": delatex(paper.title), **{name: getattr(reading, name) for name in FIELDS}}
    return {name: text for name, text in told.items() if text}


def _translate(
    writer: Writer,
    language: str,
    items: Items,
    kind: str,
    size: int,
    journal: Journal,
    found: dict[str, dict[str, str]],
) -> None:
    """Fill `found`: packs first, then once more what an answer left out, in smaller ones."""
    for entry in journal.entries(kind):
        found.update(entry)

    def ask(pack: Sequence[str]) -> dict[str, dict[str, str]]:
        try:
            return writer.translate({key: items[key] for key in pack}, language)
        except BadAnswer as error:
            log.warning("a pack of %d texts was not translated: %s", len(pack), error)
            return {}

    keys = list(items)
    for step in (size, max(1, size // 3)):
        cut = [keys[start : start + step] for start in range(0, len(keys), step)]
        packs = [left for pack in cut if (left := [key for key in pack if key not in found])]
        for _, done in as_done(ask, packs, writer.parallel):
            if done:
                journal.add(kind, done)
                found.update(done)
        keys = [key for key in keys if key not in found]


def _synthesis(synthesis: Synthesis, found: Mapping[str, Mapping[str, str]]) -> Synthesis | None:
    """The synthesis with its sentences translated, or None unless all of them are."""
    texts = [found.get(f"{synthesis.category}/{n}", {}).get("text", "") for n in range(len(synthesis.sentences))]
    if not all(texts):
        return None
    told = zip(synthesis.sentences, texts, strict=True)
    return replace(synthesis, sentences=tuple(replace(sentence, text=text) for sentence, text in told))
