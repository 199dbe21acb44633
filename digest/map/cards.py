"""Papers' cards in a file: those of a large map are more than memory holds, and each is looked at a few times."""

from __future__ import annotations

import json
from abc import abstractmethod
from array import array
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self, overload

from digest.records.maps import MapPaper

# What is asked of all papers at once stays in memory.
AT_HAND = ("id", "date", "source", "provider", "category", "categories", "topics", "arxiv", "provisional")
_FILED = tuple(field.name for field in fields(MapPaper) if field.name not in AT_HAND)
_LINKED = "report_url"


class _Papers(Sequence[MapPaper]):
    """Papers that are made when they are asked for."""

    @abstractmethod
    def column(self, name: str) -> Sequence[Any]:
        """One field of all papers; only those `AT_HAND` take no time."""

    @abstractmethod
    def _paper(self, row: int) -> MapPaper: ...

    @overload
    def __getitem__(self, place: int) -> MapPaper: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[MapPaper, ...]: ...

    def __getitem__(self, place: int | slice) -> MapPaper | tuple[MapPaper, ...]:
        rows = range(len(self))[place]
        return self._paper(rows) if isinstance(rows, int) else tuple(map(self._paper, rows))


class Cards(_Papers):
    """Papers in the order in which they were added, read back as they were; for one thread.

    The file is in `folder`, has no name there, and takes its room only until it is closed or its process ends,
    however that happens.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `__exit__`
        self._ends = array("q", [0])
        self._columns: dict[str, list[Any]] = {name: [] for name in AT_HAND}
        # Papers share most of what they have at hand, so that each value is kept once.
        self._known: dict[Any, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, paper: MapPaper) -> None:
        """Keep one more paper."""
        for name, values in self._columns.items():
            value = getattr(paper, name)
            values.append(value if name == "id" else self._known.setdefault((name, value), value))
        self._file.seek(self._ends[-1])
        written = self._file.write(json.dumps([getattr(paper, name) for name in _FILED]).encode())
        self._ends.append(self._ends[-1] + written)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def column(self, name: str) -> Sequence[Any]:
        """See `_Papers`."""
        return self._columns[name] if name in self._columns else [getattr(paper, name) for paper in self]

    def _paper(self, row: int) -> MapPaper:
        start, end = self._ends[row], self._ends[row + 1]
        self._file.seek(start)
        told = dict(zip(_FILED, json.loads(self._file.read(end - start)), strict=True))
        told["authors"] = tuple(told["authors"])
        return MapPaper(**told, **{name: values[row] for name, values in self._columns.items()})


class Linked(_Papers):
    """Some of the papers, by their `rows`, with what `link` makes of each for the address of its report."""

    def __init__(self, papers: Sequence[MapPaper], link: Callable[[MapPaper], str], rows: Sequence[int]) -> None:
        self._papers, self._link, self._rows = papers, link, rows

    def __len__(self) -> int:
        return len(self._rows)

    def column(self, name: str) -> Sequence[Any]:
        """See `_Papers`."""
        if name == _LINKED:
            return [paper.report_url for paper in self]
        every = column(self._papers, name)
        return every if self._rows == range(len(every)) else [every[row] for row in self._rows]

    def _paper(self, row: int) -> MapPaper:
        paper = self._papers[self._rows[row]]
        return replace(paper, report_url=self._link(paper))


def linked(papers: Sequence[MapPaper], link: Callable[[MapPaper], str]) -> Linked:
    """All of the papers, with what `link` makes of each for the address of its report."""
    return Linked(papers, link, range(len(papers)))


def column(papers: Sequence[MapPaper], name: str) -> Sequence[Any]:
    """One field of all papers, in their order."""
    return papers.column(name) if isinstance(papers, _Papers) else [getattr(paper, name) for paper in papers]
