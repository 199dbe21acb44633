"""Splitting an abstract into sentences, and the section headings that some abstracts carry."""

from __future__ import annotations

import re
from typing import NamedTuple

from digest.providers.local.terms import listed

# A longer text is not an abstract; reading it costs time and adds nothing.
MAX_CHARS = 20_000
MAX_SENTENCES = 80

_CLOSERS = "\"'”’)]}»*"
_BREAK = re.compile(r"[.!?][" + re.escape(_CLOSERS) + r"]{0,3}(?=\s)|[。！？]|\n[ \t]*\n")
_STARTERS = (
    "A|An|And|As|At|Based|Both|But|By|Compared|Despite|Due|Each|Experimental|Experiments|Extensive|Finally|"
    "First|For|From|Further|Furthermore|Given|Hence|Here|How|However|If|In|Indeed|Instead|It|Its|Many|"
    "Moreover|Most|Motivated|Notably|On|Our|Results|Second|Several|Since|So|Some|Specifically|Such|That|The|"
    "Then|There|Therefore|These|They|This|Those|Through|Thus|To|Under|Unlike|Using|We|What|When|Where|"
    "Whereas|Whether|Which|While|With|Yet"
)
_STARTER = re.compile(rf"(?:{_STARTERS})\b")
# "…of the model.However, we": a full stop whose space was lost.
_GLUED = re.compile(rf"(?<=[a-z)\]][a-z)\]][.?!])(?=(?:{_STARTERS})[ ,])")
_LAST_WORD = re.compile(r"[^\s(\[{\"“‘]+$")
_INITIAL = re.compile(r"[A-Z](?:\.-?[A-Z])*$")
# Never the end of a sentence.
_BOUND = listed(
    "e.g i.e eg ie cf vs viz resp fig figs eq eqs eqn eqns sec secs sect ref refs tab thm def prop lem alg "
    "approx ca dr prof mr mrs ms st dept univ"
)
# The end of a sentence only before a word that begins one.
_SOFT = listed("al etc no nos vol pp p ch app w.r.t a.k.a inc ltd co corp jr sr ed eds est incl")

_SECTIONS = {
    "background": "background introduction context motivation",
    "problem": "problem objective objectives aim aims goal goals purpose question",
    "method": "method methods methodology approach design procedure setting",
    "result": "result results findings evaluation",
    "conclusion": "conclusion conclusions discussion significance implications impact interpretation "
    "contribution contributions relevance",
}
_SECTION_OF = {word: section for section, words in _SECTIONS.items() for word in words.split()}
_HEADING = re.compile(
    r"[*_\[]{0,3}(?:(?:main|key|materials and|data and|patients and|study|clinical|research|primary|"
    r"background and|methods? and|experimental|principal)\s)?(?P<word>"
    + "|".join(sorted(_SECTION_OF, key=len, reverse=True))
    + r")(?:\s?(?:and|&|/)\s?[a-z]+)?[*_\]]{0,3}\s?(?P<stop>[:.]|[-–—](?=\s))[*_\]]{0,3}\s+(?=\S)",
    re.IGNORECASE,
)


class Sentence(NamedTuple):
    """One sentence without its heading; `section` is the heading it stands under, "" where none is in force."""

    text: str
    section: str = ""


def split(text: str) -> list[str]:
    """Return the sentences of `text`, blanks collapsed, nothing lost but what exceeds the caps.

    Linear in the text's length; at most MAX_CHARS characters are read and MAX_SENTENCES returned.
    """
    text = _GLUED.sub(" ", text[:MAX_CHARS])
    sentences: list[str] = []
    start = 0
    for found in _BREAK.finditer(text):
        if found.end() <= start or not _ends(text, start, found.start(), found.end()):
            continue
        # Marks before the first word belong to the sentence that they open.
        if not sentences and not any(map(str.isalnum, text[start : found.end()])):
            continue
        _append(sentences, text[start : found.end()])
        start = found.end()
        if len(sentences) == MAX_SENTENCES:
            return sentences
    _append(sentences, text[start:])
    return sentences


def sections(text: str) -> list[Sentence]:
    """Return the sentences of `text` with the section each stands under, headings taken off.

    One heading alone proves nothing ("Results: …" may be a sentence's own words): sections count from two on.
    """
    sentences = split(text)
    headings = [_HEADING.match(sentence) for sentence in sentences]
    if len({_section(found) for found in headings if found}) < 2:
        return [Sentence(sentence) for sentence in sentences]
    section = ""
    read = []
    for sentence, found in zip(sentences, headings, strict=True):
        if found:
            section = _section(found)
            sentence = sentence[found.end() :]
        read.append(Sentence(sentence, section))
    return read


def _section(found: re.Match[str]) -> str:
    return _SECTION_OF[found["word"].lower()]


def _append(sentences: list[str], piece: str) -> None:
    """Add `piece`; a heading that stood alone ("Objective.") goes in front of the sentence it heads."""
    piece = " ".join(piece.split())
    if not any(character.isalnum() for character in piece):
        if sentences and piece:
            sentences[-1] += " " + piece
        return
    alone = _HEADING.match(sentences[-1] + " x") if sentences else None
    if alone and alone.end() == len(sentences[-1]) + 1:
        sentences[-1] += " " + piece
        return
    sentences.append(piece)


def _ends(text: str, start: int, at: int, end: int) -> bool:
    """True if the mark at `at` (followed by blanks from `end` on) closes the sentence begun at `start`."""
    if text[at] not in ".!?":
        return True
    following = text[end : end + 40].lstrip()
    if not following:
        return True
    word_after = following.lstrip("\"'“‘([{*").partition(" ")[0]
    own_name = word_after[1:] != word_after[1:].lower()
    if (word_after[:1].islower() and not own_name) or (text[at] == "." and following[0] in ",;:"):
        return False
    if text[at] != ".":
        return not following[0].isdigit()
    if _open_bracket(text, max(start, at - 150), at) and not _STARTER.match(following):
        return False
    word = _LAST_WORD.search(text, max(start, at - 40), at)
    if word is None or end > at + 1:
        return True
    last = word[0]
    if last.lower() in _BOUND:
        return False
    if last.lower() in _SOFT:
        return _STARTER.match(following) is not None
    if _INITIAL.fullmatch(last) and not _STARTER.match(following):
        # An initial or "U.S.", unless it ends a sentence as a symbol does ("… by K. We show").
        return False
    # "1. Introduce…": a list's number opens a sentence, it does not close one.
    return not (last.isdigit() and len(last) <= 2 and word.start() <= start + 1)


def _open_bracket(text: str, start: int, at: int) -> bool:
    return text.rfind("(", start, at) > text.rfind(")", start, at)
