"""The ledger of every key ever taken in, in shards by the month of the id, so that a day reads only a few."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from digest.archive.store import Store

if TYPE_CHECKING:
    from pandas import DataFrame

_ARXIV = re.compile(r"arxiv:(\d{4})\.")


def shard(key: str) -> str:
    """The shard of a key: the month in an arXiv id (`2611`), else one of 256 by hash (`x3f`)."""
    found = _ARXIV.match(key)
    return found[1] if found else f"x{hashlib.sha256(key.encode()).digest()[0]:02x}"


def look_up(store: Store, shards: Mapping[str, str], keys: Iterable[str]) -> dict[str, int]:
    """The highest known version of each known key among `keys`; `shards` names each shard's current file."""
    wanted: dict[str, set[str]] = {}
    for key in keys:
        wanted.setdefault(shard(key), set()).add(key)
    known: dict[str, int] = {}
    for name in sorted(wanted.keys() & shards.keys()):
        frame = store.read_table(shards[name], ["key", "version"])
        rows = frame[frame["key"].isin(wanted[name])]
        known.update(zip(rows["key"], (int(v) for v in rows["version"]), strict=True))
    return known


def extend(
    store: Store, shards: Mapping[str, str], versions: Mapping[str, int], generation: int
) -> dict[str, str]:
    """Write new files for the shards that `versions` touches; returns the files that are now current.

    Old files stay until the caller has committed, so a run killed in between leaves the old ledger whole.
    """
    import pandas as pd

    touched: dict[str, dict[str, int]] = {}
    for key, version in versions.items():
        touched.setdefault(shard(key), {})[key] = version
    current = dict(shards)
    for name, rows in sorted(touched.items()):
        fresh = pd.DataFrame({"key": list(rows), "version": list(rows.values())})
        if name in shards:
            fresh = pd.concat([store.read_table(shards[name]), fresh])
        current[name] = f"seen/{name}.{generation}.parquet"
        store.write_table(current[name], _highest(fresh))
    return current


def _highest(frame: DataFrame) -> DataFrame:
    ordered = frame.sort_values(["key", "version"], kind="stable")
    return ordered.drop_duplicates("key", keep="last", ignore_index=True)
