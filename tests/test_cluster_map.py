"""Papers placed and topics redrawn by real workers, whatever is killed meanwhile, as by a single process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digest import __version__
from digest.archive.clustering import Fold
from digest.errors import ScaleError
from digest.map import cells
from digest.map.landmarks import rebuilt
from digest.pipeline import parting, redraw
from digest.scale import Held, Workers, done_by
from tests.clusters import Cluster, cluster
from tests.test_preparing import Apart, filled, parts
from tests.topics.planted import mixed

__all__ = ["cluster"]
DAY = date(2026, 1, 5)
TOPICS, EACH, MOST = 12, 75, 300


class Troubled:
    """Workers that are killed while they are at it, and their scheduler once."""

    apart = True

    def __init__(self, started: list[Cluster]) -> None:
        self._started, self._crew = started, Workers(started[0].address)
        self.drawn = self.asked = 0

    def each(self, work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        def troubled() -> Iterator[Any]:
            for item in items:
                self.drawn += 1
                if self.drawn == 3:
                    self.kill_workers(2)
                yield item

        return self._crew.each(work, troubled())

    def held(self, load: Callable[[Any], Any], items: Sequence[Any]) -> Held[Any]:
        return TroubledParts(self, self._crew.held(load, items))

    def kill_workers(self, count: int) -> None:
        for pid in list(self._crew._client.run(os.getpid).values())[:count]:
            os.kill(pid, signal.SIGKILL)

    def start_anew(self) -> None:
        self._started[-1].kill()
        self._started.append(Cluster(int(self._started[0].address.rsplit(":", 1)[1])))

    def close(self) -> None:
        self._crew.close()


class TroubledParts:
    def __init__(self, crew: Troubled, parts: Held[Any]) -> None:
        self._crew, self._parts = crew, parts

    def each(self, work: Callable[..., Any], told: Sequence[tuple[Any, ...]] | None = None) -> list[Any]:
        self._crew.asked += 1
        if self._crew.asked == 2:
            self._crew.kill_workers(1)
        if self._crew.asked == 5:
            self._crew.start_anew()
        return self._parts.each(work, told)


def given(fold: Fold) -> list[Any]:
    state, rows = fold.clustering.state, fold.rows
    return [
        state.ids,
        state.sums.tobytes(),
        *((day, ids, found.topics.tobytes(), found.scores.tobytes()) for day, (ids, found) in rows.items()),
    ]


def test_whatever_is_killed_papers_are_placed_and_topics_redrawn_as_by_one_process(
    cluster: list[Cluster], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "PART", 60)
    monkeypatch.setattr(parting, "PART", 16)
    monkeypatch.setattr(parting, "FEWEST", 2)
    vectors, ids = mixed(range(TOPICS), EACH, spread=0.12), [f"arxiv:2601.{n:05}" for n in range(TOPICS * EACH)]
    topics = (np.arange(len(ids)) % TOPICS).astype(np.int32) + 1
    archive = filled(tmp_path, parts())

    troubled = Troubled(cluster)
    redrawn = redraw(archive, parts(crew=troubled), DAY)
    placed = rebuilt(None, ids, vectors, topics, DAY, crew=troubled, most=MOST)
    troubled.close()
    assert troubled.asked > 5 and troubled.drawn > 6 and len(cluster) == 2

    assert given(redrawn.fold) == given(redraw(archive, parts(crew=Apart()), DAY).fold)
    assert placed.positions.tobytes() == rebuilt(None, ids, vectors, topics, DAY, most=MOST).positions.tobytes()


class Lost:
    """Work that failed where a worker was."""

    def result(self, timeout: float) -> None:
        raise FileNotFoundError("no such disk\nFor more information, see")


def test_whatever_goes_wrong_at_a_worker_is_one_line() -> None:
    crew = Workers.__new__(Workers)
    crew.address = "tcp://a:1"
    with pytest.raises(ScaleError, match=r"workers of tcp://a:1 failed \(FileNotFoundError: no such disk\); they"):
        crew.result(Lost())


def test_workers_of_another_version_are_refused() -> None:
    assert done_by(__version__, len, (1, 2)) == 2
    with pytest.raises(ScaleError, match=f"the workers run version {__version__}, this is 0; install"):
        done_by("0", len, (1, 2))
