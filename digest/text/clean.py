"""One line of visible text out of anything: `plain`, and `truncate`, which shortens such a line."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Characters without a picture of their own: controls (but for those that are white space), format
# characters with bidi marks and tags, fillers, surrogates, private use and noncharacters.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891"
    r"\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    r"\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 14))
    + r"\U000e0000-\U0010ffff]"
)
_TERMINAL = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]")

# Joiners and variation selectors are kept only where they belong: inside emoji, between letters of
# scripts that join (Arabic to Thaana, the Indic scripts, Myanmar, Khmer, Mongolian), in keycaps.
_EMOJI = (
    r"\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff"
    r"\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_JOINING = r"\u0600-\u0dff\u1000-\u109f\u1780-\u18af"
_JOINERS = r"\u200c\u200d\ufe0e\ufe0f"
_STRAY_JOINER = re.compile(
    rf"((?:(?<=[{_EMOJI}])|(?<=[{_EMOJI}]\ufe0f))\u200d(?=[{_EMOJI}])"
    rf"|(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])"
    rf"|(?<=[{_EMOJI}])[\ufe0e\ufe0f]"
    rf"|(?<=[0-9#*])\ufe0f(?=\u20e3))|[{_JOINERS}]"
)
_MARKS_PER_BASE = 4


@cache
def _marks() -> str:
    """The body of a character class with every combining mark that takes no room of its own.

    Made on first need: walking through the planes 0 and 1 takes some 20 ms, which `--help` spares.
    """
    ranges: list[list[int]] = []
    for code in range(0x300, 0x20000):
        if unicodedata.category(chr(code)) in ("Mn", "Me"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in ranges)


@cache
def _mark_flood() -> re.Pattern[str]:
    """Marks with nothing to stand on, or more of them on one letter than any script writes."""
    run = rf"[{_marks()}{_JOINERS}]"
    return re.compile(rf"((?<!\s)(?<!^){run}{{{_MARKS_PER_BASE}}}){run}+|(?:^|(?<=\s)){run}+")


@cache
def _trailing_marks() -> re.Pattern[str]:
    return re.compile(rf"[{_marks()}{_JOINERS}]")


def plain(text: str) -> str:
    """One line of visible text, in Unicode's composed form (NFC); `plain(plain(x)) == plain(x)`.

    Control, format, bidi, zero-width, private-use and unpaired characters go, terminal colours
    too, any white space becomes one space, and a flood of combining marks is cut to a few.
    """
    if text.isascii():
        if not text.isprintable():
            text = _INVISIBLE.sub("", _TERMINAL.sub("", text))
        return " ".join(text.split())
    text = _INVISIBLE.sub("", _TERMINAL.sub("", text))
    text = text.replace("\u2800", " ")  # a Braille cell without dots
    text = unicodedata.normalize("NFC", text)
    text = _mark_flood().sub(r"\1", text)
    text = unicodedata.normalize("NFC", _STRAY_JOINER.sub(r"\1", text))
    return " ".join(text.split())


def truncate(text: str, limit: int, ellipsis: str = "…") -> str:
    """The plain text in at most `limit` characters, ellipsis included, cut between words.

    Where there is no space in the last 40 % (Chinese, a long identifier) it is cut between letters,
    though never between a letter and its marks. Raises `ValueError` if the ellipsis has no room.
    """
    if limit < len(ellipsis):
        raise ValueError(f"no room for {ellipsis!r} in {limit} characters")
    text = plain(text)
    if len(text) <= limit:
        return text
    room = limit - len(ellipsis)
    cut = text.rfind(" ", 0, room + 1)
    if cut < room * 0.6:
        cut = room
        while cut > 0 and (_trailing_marks().match(text[cut]) or text[cut - 1] == "\u200d"):
            cut -= 1
    return text[:cut].rstrip(" ,;:–—-") + ellipsis
