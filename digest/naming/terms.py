"""What tells topics apart in words: words and keyphrases, counted by paper and weighed by class-based TF-IDF.

The weight of a term in a topic is the share of the topic's papers that have it, times log(1 + K / f), where K is
the number of topics and f the sum of the term's shares over them (after Grootendorst, "BERTopic", 2022; shares in
place of counts, so that a paper that repeats a term weighs no more than one that does not).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest.naming.portrait import Portrait
from digest.providers.local.terms import Word, folded, runs
from digest.records import Enrichment, Paper
from digest.taxonomy import FORBIDDEN
from digest.text import delatex, fault, plain, truncate

LONGEST = 5
TITLE_CHARS, TEXT_CHARS, PHRASE_CHARS = 300, 2500, 48
# A spelling with fewer capitals, or in the plural, is taken from this share of the commonest on.
_ENOUGH = 0.25
_BRACKET = re.compile(r"\s*\([^()]*\)")
# What no phrase has: an address, or the end of a clause and what follows it.
_STOPS = re.compile(r"[:;!?@]|,\s|,$|\.\w{2,}|\.$")
# What is left of markup that a paper quotes.
_MARKUP = re.compile(
    r"\b(?:img|src|href|https?|www|iframe|onerror|onload|javascript|nbsp|textbf|textit)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or keyphrase under its folded key, as it is written.

    `weight` is its c-TF-IDF in the topic, `members` the topic's papers that have it, one bit each, `lift` how many
    times the mean of all topics its share is here. Shares, 0 to 1: `closed` of its mentions that no longer term
    surrounds, `told` of its papers whose reader made a keyphrase of it or whose title has it, `titled` of those
    with it in the title.
    """

    key: str
    text: str
    weight: float
    members: int
    lift: float
    closed: float
    told: float
    titled: float

    @property
    def count(self) -> int:
        """How many of the topic's papers have it."""
        return self.members.bit_count()

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words."""
        return tuple(self.key.split(" "))


class Terms:
    """The terms of all portraits, each topic's against those of all others."""

    def __init__(self, portraits: Sequence[Portrait]) -> None:
        seen = {p.topic.id: [*p.central, *p.boundary] for p in portraits}
        self._phrases: dict[str, Counter[str]] = defaultdict(Counter)
        for members in seen.values():
            for _, reading in members:
                for phrase in filter(None, map(_usable, reading.keyphrases)):
                    self._phrases[key_of(phrase)][phrase] += 1
        self._spellings: dict[str, Counter[str]] = defaultdict(Counter)
        self._mentions: Counter[str] = Counter()
        self._closed: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._titled: Counter[str] = Counter()
        # For each topic, how many of its papers have each single word.
        self.words: dict[int, Counter[str]] = defaultdict(Counter)
        self._members = {topic: self._found(topic, members) for topic, members in seen.items()}
        self.papers = sum(map(len, seen.values()))
        self._sizes = {topic: max(len(members), 1) for topic, members in seen.items()}
        self._sums: dict[str, float] = defaultdict(float)
        self._papers: Counter[str] = Counter()
        for topic, found in self._members.items():
            for key, bits in found.items():
                self._sums[key] += bits.bit_count() / self._sizes[topic]
                self._papers[key] += bits.bit_count()

    def _found(self, topic: int, members: Sequence[tuple[Paper, Enrichment]]) -> dict[str, int]:
        """For each term of these papers, which of them have it."""
        found: dict[str, int] = defaultdict(int)
        for place, (paper, reading) in enumerate(members):
            title, abstract = _runs(paper.title, TITLE_CHARS), _runs(paper.abstract, TEXT_CHARS)
            told = {key_of(phrase) for phrase in map(_usable, reading.keyphrases) if phrase}
            titled = {key for key, _ in self._spans(title)}
            self._titled.update(titled)
            told |= titled
            self._told.update(told)
            own = set(told)
            for key, spelt in self._spans(abstract):
                own.add(key)
                if spelt:
                    self._spellings[key][spelt] += 1
            for key in own:
                found[key] |= 1 << place
            words = (word for run in (*title, *abstract) for word in run)
            self.words[topic].update({part for word in words for part in word.key.split()})
        return found

    def _spans(self, found: Sequence[Sequence[Word]]) -> Iterator[tuple[str, str]]:
        """Every word and known phrase of the runs, and how a phrase is spelt within a sentence, if that shows."""
        for run in found:
            for start, first in enumerate(run):
                key = ""
                for end in range(start + 1, min(start + LONGEST, len(run)) + 1):
                    key = f"{key} {run[end - 1].key}" if key else first.key
                    if key in self._phrases:
                        self._mentions[key] += 1
                        self._closed[key] += end == len(run)
                        yield key, _spelling(run[start:end])
                    elif end == start + 1 and not first.weak:
                        yield key, ""

    def of(self, topic: int) -> list[Term]:
        """The topic's terms, the most distinctive first."""
        found = [self._term(topic, key, members) for key, members in self._members[topic].items()]
        return sorted(found, key=lambda term: (-term.weight, term.key))

    def _term(self, topic: int, key: str, members: int) -> Term:
        share, topics = members.bit_count() / self._sizes[topic], len(self._members)
        ratio = topics / self._sums[key]
        closed = (self._closed[key] + 1) / (self._mentions[key] + 2)
        told, titled = self._told[key] / self._papers[key], self._titled[key] / self._papers[key]
        weight = share * math.log1p(ratio)
        return Term(key, self.written(key), weight, members, share * ratio, closed, told, titled)

    def is_phrase(self, key: str) -> bool:
        """True if a reader called it a keyphrase of a paper."""
        return key in self._phrases

    def written(self, key: str) -> str:
        """The term as texts write it within a sentence, in the plural if that is usual."""
        spellings = self._spellings.get(key) or self._phrases.get(key)
        if not spellings:
            return key
        enough = _ENOUGH * max(spellings.values())
        usual = [(spelt, times) for spelt, times in spellings.items() if times >= enough]

        def rank(one: tuple[str, int]) -> tuple[object, ...]:
            spelt, times = one
            # The capitals of a lone word may be another word's: "CLIP" and "clips".
            phrase = " " in key
            return phrase and sum(map(str.isupper, spelt)), phrase and not spelt.endswith("s"), -times, spelt

        return min(usual, key=rank)[0].replace("'", "’")


@lru_cache(maxsize=1 << 12)
def _runs(text: str, most: int) -> Sequence[Sequence[Word]]:
    # Whoever publishes several editions one after the other names topics of the same papers again and again.
    return tuple(map(tuple, runs(truncate(delatex(text[: 2 * most]), most), ())))


def _spelling(words: Sequence[Word]) -> str:
    """The words as spelt, or nothing at the beginning of a sentence, whose capital says nothing."""
    return "" if words[0].opens and words[0].spelt[0].isupper() else " ".join(word.spelt for word in words)


@lru_cache(maxsize=1 << 14)
def _usable(phrase: str) -> str:
    """The phrase without what an acronym adds in brackets, or nothing if it may not stand in a name."""
    text = plain(_BRACKET.sub("", phrase[: 4 * PHRASE_CHARS])).replace("'", "’")
    unfit = (
        len(text) > PHRASE_CHARS or any(p.search(text) for p in (FORBIDDEN, _MARKUP, _STOPS)) or fault(text, "en")
    )
    return "" if unfit or len(text.split()) > LONGEST else text


def key_of(phrase: str) -> str:
    """The key under which spellings of one phrase are one."""
    return " ".join(folded(word) for word in phrase.lower().split())
