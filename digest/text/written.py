"""Texts that a model wrote: `tidy` takes away what only links and markup need, `fault` says why one is unfit."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from digest.text.clean import plain

_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://\S+|\b(?:javascript|mailto|vbscript):\S+|\bwww\.\S+", re.I)
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z!?][^<>]*>|<(?:script|style|iframe|img|a)\b[^>]*\Z", re.I | re.S)

# The scripts that are looked for, by the first word of their characters' Unicode names.
_SCRIPTS = frozenset(
    ("HANGUL", "CJK", "HIRAGANA", "KATAKANA", "CYRILLIC", "ARABIC", "HEBREW", "THAI", "DEVANAGARI", "BENGALI")
)
# Scripts of languages that do not write in Latin letters; terms and names in Latin letters are at home everywhere.
_OWN = {
    "ko": {"HANGUL"},
    "ja": {"HIRAGANA", "KATAKANA", "CJK"},
    "zh": {"CJK"},
    "ru": {"CYRILLIC"},
    "uk": {"CYRILLIC"},
    "bg": {"CYRILLIC"},
    "ar": {"ARABIC"},
    "fa": {"ARABIC"},
    "he": {"HEBREW"},
    "th": {"THAI"},
    "hi": {"DEVANAGARI"},
}
# A text in Latin letters may quote a foreign word; in one with a script of its own, any third script is a slip.
_QUOTED = 0.05
# A text counts as in its language from this share of letters on; the rest are terms.
_ENOUGH = 0.25

_SAME_WORD = re.compile(r"\b(\w+)(?:\W+\1\b){4,}", re.I)
_SAME_CHARACTER = re.compile(r"(\D)\1{7,}|([^\w\s])\2{4,}|(?:[^\w\s]\s?){9,}")
_WORD = re.compile(r"\w+")
_PHRASE, _PHRASE_TIMES = 3, 4


def tidy(text: str) -> str:
    """One plain line without addresses, Markdown links and HTML; the words of links stay."""
    text = plain(text)
    for _ in range(3):
        before = text
        text = _TAG.sub(" ", _IMAGE_OR_LINK.sub(r"\1", text))
        if text == before:
            break
    return plain(_ADDRESS.sub(" ", text))


def fault(text: str, language: str) -> str:
    """Why a model's text is unfit to publish: `address`, `markup`, `repeats` or `script`; empty if it is fit."""
    if _ADDRESS.search(text) or _IMAGE_OR_LINK.search(text):
        return "address"
    if _TAG.search(text):
        return "markup"
    if _repeats(text):
        return "repeats"
    counts = _letters(text)
    own = _OWN.get(language, set())
    foreign = sum(n for script, n in counts.items() if script not in own and script != "LATIN")
    return "script" if foreign > (0 if own else _QUOTED * sum(counts.values())) else ""


def in_language(text: str, language: str) -> bool:
    """True if the letters are those of the language; a text without letters is in any."""
    counts = _letters(text)
    own = _OWN.get(language, {"LATIN"})
    return sum(counts[script] for script in own) >= _ENOUGH * sum(counts.values())


def _repeats(text: str) -> bool:
    if _SAME_WORD.search(text) or _SAME_CHARACTER.search(text):
        return True
    words = _WORD.findall(text.casefold())
    phrases = Counter(tuple(words[n : n + _PHRASE]) for n in range(len(words) - _PHRASE + 1))
    return bool(phrases) and phrases.most_common(1)[0][1] >= _PHRASE_TIMES


def _letters(text: str) -> Counter[str]:
    """How many letters of each script; those of Greek and mathematics are left out, being symbols here."""
    counts: Counter[str] = Counter()
    for character in text:
        if character.isascii():
            counts["LATIN"] += character.isalpha()
        elif character.isalpha():
            script = unicodedata.name(character, "").partition(" ")[0]
            counts[script if script in _SCRIPTS else "LATIN"] += script != "GREEK" and script != "MATHEMATICAL"
    return counts
