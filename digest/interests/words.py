"""Names and keywords as they stand in papers: exact matches, whatever their case, accents, spacing and LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from digest.records import Paper
from digest.text import delatex

# `+` and `#` make names of their own: C++, C#.
_WORD = re.compile(r"[\w+#]+")


def spaced(text: str) -> str:
    """The text's words in small letters between single spaces, one before and one after; hyphens part words."""
    if "\\" in text or "{" in text or "$" in text:
        text = delatex(text)
    return f" {' '.join(_WORD.findall(unicodedata.normalize('NFKC', text).casefold()))} "


def named_in(words: Sequence[str], paper: Paper) -> list[tuple[str, bool]]:
    """Those of `words` (or phrases) that stand in the paper, each with whether they do so in its title."""
    if not words:
        return []
    title, abstract = spaced(paper.title), spaced(paper.abstract)
    sought = [(word, spaced(word)) for word in words]
    return [(word, form in title) for word, form in sought if form.strip() and (form in title or form in abstract)]


def same_person(one: str, other: str) -> bool:
    """True if two names are the same as far as both are given; an initial is only ever the same initial.

    `John Smith` is also `John Q. Smith` and `Smith, John`, but neither `J. Smith`, who may be anybody, nor
    `Jane Smith`; `J. Smith` is another paper's `J. Smith`.
    """
    first, second = _name(one), _name(other)
    if len(first) < 2 or len(second) < 2:
        return bool(first) and first == second
    if first[-1] != second[-1] or first[0] != second[0]:
        return False
    short, long = sorted((first[1:-1], second[1:-1]), key=len)
    return all(_may_be(a, b) for a, b in zip(short, long, strict=False))


def _may_be(one: str, other: str) -> bool:
    """True if two middle names may be the same, one of them perhaps an initial."""
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


@lru_cache(maxsize=100_000)
def _name(text: str) -> list[str]:
    """The parts of a name, given names first, without accents and dots; what stands in brackets is no name."""
    text = re.sub(r"\([^)]*\)", " ", delatex(text))
    family, comma, given = text.partition(",")
    if comma and not re.fullmatch(r"\s*(?:[JS]r\.?|I{2,3}|IV)\s*", given):
        text = f"{given} {family}"
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    parts = re.findall(r"[^\W\d_]+", re.sub(r"[’'`]", "", letters))
    while len(parts) > 2 and parts[-1] in ("jr", "sr", "ii", "iii", "iv"):
        parts.pop()
    return parts
