"""Vectors of parts of readings on disk, edition by edition: what problem a paper takes on, by what method."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from digest.archive import tables
from digest.archive.store import Store
from digest.errors import ArchiveError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def file_name(space: tuple[str, int], aspect: str, edition: date, texts: Mapping[str, str]) -> str:
    """Where the vectors of an edition's `texts` (by paper id) are in a space (model, dimension).

    The name tells the texts too, so that a paper that was read anew never keeps the vector of what it said before.
    """
    told = hashlib.blake2b(json.dumps(list(texts.items())).encode(), digest_size=6).hexdigest()
    return f"vectors/{space[0]}-{space[1]}-{aspect}/{edition.year}/{edition}.{told}.parquet"


def read(store: Store, name: str, texts: Mapping[str, str], dimension: int) -> NDArray[np.float32] | None:
    """The vectors (n, dimension) of the texts in their order; None if they were never made.

    Raises `ArchiveError` on damage.
    """
    if not store.exists(name):
        return None
    try:
        ids, vectors = tables.vectors_of(store.read_table(name), dimension)
    except ValueError:
        ids, vectors = [], None
    if vectors is None or ids != list(texts):
        raise ArchiveError(f"{store.path(name)} is damaged; delete it and run `digest map` again")
    return vectors


def write(store: Store, name: str, texts: Mapping[str, str], vectors: NDArray[np.float32]) -> None:
    """Keep the vectors (n, d) of the texts for good."""
    store.write_table(name, tables.vectors_frame(list(texts), vectors))
