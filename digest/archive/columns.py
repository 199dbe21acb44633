"""Single columns and single rows of an edition's tables: what a search looks at, and what it finds.

Tables as pandas frames cost more to make than to read, where a few columns of very many editions are wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from digest.archive import tables
from digest.archive.editions import Editions
from digest.archive.tables import VECTOR
from digest.errors import ArchiveError
from digest.records import Enrichment, Paper

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAPERS = ["id", "title", "abstract", "authors"]
KEYS = ["id", "doi"]
READINGS = ["paper_id", "tldr", "keyphrases", "primary"]
VECTORS = ["id", "vector"]
TRANSLATIONS = ["paper_id", "title", "tldr"]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What there is to be searched in an edition, a row for each paper, in the order of the report.

    Arrow arrays: `ids`; `categories`, the main ones; `texts`, strings by name: `title`, `abstract`, `tldr`, and
    the first and last of each further language with its code (`title.ko`), null where there is no translation;
    `lists`, lists of strings: `authors`, `keyphrases`. `vectors`: half floats of shape (n, d), as they are stored.
    """

    edition: date
    ids: Any
    categories: Any
    texts: dict[str, Any]
    lists: dict[str, Any]
    vectors: NDArray[np.float16]


class Columnwise(Editions):
    """Every committed edition, also by columns and by rows."""

    def columns(self, edition: date, translated: Mapping[str, str]) -> Columns:
        """What there is to be searched in an edition, with the files of its translations by language.

        Raises `ArchiveError` if a file is missing, damaged or of other papers.
        """
        import pyarrow as pa

        papers = self.store.read_arrow(self._dated("papers", edition, "parquet"), PAPERS)
        readings = self.store.read_arrow(self._readings_name(edition), READINGS)
        vectors = self.store.read_arrow(self._vectors_name(edition), VECTORS)
        told = {language: self.store.read_arrow(name, TRANSLATIONS) for language, name in translated.items()}
        try:
            return _joined(edition, papers, readings, _vectors(vectors, self.head.dimension), told)
        except (pa.ArrowException, ValueError) as error:
            raise ArchiveError(f"edition {edition} is damaged ({error}); `digest doctor` tells more") from error

    def some(self, edition: date, places: Sequence[int]) -> tuple[tuple[Paper, ...], tuple[Enrichment, ...]]:
        """Some of an edition's papers and their readings, by their `places` in the order of the report."""
        papers, readings = self._dated("papers", edition, "parquet"), self._readings_name(edition)
        try:
            return (
                tables.PAPERS.validate_python(self.store.read_arrow(papers).take(list(places)).to_pylist()),
                tables.ENRICHMENTS.validate_python(self.store.read_arrow(readings).take(list(places)).to_pylist()),
            )
        except (ValueError, IndexError) as error:
            raise ArchiveError(f"edition {edition} is damaged; `digest doctor` tells more") from error

    def keys(self, edition: date) -> list[tuple[str, str]]:
        """The id and the DOI, which may be empty, of each of an edition's papers."""
        found = self.store.read_arrow(self._dated("papers", edition, "parquet"), KEYS)
        return list(zip(*(found[key].to_pylist() for key in KEYS), strict=True))

    def translation_files(self) -> dict[date, dict[str, str]]:
        """The files with translations of every edition that has some, by language."""
        found: dict[str, dict[str, str]] = {}
        for name in self.store.names("translations"):
            dated, _, language = name.removesuffix(".parquet").rpartition(".")
            found.setdefault(f"{dated}.", {})[language] = name
        dated_of = {edition: self._dated("translations", edition, "") for edition in self.history.editions}
        return {edition: found[dated] for edition, dated in dated_of.items() if dated in found}


def _joined(
    edition: date, papers: Any, readings: Any, vectors: tuple[Any, NDArray[np.float16]], told: Mapping[str, Any]
) -> Columns:
    """The columns out of their tables. Raises `ArchiveError` if these are of other papers."""
    import pyarrow as pa

    string, strings = pa.string(), pa.list_(pa.string())
    ids, (known, matrix) = _array(papers["id"], string), vectors
    for other, what in ((known, "vectors"), (_array(readings["paper_id"], string), "readings")):
        if not other.equals(ids):
            raise ArchiveError(f"papers and {what} of edition {edition} do not agree; `digest doctor` tells more")
    texts = {name: _array(papers[name], string) for name in ("title", "abstract")}
    texts["tldr"] = _array(readings["tldr"], string)
    for language, table in told.items():
        beside = _beside(ids, _array(table["paper_id"], string))
        texts |= {f"{c}.{language}": _array(table[c], string).take(beside) for c in ("title", "tldr")}
    authors, keyphrases = _array(papers["authors"], strings), _array(readings["keyphrases"], strings)
    lists = {"authors": authors, "keyphrases": keyphrases}
    return Columns(edition, ids, _array(readings["primary"], string), texts, lists, matrix)


def _array(column: Any, kind: Any) -> Any:
    """The one array of a column; a table may have been written with wider types, or with nulls alone."""
    import pyarrow as pa

    found = (column if column.type == kind else column.cast(kind)).combine_chunks()
    return found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)


def _beside(ids: Any, known: Any) -> Any:
    """Where each of the `ids` stands among the `known`, null where it does not."""
    from pyarrow import compute

    return compute.index_in(ids, value_set=known)


def _vectors(table: Any, dimension: int) -> tuple[Any, NDArray[np.float16]]:
    """The ids, and the vectors (n, dimension), not copied. Raises ValueError if one is of another dimension."""
    import pyarrow as pa

    ids, column = _array(table["id"], pa.string()), _array(table["vector"], pa.binary())
    width, count = dimension * VECTOR.itemsize, len(column)
    if not count:
        return ids, np.zeros((0, dimension), dtype=VECTOR)
    _, offsets, packed = column.buffers()
    starts = np.frombuffer(offsets, dtype=np.int32)[column.offset : column.offset + count + 1]
    if (np.diff(starts) != width).any():
        raise ValueError("vectors of another dimension")
    found = np.frombuffer(packed, dtype=VECTOR, count=count * dimension, offset=int(starts[0]))
    return ids, found.reshape(count, dimension)
