"""The columns of a list of papers: what stands between them in a CSV file, and the names that are known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from digest.text import truncate

OTHER_NAMES = {
    "paper_title": "title",
    "article_title": "title",
    "summary": "abstract",
    "abstract_note": "abstract",
    "author": "authors",
    "author_list": "authors",
    "author_names": "authors",
    "categories": "subjects",
    "link": "url",
    "pdf": "pdf_url",
    "comments": "comment",
    "submitted": "date",
    "published": "date",
    "publication_date": "date",
    "publication_year": "date",
    "year": "date",
}
DELIMITERS = ",;\t"
_NAMED = ("title", "abstract", "authors", "subjects", "url", "date", "doi", "id")
_TOLD_CHARS = 200


def plain_name(name: str) -> str:
    """A column's name as `OTHER_NAMES` and the fields of a paper are written: `Paper Title` is `paper_title`."""
    return "_".join(name.casefold().replace("_", " ").split())


def delimiter(text: str) -> str:
    """What stands between the columns: the one of `DELIMITERS` by which the CSV head has most known names."""
    return max(DELIMITERS, key=lambda mark: _known(_head(text, mark)))


def _head(text: str, mark: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=mark), [])
    except csv.Error:
        return []


def _fields(names: Iterable[str]) -> set[str]:
    return {OTHER_NAMES.get(name, name) for name in map(plain_name, names)}


def _known(names: list[str]) -> tuple[bool, int, int]:
    fields = _fields(names)
    # Of two marks by which no name is known, the one that there is makes for the better complaint.
    return "title" in fields, len(fields.intersection(_NAMED)), len(names)


def need_title(names: Iterable[str]) -> None:
    """Raise `ValueError` unless one of the columns is a title."""
    names = list(names)
    if "title" not in _fields(names):
        found = truncate(" ".join(", ".join(names).split()), _TOLD_CHARS) or "nothing"
        raise ValueError(f"it has no column `title`, only {found}; name the columns title and abstract")
