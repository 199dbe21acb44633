"""Names of authors, turned into "Last, First" where that is certain and left as they are elsewhere."""

from __future__ import annotations

import re

# A part of a name as Latin script writes it: "Ada", "O'Neil", "Jean-Luc", "Müller".
_PART = re.compile(r"[A-Z\u00c0-\u00de\u0100-\u024f\u1e00-\u1eff][\w'’\u2010.-]*\Z")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff'’\u2010.-]+\Z")
_INITIALS = re.compile(r"(?:[A-Z]\.?-?)+\Z")
_PARTICLE = re.compile(r"(?:da|de|del|della|den|der|di|dos|du|la|le|ten|ter|van|von|zu|zur)\Z")
_SUFFIX = re.compile(r"(?:jr\.?|sr\.?|ii|iii|iv|phd|md)\Z", re.I)
# Groups that sign as one.
_GROUP = re.compile(
    r"(?:ai|collaboration|community|consortium|foundation|group|inc|institute|labs?|llc|network|project|research"
    r"|team|the|university)\Z",
    re.I,
)


def inverted(name: str) -> str:
    """ "Lovelace, Ada" for "Ada Lovelace"; empty where the last name is in doubt.

    Certain are two words, initials between them, and particles before the last ("Ludwig van Beethoven"). Three
    full words are not ("Gabriel García Márquez"), nor groups, suffixes, single names and other scripts.
    """
    words = name.split()
    if len(words) < 2 or not all(_LATIN.match(word) for word in words):
        return ""
    if any(_GROUP.match(word) for word in words) or _SUFFIX.match(words[-1]):
        return ""
    first, *between, last = words
    if not (_PART.match(first) and _PART.match(last)) or _INITIALS.match(last):
        return ""
    particles = [word for word in between if _PARTICLE.match(word)]
    initials = between[: len(between) - len(particles)]
    if between != [*initials, *particles] or not all(_INITIALS.match(word) for word in initials):
        return ""
    return f"{' '.join([*particles, last])}, {' '.join([first, *initials])}"
