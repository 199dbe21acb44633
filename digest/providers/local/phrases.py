"""The phrases of a paper that may be its keyphrases, and what is known of phrases from other papers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from digest.providers.local.terms import LONGEST, Word, folded, runs, shaped

# A common word alone says little unless the paper makes much of it.
_OFTEN = 3
# A phrase is part of a longer one if that share of the papers that have it have the longer one.
_PART = math.log(0.5)
_SURE_PART = math.log(0.8)
# Where the true parts of a phrase of so many words begin and end.
PARTS = {
    size: [(start, end) for start in range(size) for end in range(start + 1, size + 1) if end - start < size]
    for size in range(1, LONGEST + 1)
}


class Known(NamedTuple):
    """What other papers tell of a phrase.

    `papers` is the logarithm of the number that have it; shares, 0 to 1: `titled` of these with it in the title,
    `closed` of mentions in which nothing longer surrounds it, `capital` of mentions with capitals throughout.
    """

    papers: float
    titled: float
    closed: float
    capital: float


@dataclass(frozen=True, slots=True)
class Background:
    """Words that break a phrase, words always in capitals, acronyms spelt out, and phrases' counts."""

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
    """True for phrases worth ranking: known or without weak words at an end; common single words if prominent."""
    words, key = candidate.mentions[0].words, candidate.key
    if len(words) == 1:
        prominent = candidate.closed > 0 and (candidate.in_title or len(candidate.mentions) >= _OFTEN)
        return len(key) > 1 and not words[0].weak and (prominent or named(words[0], background))
    return key in background.known or not (words[0].weak or words[-1].weak)


def named(word: Word, background: Background) -> bool:
    """True for acronyms, products and the like: words whose capitals or digits are their own."""
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
        for start, end in PARTS[len(words)]:
            part = " ".join(words[start:end])
            known = background.known.get(part)
            if part not in count or known is None:
                continue
            share = longer.papers - known.papers
            if share > _SURE_PART or (share > _PART and count[part] <= count[candidate.key]):
                dropped.add(part)
    return [candidate for candidate in found if candidate.key not in dropped]
