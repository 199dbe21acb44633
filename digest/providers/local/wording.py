"""How likely each word of an abstract is to stand in a TL;DR of it.

A logistic regression over where the word stands, how often, in sentences of which role, next to what, whether the
title has it, and which word it is; content words and function words have weights of their own. From these chances
follows how many words a text would share with the author's TL;DR. The training is `benchmarks/train_roles.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.providers.local.roles import ROLES, Judgement
from digest.providers.local.terms import listed

Floats = NDArray[np.float64]

STOP = listed(
    "a an the of to in for and or on with by from as at is are be that this we our it its which can has have "
    "not into their these such using via than through how what based towards toward"
)
# Words that authors take for a TL;DR, near enough.
USUAL = 20
# Words whose first letters agree so far count as one.
_STEM = 6
# Fifteen of the word itself, the roles, salience twice, and its surroundings: see `spread` and `_surroundings`.
COLUMNS = 15 + len(ROLES) + 2 + 6
_WORD = re.compile(r"\w+")
_SAYS = re.compile(
    r"\b(?:propos|introduc|present|develop|show|demonstrat|prove|find|study|investigat)\w*", re.IGNORECASE
)
# How many words behind such a verb count as close to it.
_CLOSE = 4


def words(text: str) -> list[str]:
    """The words of `text` in lower case, each by itself: a sigma is another letter at the end of a word."""
    return [form.lower() for form in _WORD.findall(text)]


@dataclass(frozen=True, slots=True)
class Spread:
    """The distinct words of an abstract, in order of appearance, and what the model reads of them.

    `features` has shape (words, columns); `stop`, shape (words,), is true for function words.
    """

    words: tuple[str, ...]
    features: Floats
    stop: NDArray[np.bool_]


def spread(
    title: str, sentences: Sequence[str], judgement: Judgement, first: int, vocabulary: Mapping[str, int]
) -> Spread:
    """Lay out an abstract of one sentence at least; `first` is the row that announces a contribution, or -1.

    The vocabulary is in order of frequency: the place of a word in it says how rare the word is.
    """
    places: dict[str, list[int]] = {}
    spelt: dict[str, str] = {}
    total: dict[str, int] = {}
    for row, sentence in enumerate(sentences):
        for form in _WORD.findall(sentence):
            word = form.lower()
            total[word] = total.get(word, 0) + 1
            spelt.setdefault(word, form)
            rows = places.setdefault(word, [])
            if not rows or rows[-1] != row:
                rows.append(row)
    names = tuple(places)
    flat = [row for rows in places.values() for row in rows]
    starts = np.cumsum([0, *[len(rows) for rows in places.values()]])[:-1]
    salience = judgement.salience - judgement.salience.max()
    best = np.maximum.reduceat(np.column_stack([judgement.roles, salience])[flat], starts, axis=0)
    count, size, titled = len(sentences), len(vocabulary), set(words(title))
    stems = set(map(stem, titled))
    own = [
        [
            1.0,
            math.log(total[word]),
            len(rows) / count,
            word in titled,
            stem(word) in stems,
            rows[0] / count,
            rows[0] == 0,
            rows[-1] == count - 1,
            first in rows,
            math.log(vocabulary.get(word, size) + 1),
            word not in vocabulary,
            any(letter.isupper() for letter in spelt[word][1:]),
            word[0].isdigit(),
            len(word) <= 2,
            min(len(word), 12) / 10,
        ]
        for word, rows in places.items()
    ]
    around = _surroundings(sentences, names, titled - STOP, first)
    features = np.column_stack([np.array(own, dtype=np.float64), best, np.exp(best[:, -1]), around])
    return Spread(names, features, np.array([word in STOP for word in names]))


def _surroundings(sentences: Sequence[str], names: Sequence[str], titled: Set[str], first: int) -> Floats:
    """Whether and how closely each word follows "propose", "show" and the like, and whether a title word is next.

    The columns: closeness, follows; the same in row `first`; behind a title word, before one.
    """
    columns = {name: [0.0] * 6 for name in names}
    for row, sentence in enumerate(sentences):
        found = words(sentence)
        verb = _SAYS.search(sentence)
        behind = len(words(sentence[: verb.end()])) if verb else len(found)
        for at, word in enumerate(found):
            column = columns[word]
            if at >= behind:
                near = (at - behind) / _CLOSE
                column[0] = max(column[0], math.exp(-near))
                column[1] = 1.0
                if row == first:
                    column[2] = max(column[2], 1 / (1 + near))
                    column[3] = 1.0
            if at and found[at - 1] in titled:
                column[4] = 1.0
            if at + 1 < len(found) and found[at + 1] in titled:
                column[5] = 1.0
    return np.array([columns[name] for name in names], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Wording:
    """Weights: a row for content words, a row for function words, and one for every word of the vocabulary."""

    vocabulary: Mapping[str, int]
    weights: Floats
    own: Floats

    def chances(self, layout: Spread) -> dict[str, float]:
        """The probability of every word of the abstract."""
        scores = layout.features @ self.weights.T
        score = np.where(layout.stop, scores[:, 1], scores[:, 0])
        rows = [self.vocabulary.get(word, -1) for word in layout.words]
        score = score + np.where(np.array(rows) >= 0, self.own[rows], 0.0)
        return dict(zip(layout.words, (1 / (1 + np.exp(-score))).tolist(), strict=True))


def stem(word: str) -> str:
    """What words of one family have in common, near enough."""
    return word[:_STEM]
