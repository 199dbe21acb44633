"""Acronyms that a text defines, as in "graph neural network (GNN)"."""

from __future__ import annotations

import re

from digest.providers.local.terms import folded

_BRACKET = re.compile(r"\(\s*([A-Za-z0-9]*[A-Z][A-Za-z0-9-]{1,10}?)s?\s*[),;]")
_BEFORE = 120
_MOST_WORDS = 8


def defined(text: str) -> dict[str, tuple[str, str]]:
    """Folded acronym to its expansion, folded and as spelt, where its letters begin the words before it."""
    found: dict[str, tuple[str, str]] = {}
    for bracket in _BRACKET.finditer(text):
        words = text[max(0, bracket.start() - _BEFORE) : bracket.start()].split()[-_MOST_WORDS:]
        count = _words_of([letter.lower() for letter in bracket[1] if letter.isalnum()], words)
        if count:
            expansion = " ".join(folded(word.lower()) for word in words[-count:])
            found.setdefault(folded(bracket[1].lower()), (expansion, " ".join(words[-count:])))
    return found


def _words_of(letters: list[str], words: list[str]) -> int:
    """How many of the last `words` have `letters` as their initials (hyphens part words), 0 if none do."""
    initials: list[str] = []
    for count in range(1, len(words) + 1):
        parts = [part for part in re.split("[-/]", words[-count]) if part]
        initials = [part[0].lower() for part in parts] + initials
        if initials == letters:
            return count
        if len(initials) > len(letters):
            return 0
    return 0
