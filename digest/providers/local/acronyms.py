"""Acronyms that a text defines, as in "graph neural network (GNN)"."""

from __future__ import annotations

import re

from digest.providers.local.terms import folded

_DEFINITION = re.compile(r"((?:[\w'’/-]+\s+){1,8})\(\s*([A-Za-z0-9]*[A-Z][A-Za-z0-9-]{1,10}?)s?\s*[),;]")


def defined(text: str) -> dict[str, tuple[str, str]]:
    """Folded acronym to its expansion, folded and as spelt, for each whose letters begin the words before its bracket."""
    found: dict[str, tuple[str, str]] = {}
    for definition in _DEFINITION.finditer(text):
        acronym = definition[2]
        letters = [letter.lower() for letter in acronym if letter.isalnum()]
        words = definition[1].split()
        count = _words_of(letters, words)
        if count:
            expansion = " ".join(folded(word.lower()) for word in words[-count:])
            found.setdefault(folded(acronym.lower()), (expansion, " ".join(words[-count:])))
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
