"""Runs of words that may be terms: light tokenisation, words that break a run, and the spelling of a term."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import NamedTuple

LONGEST = 4
MAX_WORDS = 4_000

# Words keep inner hyphens, dots and plus signs ("GPT-4o", "Q-learning", "C++"); anything else but a blank breaks a run.
_TOKEN = re.compile(r"https?://\S+|[^\W_]+(?:[-'’.+&/][^\W_]+)*(?:\+\+)?|\s+|[^\w\s]|_")
_NUMBER = re.compile(r"[\d.,/x×-]+(?:st|nd|rd|th|k|m|b|x)?$", re.IGNORECASE)
_STOP = frozenset(
    "a about above across after again against all almost alone along already also although always am among an and "
    "another any anything are around as at away be because been before behind being below best better between beyond "
    "both but by can cannot could did do does done down due during each either else enough especially etc even ever "
    "every few first for from further given had has have having he hence her here high higher highly his how however i "
    "ie if in instead into is it its itself just large last least less let like low lower made mainly many may me mere "
    "might more moreover most much must my namely near nearly need neither never new next no non none nor not nothing "
    "now of off often on once one only onto or other others otherwise our ours out over overall own per perhaps "
    "quite rather same second several shall she should since six small so some still such than that the their theirs "
    "them themselves then there thereby therefore these they third this those though three through throughout thus to "
    "together too toward towards two four five under unlike until up upon us very via was we well were what when where "
    "whereas whether which while who whole whose why will with within without would yet you your et al e.g i.e "
    "novel existing different various recent recently proposed previous prior current many several significant "
    "significantly effective effectively efficient efficiently respectively extensive extensively promising simple "
    "main key important challenging diverse specific certain particular general available possible able potential "
    "additional comprehensive superior strong good great big major such critical crucial fundamental essential common "
    "typical traditional conventional standard competitive remarkable considerable substantial consistent numerous "
    "paper work study article experiment experiments result results approach approaches method methods problem problems "
    "way ways issue issues challenge challenges task tasks performance ability capability capabilities number "
    "variety set sets kind type types case cases example examples fact aspect aspects factor factors insight insights "
    "advance advances advancement advancements progress state-of-the-art sota contribution contributions limitation "
    "limitations code github project page dataset datasets order terms term time times part parts lack range "
    "literature researchers community field area areas direction directions question questions gap goal goals aim "
    "effectiveness efficiency improvement improvements evaluation evaluations analysis finding findings "
    "addition contrast particular practice years year today outperforms outperform baseline baselines role impact "
    "real real-world world full long short single multiple final end ones thing things user use users high-quality "
    "unprecedented growing increasing increasingly widely rapidly rapid".split()
)
_PLURAL = re.compile(r"(?:[^aious]s|[aeo]es|[^s]ies)$")


class Word(NamedTuple):
    """A word of a text: as spelt, in lower case, and whether a sentence (or title) begins with it."""

    spelt: str
    lower: str
    opens: bool


def runs(text: str, breakers: Container[str]) -> Iterator[list[Word]]:
    """The maximal runs of words of `text` without punctuation, numbers alone, stop words or `breakers` in between."""
    run: list[Word] = []
    opens = True
    for count, found in enumerate(_TOKEN.finditer(text)):
        token = found[0]
        if token.isspace():
            continue
        if not token[0].isalnum() or token.startswith("http"):
            if run:
                yield run
            run = []
            opens = token in ".!?" or (opens and token in "\"“‘'(")
            continue
        lower = token.lower()
        if lower in _STOP or lower in breakers or _NUMBER.match(token) or len(token) > 40 or _adverb(lower):
            if run:
                yield run
            run = []
        else:
            run.append(Word(token, lower, opens))
        opens = False
        if count > MAX_WORDS:
            break
    if run:
        yield run


def folded(lower: str) -> str:
    """A key under which singular and plural, hyphen and blank are one."""
    lower = lower.replace("-", " ").replace("’", "'")
    if len(lower) > 3 and lower.endswith("s") and not lower.endswith(("ss", "us", "is", "ous", "ics", "bayes")):
        return lower[:-3] + "y" if lower.endswith("ies") and len(lower) > 5 else lower[:-1]
    return lower


def shaped(spelt: str) -> bool:
    """True for a word whose capitals or digits are its own: "LLM", "3D", "t-SNE", "PyTorch"."""
    return any(character.isupper() for character in spelt[1:]) or (
        any(character.isdigit() for character in spelt) and any(character.isalpha() for character in spelt)
    )


def _adverb(lower: str) -> bool:
    return lower.endswith("ly") and len(lower) > 5 and lower not in ("anomaly", "assembly", "family", "supply")
