"""The TL;DR of a paper: the sentence or two of its abstract, perhaps shortened, that its author would have chosen.

Candidates are the sentences, what `trim` leaves of them, and pairs of short ones; a linear model, fitted to TL;DRs
written by authors and for the purpose, scores each by what it says, where it stands, how long it is and how many
of its words a TL;DR is likely to have. The title helps to choose and is never quoted. The training is
`benchmarks/train_roles.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.providers.local import trim
from digest.providers.local.roles import ROLES, Judgement
from digest.providers.local.sentences import Sentence
from digest.providers.local.wording import STOP, Spread, Wording, expected, spread, words

Floats = NDArray[np.float64]

# Only the best few sentences are worth shortening and joining.
_SHORTENED = 4
# Two sentences have so many words at most together, and each of them so many at least.
_TOGETHER = 38
_EACH = 5
_METHOD = ROLES.index("method")
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
    standing: list[list[float]]
    title: frozenset[str]
    counts: Counter[str]
    layout: Spread
    chances: Mapping[str, float]

    @classmethod
    def of(cls, title: str, sentences: Sequence[Sentence], judgement: Judgement, wording: Wording) -> Abstract:
        """Count words, judge them, and find the first sentence that announces a contribution."""
        texts = tuple(sentence.text for sentence in sentences)
        counts = Counter(word for text in texts for word in words(text) if word not in STOP)
        announces = (row for row, text in enumerate(texts) if _PROPOSES.search(text) and _OURS.search(text))
        first = next(announces, -1)
        layout = spread(title, texts, judgement, first, wording.vocabulary)
        titled = frozenset(words(title)) - STOP
        standing = _standing(judgement, first)
        return cls(texts, standing, titled, counts, layout, wording.chances(layout))

    def table(self, found: Sequence[Candidate]) -> Floats:
        """What the model knows of the candidates, a row each."""
        return np.array([self.features(one) for one in found], dtype=np.float64)

    def features(self, candidate: Candidate) -> list[float]:
        """What the model knows of one candidate: of its text, its first sentence, and its second if it has one."""
        (row, _), *more = candidate.parts
        features = self._said(row, candidate.text)
        for second, text in more:
            return [*features, *self.standing[second], 1.0, second == row + 1, leans(text), len(text) / 100]
        return [*features, *[0.0] * (len(self.standing[row]) + 4)]

    def _said(self, row: int, text: str) -> list[float]:
        """What `text` says and where sentence `row` stands, from which it comes."""
        found = words(text)
        content = [word for word in found if word not in STOP]
        kinds = set(content)
        size = len(found)
        shared = len(kinds & self.title)
        counts = [self.counts[word] for word in content]
        return [
            expected(found, self.chances),
            *self.standing[row],
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


def _standing(judgement: Judgement, first: int) -> list[list[float]]:
    """What holds for every text of a sentence, by row: its role, salience and place."""
    roles, salience = judgement.roles, judgement.salience
    place = np.arange(len(salience))
    columns = [
        roles,
        salience,
        salience - salience.max(),
        roles[:, _METHOD] - roles[:, _METHOD].max(),
        place == 0,
        place == 1,
        place == len(place) - 1,
        place / len(place),
        place == first,
    ]
    rows: list[list[float]] = np.column_stack(columns).tolist()
    return rows


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be the TL;DR: (row, text) of one sentence, or of two in the abstract's order."""

    parts: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """The sentences in one line."""
        return " ".join(text for _, text in self.parts)

    @property
    def rows(self) -> frozenset[int]:
        """The sentences quoted."""
        return frozenset(row for row, _ in self.parts)


def candidates(abstract: Abstract, rows: Iterable[int] | None = None) -> list[Candidate]:
    """Every candidate, or those from the sentences `rows`: single ones first, then pairs.

    What is cut in its midst is one only where no sentence is whole.
    """
    known = range(len(abstract.sentences)) if rows is None else sorted(rows)
    every = {row: trim.shorter(abstract.sentences[row]) for row in known}
    plain = {row: [text for text in texts if trim.finished(text)] for row, texts in every.items()}
    if not any(plain.values()):
        plain = every
    opening = {row: list(dict.fromkeys([*texts, *_announced(texts)])) for row, texts in plain.items()}
    single = [Candidate(((row, text),)) for row in known for text in opening[row]]
    double = [
        Candidate(((first, text), (second, more)))
        for first in known
        for second in known
        if first < second
        for text in opening[first]
        for more in plain[second]
        if _together(text, more, second - first)
    ]
    return single + double


def _announced(texts: Iterable[str]) -> Iterator[str]:
    return filter(None, map(trim.announced, texts))


def _together(first: str, second: str, apart: int) -> bool:
    """True if two texts, `apart` sentences from each other, are short enough and read on."""
    sizes = first.count(" ") + 1, second.count(" ") + 1
    return (
        sum(sizes) <= _TOGETHER
        and min(sizes) >= _EACH
        and len(first) + len(second) < trim.TLDR_CAP
        and not first.endswith("…")
        and not second.endswith("…")
        and (apart == 1 or not leans(second))
    )


def choose(abstract: Abstract, weights: Floats) -> Candidate:
    """The candidate that scores best, among those of the few best sentences."""
    whole = [
        Candidate(((row, trim.capped(trim.head(text), trim.TLDR_CAP)),))
        for row, text in enumerate(abstract.sentences)
    ]
    scores = _scores(abstract, whole, weights)
    best = sorted(range(len(whole)), key=lambda row: -scores[row])[:_SHORTENED]
    found = candidates(abstract, best)
    if not any(trim.finished(one.text) for one in found):
        found = candidates(abstract)
    return found[int(np.argmax(_scores(abstract, found, weights)))]


def _scores(abstract: Abstract, found: Sequence[Candidate], weights: Floats) -> Floats:
    return np.asarray(abstract.table(found) @ weights)
