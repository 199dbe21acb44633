"""The map's layout on disk: where every paper lies, its neighbours, and what the last rebuild measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from digest.archive.store import Store
from digest.errors import ArchiveError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDER = "map"


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """A layout as the archive keeps it: arrays by paper, and `told` as JSON has it.

    `positions` (n, 2) and `provisional` (n,) belong to `ids`; `rows` and `cosines` (n, k) are the papers' nearest
    neighbours, of no width where they are not known.
    """

    ids: tuple[str, ...]
    positions: NDArray[np.float32]
    provisional: NDArray[np.bool_]
    rows: NDArray[np.int32]
    cosines: NDArray[np.float32]
    told: Mapping[str, Any]


def beside(name: str) -> str:
    """The file that goes with a layout's own."""
    return f"{name.removesuffix('.parquet')}.json"


def read(store: Store, name: str) -> Places | None:
    """The layout in a file; None if there is none yet. Raises `ArchiveError` on a damaged one."""
    if not name:
        return None
    try:
        frame = store.read_table(name)
        told = json.loads(store.read(beside(name)))
        count = len(frame)
        return Places(
            ids=tuple(str(i) for i in frame["id"]),
            positions=frame[["x", "y"]].to_numpy(dtype=np.float32),
            provisional=frame["provisional"].to_numpy(dtype=bool),
            rows=np.frombuffer(b"".join(frame["near"]), dtype="<i4").reshape(count, -1).astype(np.int32),
            cosines=np.frombuffer(b"".join(frame["cosines"]), dtype="<f4").reshape(count, -1).astype(np.float32),
            told=told,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{store.path(name)} is damaged; delete it and run `digest map --rebuild`") from error


def write(store: Store, places: Places, generation: int) -> str:
    """Write a new file; returns its name, which only the head makes current."""
    import pandas as pd

    columns: dict[str, Any] = {
        "id": list(places.ids),
        "x": places.positions[:, 0],
        "y": places.positions[:, 1],
        "provisional": places.provisional,
        "near": [row.tobytes() for row in places.rows.astype("<i4")],
        "cosines": [row.tobytes() for row in places.cosines.astype("<f4")],
    }
    name = f"{FOLDER}/{generation}.parquet"
    store.write_table(name, pd.DataFrame(columns))
    store.write(beside(name), json.dumps(places.told, indent=1).encode() + b"\n")
    return name
