"""ROUGE-1 F as this project measures it: lower-cased words (runs of letters and digits), no stemming, counts clipped."""

from __future__ import annotations

import re
from collections import Counter

_WORD = re.compile(r"\w+")


def rouge1(text: str, reference: str) -> float:
    """The harmonic mean of precision and recall of single words, 0 to 1."""
    ours, theirs = (Counter(_WORD.findall(one.lower())) for one in (text, reference))
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0
