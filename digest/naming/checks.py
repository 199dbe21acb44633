"""What a name must be before it is anybody's: plain words, those of the topic's own papers, and nobody else's."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from digest.naming.portrait import Portrait
from digest.naming.terms import Terms
from digest.providers.base import Named
from digest.providers.local.terms import runs
from digest.records import Category
from digest.taxonomy import FORBIDDEN
from digest.text import fault, plain, tidy

SHORTEST, LONGEST, MOST_WORDS = 3, 80, 12
TEXT_CHARS = 400
# What pages and maps call papers without a topic.
RESERVED = ("unsorted", "unlabelled")
# A word that papers use counts as anybody's from so many papers on, and from this share of all papers shown.
FEWEST, COMMON = 3, 0.003
# The language in which papers are written: only there can a name's words be looked up in them.
PAPERS = "en"
_PART = re.compile(r"[^\W_]+")


def name_key(name: str) -> str:
    """Names with one key would be taken for each other: case, marks and blanks are no difference."""
    return " ".join(_PART.findall(unicodedata.normalize("NFKC", name).casefold()))


class Taken:
    """The names that are somebody's: topics', categories' in every language, and those that mean no topic."""

    def __init__(self, names: Iterable[str], categories: Sequence[Category]) -> None:
        others = (name for category in categories for name in category.names.values())
        self._keys = {name_key(name) for name in (*names, *others, *RESERVED)}

    def free(self, name: str) -> bool:
        """True if nobody has the name."""
        return name_key(name) not in self._keys

    def add(self, name: str) -> None:
        """Give the name to somebody."""
        self._keys.add(name_key(name))


def trimmed(name: str) -> str:
    """The name without blanks and a full stop around it; its first word gets a capital if it has none."""
    name = name.strip().removesuffix(".")
    return name[:1].upper() + name[1:] if name.partition(" ")[0].islower() else name


class Rules:
    """Says why a name that a model gave is no use; what papers tell the model to say is one reason."""

    def __init__(self, terms: Terms, language: str) -> None:
        self._words, self._language = terms.words, language
        self._all: Counter[str] = Counter()
        for counts in terms.words.values():
            self._all.update(counts)
        self._common = max(FEWEST, COMMON * terms.papers)

    def fault(self, portrait: Portrait, name: str) -> str:
        """Why this is no name for the topic, in words that a model understands; empty if it is one."""
        if name != plain(name) or FORBIDDEN.search(name) or fault(name, self._language):
            return "it held markup, an address or characters that names may not have"
        if not SHORTEST <= len(name) <= LONGEST or len(name.split()) > MOST_WORDS:
            return "it was too long or too short"
        if not any(character.isalpha() for character in name):
            return "it had no letters"
        words = [part for run in runs(name, ()) for word in run if not word.weak for part in word.key.split()]
        own, two = self._words[portrait.topic.id], min(2, len(portrait.central) + len(portrait.boundary))
        # What one paper, or a few strange ones, would have the topic called.
        if any(own[word] < two and 0 < self._all[word] < self._common for word in words):
            return "it had a word that hardly any paper uses"
        known = sum(own[word] >= two for word in words)
        if self._language == PAPERS and (not known or 2 * known < len(words)):
            return "its words are not those of the papers"
        return ""

    def fit(self, named: Named) -> Named | None:
        """The answer with plain texts, or None if its description is unfit; the name is judged by `fault`."""
        description, includes, excludes = map(self._text, (named.description, named.includes, named.excludes))
        return Named(trimmed(named.name), description, includes, excludes, named.namer) if description else None

    def _text(self, said: str) -> str:
        """A text that may be published, or nothing."""
        text = tidy(said[: 4 * TEXT_CHARS])
        return "" if len(text) > TEXT_CHARS or fault(text, self._language) else text
