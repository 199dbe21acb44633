"""Keyphrases of a paper: runs of words from its title and abstract, ranked against how common they are elsewhere.

A logistic regression, fitted to keywords that authors gave, weighs how rare a phrase is among other papers, how
often it stands in titles and by itself there, where and how often this paper has it, and its shape. The background
counts and the training are `benchmarks/train_phrases.py`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digest.providers.local.acronyms import defined
from digest.providers.local.phrases import PARTS, Background, Candidate, Known, collect, named
from digest.providers.local.terms import Word, listed, shaped

WEIGHTS = Path(__file__).with_name("phrases-v1.npz")
MOST = 6
_LEAST = 0.01
_FREQUENT = 6.0
# Words whose first letters agree so far count as one: "Taiwan" and "Taiwanese", "segment" and "segmentation".
_STEM = 6
_QUALIFIERS = tuple(
    sorted(
        listed(
            "ed al ive ic ous able ible ent ant ary less free aware based driven level wise guided only shot "
            "specific agnostic scale view modal turn range grained centric oriented"
        )
    )
)
_NOUNS = tuple(
    sorted(
        listed(
            "retrieval proposal metric logic music traffic topic agent segment ment gradient content seed "
            "speed feed student assistant quadrant variant plant perspective primitive objective signal "
            "arabic clinic critic talent quotient constant patient coefficient token patent animal journal "
            "material potential trial attack ingredient"
        )
    )
)

Floats = NDArray[np.float64]


def features(found: list[Candidate], background: Background) -> Floats:
    """Features of the candidates of one paper, shape (n, 24): see `_row`."""
    covers = _covers(found)
    length = max(candidate.first for candidate in found) + 1
    return np.array([_row(one, covers.get(one.key, 0), length, background) for one in found], dtype=np.float64)


def _row(candidate: Candidate, cover: int, length: int, background: Background) -> list[float]:
    known = background.known.get(candidate.key)
    papers, titled, closed, _ = known or (0.0, 0.0, candidate.closed / len(candidate.mentions), 0.0)
    size, count, in_title = candidate.size, len(candidate.mentions), candidate.in_title
    last = candidate.key.rsplit(" ", 1)[-1]
    name = size == 1 and named(candidate.mentions[-1].words[0], background)
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
        size == 1 and papers > _FREQUENT,
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
        for start, end in PARTS[len(words)]:
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
        expansions = {
            **self.background.acronyms,
            **{acronym: key for acronym, (key, _) in own.items()},
        }
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
            _expanded(own[candidate.key][1], self.background, candidate)
            if candidate.key in own
            else _shown(candidate, self.background)
            for candidate in kept
        )


def _repeats(form: str, forms: list[str]) -> bool:
    """True if `form` lies within one of `forms` or around it, shares two words with one, or a word with two."""
    words = _stems(form)
    sharing = 0
    for other in map(_stems, forms):
        shared = len(words & other)
        if shared >= min(2, len(words), len(other)):
            return True
        sharing += shared > 0
    return sharing >= 2


def _stems(form: str) -> set[str]:
    return {word[:_STEM] for word in form.split(" ")}


def _shown(candidate: Candidate, background: Background) -> str:
    """The commonest spelling, with capitals only where they belong; a lone acronym loses its plural."""
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
    """The word as spelt where `keep` says so, otherwise in lower case but for parts with capitals of their own."""
    if keep and not word.opens:
        return word.spelt
    return "-".join(_part_cased(part, background) for part in word.spelt.split("-"))


def _part_cased(part: str, background: Background) -> str:
    own = shaped(part) and not (part.isupper() and len(part) > 6)
    return part if own or part.lower() in background.proper else part.lower()
