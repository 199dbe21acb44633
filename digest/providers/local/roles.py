"""The role of each sentence in its abstract: a small two-stage linear model.

Roles, in the order of every probability row:

background    what is known or why the field matters; earlier work described without blame
problem       the gap, the difficulty, the question asked or the aim set
method        what the authors propose, build or do, contribution statements among them
result        what was found, proven, measured or compared
application   use, impact, implications and advice for practice or for the field
other         notices of code and data, notes on the text itself

The first stage is a logistic regression over word n-grams, fitted to weak labels; the second, fitted to sentences
labelled by hand, weighs its opinions of a sentence and of both neighbours with position. A section heading has its
say at the end.
One more column of n-gram weights says how likely a sentence is to say what the title says: its salience.
The training is `benchmarks/train_roles.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digest.providers.local.sentences import Sentence

ROLES = ("background", "problem", "method", "result", "application", "other")
WEIGHTS = Path(__file__).with_name("roles-v1.npz")

# The roles that a section heading leaves likely; the authors' own word outweighs what the sentence looks like.
_OF_SECTION = {
    "background": ("background", "problem"),
    "problem": ("problem",),
    "method": ("method",),
    "result": ("result",),
    "conclusion": ("application", "result"),
}
_HEADING_WEIGHT = 3.0
_TOKEN = re.compile(r"https?:\S+|[^\W\d_]+(?:['’][a-z]+)?|\d[\d.,]*|[%?:;(]")
_BINS = 5
# Extra columns of the second stage besides the opinions: see `context`.
_OWN = 4 + _BINS

Floats = NDArray[np.float64]


def ngrams(text: str) -> list[str]:
    """Lower-cased words, pairs of words, and the first words marked as such; digits and links are levelled."""
    words = [
        "#" if found[0].isdigit() else "@" if found.startswith("http") else found
        for found in _TOKEN.findall(text.lower())[:120]
    ]
    pairs = [f"{left} {right}" for left, right in pairwise(words)]
    heads = [f"^{' '.join(words[:size])}" for size in (1, 2, 3) if len(words) >= size]
    return words + pairs + heads


def context(opinions: Floats) -> Floats:
    """Second-stage features (n, 3 * roles + _OWN) from first-stage log-probabilities (n, roles)."""
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
    return features


def headed(sections: Sequence[str]) -> Floats:
    """What the sections add to the log-probabilities of ROLES, shape (n, roles)."""
    likely = [[role in _OF_SECTION.get(section, ()) for role in ROLES] for section in sections]
    return _HEADING_WEIGHT * np.array(likely, dtype=np.float64)


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
    """Weights of both stages; `words` has a row per n-gram, a zero row last, columns for roles and salience."""

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
        scores = context(opinions) @ self.mix + self.mix_bias
        roles = np.exp(log_softmax(scores + headed([sentence.section for sentence in sentences])))
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
