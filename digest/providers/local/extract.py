"""One paper's extractive reading: every field is text of its abstract, at most shortened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digest.providers.local import tldr, trim
from digest.providers.local.keyphrases import Phraser
from digest.providers.local.roles import ROLES, WEIGHTS, RoleModel
from digest.providers.local.sentences import Sentence, sections

_FIELDS = ("problem", "method", "result", "application")
# A field is filled from this probability on; a second sentence joins the first from _SECOND on.
_LEAST = {"problem": 0.35, "method": 0.4, "result": 0.4, "application": 0.4}
_SECOND = 0.5
# What a sentence loses that points back at one that is not shown.
_LEANING = 0.25
# Below this share of known n-grams the text is not English, and only its first sentence is shown.
_FOREIGN = 0.2
_NUMBER = re.compile(r"\d(?:[\d.,]*)\s?(?:%|x\b|×|percent|points?|times)|\b\d+\.\d+\b")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Extract:
    """Sentences of the abstract by role, "" where it has none, and up to six keyphrases, best first."""

    tldr: str = ""
    problem: str = ""
    method: str = ""
    result: str = ""
    application: str = ""
    keyphrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extractor:
    """Reads titles and abstracts in plain Unicode (LaTeX taken out before); deterministic and without state."""

    roles: RoleModel
    chooser: Floats
    phraser: Phraser

    @classmethod
    def load(cls) -> Self:
        """Read the shipped weights."""
        with np.load(WEIGHTS, allow_pickle=False) as stored:
            chooser = stored["tldr"].astype(np.float64)
        return cls(RoleModel.load(), chooser, Phraser.load())

    def extract(self, title: str, abstract: str) -> Extract:
        """Read one paper. An empty abstract gives an empty reading but for the title's keyphrases."""
        sentences = sections(abstract)
        phrases = self.phraser.phrases(title, abstract)
        if not sentences:
            return Extract(keyphrases=phrases)
        judgement = self.roles.judge(sentences)
        if judgement.known < _FOREIGN:
            first = trim.capped(trim.head(sentences[0].text), trim.TLDR_CAP)
            return Extract(tldr=first, keyphrases=phrases)
        row, short = tldr.choose(tldr.Abstract.of(title, sentences, judgement), self.chooser)
        fields = _fields(sentences, judgement.roles, row)
        return Extract(short, *(fields.get(name, "") for name in _FIELDS), phrases)


def _fields(sentences: Sequence[Sentence], roles: Floats, chosen: int) -> dict[str, str]:
    """The text of each field that the abstract has something for; `chosen` is the TL;DR's sentence.

    No sentence stands in two fields. The TL;DR's own sentence is repeated only as the sole one of its role.
    """
    fields: dict[str, str] = {}
    taken: set[int] = set()
    for name in ("result", "application", "problem", "method"):
        role = ROLES.index(name)
        own = [row for row in range(len(sentences)) if row not in taken and roles[row].argmax() == role]
        own = own or [row for row in range(len(sentences)) if row not in taken]
        free = [row for row in own if row != chosen and roles[row, role] >= _LEAST[name]]
        rows = free or [row for row in own if row == chosen and roles[row, role] >= _LEAST[name]]
        if not rows:
            continue
        best = max(rows, key=lambda row: (_worth(sentences[row].text, name, float(roles[row, role])), -row))
        text = trim.capped(trim.head(sentences[best].text))
        taken.add(best)
        follower = best + 1
        if follower in free and roles[follower, role] >= _SECOND:
            both = f"{text} {sentences[follower].text}"
            if len(both) <= trim.CAP:
                text = both
                taken.add(follower)
        fields[name] = text
    return fields


def _worth(text: str, name: str, chance: float) -> float:
    worth = chance - (_LEANING if tldr.leans(text) else 0.0)
    if name == "result" and _NUMBER.search(text):
        worth += 0.15
    return worth


