"""Syntheses by a model: grounded calls, shared by small sections, checked, asked once more, else quoted."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.archive import Journal
from digest.archive.tables import SYNTHESIS
from digest.calls import as_done
from digest.errors import BadAnswer, BudgetSpent, ProviderError
from digest.providers.base import Document, Reader, Section, Writer
from digest.records import DAY, STAT, CitedSentence, Synthesis
from digest.synthesis import documents
from digest.synthesis.citing import ASPECTS, Cited, cited
from digest.synthesis.documents import Figures
from digest.synthesis.quoted import synthesise, worth

SECTION_PROMPT, DAY_PROMPT = "synthesis.v1", "day.v1"
# So many small sections share a grounded call at most; where the budget is short, so many.
TOGETHER, CROWDED = 4, 8
# Calls kept back: one to ask again, one for the day.
KEPT_BACK = 2
SENTENCES_ALONE, SENTENCES_SHARED = 6, 3
DAY_SECTIONS = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One grounded call: on one section or a few; `again` says what was wrong with the answer before."""

    sections: tuple[Section, ...]
    again: str = ""

    @property
    def slugs(self) -> tuple[str, ...]:
        """The categories of the sections."""
        return tuple(section.category.slug for section in self.sections)


def prompts_of(syntheses: Sequence[Synthesis]) -> set[str]:
    """The prompts after which the syntheses were written, if they were."""
    return {SECTION_PROMPT if s.category else DAY_PROMPT for s in syntheses if not s.extractive}


def shared_out(parts: Sequence[Section], calls: int) -> list[Task]:
    """The sections, biggest first, in about `calls` tasks at most: the big ones alone, small ones together."""
    together = TOGETHER if math.ceil(len(parts) / TOGETHER) <= calls else CROWDED
    alone = len(parts) if len(parts) <= calls else 0
    if not alone:
        fits = [n for n in range(calls) if n + math.ceil((len(parts) - n) / together) <= calls]
        alone = max(fits, default=0)
    tasks = [Task((section,)) for section in parts[:alone]]
    rest = parts[alone:]
    groups = math.ceil(len(rest) / together)
    # Dealt out in turn, so that each call has as much to say as the others.
    return tasks + [Task(tuple(rest[n::groups])) for n in range(groups)]


def write_missing(
    writer: Writer,
    backup: Reader,
    parts: Sequence[Section],
    figures: Figures,
    journal: Journal,
    language: str,
    calls: int,
    fallback: bool = False,
) -> tuple[Synthesis, ...]:
    """The day's summary, then a synthesis for each section of two papers or more, in about so many `calls`.

    A section without a usable answer after a second question is quoted from by the `backup`; a day without one
    goes without. Raises `ProviderError` unless `fallback`; a spent budget is no error.
    """
    desk = Desk(journal, language)
    due = [section for section in parts if worth(section)]
    tasks = shared_out(due, max(1, calls - KEPT_BACK))
    try:
        failed = desk.ask(writer, [desk.open(task) for task in tasks], figures)
        if failed:
            again = Task(tuple(s for t in failed for s in t.sections), failed[0].again)
            split = [replace(again, sections=again.sections[:TOGETHER])] if len(tasks) > 1 else [again]
            desk.ask(writer, split, figures)
        if DAY not in desk.known and due:
            desk.ask_day(writer, due, figures)
    except BudgetSpent as error:
        log.warning("%s", error)
    except ProviderError as error:
        if not fallback:
            raise
        log.warning("%s", error)
    for synthesis in synthesise(backup, [s for s in due if s.category.slug not in desk.known]):
        desk.take([synthesis])
    return tuple(desk.known[slug] for slug in (DAY, *(s.category.slug for s in due)) if slug in desk.known)


class Desk:
    """The syntheses of an edition as they come in, journalled answer by answer."""

    def __init__(self, journal: Journal, language: str) -> None:
        self._journal, self._language = journal, language
        self.known: dict[str, Synthesis] = {}
        for entry in journal.entries("syntheses"):
            self._note(SYNTHESIS.validate_python(value) for value in entry)

    def _note(self, syntheses: Iterable[Synthesis]) -> None:
        self.known.update((s.category, s) for s in syntheses)

    def take(self, syntheses: Sequence[Synthesis]) -> None:
        """Keep syntheses for good."""
        if syntheses:
            self._journal.add("syntheses", [SYNTHESIS.dump_python(s, mode="json") for s in syntheses])
            self._note(syntheses)

    def open(self, task: Task) -> Task:
        """The task without the sections that are done."""
        return replace(task, sections=tuple(s for s in task.sections if s.category.slug not in self.known))

    def ask(self, writer: Writer, tasks: Sequence[Task], figures: Figures) -> list[Task]:
        """Have the tasks answered; returns those, cut down, that were not answered well."""

        def answer(task: Task) -> Cited:
            most = documents.ALONE if len(task.sections) == 1 else documents.SHARED
            shown = [d for s in task.sections for d in (*documents.papers(s, most), figures.of(s))]
            return self._grounded(writer, SECTION_PROMPT, _told(task), shown, task.again)

        faults = {}
        for task, found in as_done(answer, [t for t in tasks if t.sections], writer.parallel):
            self.take(_by_section(found, task.sections))
            faults[task.slugs] = found.fault or "an area was left out"
        # In the order of the tasks, whichever was answered first.
        left = [(self.open(task), faults.get(task.slugs, "")) for task in tasks]
        return [replace(task, again=again) for task, again in left if task.sections]

    def ask_day(self, writer: Writer, parts: Sequence[Section], figures: Figures) -> None:
        """Have the day summarised, twice if need be; a summary that fails again is left out."""
        shown = [d for s in parts[:DAY_SECTIONS] for d in documents.papers(s, documents.OF_DAY)]
        shown += [figures.of_day(), *figures.moved(parts)]
        told = {"total": figures.total}
        again = ""
        for _ in range(2):
            found = self._grounded(writer, DAY_PROMPT, told, shown, again)
            if found.sentences:
                self.take([Synthesis(DAY, found.sentences, written=found.written)])
                return
            again = found.fault

    def _grounded(
        self, writer: Writer, prompt: str, told: Mapping[str, object], shown: Sequence[Document], again: str
    ) -> Cited:
        try:
            answer = writer.ground(prompt, {**told, "again": again}, shown)
        except BadAnswer as error:
            return Cited((), 0, str(error))
        found = cited(answer, {document.id for document in shown}, self._language)
        if found.fault:
            log.warning("a grounded answer is unfit: %s", found.fault)
        return found


def _told(task: Task) -> dict[str, object]:
    told = [{"name": s.category.name("en"), "count": len(s.papers)} for s in task.sections]
    return {"sections": told, "sentences": SENTENCES_ALONE if len(told) == 1 else SENTENCES_SHARED}


def _by_section(found: Cited, parts: Sequence[Section]) -> list[Synthesis]:
    """A synthesis for each section that has sentences; one that mixes sections belongs to none and is dropped."""
    place = {paper.id: s.category.slug for s in parts for paper in s.papers}
    place |= {f"{STAT}{s.category.slug}": s.category.slug for s in parts}
    sentences: dict[str, list[CitedSentence]] = {s.category.slug: [] for s in parts}
    for sentence in found.sentences:
        owners = {place[i] for i in sentence.cites}
        if len(owners) == 1:
            sentences[owners.pop()].append(sentence)
    order = ["", *ASPECTS.values()]
    kept = sum(map(len, sentences.values()))
    return [
        # What was dropped belongs to no section; a shared answer's loss is told for each section in proportion.
        Synthesis(
            slug,
            tuple(sorted(told, key=lambda s: order.index(s.aspect))),
            written=max(len(told), round(len(told) * found.written / max(kept, 1))),
        )
        for slug, told in sentences.items()
        if told
    ]
