"""A grounded answer to sentences that each cite something: what is not cited, or wrongly, is left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from digest.providers.base import Citation, Grounded
from digest.records import CitedSentence
from digest.text import fault, plain

# The marks that prompts ask for, and what a sentence after one tells of its section.
ASPECTS = {"THEMES": "themes", "RESULTS": "results", "TRENDS": "trends", "IMPACT": "impact", "WATCH": "watch"}
LONGEST, SHORTEST = 600, 6

_MARK = re.compile(rf"^[\s*#>_-]*({'|'.join(ASPECTS)})\b[\s*_]*[:：][\s*_]*")
# A sentence ends before a capital, a digit or a script without cases, or with its line.
_END = re.compile(r"(?<=[.!?])[\"”’)\]]*\s+(?![a-z])|(?<=[。！？])\s*|\s*\n\s*")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Cited:
    """The sentences that cite something, and how many there were in all; `fault` says why none may be used."""

    sentences: tuple[CitedSentence, ...]
    written: int
    fault: str = ""


def cited(answer: Grounded, ids: Collection[str], language: str) -> Cited:
    """The answer's sentences with the `ids` that they rest on.

    A citation counts if its offsets enclose exactly the text that it names and if it names a known id. One
    sentence that is unfit (markup, an address, repeats, a foreign script, too long) makes the answer unfit.
    """
    valid = [c for c in answer.citations if _holds(c, answer.text) and any(i in ids for i in c.ids)]
    kept: list[CitedSentence] = []
    written, aspect = 0, ""
    for start, end in _spans(answer.text):
        mark = _MARK.match(answer.text[start:end])
        if mark:
            aspect, start = ASPECTS[mark[1]], start + mark.end()
        raw = answer.text[start:end]
        text = plain(_BULLET.sub("", raw))
        if not any(character.isalpha() for character in text):
            continue
        written += 1
        reason = fault(raw, language) or fault(text, language)
        if reason:
            return Cited((), written, reason)
        backing = [i for c in valid if c.start < end and c.end > start for i in c.ids if i in ids]
        if backing and SHORTEST <= len(text) <= LONGEST:
            kept.append(CitedSentence(text, tuple(dict.fromkeys(backing)), aspect))
    return Cited(tuple(kept), written, "" if kept else "no sentence is backed by a document")


def _holds(citation: Citation, text: str) -> bool:
    inside = 0 <= citation.start < citation.end <= len(text)
    return inside and bool(citation.text.strip()) and text[citation.start : citation.end] == citation.text


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends."""
    start = 0
    for found in _END.finditer(text):
        if found.end() > start:
            yield start, found.start()
            start = found.end()
    if start < len(text):
        yield start, len(text)
