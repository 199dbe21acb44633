"""The reader's own library: BibTeX files, CSL JSON, and what Zotero exports as CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digest.config import paper_id
from digest.errors import ConfigError
from digest.records import Paper
from digest.text import delatex, plain

# The reader's own limit is shorter than some abstracts.
LONGEST_FIELD = 10_000_000
_ARXIV = re.compile(r"(?:arxiv:\s?|arxiv\.org/(?:abs|pdf)/|10\.48550/arxiv\.)([\w.-]+(?:/\d{7})?)", re.I)
_ENCLOSED = re.compile(r"""\A[{"](.*)["}]\Z""", re.S)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A work of the library; `ids` are those under which the archive may know it."""

    title: str
    abstract: str = ""
    ids: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """A fingerprint of what is embedded."""
        return hashlib.sha256(f"{self.title}\n{self.abstract}".encode()).hexdigest()[:24]

    @property
    def paper(self) -> Paper:
        """The entry as something to embed."""
        return Paper(id=self.key, title=self.title, source="library", abstract=self.abstract)


def read_library(paths: Sequence[str], workspace: Path) -> tuple[Entry, ...]:
    """Every work of the files once, in their order.

    Raises `ConfigError` if a file cannot be read or names no work at all; what cannot be read of a file is
    logged as a warning.
    """
    found: dict[str, Entry] = {}
    for path in paths:
        file = workspace / path
        try:
            text = file.read_bytes().decode("utf-8-sig")
            entries = list(_READERS[file.suffix.casefold()](file, text))
        except (OSError, UnicodeDecodeError, ValueError, csv.Error, RecursionError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error) or type(error).__name__
            raise ConfigError(f"{file} cannot be read ({reason}); {_WAY_OUT}") from error
        if not entries:
            raise ConfigError(f"{file} names no work with a title; {_WAY_OUT}")
        for entry in entries:
            found.setdefault(entry.key, entry)
    return tuple(found.values())


_WAY_OUT = "mend it, export it again, or take it out of interests.bibliography"


def _bibtex(file: Path, text: str) -> Iterator[Entry]:
    """Entries of a .bib file; blocks that are no BibTeX are left out, and said so."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import DuplicateBlockKeyBlock

    # The parser logs every fault by itself; one line for each file is enough.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = parse_string(text)
    repeated = [b.ignore_error_block for b in library.failed_blocks if isinstance(b, DuplicateBlockKeyBlock)]
    bad = [b for b in library.failed_blocks if not isinstance(b, DuplicateBlockKeyBlock)]
    if bad and not library.entries:
        raise ValueError(f"no entry is BibTeX, the first on line {(bad[0].start_line or 0) + 1}")
    if bad:
        line = (bad[0].start_line or 0) + 1
        log.warning("%s: entries are left out that are no BibTeX: %d, the first on line %d", file, len(bad), line)
    named = [{f.key.casefold(): str(f.value) for f in entry.fields} for entry in library.entries]
    # Those with another's key are given as they stand, in their braces or quotes.
    fields_of_repeated = [getattr(block, "fields", ()) for block in repeated]
    named += [
        {f.key.casefold(): _ENCLOSED.sub(r"\1", str(f.value)) for f in found} for found in fields_of_repeated
    ]
    for fields in named:
        eprint = fields.get("eprint", "")
        if "arxiv" in fields.get("archiveprefix", fields.get("eprinttype", "")).casefold():
            eprint = f"arxiv:{eprint}"
        addresses = [eprint, *(fields.get(name, "") for name in ("doi", "url", "journal"))]
        yield from _entry(fields, addresses, bibtex=True)


def _csl(file: Path, text: str) -> Iterator[Entry]:
    items = json.loads(text)
    if isinstance(items, dict):
        items = items.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError("it is no list of CSL items")
    for item in items:
        fields = {str(key).casefold(): value for key, value in item.items() if isinstance(value, str)}
        yield from _entry(fields, [fields.get(name, "") for name in ("number", "doi", "url", "note")])


def _csv(file: Path, text: str) -> Iterator[Entry]:
    csv.field_size_limit(LONGEST_FIELD)
    for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        fields = {str(key).casefold(): value for key, value in row.items() if isinstance(value, str)}
        fields["abstract"] = fields.get("abstract note", "")
        yield from _entry(fields, [fields.get(name, "") for name in ("archive id", "doi", "url", "extra")])


_READERS = {".bib": _bibtex, ".json": _csl, ".csv": _csv}


def _entry(fields: Mapping[str, Any], addresses: Iterable[str], bibtex: bool = False) -> Iterator[Entry]:
    """The entry in cleaned fields, if it has a title; in `bibtex` bare braces only protect what is in them."""
    title, abstract = (delatex(" ".join(fields.get(name, "").split()), bibtex) for name in ("title", "abstract"))
    if plain(title):
        ids = {key for address in addresses for key in _ids(address)}
        yield Entry(plain(title), plain(abstract), tuple(sorted(ids)))


def _ids(address: str) -> Iterator[str]:
    """Canonical ids in a DOI, an arXiv address or a note."""
    candidates = [f"arxiv:{found[1].removesuffix('.pdf')}" for found in _ARXIV.finditer(address)]
    if re.match(r"(?:doi:|https?://(?:dx\.)?doi\.org/|10\.)", address.strip(), re.I):
        candidates.append(address.strip())
    for candidate in candidates:
        try:
            yield paper_id(candidate)
        except ValueError:
            continue
