"""Rows as references: BibTeX for LaTeX, RIS for Zotero, EndNote and Mendeley."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import IO

from digest.export.names import inverted
from digest.export.rows import Row

_ARXIV = re.compile(r"arxiv:([a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})\Z")
_DOI = re.compile(r"10\.\d{4,9}/[\w.;:()/<>+-]+\Z", re.ASCII)
_SUBJECT = re.compile(r"[a-z-]+(?:\.[A-Za-z-]{2,12})?\Z")
# What LaTeX takes for a command.
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_ESCAPES = str.maketrans(_LATEX)
# BibTeX counts braces even behind a backslash: those without their other half are written as words.
_ODD_ESCAPES = str.maketrans(_LATEX | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"})
# A word with a capital behind its first letter: styles that set titles in lower case leave braces alone.
_PROPER = re.compile(r"\S+[A-Z]")
_AND = re.compile(r"\band\b", re.I)


def latex(text: str) -> str:
    """The text with everything escaped that means something to LaTeX; characters of all scripts stay."""
    return text.translate(_ESCAPES if _balanced(text) else _ODD_ESCAPES)


def _balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


def short_id(paper_id: str) -> str:
    """The id as a key of a reference and part of a file's name: letters, digits, dots and dashes, and unique."""
    if found := _ARXIV.match(paper_id):
        return f"arxiv-{found[1].replace('/', '-')}"
    slug = re.sub(r"[^a-z0-9.]+", "-", paper_id.lower())[:60].strip("-.")
    return f"{slug}-{hashlib.sha256(paper_id.encode()).hexdigest()[:8]}".lstrip("-")


def write_bibtex(rows: Iterable[Row], out: IO[bytes]) -> None:
    """An entry per paper, UTF-8, for BibTeX and biblatex."""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    for number, row in enumerate(rows):
        entry = Entry("misc", short_id(row.id), [Field(name, value) for name, value in _bibtex(row)])
        out.write((b"\n" if number else b"") + write_string(Library([entry])).encode())


def _bibtex(row: Row) -> Iterator[tuple[str, str]]:
    yield "title", " ".join(_kept(word) for word in row.title.split())
    if row.authors:
        yield "author", " and ".join(_bibtex_name(author) for author in row.authors)
    yield "year", str((row.submitted or row.edition).year)
    if found := _ARXIV.match(row.id):
        yield "eprint", found[1]
        yield "archiveprefix", "arXiv"
        if row.subjects and _SUBJECT.match(row.subjects[0]):
            yield "primaryclass", row.subjects[0]
    # These two are read as they stand, so only such are given as need no escape.
    if _DOI.match(row.doi):
        yield "doi", row.doi
    if row.url:
        yield "url", row.url
    for name, text in (("note", row.comment), ("abstract", row.abstract), ("annote", row.tldr)):
        if text:
            yield name, latex(text)
    if row.keyphrases:
        yield "keywords", latex(", ".join(row.keyphrases))


def _kept(word: str) -> str:
    return f"{{{latex(word)}}}" if _PROPER.match(word) else latex(word)


def _bibtex_name(author: str) -> str:
    """ "Last, First", or the name in braces, which are never taken apart, not even at an "and"."""
    told = inverted(author)
    return latex(told) if told and not _AND.search(told) else f"{{{latex(author)}}}"


def write_ris(rows: Iterable[Row], out: IO[bytes]) -> None:
    """A record per paper, UTF-8; RIS has no escapes and needs none, as every value is one line."""
    for row in rows:
        lines = (f"{tag}  - {value}\r\n" for tag, value in _ris(row))
        out.write("".join([*lines, "ER  - \r\n\r\n"]).encode())


def _ris(row: Row) -> Iterator[tuple[str, str]]:
    day = row.submitted or row.edition
    # A preprint, or something of which only the title is known to be one.
    yield "TY", "UNPB" if _ARXIV.match(row.id) else "GEN"
    yield "ID", short_id(row.id)
    yield "TI", row.title
    for author in row.authors:
        yield "AU", inverted(author) or author
    yield "PY", str(day.year)
    yield "DA", f"{day:%Y/%m/%d}"
    told = [("DO", row.doi if _DOI.match(row.doi) else ""), ("UR", row.url), ("L1", row.pdf_url)]
    told += [("AB", row.abstract), ("N1", row.comment), ("N1", row.tldr), ("AN", row.id)]
    yield from ((tag, value) for tag, value in told if value)
    yield from (("KW", phrase) for phrase in row.keyphrases if phrase)
