"""Real schedulers and workers, each a process, that are killed while they work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from digest.errors import ScaleError
from digest.scale import Here, Workers, crew_at
from tests.clusters import Cluster, cluster

__all__ = ["cluster"]
HERE = Path(__file__).parents[1]


def squared(number: int) -> tuple[int, int]:
    time.sleep(0.05)
    return number * number, os.getpid()


def loaded(number: int) -> list[int]:
    return [number, number + 1]


def added(part: list[int], more: int) -> int:
    return sum(part) + more


def asked(_: list[int]) -> int:
    return os.getpid()


def deadly(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_here_nothing_of_dask_is_imported() -> None:
    told = "import sys; from digest.scale import Here; list(Here().each(str, [1])); print(*sys.modules)"
    assert b"distributed" not in subprocess.check_output([sys.executable, "-c", told], cwd=HERE).split()
    assert Here().held(loaded, [1, 5]).each(added, [(10,), (20,)]) == [13, 31]


def test_a_daily_run_imports_nothing_of_dask(tmp_path: Path) -> None:
    told = (
        "import sys; from digest.cli import main; sys.argv = ['digest', 'run', '--sample']\n"
        "try: main()\nfinally: print(*({name.split('.')[0] for name in sys.modules} & {'dask', 'distributed'}))"
    )
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    said = subprocess.check_output([sys.executable, "-c", told], cwd=tmp_path, env=environment)
    assert b"2026" in said and said.splitlines()[-1] == b""


def test_killed_workers_lose_and_double_nothing_and_results_keep_their_order(cluster: list[Cluster]) -> None:
    crew = Workers(cluster[0].address)
    parts = crew.held(loaded, [1, 5, 9])
    found = []
    for square, worker in crew.each(squared, range(40)):
        found.append(square)
        if len(found) in (5, 20):
            os.kill(worker, signal.SIGKILL)
    assert found == [number * number for number in range(40)]
    for pid in set(parts.each(asked)):
        os.kill(pid, signal.SIGKILL)
    assert parts.each(added, [(0,), (1,), (2,)]) == [3, 12, 21]
    crew.close()


def test_a_scheduler_started_anew_is_given_the_rest_again(cluster: list[Cluster]) -> None:
    crew = Workers(cluster[0].address)
    parts = crew.held(loaded, [1, 5])
    assert parts.each(asked)
    found = []
    for square, _ in crew.each(squared, range(20)):
        found.append(square)
        if len(found) == 4:
            cluster[0].kill()
            cluster.append(Cluster(int(cluster[0].address.rsplit(":", 1)[1])))
    assert found == [number * number for number in range(20)]
    assert parts.each(added, [(0,), (1,)]) == [3, 12]
    crew.close()


def test_work_that_kills_every_worker_is_told_of(cluster: list[Cluster]) -> None:
    crew = Workers(cluster[0].address)
    with pytest.raises(ScaleError, match="killed every worker"):
        list(crew.each(deadly, range(5)))
    crew.close()


def test_a_scheduler_that_stays_away_is_one_line(cluster: list[Cluster], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.scale.RETURN", 1)
    with (
        pytest.raises(ScaleError, match="went away; the same command goes on"),
        crew_at(cluster[0].address) as crew,
    ):
        for _ in crew.each(squared, range(40)):
            cluster[-1].kill()


def test_workers_that_stay_away_are_one_line(cluster: list[Cluster], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.scale.LOOK", 0.5)
    monkeypatch.setattr("digest.scale.RETURN", 1)
    with (
        pytest.raises(ScaleError, match=r"no worker is left at tcp://.*; start"),
        crew_at(cluster[0].address) as crew,
    ):
        for _ in crew.each(squared, range(40)):
            cluster[0].kill_workers()


def test_workers_that_come_back_go_on(cluster: list[Cluster], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.scale.LOOK", 0.5)
    with crew_at(cluster[0].address) as crew:
        found = []
        for square, _ in crew.each(squared, range(20)):
            found.append(square)
            if len(found) == 4:
                cluster[0].kill_workers()
                cluster[0].start_workers()
    assert found == [number * number for number in range(20)]


def test_no_address_is_this_process() -> None:
    with crew_at("") as crew:
        assert isinstance(crew, Here) and not crew.apart


def test_no_scheduler_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.scale.PATIENCE", 1)
    with pytest.raises(ScaleError, match=r"no scheduler with workers at tcp://127.0.0.1:9: start"):
        Workers("tcp://127.0.0.1:9")
