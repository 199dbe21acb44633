"""Ids of papers as people write them, made canonical."""

from __future__ import annotations

import re

LONGEST = 200
# Where arXiv gave out ids with a slash, until 2007.
_ARCHIVE = (
    r"(?:astro-ph|cmp-lg|cond-mat|cs|gr-qc|hep-[a-z]{2,3}|math|math-ph|nlin|nucl-[a-z]{2}|physics|q-bio|quant-ph)"
)
_ARXIV = re.compile(
    r"(?:arxiv:|https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|(?:https?://doi\.org/|doi:)?10\.48550/arxiv\.)?"
    rf"(\d\d(?:0[1-9]|1[0-2])\.\d{{4,5}}|{_ARCHIVE}(?:\.[a-z]{{2}})?/\d{{7}})(?:v[1-9]\d{{0,3}})?(?:\.pdf)?/?",
    re.I,
)
_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.I)
# What sources call papers that have neither: `file:…`, `feed:…`, `venue/…`.
_OTHER = re.compile(r"[A-Za-z][\w.-]*[:/](?!//)\S+")


def paper_id(text: str) -> str:
    """The canonical id, without a version, in an arXiv id or address, a DOI, or an id of another source.

    Raises `ValueError` if it is none of these.
    """
    text = text.strip()
    if len(text) <= LONGEST and text.isprintable():
        if found := _ARXIV.fullmatch(text):
            number = found[1]
            return f"arxiv:{_old_style(number) if '/' in number else number}"
        if found := _DOI.fullmatch(text):
            return f"doi:{found[1].lower()}"
        if _OTHER.fullmatch(text) and not text.casefold().startswith(("arxiv:", "doi:")):
            return text
    raise ValueError('no id of a paper; write it like "2606.28729", "doi:10.1000/1" or an arXiv address')


def _old_style(number: str) -> str:
    """`cs.CL/0101001` however it was typed: the archive in small letters, its subject class in capitals."""
    archive, _, digits = number.partition("/")
    name, dot, subject = archive.lower().partition(".")
    return f"{name}{dot}{subject.upper()}/{digits}"
