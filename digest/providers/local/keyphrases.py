"""Keyphrases of a paper: runs of words from its title and abstract, ranked against how common they are elsewhere.

A logistic regression, fitted to keywords that authors gave, weighs how rare a phrase is among other papers, how often
it stands in titles rather than abstracts, where and how often this paper has it, and its shape. The background counts
and the training are `benchmarks/train_phrases.py`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digest.providers.local.terms import LONGEST, Word, folded, runs, shaped

WEIGHTS = Path(__file__).with_name("phrases-v1.npz")
MOST = 6
_LEAST = 0.02
_ACRONYM = re.compile(r"\(\s*([A-Z][\w.-]{0,11}?)s?\s*[),;:]")
_WEAK_END = re.compile(r"(?:[^e]ed|al|ive|ic|ous|able|ible|ent|ary|less|free|aware|based|driven|level|wise)$")
_NOUN_END = re.compile(r"(?:signal|retrieval|proposal|metric|logic|music|traffic|topic|gradient|agent|content|seed|speed|feed)$")

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Candidate:
    """A phrase of one paper under its folded key: how it was spelt and where it stood."""

    key: str
    size: int
    first: int
    in_title: bool = False
    count: int = 0
    alone: int = 0
    spelt: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Background:
    """What other papers tell: words that break a phrase, words always in capitals, and counts of phrases.

    `counts` maps a folded phrase to the logarithm of the number of papers that have it and to the share of these
    (0 to 1) that have it in their title.
    """

    breakers: frozenset[str]
    proper: frozenset[str]
    counts: Mapping[str, tuple[float, float]]


def collect(title: str, abstract: str, background: Background) -> list[Candidate]:
    """Every phrase of the paper that may be a keyphrase, in the order of first mention."""
    found: dict[str, Candidate] = {}
    place = 0
    for in_title, text in ((True, title), (False, abstract)):
        for run in runs(text, background.breakers):
            for start in range(len(run)):
                for end in range(start + 1, min(start + LONGEST, len(run)) + 1):
                    whole = end - start == len(run)
                    _add(found, run[start:end], place + start, in_title, whole, background)
            place += len(run)
    return [one for one in found.values() if one.alone or one.key in background.counts or one.count > 1]


def _add(
    found: dict[str, Candidate], words: list[Word], place: int, in_title: bool, whole: bool, background: Background
) -> None:
    key = " ".join(folded(word.lower) for word in words)
    if len(key) < 2:
        return
    candidate = found.get(key)
    if candidate is None:
        candidate = found[key] = Candidate(key, len(words), place)
    candidate.in_title |= in_title
    candidate.count += 1
    candidate.alone += whole
    # In a title or at the head of a sentence capitals say little: such a spelling counts for less.
    candidate.spelt[_spelt(words, in_title, background)] += 1 if in_title else 3


def _spelt(words: list[Word], in_title: bool, background: Background) -> str:
    spelt = [
        word.spelt
        if shaped(word.spelt) or word.lower in background.proper or not (in_title or word.opens)
        else word.lower
        for word in words
    ]
    # A title written in capitals throughout: nothing in it shows how a word is spelt.
    if in_title and len(words) > 1 and all(word.spelt.isupper() and len(word.spelt) > 3 for word in words):
        return " ".join(word.lower for word in words)
    return " ".join(spelt)


def features(found: list[Candidate], background: Background) -> Floats:
    """Features of the candidates of one paper, shape (n, 22)."""
    rows = []
    longer = _covers(found)
    length = max(candidate.first for candidate in found) + 1
    for candidate in found:
        papers, titled = background.counts.get(candidate.key, (0.0, 0.0))
        unknown = papers == 0.0
        words = candidate.key.split(" ")
        spelling = candidate.spelt.most_common(1)[0][0]
        last = words[-1]
        rows.append(
            [
                1.0,
                papers,
                papers * papers / 10,
                unknown,
                titled,
                titled * papers,
                candidate.in_title,
                candidate.in_title and unknown,
                candidate.first / length,
                candidate.first < 8,
                math.log(candidate.count),
                candidate.alone / candidate.count,
                candidate.size == 1,
                candidate.size == 2,
                candidate.size == 3,
                candidate.size >= 4,
                candidate.size == 1 and papers > 6,
                shaped(spelling.split(" ")[-1]) and candidate.size == 1,
                _WEAK_END.search(last) is not None and not _NOUN_END.search(last),
                longer.get(candidate.key, 0) >= candidate.count,
                longer.get(candidate.key, 0) / candidate.count,
                len(candidate.key) < 4,
            ]
        )
    return np.array(rows, dtype=np.float64)


def _covers(found: list[Candidate]) -> dict[str, int]:
    """For each key, how often the commonest longer candidate that contains it occurs."""
    keys = {candidate.key for candidate in found}
    covers: dict[str, int] = {}
    for candidate in found:
        if candidate.size < 2:
            continue
        words = candidate.key.split(" ")
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                part = " ".join(words[start:end])
                if end - start < len(words) and part in keys:
                    covers[part] = max(covers.get(part, 0), candidate.count)
    return covers


@dataclass(frozen=True, slots=True)
class Phraser:
    """Finds keyphrases; deterministic and without state."""

    background: Background
    weights: Floats

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """Read the shipped counts and weights."""
        with np.load(path, allow_pickle=False) as stored:
            names = bytes(stored["phrases"]).decode("utf-8").split("\n")
            papers = stored["papers"].astype(np.float64) / 16
            titled = stored["titled"].astype(np.float64) / 255
            background = Background(
                frozenset(bytes(stored["breakers"]).decode("utf-8").split("\n")),
                frozenset(bytes(stored["proper"]).decode("utf-8").split("\n")),
                dict(zip(names, zip(papers.tolist(), titled.tolist(), strict=True), strict=True)),
            )
            return cls(background, stored["weights"].astype(np.float64))

    def phrases(self, title: str, abstract: str, most: int = MOST) -> tuple[str, ...]:
        """Up to `most` keyphrases, best first, none a part or another number of one before it."""
        found = collect(title, abstract, self.background)
        if not found:
            return ()
        chances = 1 / (1 + np.exp(-features(found, self.background) @ self.weights))
        acronyms = {folded(acronym.lower()) for acronym in _ACRONYM.findall(abstract)}
        kept: list[Candidate] = []
        for row in np.argsort(-chances, kind="stable"):
            candidate = found[row]
            if len(kept) == most or chances[row] < _LEAST:
                break
            if not any(_same(candidate.key, other.key) for other in kept):
                kept.append(candidate)
        del acronyms
        return tuple(_shown(candidate) for candidate in kept)


def _same(key: str, other: str) -> bool:
    """True if one phrase is within the other, or they share all words but one of two or more."""
    if f" {key} " in f" {other} " or f" {other} " in f" {key} ":
        return True
    words, others = set(key.split()), set(other.split())
    return len(words & others) >= max(2, min(len(words), len(others)))


def _shown(candidate: Candidate) -> str:
    """The commonest spelling; a single acronym loses its plural."""
    text = max(candidate.spelt.items(), key=lambda item: (item[1], item[0]))[0]
    return re.sub(r"(?<=[A-Z]{2})s$", "", text)
