"""Words that may make up a term: light tokenisation, what breaks a run, and the key two spellings share."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST = 4
MAX_PIECES = 6_000
MAX_LETTERS = 40

# Words keep inner hyphens, dots and plus signs ("GPT-4o", "Q-learning", "C++"); all else but blanks breaks a run.
_PIECE = re.compile(r"https?://\S+|[^\W_]+(?:[-'’.+&/][^\W_]+)*(?:\+\+)?|[^\w\s]|_")
_NUMBER = re.compile(r"[\d.,/x×-]+(?:st|nd|rd|th|k|m|b|x|s)?$", re.IGNORECASE)


def listed(words: str) -> frozenset[str]:
    """The words of a list written with blanks in between."""
    return frozenset(words.split())


_STOP = listed(
    "a about above across after again against all almost alone along already also although always am among "
    "an and another any anything are around as at away be because been before behind being below best better "
    "between beyond both but by can cannot could did do does done down due during each either else enough "
    "especially etc even ever every for from further given had has have having he hence her here higher "
    "highly his how however i ie if in instead into is it its itself just last least let like lower made "
    "mainly many may me mere might more moreover most much must my namely nearly need neither never next no "
    "non none nor not nothing now of often on once only onto or others otherwise our ours out over overall "
    "own per perhaps quite rather same shall she should since so some still such than that the their theirs "
    "them themselves then there thereby therefore these they third this those though through throughout thus "
    "to together too toward towards under unlike until up upon us very via was we well were what when where "
    "whereas whether which while who whose why will with within without would yet you your et al e.g i.e "
    "respectively ones end thing things including rethinking revisiting"
)
# Words that belong to a term only where the whole term is known from other papers ("large language model").
_WEAK = listed(
    "novel existing different various recent proposed previous prior current several significant effective "
    "efficient extensive promising simple main key important challenging diverse specific certain particular "
    "general available possible able potential additional comprehensive superior strong good great big major "
    "critical crucial fundamental essential common typical traditional conventional standard competitive "
    "remarkable considerable substantial consistent numerous paper papers work works study studies article "
    "experiment experiments result results approach approaches method methods methodology problem problems "
    "way ways issue issues challenge challenges task tasks performance ability abilities capability "
    "capabilities number numbers variety set sets kind kinds type types case cases example examples fact "
    "aspect aspects factor factors insight insights advance advances advancement advancements progress "
    "state-of-the-art sota contribution contributions limitation limitations code github project page "
    "dataset datasets data order orders term terms time times part parts lack range literature researchers "
    "community field area areas direction directions question questions gap gaps goal goals aim aims "
    "effectiveness efficiency improvement improvements evaluation evaluations analysis analyses finding "
    "findings addition contrast practice year years today baseline baselines role impact real real-world "
    "world full long short single multiple final use user users high-quality unprecedented growing "
    "increasing rapid first second two three four five six few small large high low new other near model "
    "models framework frameworks system systems algorithm algorithms technique techniques strategy "
    "strategies module modules component components mechanism mechanisms process architecture architectures "
    "information quality level levels input inputs output outputs feature features research application "
    "applications domain domains setting settings scenario scenarios benchmark benchmarks bad limited "
    "unified human humans accuracy cost costs people individual individuals solution solutions step steps "
    "unseen precise severe correct broad rich robust scalable complex original entire robustness "
    "generalization process 3d 2d 4d 1d face faces facing seven eight nine ten vast majority half hundred "
    "thousand impacts effect effects need needs demand demands difficulty signs care"
)
_SURELY_NOUN = listed("anomaly assembly family supply reply")


class Word(NamedTuple):
    """A word of a text: as spelt, its folded key, whether it is weak, and whether a sentence begins with it."""

    spelt: str
    key: str
    weak: bool
    opens: bool


def runs(text: str, breakers: Container[str]) -> Iterator[list[Word]]:
    """The maximal runs of words of `text` that no mark, bare number, stop word or breaker interrupts."""
    run: list[Word] = []
    opens = True
    for count, found in enumerate(_PIECE.finditer(text)):
        piece = found[0]
        word = _word(piece, opens) if len(piece) <= MAX_LETTERS else None
        if word and word.key not in breakers and piece.lower() not in breakers:
            run.append(word)
            opens = False
            continue
        if run:
            yield run
            run = []
        opens = piece in ".!?:" or (opens and piece in "\"“‘'(")
        if count > MAX_PIECES:
            break
    if run:
        yield run


@lru_cache(maxsize=1 << 15)
def _word(piece: str, opens: bool) -> Word | None:
    """The piece as a word, one for all its mentions, or nothing where it may not stand in a term."""
    key = _key(piece)
    return Word(piece, key, _weak(piece), opens) if key else None


def _key(piece: str) -> str:
    """The folded key of a word that may stand in a term, "" for any other piece."""
    lower = piece.lower()
    if not piece[0].isalnum() or lower.startswith("http") or lower in _STOP:
        return ""
    if _NUMBER.match(piece) or (lower.endswith("ly") and len(lower) > 5 and lower not in _SURELY_NOUN):
        return ""
    return folded(lower)


def _weak(piece: str) -> bool:
    lower = piece.lower()
    return lower in _WEAK or (len(lower) == 1 and not lower.isupper())


def folded(lower: str) -> str:
    """A key under which singular and plural, hyphen and blank are one; `lower` is in lower case."""
    lower = lower.replace("-", " ").replace("’", "'").removesuffix("'s")
    if len(lower) > 3 and lower.endswith("s") and not lower.endswith(("ss", "us", "is", "ics", "bayes")):
        return lower[:-3] + "y" if lower.endswith("ies") and len(lower) > 5 else lower[:-1]
    return lower


@lru_cache(maxsize=1 << 15)
def shaped(spelt: str) -> bool:
    """True for a word whose capitals or digits are its own: "LLM", "3D", "t-SNE", "PyTorch"."""
    parts = re.split("[-/]", spelt)
    return any(any(character.isupper() for character in part[1:]) for part in parts) or (
        any(character.isdigit() for character in spelt) and any(character.isalpha() for character in spelt)
    )
