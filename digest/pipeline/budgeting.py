"""What an edition will cost before it is begun, and which papers the budget lets the model read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Archive, Journal
from digest.calls import total
from digest.pipeline.parts import Parts
from digest.providers.base import Writer
from digest.ranking import ranked
from digest.records import OTHER, Paper, Spending

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What a paper is new against: the editions of so many days before.
NOVEL = timedelta(days=14)
# Of a budget that is short, summaries get at most one call for so many packs of papers.
PACKS_PER_SUMMARY = 3
# A synthesis for each so many papers, as far as an edition has that many categories.
PAPERS_PER_SECTION = 12


def estimate(parts: Parts, papers: Sequence[Paper]) -> list[tuple[str, Spending]]:
    """What reading an edition will cost, step by step; nothing for a reader without a network."""
    writer = parts.reader
    if not isinstance(writer, Writer) or parts.meter is None or not papers:
        return []
    packs = math.ceil(len(papers) / writer.pack)
    sections = min(len(papers) // PAPERS_PER_SECTION + 1, len(parts.categories) - 1)
    steps = [("reading", _reading(writer, papers, packs)), ("summaries", _summaries(writer, packs, sections))]
    steps += [(f"translation into {code}", _translation(writer, papers, code)) for code in parts.languages[1:]]
    embedded = _embedding(parts, papers)
    return [(step, parts.meter.priced(spending)) for step, spending in [*embedded, *steps]]


def _embedding(parts: Parts, papers: Sequence[Paper]) -> list[tuple[str, Spending]]:
    if parts.meter is None or parts.embedder.model not in parts.meter.prices:
        return []
    length = sum(len(paper.title) + len(paper.abstract) for paper in papers)
    calls = math.ceil(len(papers) / parts.embedder.pack)
    steps = [("embedding", Spending("embed", parts.embedder.model, calls, length // 4))]
    calls, length = parts.interests.unpaid() if parts.interests else (0, 0)
    return steps + ([("interests", Spending("embed", parts.embedder.model, calls, length // 4))] if calls else [])


def _reading(writer: Writer, papers: Sequence[Paper], packs: int) -> Spending:
    """All packs: one call's fixed part for each, and the papers' own."""
    texts = [paper.title + paper.abstract for paper in papers]
    whole, fixed = writer.estimate("read", texts), writer.estimate("read", ()).tokens_in
    return replace(whole, calls=packs, tokens_in=whole.tokens_in + (packs - 1) * fixed)


def _summaries(writer: Writer, packs: int, sections: int) -> Spending:
    calls = min(writer.synthesis_calls, math.ceil(packs / PACKS_PER_SUMMARY) + 1, sections + 1)
    one = _summary(writer)
    return replace(one, calls=calls, tokens_in=calls * one.tokens_in, tokens_out=calls * one.tokens_out)


def _summary(writer: Writer) -> Spending:
    """One grounded call: it shows some 20 papers by their readings, 100 tokens each."""
    one = writer.estimate("ground", ())
    return replace(one, tokens_in=one.tokens_in + 2000)


def _translation(writer: Writer, papers: Sequence[Paper], language: str) -> Spending:
    calls = math.ceil(len(papers) / writer.translate_pack) + 1
    texts = [paper.title + paper.abstract for paper in papers]
    whole = writer.estimate("translate", texts, language)
    fixed = writer.estimate("translate", (), language).tokens_in
    return replace(whole, calls=calls, tokens_in=whole.tokens_in + (calls - 1) * fixed)


def chosen(
    parts: Parts,
    writer: Writer,
    papers: tuple[Paper, ...],
    vectors: NDArray[np.float32],
    archive: Archive,
    journal: Journal,
) -> tuple[Paper, ...]:
    """The papers that the model reads, most important first; all of them, as they come, if the budget has room.

    Decided once per edition and journalled, so that a run that was killed goes on with the same papers.
    """
    by_id = {paper.id: paper for paper in papers}
    for entry in journal.entries("chosen"):
        return tuple(by_id[paper_id] for paper_id in entry if paper_id in by_id)
    wanted = papers
    count = _covered(parts, writer, papers)
    if count < len(papers):
        assert parts.backup is not None
        sortings = parts.backup.categorise(papers)
        followed = parts.interests.scores(papers, vectors) if parts.interests else [0.0] * len(papers)
        order = ranked(papers, vectors, sortings, _past(archive, vectors.shape[1]), followed)
        wanted = tuple(papers[i] for i in order[:count])
    journal.add("chosen", [paper.id for paper in wanted])
    return wanted


def _covered(parts: Parts, writer: Writer, papers: Sequence[Paper]) -> int:
    """How many papers the budget covers, with what follows from reading them."""
    if parts.meter is None or not parts.meter.limited:
        return len(papers)
    sections = len([c for c in parts.categories if c.slug != OTHER])
    for packs in range(math.ceil(len(papers) / writer.pack), 0, -1):
        some = papers[: packs * writer.pack]
        costs = [_reading(writer, some, packs), _summaries(writer, packs, sections)]
        costs += [_translation(writer, some, code) for code in parts.languages[1:]]
        if parts.meter.covers(total(map(parts.meter.priced, costs))):
            return len(some)
    return 0


def summary_calls(parts: Parts, writer: Writer) -> int:
    """How many grounded calls the budget has left for an edition's summaries."""
    meter = parts.meter
    for calls in range(writer.synthesis_calls, 0, -1):
        one = _summary(writer)
        costs = [replace(one, calls=calls, tokens_in=calls * one.tokens_in, tokens_out=calls * one.tokens_out)]
        if meter is None or meter.covers(total(map(meter.priced, costs))):
            return calls
    return 0


def _past(archive: Archive, dimension: int) -> NDArray[np.float32]:
    """The vectors of the editions just before the next one."""
    editions = archive.history.editions
    days = archive.history.days
    recent: list[date] = [day for day in editions if day >= editions[-1] - NOVEL and days[day].total]
    found = [archive.vectors(day)[1] for day in recent]
    return np.concatenate(found) if found else np.zeros((0, dimension), dtype=np.float32)
