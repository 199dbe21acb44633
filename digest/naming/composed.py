"""Names made of a topic's own terms, without a model: what most tells it apart, in the words of its papers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count

from digest.naming.meaning import nearness
from digest.naming.portrait import Portrait
from digest.naming.terms import Term, Terms
from digest.providers.base import Named
from digest.providers.local.terms import listed
from digest.taxonomy import FORBIDDEN
from digest.text import delatex, fault, truncate

LOCAL = "local"
# A name joins so many terms at most, that of a group of topics fewer, in so many characters.
MOST_PARTS, BROAD_PARTS, NAME_CHARS = 3, 2, 62
# What a term is worth whose papers have another part already, and a further part at least, against the first one.
OLD_PAPERS, FURTHER = 0.35, 0.05
# A term that other topics have nearly as often says nothing; with few topics all are nearly as often elsewhere.
LEAST_LIFT, TOPICS_PER_LIFT = 4.0, 3
# A term is one of the topic's if that share of its papers has it, and two at least.
LEAST_SHARE, FEWEST = 0.06, 2
# A single word says less than a phrase, and one of fewer letters next to nothing.
ALONE, LONG_WORD = 0.4, 8
# What no title has is worth this share as a further part: it is seldom what papers are about ("Dice scores").
UNTITLED = 0.3
# How much it counts that a term lies near to what the papers are about: a power of the cosine.
NEAR = 2
CANDIDATES, DESCRIBED, INCLUDED = 80, 9, 6
# An example is one of so many papers nearest to the centroid.
MIDDLE, TITLE_CHARS = 10, 120
# Words whose first letters agree so far count as one.
_STEM = 6
# Words that end no name: they stand for any paper's parts.
_EMPTY = listed(
    "study analysis data dataset benchmark framework approach method task challenge scenario setting result "
    "context performance application experiment evaluation model system domain question quality language rate"
)
# What any abstract says of itself, which tells no topic from another.
_HOLLOW = listed(
    "significant considerable remarkable extensive recent promising crucial superior previous existing numerous "
    "notable substantial"
)
_CLICHE = re.compile(r"\b(?:(?:much|increasing|growing) attention|state of the art|wide range|large number)\b")
# A last word that ends so is an adjective, which names nothing ("3D-aware"), unless it is one of the nouns.
_ADJECTIVE = re.compile(r"..(?:ous|ive|al|aware|able|ible|ed|(?:curr|ici|lat|pend|sist|her|par|ffer|merg)ent)$")
_NOUNS = listed(
    "signal retrieval proposal survival removal denial referral portal journal manual animal metal crystal "
    "mineral chemical material potential differential integral interval trial tutorial credential terminal "
    "principal hospital capital festival arrival approval appraisal withdrawal renewal rehearsal disposal refusal "
    "reversal coral mammal fossil numeral functional individual professional residual ideal rival objective "
    "perspective narrative derivative incentive initiative alternative primitive directive archive drive "
    "collective variable table cable wearable deliverable executable speed seed feed need breed embed talent "
    "patent parent"
)
# What begins with one of these says what somebody does, and to what.
_DOING = listed(
    "raising advancing accelerating improving enhancing leveraging exploring adapting aligning benchmarking "
    "evaluating achieving addressing bridging enabling reducing combining introducing applying understanding"
)


class Composer:
    """Makes a name and a description for each topic out of the terms of all portraits."""

    def __init__(self, terms: Terms, portraits: Sequence[Portrait]) -> None:
        self._terms = terms
        self._least = min(LEAST_LIFT, len(portraits) / TOPICS_PER_LIFT)
        self._known: dict[int, list[tuple[float, Term]]] = {}

    def named(self, portrait: Portrait, free: Callable[[str], bool]) -> Named:
        """The topic's name, one that is `free`, and what its papers speak of."""
        ranked = self._ranked(portrait)
        parts = chosen(ranked, BROAD_PARTS if portrait.broad else MOST_PARTS)
        told = _different([*parts, *(term for _, term in ranked)])
        name = next(filter(free, self._names(portrait, parts, told)))
        described, included = told[:DESCRIBED], told[DESCRIBED : DESCRIBED + INCLUDED]
        includes = ", ".join(term.text for term in included)
        return Named(name, _description(described, portrait), includes, namer=LOCAL)

    def telling(self, portrait: Portrait) -> list[str]:
        """Terms that tell the topic from others, best first."""
        return [term.text for _, term in self._ranked(portrait)]

    def _names(self, portrait: Portrait, parts: Sequence[Term], told: Sequence[Term]) -> Iterator[str]:
        if parts:
            yield joined(parts)
            yield from (joined([parts[0], term]) for term in told if not _alike(parts[0], term))
        words = [t for t in self._terms.of(portrait.topic.id)[:CANDIDATES] if not FORBIDDEN.search(t.text)]
        words = [term for term in words if not any(_alike(part, term) for part in parts[:1])]
        for some in ([term for term in words if _stands(term)], words):
            yield from (joined([*parts[:1], *some[at : at + 2]]) for at in range(len(some)))
        yield from (f"Topic {portrait.topic.id}" + " again" * times for times in count())

    def _ranked(self, portrait: Portrait) -> list[tuple[float, Term]]:
        """Terms that may stand in a name, with what they are worth, best first; none is a part of another."""
        topic = portrait.topic.id
        if topic not in self._known:
            papers = len(portrait.central) + len(portrait.boundary)
            fewest = max(FEWEST, LEAST_SHARE * papers)
            likely = (t for t in self._terms.of(topic) if t.count >= fewest and t.lift >= self._least)
            known = [(_worth(t), t) for t in likely if self._terms.is_phrase(t.key) and _stands(t)]
            best = sorted(known, key=_order)[:CANDIDATES]
            whole = [(v, t) for v, t in best if not any(_within(t, other) for _, other in best)]
            near = nearness(portrait, [term for _, term in whole])
            self._known[topic] = sorted(
                ((v * n**NEAR, t) for (v, t), n in zip(whole, near, strict=True)), key=_order
            )
        return self._known[topic]


def _order(one: tuple[float, Term]) -> tuple[float, str]:
    return -one[0], one[1].key


def _worth(term: Term) -> float:
    """What a term says in a name: how many papers have it, how few elsewhere, and whether it is a whole phrase."""
    sharp: float = math.log(max(term.lift, 1.2)) ** 1.5
    whole = math.sqrt(term.told) * min(1.0, 3 * term.closed)
    return term.weight * sharp * whole * (ALONE if len(term.words) == 1 else 1.0)


def _stands(term: Term) -> bool:
    """True for what can stand by itself in a name: no "vision-language", "raising concerns" or two letters."""
    if FORBIDDEN.search(term.text) or len(term.text) < 3 or term.words[0] in _DOING:
        return False
    if term.words[0] in _HOLLOW or _CLICHE.search(term.key) or _describes(term.words[-1]):
        return False
    if " " not in term.text and "-" in term.text and not term.text.endswith("ing"):
        return False
    return term.words[-1] not in _EMPTY or (len(term.words) > 1 and term.closed > 0.2)


def _describes(word: str) -> bool:
    return word not in _NOUNS and _ADJECTIVE.search(word) is not None


def _within(part: Term, whole: Term) -> bool:
    inside = len(whole.words) > len(part.words) and f" {part.key} " in f" {whole.key} "
    return inside and 2 * (part.members & whole.members).bit_count() >= part.count


def chosen(worth: Sequence[tuple[float, Term]], most: int) -> list[Term]:
    """Up to `most` terms that together cover the topic, none with a word of another."""
    left, parts, covered, first = list(worth), list[Term](), 0, 0.0

    def gain(one: tuple[float, Term]) -> float:
        value, term = one
        new = (term.members & ~covered).bit_count() / term.count
        value *= OLD_PAPERS + (1 - OLD_PAPERS) * new
        return value if term.titled or not parts else value * UNTITLED

    while left and len(parts) < most:
        best = max(left, key=gain)
        value, term = gain(best), best[1]
        if value < FURTHER * first:
            break
        left.remove(best)
        if parts and (len(joined([*parts, term])) > NAME_CHARS or not _telling(term)):
            continue
        left = [one for one in left if not _alike(one[1], term)]
        first = first or value
        parts.append(term)
        covered |= term.members
    return parts


def _telling(term: Term) -> bool:
    """False for what says little beside another term: acronyms and short single words ("job", "claim")."""
    return len(term.words) > 1 or (len(term.text) >= LONG_WORD and sum(map(str.isupper, term.text)) < 2)


def _alike(one: Term, other: Term) -> bool:
    """True if the terms share a word, or a word of one is short for the other."""
    short = {"".join(word[0] for word in term.words) for term in (one, other)}
    if short & {*one.words, *other.words}:
        return True
    return any(_same(a, b) for a in one.words for b in other.words)


def _same(one: str, other: str) -> bool:
    short = min(len(one), len(other))
    return one[:_STEM] == other[:_STEM] or (short > 2 and one[:short] == other[:short])


def _different(terms: Iterable[Term]) -> list[Term]:
    """The terms without those whose words all stand in one before them, or around one."""
    kept: list[Term] = []
    for term in terms:
        if not any(_covers(term, other) or _covers(other, term) for other in kept):
            kept.append(term)
    return kept


def _covers(whole: Term, part: Term) -> bool:
    return all(any(_same(a, b) for a in whole.words) for b in part.words)


def joined(parts: Sequence[Term]) -> str:
    """The terms as one name: "A", "A and B", "A, B and C"."""
    name = _listed(parts)
    return name[:1].upper() + name[1:]


def _listed(terms: Sequence[Term]) -> str:
    texts = [term.text for term in terms]
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))


def _description(terms: Sequence[Term], portrait: Portrait) -> str:
    """One sentence: what the papers speak of, and the title of the one from their middle that speaks of most."""
    spoken_of = [sum(t.members >> place & 1 for t in terms) for place in range(len(portrait.central[:MIDDLE]))]
    order = sorted(range(len(spoken_of)), key=lambda place: -spoken_of[place])
    titles = (truncate(delatex(portrait.central[n][0].title[: 4 * TITLE_CHARS]), TITLE_CHARS) for n in order)
    title = next((t for t in titles if t and not fault(t, "en")), "")
    spoken = f"Papers that speak of {_listed(terms)}" if terms else "Papers that share few words"
    return f"{spoken}, for example “{title}”." if title else f"{spoken}."
