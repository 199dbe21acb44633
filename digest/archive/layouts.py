"""The map's layout on disk: where every paper lies, its neighbours, and what the last rebuild measured.

Beside topics, papers are sorted by aspects, each with places and clusters of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from digest.archive.clustering import Clustering, read_topics, write_topics
from digest.archive.store import Store
from digest.errors import ArchiveError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDER = "map"


@dataclass(frozen=True, slots=True, eq=False)
class Aspect:
    """Papers by one part of their readings: positions (n, 2), first clusters (n,) or UNSORTED, and the clusters.

    These are kept as topics are, without what became of the ones that are gone.
    """

    positions: NDArray[np.float32]
    first: NDArray[np.int32]
    clusters: Clustering


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """A layout as the archive keeps it: arrays by paper, and `told` as JSON has it.

    `positions` (n, 2) and `provisional` (n,) belong to `ids`; `rows` and `cosines` (n, k) are the papers' nearest
    neighbours, of no width where they are not known. `aspects` are by key, their rows those of `ids`.
    """

    ids: tuple[str, ...]
    positions: NDArray[np.float32]
    provisional: NDArray[np.bool_]
    rows: NDArray[np.int32]
    cosines: NDArray[np.float32]
    told: Mapping[str, Any]
    aspects: Mapping[str, Aspect] = field(default_factory=dict)


def files(store: Store, name: str) -> list[str]:
    """Every file of a layout."""
    stem = name.removesuffix("parquet")
    return [found for found in store.names(FOLDER) if name and found.startswith(stem)]


def beside(name: str) -> str:
    """The file that goes with a layout's own."""
    return f"{name.removesuffix('.parquet')}.json"


def _clusters(name: str, key: str) -> str:
    return f"{name.removesuffix('.parquet')}.{key}.json"


def read(store: Store, name: str, space: tuple[str, int]) -> Places | None:
    """The layout in a file; None if there is none yet. Aspects are left out if they are of another vector space.

    Raises `ArchiveError` on a damaged one.
    """
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
            aspects={
                key: Aspect(
                    positions=frame[[f"{key}_x", f"{key}_y"]].to_numpy(dtype=np.float32),
                    first=frame[key].to_numpy(dtype=np.int32),
                    clusters=read_topics(store, _clusters(name, key), space[1]),
                )
                for key in told.get("aspects", ())
                if tuple(told["space"]) == space
            },
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{store.path(name)} is damaged; delete it and run `digest map --rebuild`") from error


def write(store: Store, places: Places, space: tuple[str, int], generation: int) -> str:
    """Write new files; returns the name of the first, which only the head makes current."""
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
    for key, aspect in places.aspects.items():
        columns |= {key: aspect.first, f"{key}_x": aspect.positions[:, 0], f"{key}_y": aspect.positions[:, 1]}
        write_topics(store, _clusters(name, key), aspect.clusters)
    store.write_table(name, pd.DataFrame(columns))
    told = {**places.told, "space": list(space), "aspects": list(places.aspects)}
    store.write(beside(name), json.dumps(told, indent=1).encode() + b"\n")
    return name
