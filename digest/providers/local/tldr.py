"""The TL;DR of a paper: the sentence of its abstract, perhaps shortened, that its author would rather have chosen.

Candidates are the sentences and what `trim.shorter` leaves of them; a linear model, fitted to TL;DRs that authors
wrote, scores each by what it says, where it stands and how long it is. The title helps to choose and is never
quoted. The training is `benchmarks/train_roles.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.providers.local import trim
from digest.providers.local.roles import ROLES, Judgement
from digest.providers.local.sentences import Sentence
from digest.providers.local.terms import listed

Floats = NDArray[np.float64]

# Only the best few sentences are worth shortening.
_SHORTENED = 3
_METHOD = ROLES.index("method")
_WORD = re.compile(r"\w+")
_STOP = listed(
    "a an the of to in for and or on with by from as at is are be that this we our it its which can has have "
    "not into their these such using via than through how what based towards toward"
)
_PROPOSES = re.compile(r"\b(?:propos|introduc|present|develop|design|describ)\w*", re.IGNORECASE)
_OURS = re.compile(r"\b(?:we|this paper|this work)\b|\b(?:is|are) proposed\b", re.IGNORECASE)
_SHOWS = re.compile(
    r"\b(?:we|this (?:paper|work|study)|i)\b.{0,30}\b(?:show|demonstrat|prove|find|stud|investigat|analy|"
    r"explor|provid|address|examin|argue|use|train|extend|formulat|deriv|establish)\w*",
    re.IGNORECASE,
)
_WE = re.compile(r"(?:we|this (?:paper|work|study|article))\b", re.IGNORECASE)
_LEANS = re.compile(
    r"(?:it|they|these|those|such|our (?:method|approach|model|framework|algorithm|results|experiments)|the "
    r"proposed|this (?!paper|work|study|article)|we (?:also|further|then|evaluate|apply)|also|both)\b",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"\b(?:experiment\w*|evaluat\w*|outperform\w*|state-of-the-art|benchmarks?|datasets?|results)\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")


def leans(text: str) -> bool:
    """True if `text` opens by pointing back ("It …", "These …"), so that it does not stand well alone."""
    return _LEANS.match(text) is not None


@dataclass(frozen=True, slots=True)
class Abstract:
    """An abstract as the features need it; build it with `of`."""

    sentences: tuple[str, ...]
    judgement: Judgement
    title: frozenset[str]
    counts: Counter[str]
    first: int

    @classmethod
    def of(cls, title: str, sentences: Sequence[Sentence], judgement: Judgement) -> Abstract:
        """Count words and find the first sentence that announces a contribution."""
        texts = tuple(sentence.text for sentence in sentences)
        counts = Counter(word for text in texts for word in _words(text) if word not in _STOP)
        announces = (row for row, text in enumerate(texts) if _PROPOSES.search(text) and _OURS.search(text))
        return cls(texts, judgement, frozenset(_words(title)) - _STOP, counts, next(announces, -1))

    def features(self, row: int, text: str) -> list[float]:
        """What the model knows of `text`, which comes from sentence `row`."""
        roles, salience = self.judgement.roles, self.judgement.salience
        words = _words(text)
        content = [word for word in words if word not in _STOP]
        kinds = set(content)
        size, last = len(words), len(self.sentences) - 1
        shared = len(kinds & self.title)
        counts = [self.counts[word] for word in content]
        return [
            *roles[row].tolist(),
            float(salience[row]),
            float(salience[row] - salience.max()),
            float(roles[row, _METHOD] - roles[:, _METHOD].max()),
            row == 0,
            row == 1,
            row == last,
            row / (last + 1),
            row == self.first,
            min(size, 60) / 20,
            min(size, 10) / 10,
            max(0, size - 18) / 20,
            max(0, size - 28) / 20,
            shared / max(1, len(self.title)),
            shared / max(1, len(kinds)),
            sum(counts) / max(1, len(counts)),
            sum(min(self.counts[word], 5) - 1 for word in kinds) / 10,
            _PROPOSES.search(text) is not None,
            _SHOWS.search(text) is not None,
            _WE.match(text) is not None,
            leans(text),
            _TRIED.search(text) is not None,
            _DIGIT.search(text) is not None,
            text.endswith("…"),
            len(text) / max(1, len(self.sentences[row])),
            "," in text,
        ]


def candidates(abstract: Abstract) -> list[tuple[int, str]]:
    """Every (row, text) that may be the TL;DR."""
    return [(row, text) for row, whole in enumerate(abstract.sentences) for text in trim.shorter(whole)]


def choose(abstract: Abstract, weights: Floats) -> tuple[int, str]:
    """The row of the sentence chosen and its text, shortened where that scores better."""
    whole = [(row, trim.capped(trim.head(text), trim.TLDR_CAP)) for row, text in enumerate(abstract.sentences)]
    scores = _scores(abstract, whole, weights)
    best = sorted(range(len(whole)), key=lambda row: -scores[row])[:_SHORTENED]
    found = [(row, text) for row in best for text in trim.shorter(abstract.sentences[row])]
    return found[int(np.argmax(_scores(abstract, found, weights)))]


def _scores(abstract: Abstract, found: Sequence[tuple[int, str]], weights: Floats) -> Floats:
    return np.asarray(np.array([abstract.features(row, text) for row, text in found], dtype=np.float64) @ weights)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
