"""One paper's extractive reading: every field is text of its abstract, at most shortened."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digest.providers.local import tldr, trim
from digest.providers.local.keyphrases import Phraser
from digest.providers.local.roles import ROLES, WEIGHTS, RoleModel
from digest.providers.local.sentences import Sentence, sections
from digest.providers.local.wording import Wording

# A field is filled from this probability on; a second sentence joins the first from _SECOND on. The fields choose
# their sentences in this order.
_LEAST = {"result": 0.4, "application": 0.4, "problem": 0.35, "method": 0.4}
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
    wording: Wording
    chooser: Floats
    phraser: Phraser

    @classmethod
    def load(cls) -> Self:
        """Read the shipped weights."""
        with np.load(WEIGHTS, allow_pickle=False) as stored:
            chooser = stored["tldr"].astype(np.float64)
            weights = stored["wording"].astype(np.float64)
            own = stored["own"].astype(np.float64) * stored["own_scale"]
        roles = RoleModel.load()
        return cls(roles, Wording(roles.vocabulary, weights, own), chooser, Phraser.load())

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
        chosen = tldr.choose(tldr.Abstract.of(title, sentences, judgement, self.wording), self.chooser)
        return Extract(tldr=chosen.text, keyphrases=phrases, **_fields(sentences, judgement.roles, chosen.rows))


def _fields(sentences: Sequence[Sentence], roles: Floats, chosen: Set[int]) -> dict[str, str]:
    """The text of each field that the abstract has something for; `chosen` are the TL;DR's sentences.

    No sentence stands in two fields. One of the TL;DR's is repeated only as the sole one of its role.
    """
    fields: dict[str, str] = {}
    free = set(range(len(sentences)))
    for name in _LEAST:
        chances = roles[:, ROLES.index(name)]
        own = [row for row in sorted(free) if roles[row].argmax() == ROLES.index(name)] or sorted(free)
        likely = [row for row in own if chances[row] >= _LEAST[name]]
        rows = [row for row in likely if row not in chosen] or likely
        if not rows:
            continue
        worth = {row: _worth(sentences[row].text, name, float(chances[row])) for row in rows}
        best = max(rows, key=lambda row: (worth[row], -row))
        used = [best]
        if name == "problem" and tldr.leans(trim.head(sentences[best].text)) and best - 1 in free - chosen:
            # "Such designs often …" says little without the designs.
            used = [best - 1, best]
        elif best + 1 in rows and chances[best + 1] >= _SECOND:
            used = [best, best + 1]
        fields[name], used = _joined(sentences, used, best)
        free -= set(used)
    return fields


def _joined(sentences: Sequence[Sentence], rows: list[int], best: int) -> tuple[str, list[int]]:
    """The sentences of `rows` as one text, or `best` alone where they are too long together; and the rows used."""
    text = trim.head(" ".join(sentences[row].text for row in rows))
    if len(rows) > 1 and len(text) > trim.CAP:
        return trim.capped(trim.head(sentences[best].text)), [best]
    return trim.capped(text), rows


def _worth(text: str, name: str, chance: float) -> float:
    worth = chance - (_LEANING if tldr.leans(text) else 0.0)
    if name == "result" and _NUMBER.search(text):
        worth += 0.15
    return worth
