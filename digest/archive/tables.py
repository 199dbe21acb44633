"""Records to and from the columns of the archive's Parquet files and the JSON of its edition records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter

from digest.records import Batch, EditionReport, Enrichment, Paper, Pick, Synthesis, Translation

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame

BATCH = TypeAdapter(Batch)
ENRICHMENT = TypeAdapter(Enrichment)
SYNTHESIS = TypeAdapter(Synthesis)
PICK = TypeAdapter(Pick)
TRANSLATION = TypeAdapter(Translation)
REPORT = TypeAdapter(EditionReport)
PAPERS = TypeAdapter(tuple[Paper, ...])
ENRICHMENTS = TypeAdapter(tuple[Enrichment, ...])
_TRANSLATIONS = TypeAdapter(tuple[Translation, ...])
# Half precision keeps a cosine to three digits at half the size, and the archive is saved every day.
VECTOR = np.dtype("<f2")


def papers_frame(papers: Sequence[Paper]) -> DataFrame:
    """One row per paper, one column per field of `Paper`."""
    return _frame(Paper, papers)


def papers_of(frame: DataFrame) -> tuple[Paper, ...]:
    """The papers of a frame. Raises ValueError if a row is not one."""
    return PAPERS.validate_python(_rows(frame))


def enrichments_frame(enrichments: Sequence[Enrichment]) -> DataFrame:
    """One row per enrichment, one column per field of `Enrichment`."""
    return _frame(Enrichment, enrichments)


def enrichments_of(frame: DataFrame) -> tuple[Enrichment, ...]:
    """The enrichments of a frame. Raises ValueError if a row is not one."""
    return ENRICHMENTS.validate_python(_rows(frame))


def translations_frame(translations: Sequence[Translation]) -> DataFrame:
    """One row per translation, one column per field of `Translation`."""
    return _frame(Translation, translations)


def translations_of(frame: DataFrame) -> tuple[Translation, ...]:
    """The translations of a frame. Raises ValueError if a row is not one."""
    return _TRANSLATIONS.validate_python(_rows(frame))


def vectors_frame(ids: Sequence[str], vectors: NDArray[np.float32]) -> DataFrame:
    """One row per paper: its id, and its vector of shape (d,) as little-endian half floats."""
    import pandas as pd

    rows = [row.tobytes() for row in np.ascontiguousarray(vectors, dtype=VECTOR)]
    return pd.DataFrame({"id": list(ids), "vector": rows})


def vectors_of(frame: DataFrame, dimension: int) -> tuple[list[str], NDArray[np.float32]]:
    """The ids, and the vectors as float32 of shape (n, dimension). Raises ValueError on another dimension."""
    joined = b"".join(frame["vector"])
    vectors = np.frombuffer(joined, dtype=VECTOR).reshape(len(frame), dimension)
    return [str(i) for i in frame["id"]], vectors.astype(np.float32)


def _frame(record: type, rows: Sequence[Any]) -> DataFrame:
    import pandas as pd

    columns = [f.name for f in fields(record)]
    return pd.DataFrame([[getattr(row, column) for column in columns] for row in rows], columns=columns)


def _rows(frame: DataFrame) -> list[dict[str, Any]]:
    rows = frame.to_dict("records")
    for row in rows:
        for key, value in row.items():
            if isinstance(value, np.ndarray):
                row[key] = tuple(value.tolist())
    return [{str(k): v for k, v in row.items()} for row in rows]
