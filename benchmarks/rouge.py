"""ROUGE-1 F as this project measures it: lower-cased runs of letters and digits, no stemming, clipped counts.

`stemmed` takes common English endings off first. It is no Porter stemmer, but comes close to what tools that stem
report, and is there for comparison with their figures only.
"""

from __future__ import annotations

import re
from collections import Counter

_WORD = re.compile(r"\w+")
_ENDINGS = re.compile(r"(?<=...)(?:ational|ations?|ingly|edly|ings?|ers?|ed|ies|es|ly|s|e)$")


def rouge1(text: str, reference: str, *, stemmed: bool = False) -> float:
    """The harmonic mean of precision and recall of single words, 0 to 1."""
    ours, theirs = (Counter(_words(one, stemmed)) for one in (text, reference))
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0


def _words(text: str, stemmed: bool) -> list[str]:
    words = _WORD.findall(text.lower())
    return [_ENDINGS.sub("", word) for word in words] if stemmed else words
