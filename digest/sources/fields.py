"""What every source needs to read one field: arXiv ids, DOIs, dates, and text that can be stored."""

from __future__ import annotations

import re
from datetime import date, datetime

_NEW_STYLE = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
# The archives in which ids of this style were given out, to tell them from other ids with a slash.
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|"
    "plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_OLD_STYLE = rf"(?:{_ARCHIVES})(?:\.[A-Z]{{2}})?/\d{{7}}"
ARXIV_ID = re.compile(rf"({_NEW_STYLE}|{_OLD_STYLE})(?:v([1-9]\d{{0,3}}))?")
# An id inside other text must say that it is arXiv's: `2101.12345` alone may be any number.
_ARXIV_IN_TEXT = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html|format)/|alphaxiv\.org/abs/|huggingface\.co/papers/|oai:arxiv\.org:"
    r"|\barxiv:\s?|10\.48550/arxiv\.)"
    rf"({_NEW_STYLE}|{_OLD_STYLE})(?:v([1-9]\d{{0,3}}))?(?![\d.]\d)",
    re.I,
)
_DOI = re.compile(r"(?:^|[\s/:=(])(10\.\d{4,9}/[^\s\"<>\\^`{|}]{1,200})", re.I)
_DOI_END = re.compile(r"[.,;:'!?]+$")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def arxiv_id(text: str) -> tuple[str, int] | None:
    """The id without version, and the version (1 if none), of a text that is an arXiv id and nothing else."""
    found = ARXIV_ID.fullmatch(text.strip())
    return (found[1], int(found[2] or 1)) if found else None


def arxiv_id_in(text: str) -> tuple[str, int] | None:
    """Like `arxiv_id`, from an address, a guid or a title that names arXiv together with the id."""
    found = _ARXIV_IN_TEXT.search(text)
    if not found:
        return None
    return arxiv_id(f"{found[1].lower() if '/' not in found[1] else found[1]}v{found[2] or 1}")


def doi_in(text: str) -> str:
    """The first DOI in a text or address, lower-case; empty without one."""
    found = _DOI.search(text)
    if not found:
        return ""
    doi = _DOI_END.sub("", found[1].split("?")[0].split("#")[0]).lower()
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = _DOI_END.sub("", doi[:-1])
    return doi


def day_in(text: str) -> date | None:
    """The day with which an ISO date or time begins; None without one."""
    try:
        return datetime.fromisoformat(text.strip()[:10]).date()
    except ValueError:
        return None


def storable(text: str) -> str:
    """The text without lone surrogates and control characters, which UTF-8, JSON or XML cannot hold."""
    return _UNSTORABLE.sub("", text)


def storable_xml(body: bytes) -> bytes:
    """A UTF-8 document without the control characters that XML forbids, for which a parser would refuse it."""
    return _FORBIDDEN_IN_XML.sub(b"", body)


def names_in(text: str) -> tuple[str, ...]:
    """Authors from one string, split at `;` if there is one, else at commas.

    A comma inside brackets belongs to an affiliation, and one before `Jr.` and the like to the name before it.
    """
    parts = text.split(";") if ";" in text else _outside_brackets(text)
    names: list[str] = []
    for part in (" ".join(part.split()) for part in parts):
        if names and re.fullmatch(r"(?:[JS]r\.?|I{2,3}|IV|Ph\.?\s?D\.?|M\.?D\.?)", part):
            names[-1] += f", {part}"
        elif part:
            names.append(part)
    return tuple(names)


def _outside_brackets(text: str) -> list[str]:
    if text.count("(") != text.count(")"):
        return text.split(",")
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth <= 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]
