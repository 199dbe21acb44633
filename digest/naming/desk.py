"""Names as a model gives them, in two passes: each answer is journalled by topic and by what was asked."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from digest.archive import Journal
from digest.calls import as_done
from digest.errors import BadAnswer
from digest.naming.checks import Rules, trimmed
from digest.naming.portrait import Portrait
from digest.providers.base import Named, Shelf, Sketch, Writer

NAME, NAMES = "name.v1", "names.v1"
# How often a topic is asked about until its name is some use.
ROUNDS = 3
LEFT_OUT = "the topic was left out"

Pack = TypeVar("Pack")
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class Desk:
    """Asks, and remembers: what the journal holds for the same question is not asked again."""

    def __init__(self, writer: Writer, journal: Journal, rules: Rules, language: str) -> None:
        self._writer, self._journal, self._rules, self._language = writer, journal, rules, language
        self._told: set[tuple[int, str]] = set()
        self._answers = {
            kind: {(e["topic"], e["asked"]): e["said"] for entry in journal.entries(kind) for e in entry}
            for kind in (NAME, NAMES)
        }

    def name(self, portraits: Mapping[int, Portrait], sketches: Sequence[Sketch], found: dict[int, Named]) -> None:
        """Fill `found` with names that are some use, asking again about the others. Raises `ProviderError`."""
        for _ in range(ROUNDS):
            try:
                self._ask_packs(sketches)
            finally:
                sketches = self._taken(portraits, sketches, found)

    def _taken(
        self, portraits: Mapping[int, Portrait], sketches: Sequence[Sketch], found: dict[int, Named]
    ) -> list[Sketch]:
        """Take the answers that are fit; returns the sketches of the others, each with the reason."""
        again = []
        for sketch in sketches:
            key = (sketch.id, self._asked(NAME, asdict(sketch)))
            if key not in self._answers[NAME]:
                again.append(sketch)
                continue
            named, reason = self._judged(portraits[sketch.id], self._answers[NAME][key])
            if named is not None:
                found[sketch.id] = named
            else:
                again.append(replace(sketch, again=reason))
        return again

    def _ask_packs(self, sketches: Sequence[Sketch]) -> None:
        asked = {s.id: self._asked(NAME, asdict(s)) for s in sketches}
        # Cut before what is known is left out: a run that was killed asks again in the same words.
        size, known = self._writer.name_pack, self._answers[NAME]
        cut = [sketches[start : start + size] for start in range(0, len(sketches), size)]
        packs = [left for pack in cut if (left := [s for s in pack if (s.id, asked[s.id]) not in known])]
        for pack, answer in as_done(_survived(self._writer.name_topics), packs, self._writer.parallel):
            if answer is not None:
                told = {s.id: asdict(answer[s.id]) if s.id in answer else None for s in pack}
                self._keep(NAME, {(topic, asked[topic]): said for topic, said in told.items()})

    def _judged(self, portrait: Portrait, said: Any) -> tuple[Named | None, str]:
        named = Named(**said) if said else None
        if named is None:
            return None, LEFT_OUT
        fit = self._rules.fit(named)
        reason = self._rules.fault(portrait, fit.name) if fit else "its description was unfit"
        if reason and (portrait.topic.id, reason) not in self._told:
            # The same answer is judged in every round.
            self._told.add((portrait.topic.id, reason))
            log.warning("a name for topic %d is unfit: %s", portrait.topic.id, reason)
        return (fit, "") if not reason else (None, reason)

    def compare(self, shelves: Sequence[Shelf], found: dict[int, str]) -> None:
        """Fill `found` with better names, as the model said them. Raises `ProviderError`."""
        asked = {topic: self._asked(NAMES, _told(shelf)) for shelf in shelves for topic in shelf.renamed}
        known = self._answers[NAMES]

        def is_open(shelf: Shelf) -> bool:
            return any((topic, asked[topic]) not in known for topic in shelf.renamed)

        packs = [left for pack in self._shared(shelves) if (left := [s for s in pack if is_open(s)])]
        try:
            for pack, answer in as_done(_survived(self._writer.better_names), packs, self._writer.parallel):
                if answer is not None:
                    topics = [topic for shelf in pack for topic in shelf.renamed]
                    self._keep(NAMES, {(topic, asked[topic]): answer.get(topic) for topic in topics})
        finally:
            said = {topic: known.get((topic, fingerprint)) for topic, fingerprint in asked.items()}
            found.update((topic, trimmed(name)) for topic, name in said.items() if name)

    def _shared(self, shelves: Sequence[Shelf]) -> list[list[Shelf]]:
        """The categories in packs of about as many topics as one call compares; none is torn apart."""
        packs: list[list[Shelf]] = []
        room = 0
        for shelf in shelves:
            size = len(shelf.renamed) + len(shelf.fixed)
            if not packs or size > room:
                packs.append([])
                room = self._writer.compare_pack
            packs[-1].append(shelf)
            room -= size
        return packs

    def _keep(self, kind: str, told: Mapping[tuple[int, str], Any]) -> None:
        entries = [{"topic": topic, "asked": asked, "said": said} for (topic, asked), said in told.items()]
        self._journal.add(kind, entries)
        self._answers[kind].update(told)

    def _asked(self, prompt: str, told: object) -> str:
        """A fingerprint of a question: of its prompt, who was asked, in which language, and what it showed."""
        whole = [self._writer.prompt_label(prompt), self._writer.model, self._language, told]
        return hashlib.blake2b(json.dumps(whole, sort_keys=True).encode(), digest_size=8).hexdigest()


def _told(shelf: Shelf) -> object:
    parts = (sorted(part.items()) for part in (shelf.renamed, shelf.fixed))
    return [shelf.category, *([[topic, n.name, n.description] for topic, n in part] for part in parts)]


def _survived(ask: Callable[[Pack], Answer]) -> Callable[[Pack], Answer | None]:
    """`ask`, but for a question that came to nothing: that costs its pack, not the others."""

    def asked(pack: Pack) -> Answer | None:
        try:
            return ask(pack)
        except BadAnswer as error:
            log.warning("topics were not named: %s", error)
            return None

    return asked
