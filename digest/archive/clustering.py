"""Topics on disk: their records, vectors and lineage, which papers they have, and how many came day by day.

Every file carries the generation of the commit that wrote it, so that the head alone makes it current. A fold
writes the assignments of its edition beside those of the last rebalance, which stand in one file a year.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter

from digest.archive.store import Store
from digest.errors import ArchiveError
from digest.records import Assigned, Change, Topic, Topics

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame

FOLDERS = ("topics", "lineage", "assignments", "counts")
_TOPICS = TypeAdapter(tuple[Topic, ...])
_LINEAGE = TypeAdapter(tuple[Change, ...])
_STATE = ("next_id", "at_rebalance", "folded", "unsorted")
# An edition's assignments: each paper's id with its row of `Assigned`.
Rows = tuple[list[str], Assigned]


@dataclass(frozen=True, slots=True)
class Files:
    """Which files are current: those of the topics and of their lineage, of the assignments by year of the last
    rebalance and by edition since, and of the counts by year."""

    topics: str = ""
    lineage: str = ""
    years: dict[str, str] = field(default_factory=dict)
    editions: dict[str, str] = field(default_factory=dict)
    counts: dict[str, str] = field(default_factory=dict)

    @property
    def all(self) -> set[str]:
        """Every current file."""
        named = {self.topics, vectors_beside(self.topics), self.lineage} if self.topics else set()
        return named | set(self.years.values()) | set(self.editions.values()) | set(self.counts.values())


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """What an edition, or a rebalance, makes of the topics; `rows` has every edition whose assignments are new.

    After a rebalance (`anew`) these are all editions there are.
    """

    clustering: Clustering
    rows: Mapping[date, Rows]
    anew: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Clustering:
    """All topics there ever were, by id; the live ones' vectors; what became of them; and what they were named by.

    Row k of `named` (k, d) is the centroid that topic `state.ids[k]` had when it was named, and `named_sizes` (k,)
    its members then; zeros for one that never was.
    """

    topics: tuple[Topic, ...]
    state: Topics
    lineage: tuple[Change, ...]
    named: NDArray[np.float32]
    named_sizes: NDArray[np.int64]

    @property
    def live(self) -> dict[int, Topic]:
        """The topics that have not been retired, by id."""
        return {topic.id: topic for topic in self.topics if topic.retired is None}


def rounded(clustering: Clustering) -> Clustering:
    """The clustering as a reader of its files will find it, so that no run depends on whether it wrote or read."""
    state = replace(clustering.state, sums=clustering.state.sums.astype("<f4").astype(np.float64))
    return replace(clustering, state=state, named=clustering.named.astype("<f2").astype(np.float32))


def read(store: Store, files: Files, dimension: int) -> Clustering | None:
    """The topics in the current files; None if there are none yet. Raises `ArchiveError` on damage."""
    if not files.topics:
        return None
    try:
        lineage = _LINEAGE.validate_json(store.read(files.lineage))
    except ValueError as error:
        raise ArchiveError(f"{store.path(files.lineage)} is damaged; restore it from a backup") from error
    return replace(read_topics(store, files.topics, dimension), lineage=lineage)


def read_topics(store: Store, name: str, dimension: int) -> Clustering:
    """The topics in a file and in the one beside it, without their lineage. Raises `ArchiveError` on damage."""
    try:
        told = json.loads(store.read(name))
        frame = store.read_table(vectors_beside(name))
        rebalanced = told["state"]["rebalanced"]
        state = Topics(
            ids=tuple(int(i) for i in frame["id"]),
            sums=_matrix(frame["sum"], "<f4", dimension).astype(np.float64),
            counts=frame["count"].to_numpy(dtype=np.int64),
            thresholds=frame["threshold"].to_numpy(dtype=np.float32),
            idle=frame["idle"].to_numpy(dtype=np.int64),
            rebalanced=date.fromisoformat(rebalanced) if rebalanced else None,
            **{name: int(told["state"][name]) for name in _STATE},
        )
        return Clustering(
            topics=_TOPICS.validate_python(told["topics"]),
            state=state,
            lineage=(),
            named=_matrix(frame["named"], "<f2", dimension).astype(np.float32),
            named_sizes=frame["named_size"].to_numpy(dtype=np.int64),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{store.path(name)} is damaged; restore it from a backup") from error


def vectors_beside(name: str) -> str:
    """The file of vectors that goes with a file of topics."""
    return f"{name.removesuffix('.json')}.parquet"


def write(store: Store, files: Files, clustering: Clustering, generation: int) -> Files:
    """Write the topics, and the lineage if it has grown; returns the files that are now to be made current."""
    write_topics(store, name := f"topics/{generation}.json", clustering)
    lines = _LINEAGE.dump_json(clustering.lineage, indent=0) + b"\n"
    if not files.lineage or store.read(files.lineage) != lines:
        store.write(lineage := f"lineage/{generation}.json", lines)
        files = replace(files, lineage=lineage)
    return replace(files, topics=name)


def write_topics(store: Store, name: str, clustering: Clustering) -> None:
    """Write the topics into a file and their vectors into the one beside it; their lineage is left out."""
    import pandas as pd

    state = clustering.state
    told = {"rebalanced": str(state.rebalanced or ""), **{key: getattr(state, key) for key in _STATE}}
    # Hundreds of topics every day: json itself would take longer for them than all else here.
    topics = _TOPICS.dump_json(clustering.topics, indent=0)
    store.write(name, b'{"state": %b,\n"topics": %b}\n' % (json.dumps(told).encode(), topics))
    columns: dict[str, Any] = {
        "id": list(state.ids),
        "count": state.counts,
        "threshold": state.thresholds,
        "idle": state.idle,
        "sum": [row.tobytes() for row in state.sums.astype("<f4")],
        "named": [row.tobytes() for row in clustering.named.astype("<f2")],
        "named_size": clustering.named_sizes,
    }
    store.write_table(vectors_beside(name), pd.DataFrame(columns))


def _matrix(rows: Iterable[bytes], kind: str, dimension: int) -> NDArray[Any]:
    return np.frombuffer(b"".join(rows), dtype=kind).reshape(-1, dimension)


def assigned(store: Store, files: Files, edition: date) -> Rows | None:
    """An edition's papers and their topics; None if they were never folded."""
    if (name := files.editions.get(str(edition))) is not None:
        return _rows(store.read_table(name))
    name = files.years.get(f"{edition.year}")
    found = all_assigned(store, name) if name else {}
    return found.get(edition)


def all_assigned(store: Store, name: str) -> dict[date, Rows]:
    """Every edition of a year as the last rebalance left it."""
    frame = store.read_table(name)
    groups = frame.groupby("edition", sort=True)
    return {date.fromisoformat(str(day)): _rows(rows) for day, rows in groups}


def write_fold(store: Store, files: Files, fold: Fold, generation: int) -> Files:
    """Write what a fold made; returns the files that are now to be made current."""
    files = write(store, files, fold.clustering, generation)
    if fold.anew:
        return _write_everyone(store, files, fold.rows, generation)
    for edition, rows in fold.rows.items():
        name = f"assignments/{edition}.{generation}.parquet"
        store.write_table(name, _frame({edition: rows}).drop(columns="edition"))
        year = str(edition.year)
        before = read_counts(store, files.counts[year]) if year in files.counts else {}
        counted = _write_counts(store, {**before, edition: tally(rows)}, edition.year, generation)
        editions = {**files.editions, str(edition): name}
        files = replace(files, editions=editions, counts={**files.counts, year: counted})
    return files


def _write_everyone(store: Store, files: Files, rows: Mapping[date, Rows], generation: int) -> Files:
    years: dict[int, dict[date, Rows]] = {}
    for edition in sorted(rows):
        years.setdefault(edition.year, {})[edition] = rows[edition]
    names, counts = {}, {}
    for year, found in years.items():
        names[str(year)] = f"assignments/{year}.{generation}.parquet"
        store.write_table(names[str(year)], _frame(found))
        counts[str(year)] = _write_counts(store, {day: tally(row) for day, row in found.items()}, year, generation)
    return replace(files, years=names, editions={}, counts=counts)


def _frame(rows: Mapping[date, Rows]) -> DataFrame:
    import pandas as pd

    frames = []
    for edition, (ids, found) in rows.items():
        columns: dict[str, Any] = {"edition": str(edition), "id": ids}
        for place in range(found.topics.shape[1]):
            columns[f"topic{place}"] = found.topics[:, place].astype("<i4")
            columns[f"score{place}"] = found.scores[:, place].astype("<f4")
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def _rows(frame: DataFrame) -> Rows:
    places = sum(column.startswith("topic") for column in frame.columns)
    topics = np.stack([frame[f"topic{n}"].to_numpy(dtype=np.int32) for n in range(places)], axis=1)
    scores = np.stack([frame[f"score{n}"].to_numpy(dtype=np.float32) for n in range(places)], axis=1)
    return [str(i) for i in frame["id"]], Assigned(topics, scores)


def tally(rows: Rows) -> dict[int, int]:
    """How many papers of an edition each topic got, by their first topic; UNSORTED counts too."""
    found, counts = np.unique(rows[1].topics[:, 0], return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def read_counts(store: Store, name: str) -> dict[date, dict[int, int]]:
    """A year's counts: edition to topic to papers."""
    frame = store.read_table(name)
    counts: dict[date, dict[int, int]] = {}
    days = {text: date.fromisoformat(text) for text in frame["edition"].unique()}
    for text, topic, count in zip(*(frame[c].tolist() for c in ("edition", "topic", "count")), strict=True):
        counts.setdefault(days[text], {})[topic] = count
    return counts


def _write_counts(store: Store, counts: Mapping[date, Mapping[int, int]], year: int, generation: int) -> str:
    import pandas as pd

    rows = [(str(day), topic, n) for day in sorted(counts) for topic, n in sorted(counts[day].items())]
    name = f"counts/{year}.{generation}.parquet"
    store.write_table(name, pd.DataFrame(rows, columns=["edition", "topic", "count"]))
    return name
