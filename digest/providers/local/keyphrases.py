"""Keyphrases of a paper: runs of words from its title and abstract, ranked against how common they are elsewhere.

A logistic regression, fitted to keywords that authors gave, weighs how rare a phrase is among other papers, how often
it stands in titles and between the borders of a phrase there, where and how often this paper has it, and its shape.
The background counts and the training are `benchmarks/train_phrases.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from digest.providers.local.acronyms import defined
from digest.providers.local.terms import LONGEST, Word, folded, runs, shaped

WEIGHTS = Path(__file__).with_name("phrases-v1.npz")
MOST = 6
_LEAST = 0.01
_COMMON = 6.0
# A common word alone says little unless the paper makes much of it.
_OFTEN = 3
# A phrase is part of a longer one if that share of the papers that have it have the longer one.
_PART = math.log(0.5)
_SURE_PART = math.log(0.8)
_QUALIFIERS = tuple(
    "ed al ive ic ous able ible ent ant ary less free aware based driven level wise guided only shot specific agnostic "
    "scale view modal turn range grained centric oriented".split()
)
_NOUNS = tuple(
    "retrieval proposal metric logic music traffic topic agent segment ment gradient content seed speed feed student "
    "assistant quadrant variant plant perspective primitive objective signal arabic clinic critic talent quotient "
    "constant patient coefficient token patent animal journal material potential trial attack ingredient".split()
)

_PARTS = {
    size: [(start, end) for start in range(size) for end in range(start + 1, size + 1) if end - start < size]
    for size in range(1, LONGEST + 1)
}

Floats = NDArray[np.float64]


class Known(NamedTuple):
    """What other papers tell of a phrase.

    `papers` is the logarithm of the number that have it, 0 to 1 are: `titled` the share with it in the title,
    `closed` the share of mentions in which nothing longer surrounds it, `capital` the share with capitals throughout.
    """

    papers: float
    titled: float
    closed: float
    capital: float


@dataclass(frozen=True, slots=True)
class Background:
    """Words that break a phrase, words always in capitals, acronyms' expansions, and what is known of phrases."""

    breakers: frozenset[str]
    proper: frozenset[str]
    acronyms: Mapping[str, str]
    known: Mapping[str, Known]


class Mention(NamedTuple):
    """Words `start` to `end` of a run, in the title or the abstract."""

    run: list[Word]
    start: int
    end: int
    in_title: bool

    @property
    def words(self) -> list[Word]:
        """The words of the phrase."""
        return self.run[self.start : self.end]


@dataclass(slots=True)
class Candidate:
    """A phrase of one paper under its folded key; `first` counts the words before its first mention.

    `closed` counts the mentions that nothing longer surrounds.
    """

    key: str
    first: int
    mentions: list[Mention] = field(default_factory=list)
    closed: int = 0

    @property
    def size(self) -> int:
        """The number of its words."""
        first = self.mentions[0]
        return first.end - first.start

    @property
    def in_title(self) -> bool:
        """True if the title has it."""
        return self.mentions[0].in_title


def collect(title: str, abstract: str, background: Background) -> list[Candidate]:
    """Every phrase of the paper that may be a keyphrase, in the order of first mention.

    These are phrases known from other papers, and unknown ones where nothing longer surrounds them.
    """
    found: dict[str, Candidate] = {}
    known = background.known
    place = 0
    for in_title, text in ((True, title), (False, abstract)):
        for run in runs(text, background.breakers):
            for start, end, key, closed in spans(run):
                if not closed and key not in known:
                    continue
                candidate = found.get(key)
                if candidate is None:
                    candidate = found[key] = Candidate(key, place + start)
                candidate.mentions.append(Mention(run, start, end, in_title))
                candidate.closed += closed
            place += len(run)
    own_name = _own_name(title, background)
    possible = [one for one in found.values() if one.key != own_name and _possible(one, background)]
    return _without_parts(possible, background)


def spans(run: list[Word]) -> Iterator[tuple[int, int, str, bool]]:
    """Start, end, key of each phrase within `run`, and whether it ends where the run does or at weak words."""
    last = len(run)
    for start in range(last):
        key = run[start].key
        begins = start == 0 or run[start - 1].weak
        yield start, start + 1, key, begins and (start + 1 == last or run[start + 1].weak)
        for end in range(start + 2, min(start + LONGEST, last) + 1):
            key = f"{key} {run[end - 1].key}"
            yield start, end, key, begins and (end == last or run[end].weak)


def _own_name(title: str, background: Background) -> str:
    """The key of what the paper calls its own work ("Name: what it does"), which the title shows anyway."""
    name, colon, _ = title.partition(":")
    key = folded(name.strip().lower())
    return key if colon and " " not in name.strip() and key not in background.known else ""


def _possible(candidate: Candidate, background: Background) -> bool:
    """True for known phrases and unknown ones without a weak word at an end; common single words must be prominent."""
    words, key = candidate.mentions[0].words, candidate.key
    if len(words) == 1:
        prominent = candidate.in_title or len(candidate.mentions) >= _OFTEN
        return len(key) > 1 and not words[0].weak and (prominent or _name(words[0], background))
    return key in background.known or not (words[0].weak or words[-1].weak)


def _name(word: Word, background: Background) -> bool:
    """True for acronyms, products and the like."""
    return shaped(word.spelt) or word.spelt.lower() in background.proper


def _without_parts(found: list[Candidate], background: Background) -> list[Candidate]:
    """Drop phrases that other papers hardly have but as part of a longer one that stands here too."""
    count = {candidate.key: len(candidate.mentions) for candidate in found}
    dropped = set()
    for candidate in found:
        longer = background.known.get(candidate.key)
        if longer is None or candidate.size == 1:
            continue
        words = [word.key for word in candidate.mentions[0].words]
        for start, end in _PARTS[len(words)]:
            part = " ".join(words[start:end])
            known = background.known.get(part)
            if part not in count or known is None:
                continue
            share = longer.papers - known.papers
            if share > _SURE_PART or (share > _PART and count[part] <= count[candidate.key]):
                dropped.add(part)
    return [candidate for candidate in found if candidate.key not in dropped]


def features(found: list[Candidate], background: Background) -> Floats:
    """Features of the candidates of one paper, shape (n, 24)."""
    covers = _covers(found)
    length = max(candidate.first for candidate in found) + 1
    return np.array([_row(one, covers.get(one.key, 0), length, background) for one in found], dtype=np.float64)


def _row(candidate: Candidate, cover: int, length: int, background: Background) -> list[float]:
    known = background.known.get(candidate.key)
    papers, titled, closed, _ = known or (0.0, 0.0, candidate.closed / len(candidate.mentions), 0.0)
    size, count, in_title = candidate.size, len(candidate.mentions), candidate.in_title
    last = candidate.key.rsplit(" ", 1)[-1]
    name = size == 1 and _name(candidate.mentions[-1].words[0], background)
    return [
        1.0,
        papers,
        papers * papers / 10,
        known is None,
        titled,
        titled * papers,
        closed,
        closed * (known is not None),
        in_title,
        in_title and known is None,
        candidate.first / length,
        candidate.first < 8,
        math.log(count),
        candidate.closed / count,
        size == 1,
        size == 2,
        size == 3,
        size >= 4,
        size == 1 and papers > _COMMON,
        name,
        last.endswith(_QUALIFIERS) and not last.endswith(_NOUNS) and not name,
        cover >= count,
        cover / count,
        size == 1 and not in_title and count == 1,
    ]


def _covers(found: list[Candidate]) -> dict[str, int]:
    """For each key, how often the commonest longer candidate that contains it occurs."""
    keys = {candidate.key for candidate in found}
    covers: dict[str, int] = {}
    for candidate in found:
        words = [word.key for word in candidate.mentions[0].words]
        for start, end in _PARTS[len(words)]:
            part = " ".join(words[start:end])
            if part in keys:
                covers[part] = max(covers.get(part, 0), len(candidate.mentions))
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
            lines = {
                name: bytes(stored[name]).decode("utf-8").split("\n")
                for name in ("phrases", "breakers", "proper", "acronyms")
            }
            table = stored["table"].astype(np.float64) / [16, 255, 255, 255]
            background = Background(
                frozenset(lines["breakers"]),
                frozenset(lines["proper"]),
                dict(line.split("\t") for line in lines["acronyms"]),
                {phrase: Known(*row) for phrase, row in zip(lines["phrases"], table.tolist(), strict=True)},
            )
            return cls(background, stored["weights"].astype(np.float64))

    def phrases(self, title: str, abstract: str, most: int = MOST) -> tuple[str, ...]:
        """Up to `most` keyphrases, best first, none a part or another form of one before it."""
        found = collect(title, abstract, self.background)
        if not found:
            return ()
        chances = 1 / (1 + np.exp(-features(found, self.background) @ self.weights))
        own = defined(abstract)
        expansions = {**self.background.acronyms, **{acronym: key for acronym, (key, _) in own.items()}}
        kept: list[Candidate] = []
        forms: list[str] = []
        for row in np.argsort(-chances, kind="stable"):
            if len(kept) == most or chances[row] < _LEAST:
                break
            form = " ".join(expansions.get(word, word) for word in found[row].key.split(" "))
            if not _repeats(form, forms):
                kept.append(found[row])
                forms.append(form)
        return tuple(
            _expanded(own[candidate.key][1], self.background, candidate) if candidate.key in own
            else _shown(candidate, self.background)
            for candidate in kept
        )


def _repeats(form: str, forms: list[str]) -> bool:
    """True if `form` lies within one of `forms` or around it, shares most words with one, or a word with two."""
    words = set(form.split())
    sharing = 0
    for other in forms:
        if f" {form} " in f" {other} " or f" {other} " in f" {form} ":
            return True
        common = len(words & set(other.split()))
        if common >= 2:
            return True
        sharing += common > 0
    return sharing >= 2


def _shown(candidate: Candidate, background: Background) -> str:
    """The commonest spelling, with capitals only where they belong to the words; a lone acronym loses its plural."""
    known = background.known.get(candidate.key)
    keep = known is None or known.capital > 0.5
    spellings: dict[str, int] = {}
    for mention in candidate.mentions:
        spelling = " ".join(_cased(word, keep and not mention.in_title, background) for word in mention.words)
        # In a title capitals say little: a spelling found only there counts for less.
        spellings[spelling] = spellings.get(spelling, 0) + (1 if mention.in_title else 3)
    text = max(spellings, key=lambda spelling: (spellings[spelling], spelling))
    return re.sub(r"(?:(?<=[A-Z]{2})s|['’]s)$", "", text)


def _expanded(spelt: str, background: Background, candidate: Candidate) -> str:
    """An acronym that this paper defines, behind what it stands for: "graph neural network (GNN)"."""
    words = [Word(word, "", weak=False, opens=False) for word in spelt.split()]
    return f"{' '.join(_cased(word, False, background) for word in words)} ({_shown(candidate, background)})"


def _cased(word: Word, keep: bool, background: Background) -> str:
    """The word as spelt where `keep` says so or its capitals are its own, otherwise in lower case part by part."""
    if keep and not word.opens:
        return word.spelt
    return "-".join(_part_cased(part, background) for part in word.spelt.split("-"))


def _part_cased(part: str, background: Background) -> str:
    own = shaped(part) and not (part.isupper() and len(part) > 6)
    return part if own or part.lower() in background.proper else part.lower()
