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

from digest.providers.local import spare, trim
from digest.providers.local.roles import ROLES, Judgement
from digest.providers.local.sentences import Sentence
from digest.providers.local.wording import STOP, USUAL, Spread, Wording, spread, stem, words

Floats = NDArray[np.float64]

# Only the best few sentences are worth shortening and joining.
_SHORTENED = 5
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
    stems: frozenset[str]
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
        stems = frozenset(map(stem, titled))
        standing = _standing(judgement, first)
        return cls(texts, standing, titled, counts, stems, layout, wording.chances(layout))

    def table(self, found: Sequence[Candidate]) -> Floats:
        """What the model knows of the candidates, a row each: see `_row`."""
        said = {text: self._said(text) for text in {text for one in found for _, text in one.parts}}
        return np.array([self._row(one, [said[text] for _, text in one.parts]) for one in found], dtype=np.float64)

    def _row(self, candidate: Candidate, said: Sequence[_Said]) -> list[float]:
        """What the model knows of one candidate: of its text, its first sentence, and its second if it has one."""
        row = candidate.parts[0][0]
        both = said[0] if len(said) == 1 else self._both(*said)
        stated = [*self._stated(both), *both.has, *both.opens, both.cut, *self.standing[row]]
        stated.append(both.length / max(1, len(self.sentences[row])))
        for second, _ in candidate.parts[1:]:
            behind = said[1]
            return [*stated, *self.standing[second], 1.0, second == row + 1, behind.opens[1], behind.length / 100]
        return [*stated, *[0.0] * (len(self.standing[row]) + 4)]

    def _stated(self, said: _Said) -> list[float]:
        """How long a text is, and which of its words are likely, frequent and the title's.

        The first is the ROUGE-1 F that it would have, were the chances right and the TL;DR of usual length.
        """
        size = said.size
        shared = len(said.kinds & self.title)
        return [
            2 * said.likely / (size + USUAL),
            min(size, 60) / 20,
            min(size, 10) / 10,
            max(0, size - 18) / 20,
            max(0, size - 28) / 20,
            shared / max(1, len(self.title)),
            shared / max(1, len(said.kinds)),
            2 * len(said.stems & self.stems) / max(1, len(said.stems) + len(self.stems)),
            said.frequent / max(1, said.content),
            said.repeated / 10,
        ]

    def _said(self, text: str) -> _Said:
        found = words(text)
        content = [word for word in found if word not in STOP]
        distinct, kinds, counts = frozenset(found), frozenset(content), self.counts
        return _Said(
            len(text),
            len(found),
            len(content),
            distinct,
            kinds,
            frozenset([stem(word) for word in kinds]),
            sum([self.chances.get(word, 0.0) for word in distinct]),
            sum([counts[word] for word in content]),
            self._repeated(kinds),
            [*(pattern.search(text) is not None for pattern in (_PROPOSES, _SHOWS, _TRIED, _DIGIT)), "," in text],
            [_WE.match(text) is not None, leans(text)],
            text.endswith("…"),
        )

    def _repeated(self, kinds: Iterable[str]) -> int:
        return sum([min(self.counts[word], 5) - 1 for word in kinds])

    def _both(self, one: _Said, two: _Said) -> _Said:
        """What two sentences say together, one after the other."""
        twice = one.distinct & two.distinct
        return _Said(
            one.length + 1 + two.length,
            one.size + two.size,
            one.content + two.content,
            one.distinct | two.distinct,
            one.kinds | two.kinds,
            one.stems | two.stems,
            one.likely + two.likely - sum([self.chances.get(word, 0.0) for word in twice]),
            one.frequent + two.frequent,
            one.repeated + two.repeated - self._repeated(one.kinds & two.kinds),
            [left or right for left, right in zip(one.has, two.has, strict=True)],
            one.opens,
            two.cut,
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """What a text says, counted once for all the candidates that have it.

    `length` is in characters, `size` and `content` in words; `likely` is how many of its words a TL;DR would have;
    `frequent` and `repeated` sum how often the abstract has them. `has` and `opens` are what it says of method and
    trial anywhere, and whether it opens with the authors or by pointing back; `cut`, whether it breaks off.
    """

    length: int
    size: int
    content: int
    distinct: frozenset[str]
    kinds: frozenset[str]
    stems: frozenset[str]
    likely: float
    frequent: int
    repeated: int
    has: list[bool]
    opens: list[bool]
    cut: bool


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
    """The candidate that scores best, of those from the few best sentences, without the words it can spare."""
    whole = [
        Candidate(((row, trim.capped(trim.head(text), trim.TLDR_CAP)),))
        for row, text in enumerate(abstract.sentences)
    ]
    scores = _scores(abstract, whole, weights)
    found = candidates(abstract, sorted(range(len(whole)), key=lambda row: -scores[row])[:_SHORTENED])
    if not any(trim.finished(one.text) for one in found):
        found = candidates(abstract)
    best = found[int(np.argmax(_scores(abstract, found, weights)))]
    return Candidate(tuple((row, spare.without(text, abstract.chances)) for row, text in best.parts))


def _scores(abstract: Abstract, found: Sequence[Candidate], weights: Floats) -> Floats:
    return np.asarray(abstract.table(found) @ weights)
