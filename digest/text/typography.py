"""How single pieces of LaTeX look in plain Unicode: scripts, fractions, quotes, dashes, money."""

from __future__ import annotations

import re

from digest.text.symbols import SUBSCRIPTS, SUPERSCRIPTS

_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")

_QUOTES = re.compile(
    r"https?://\S+"
    r"|``(?P<double>[^`]{1,300}?)(?:''|\")"
    r"|(?<![\w`])`(?P<single>[^`'\n]{1,120})'(?![\w'])"
    r"|(?<!-)(?P<dashes>---|(?<!\s)--|--(?=\s|\Z))(?!-)"
)


def quotes_and_dashes(text: str) -> str:
    """TeX's quotes and dashes as characters; addresses and long rows of hyphens stay."""
    return _QUOTES.sub(_typeset, text)


def _typeset(found: re.Match[str]) -> str:
    if found["double"]:
        return f"“{_QUOTES.sub(_typeset, found['double'])}”"
    if found["single"]:
        return f"‘{_QUOTES.sub(_typeset, found['single'])}’"
    return {"---": "—", "--": "–"}.get(found["dashes"] or "", found[0])


def is_maths(body: str, after: str) -> bool:
    """Whether what stands between two dollar signs is mathematics, not prose about money."""
    core = body.strip()
    words = len(_WORD.findall(re.sub(r"\\[A-Za-z]+\s*\{[^{}]*\}", "", core)))
    if not core or (core[0].isdigit() and words > 1):
        return False
    if re.search(r"[\\^_]", core):
        return words < 12
    if len(core) <= 2 and not re.search(r"\d", core):
        return True  # one symbol: `$>$5`, `$C $`
    spaced = body[0].isspace(), body[-1].isspace()
    if any(spaced):
        return all(spaced) and not words and (core[-1].isalnum() or core[-1] in ")]}%+")
    return not after[:1].isdigit() and words < 6


def raised(sign: str, script: str) -> str:
    """A super- or subscript in Unicode's own characters if it has them all, else with its sign."""
    script = script.strip()
    if sign == "^" and script in ("⊤", "†", "‡", "⋆", "∗", "′′", "th", "st", "nd", "rd"):
        return {"⊤": "ᵀ", "⋆": "*", "∗": "*", "′′": "″"}.get(script, script)
    table = SUPERSCRIPTS if sign == "^" else SUBSCRIPTS
    letters = sum(character.isalpha() for character in script)
    if letters <= 2 and all(character in table for character in script):
        return "".join(table[character] for character in script)
    return sign + closed(script)


def closed(term: str) -> str:
    """The term, in parentheses unless it holds together by itself."""
    term = term.strip()
    return term if not term or re.fullmatch(r"\w+|.|\(.*\)", term) else f"({term})"


def character_of(code: str) -> str:
    """The character that `\\unicode{…}` names, or the code itself if it names none."""
    found = re.fullmatch(r"x?([0-9A-Fa-f]{1,6})", code.strip())
    if not found:
        return code
    number = int(found[1], 16 if code.strip().startswith("x") else 10)
    return chr(number) if number <= 0x10FFFF else ""
