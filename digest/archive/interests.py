"""Vectors of what the reader follows, one file a space: nothing is sought or paid for twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digest.archive.store import Store
from digest.archive.tables import VECTOR
from digest.errors import ArchiveError

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS = ("key", "text", "vector", "until")


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """The `vector` (d,) of an interest and its `text`, such as a title.

    Without a vector it is a paper that no edition up to `until` (an ISO date, or empty) holds.
    """

    key: str
    text: str = ""
    vector: NDArray[np.float32] | None = None
    until: str = ""


def read_kept(store: Store, model: str, dimension: int) -> dict[str, Kept]:
    """What is kept in a space, by key; nothing, if nothing was. Raises `ArchiveError` if the file is damaged."""
    name = _name(model, dimension)
    if not store.exists(name):
        return {}
    frame = store.read_table(name)
    found = {}
    try:
        columns = (frame[column] for column in COLUMNS)
        for key, text, stored, until in zip(*columns, strict=True):
            vector = np.frombuffer(stored, dtype=VECTOR).astype(np.float32) if stored else None
            if vector is not None and vector.shape != (dimension,):
                raise ValueError("a vector of another space")
            found[str(key)] = Kept(str(key), str(text), vector, str(until))
    except (KeyError, ValueError, TypeError) as error:
        raise ArchiveError(f"{store.path(name)} is damaged; delete it, it is made anew") from error
    return found


def write_kept(store: Store, model: str, dimension: int, kept: Sequence[Kept]) -> None:
    """Keep these and no others."""
    import pandas as pd

    frame = pd.DataFrame([_row(entry) for entry in kept], columns=list(COLUMNS))
    store.write_table(_name(model, dimension), frame)


def same(one: dict[str, Kept], other: dict[str, Kept]) -> bool:
    """True if both keep the same."""
    return one.keys() == other.keys() and all(_row(one[key]) == _row(other[key]) for key in one)


def _row(kept: Kept) -> tuple[str, str, bytes, str]:
    return kept.key, kept.text, _stored(kept.vector), kept.until


def _stored(vector: NDArray[np.float32] | None) -> bytes:
    """The vector's bytes as they are kept, in half precision; none for none."""
    return b"" if vector is None else np.ascontiguousarray(vector, dtype=VECTOR).tobytes()


def _name(model: str, dimension: int) -> str:
    return f"interests/{model}-{dimension}.parquet"
