"""The role of each sentence in its abstract: a small two-stage linear model.

Roles, in the order of every probability row:

background    what is known or why the field matters; earlier work described without blame
problem       the gap, the difficulty, the question asked or the aim set
method        what the authors propose, build or do, contribution statements among them
result        what was found, proven, measured or compared
application   use, impact, implications and advice for practice or for the field
other         notices of code and data, notes on the text itself

The first stage is a logistic regression over word n-grams, fitted to weak labels; the second, fitted to sentences
labelled by hand, weighs its opinions of a sentence and of both neighbours with position and section heading.
One more column of n-gram weights says how likely a sentence is to say what the title says: its salience.
The training is `benchmarks/train_roles.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digest.providers.local.sentences import Sentence

ROLES = ("background", "problem", "method", "result", "application", "other")
WEIGHTS = Path(__file__).with_name("roles-v1.npz")

_SECTIONS = ("background", "problem", "method", "result", "conclusion")
_TOKEN = re.compile(r"https?:\S+|[^\W\d_]+(?:['’][a-z]+)?|\d[\d.,]*|[%?:;(]")
_BINS = 5
# Extra columns of the second stage besides the opinions: see `context`.
_OWN = 4 + _BINS + len(_SECTIONS)

Floats = NDArray[np.float64]


def ngrams(text: str) -> list[str]:
    """Lower-cased words, pairs of words, and the first words marked as such; digits and links are levelled."""
    words = [
        "#" if found[0].isdigit() else "@" if found.startswith("http") else found
        for found in _TOKEN.findall(text.lower())[:120]
    ]
    pairs = [f"{left} {right}" for left, right in zip(words, words[1:], strict=False)]
    heads = [f"^{' '.join(words[:size])}" for size in (1, 2, 3) if len(words) >= size]
    return words + pairs + heads


def context(opinions: Floats, sections: Sequence[str]) -> Floats:
    """Second-stage features, shape (n, 3 * roles + _OWN), from first-stage log-probabilities of shape (n, roles)."""
    count, width = opinions.shape
    features = np.zeros((count, 3 * width + _OWN))
    features[:, :width] = opinions
    features[1:, width : 2 * width] = opinions[:-1]
    features[:-1, 2 * width : 3 * width] = opinions[1:]
    own = features[:, 3 * width :]
    place = np.arange(count)
    own[:, 0] = place == 0
    own[:, 1] = place == 1
    own[:, 2] = place == count - 1
    own[:, 3] = place == count - 2
    own[place, 4 + np.minimum(place * _BINS // count, _BINS - 1)] = 1.0
    for row, section in enumerate(sections):
        if section:
            own[row, 4 + _BINS + _SECTIONS.index(section)] = 1.0
    return features


def log_softmax(scores: Floats) -> Floats:
    """Row-wise logarithms of the softmax."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model makes of the n sentences of an abstract.

    `roles` are probabilities of ROLES, shape (n, roles); `salience`, shape (n,), has no unit; `known` is the share
    of the n-grams that the model has weights for, near 0 in a language it never saw.
    """

    roles: Floats
    salience: Floats
    known: float


@dataclass(frozen=True, slots=True)
class RoleModel:
    """Weights of both stages: `words` (vocabulary + 1, roles + salience), its last row for what opens a sentence."""

    vocabulary: Mapping[str, int]
    words: Floats
    bias: Floats
    mix: Floats
    mix_bias: Floats

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """Read the shipped weights."""
        with np.load(path, allow_pickle=False) as stored:
            names = bytes(stored["vocabulary"]).decode("utf-8").split("\n")
            words = stored["words"].astype(np.float64) * stored["scale"]
            return cls(
                vocabulary={name: row for row, name in enumerate(names)},
                words=np.vstack([words, np.zeros((1, words.shape[1]))]),
                bias=stored["bias"].astype(np.float64),
                mix=stored["mix"].astype(np.float64),
                mix_bias=stored["mix_bias"].astype(np.float64),
            )

    def judge(self, sentences: Sequence[Sentence]) -> Judgement:
        """Judge the sentences of one abstract, in order; there must be one at least."""
        opinions, salience, known = self.opinions(sentences)
        features = context(opinions, [sentence.section for sentence in sentences])
        roles = np.exp(log_softmax(features @ self.mix + self.mix_bias))
        return Judgement(np.asarray(roles), salience, known)

    def opinions(self, sentences: Sequence[Sentence]) -> tuple[Floats, Floats, float]:
        """First stage, every sentence read alone: log-probabilities (n, roles), salience (n,), share known."""
        get, opening = self.vocabulary.get, len(self.vocabulary)
        rows: list[int] = []
        starts = []
        total = 0
        for sentence in sentences:
            starts.append(len(rows))
            rows.append(opening)
            grams = ngrams(sentence.text)
            total += len(grams)
            rows.extend(row for gram in grams if (row := get(gram)) is not None)
        counts = np.diff([*starts, len(rows)])
        # The square root keeps long sentences from being surer than they should.
        sums = np.add.reduceat(self.words[rows], starts, axis=0) / np.sqrt(counts)[:, None]
        known = (len(rows) - len(starts)) / max(total, 1)
        return log_softmax(sums[:, :-1] + self.bias), sums[:, -1], known
