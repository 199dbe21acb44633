"""Lists of papers in files: JSON Lines (also gzipped), CSV in UTF-8 with `,`, `;` or tabs, or Parquet.

Columns (or keys), in any order and case, words set apart by spaces or `_`; only a title is needed:

    id         arXiv id, DOI, or any other name; without one, the DOI or a hash of the title
    title      or paper title, article title
    abstract   or summary, abstract note
    authors    or author, author list, author names: a list, or one string with names between ";" (or ",")
    subjects   or categories: a list, or one string with names between ";" (or ","; arXiv's also between spaces)
    url        or link
    pdf_url    or pdf
    doi
    version    1, 2, …
    comment    or comments
    date       or submitted, published, publication date: of the first version, as YYYY-MM-DD; or year,
               publication year, which counts as its first day
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Self

from digest.archive import Archive
from digest.config import ARXIV_CATEGORY, Config
from digest.errors import SourceError
from digest.http import Client
from digest.records import Batch, Listing, Paper, Skipped
from digest.sources.base import Source
from digest.sources.columns import OTHER_NAMES, delimiter, need_title, plain_name
from digest.sources.fields import arxiv_id, arxiv_id_in, day_in, doi_in, names_in, storable
from digest.text import counted, safe_url

LONGEST_ID = 200
LONGEST_FIELD = 10_000_000
TAKE_OUT = "; mend it or take it out of file.paths"
_RESERVED = ("arxiv:", "doi:", "feed:")

Row = Mapping[str, Any]


class FileSource(Source):
    """Reads each of `file.paths`; a part is a path. What was taken in before is known by its id."""

    name = "file"

    def __init__(self, paths: tuple[str, ...], workspace: Path) -> None:
        self._paths = paths
        self._workspace = workspace

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        """Build the source from `file.paths`, which start from the workspace."""
        return cls(config.file.paths, config.workspace)

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        """Yield a batch for each file; raises `SourceError` at the end if one could not be read."""
        failures = []
        for path in self._paths:
            if path in done:
                continue
            try:
                batch = self._read(path)
            except SourceError as error:
                failures.append(str(error))
            else:
                yield batch
        if failures:
            raise SourceError("; ".join(failures))

    def check(self) -> str:
        """Read every file; says how many papers they hold."""
        batches = [self._read(path) for path in self._paths]
        papers, bad = sum(len(b.listings) for b in batches), sum(len(b.failed) for b in batches)
        return f"{counted(len(batches), 'file')} with {counted(papers, 'paper')} and {counted(bad, 'bad row')}"

    def _read(self, path: str) -> Batch:
        try:
            return read_file(self._workspace / path, path)
        except SourceError as error:
            raise SourceError(f"{error}{TAKE_OUT}") from error


def read_file(file: Path, part: str) -> Batch:
    """The papers of one file; rows that make no sense come back as failed, by their line or row number.

    Raises `SourceError` if the file as a whole cannot be read or has no titles.
    """
    ending = next((ending for ending in _READERS if file.name.casefold().endswith(ending)), None)
    if ending is None:
        raise SourceError(f"{file} is of no known kind; its name must end in {', '.join(_READERS)}")
    listings, failed = [], []
    places: dict[tuple[str, int], str] = {}
    try:
        for place, row in _READERS[ending](file):
            item = row if isinstance(row, str) else read_row(row)
            if isinstance(item, str):
                failed.append(Skipped(f"{part} {place}", item))
            elif (first := places.setdefault((item.id, item.version), place)) != place:
                failed.append(Skipped(f"{part} {place}", f"its id {item.id} stands in {first} already"))
            else:
                listings.append(Listing(item))
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise SourceError(f"{file} cannot be read ({error})") from error
    if failed and not listings:
        first = f"{failed[0].id}: {failed[0].reason}"
        raise SourceError(f"{file} holds only bad rows, such as {first}")
    return Batch(FileSource.name, part, part, tuple(listings), tuple(failed))


def _jsonl(file: Path) -> Iterator[tuple[str, Row | str]]:
    """Each line's place and its object, or what is wrong with it."""
    with (gzip.open if file.name.casefold().endswith(".gz") else open)(file, "rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield f"line {number}", f"no JSON ({type(error).__name__})"
                continue
            yield f"line {number}", row if isinstance(row, dict) else "no JSON object"


def _csv(file: Path) -> Iterator[tuple[str, Row | str]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("it is not in UTF-8") from error
    csv.field_size_limit(LONGEST_FIELD)  # the reader's own limit is shorter than some abstracts
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter(text))
    need_title(rows.fieldnames or ())
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"line {rows.line_num}", f"no CSV ({error})"
            continue
        yield f"line {rows.line_num}", "more fields than columns" if None in row else row


def _parquet(file: Path) -> Iterator[tuple[str, Row | str]]:
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    number = 0
    try:
        with pq.ParquetFile(file) as table:
            need_title(table.schema_arrow.names)
            for rows in table.iter_batches(batch_size=1000):
                for row in rows.to_pylist():
                    number += 1
                    yield f"row {number}", row
    except ArrowException as error:
        raise ValueError(f"no Parquet: {error}") from error


_READERS = {".jsonl": _jsonl, ".jsonl.gz": _jsonl, ".csv": _csv, ".parquet": _parquet}


def read_row(row: Row) -> Paper | str:
    """A row as a paper, or what is wrong with it."""
    named = {plain_name(str(name)): value for name, value in row.items() if value not in (None, "")}
    fields = {OTHER_NAMES[name]: value for name, value in named.items() if name in OTHER_NAMES} | named
    try:
        title = " ".join(_text(fields, "title").split())
        version = int(_text(fields, "version").removeprefix("v") or 1)
        authors, subjects = _list(fields, "authors"), _list(fields, "subjects")
        asked = _text(fields, "id")
        doi = doi_in(asked) or doi_in(_text(fields, "doi"))
    except (TypeError, ValueError) as error:
        return str(error)
    number = arxiv_id(asked) or arxiv_id_in(asked) or arxiv_id_in(doi)
    doi = "" if number and arxiv_id_in(doi) else doi
    key = f"arxiv:{number[0]}" if number else _key(asked, doi, title)
    if not title or not key or version < 1:
        return f"no valid {'version' if title and key else 'id' if title else 'title'}"
    pages = _addresses(key)
    return Paper(
        id=key,
        title=title,
        source=FileSource.name,
        version=max(version, number[1] if number else 1),
        abstract=_text(fields, "abstract"),
        authors=authors,
        subjects=subjects,
        comment=_text(fields, "comment"),
        doi=doi,
        url=safe_url(_text(fields, "url")) or pages[0],
        pdf_url=safe_url(_text(fields, "pdf_url")) or pages[1],
        submitted=_day(str(fields.get("date", ""))),
    )


def _text(fields: Row, name: str) -> str:
    value = fields.get(name, "")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise TypeError(f"{name} is no text")
    return storable(str(value)).strip()


def _day(text: str) -> date | None:
    year = re.fullmatch(r"\s*((?:19|20)\d\d)(?:\.0)?\s*", text)
    return date(int(year[1]), 1, 1) if year else day_in(text)


def _list(fields: Row, name: str) -> tuple[str, ...]:
    value = fields.get(name, "")
    if isinstance(value, str):
        text = storable(value)
        if name == "subjects" and all(re.fullmatch(ARXIV_CATEGORY, part) for part in text.split()):
            return tuple(dict.fromkeys(text.split()))
        return names_in(text)
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise TypeError(f"{name} is neither a list of texts nor a text")
    return tuple(filter(None, (" ".join(storable(part).split()) for part in value)))


def _key(asked: str, doi: str, title: str) -> str:
    """The canonical id of a paper that is not arXiv's; empty if the one asked for will not do."""
    if doi and (not asked or doi_in(asked)):
        return f"doi:{doi}"
    if not asked:
        return f"file:{hashlib.sha256(title.casefold().encode()).hexdigest()[:20]}"
    if len(asked) > LONGEST_ID or not asked.isprintable() or asked.casefold().startswith(_RESERVED):
        return ""
    return asked if ":" in asked or "/" in asked else f"file:{asked}"


def _addresses(key: str) -> tuple[str, str]:
    """The page and the PDF that an id leads to, where it does."""
    kind, _, number = key.partition(":")
    if kind == "arxiv":
        return f"https://arxiv.org/abs/{number}", f"https://arxiv.org/pdf/{number}"
    return (safe_url(f"https://doi.org/{number}") or "" if kind == "doi" else ""), ""
