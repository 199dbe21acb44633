"""Real schedulers and workers, each a process, that tests may kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
# Where a test run is killed itself, nobody ends what it started: it does so after so many idle seconds.
BEREFT = ("--idle-timeout", "600")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Cluster:
    """A scheduler and two workers, each with a nurse that starts it anew when it dies."""

    def __init__(self, port: int) -> None:
        self.address = f"tcp://127.0.0.1:{port}"
        self._scheduler = self._started("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), *BEREFT)
        self.start_workers()

    def start_workers(self) -> None:
        self._workers = self._started("dask_worker", self.address, "--nworkers", "2", "--nthreads", "1")

    @staticmethod
    def _started(module: str, *told: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(HERE), "DASK_LOGGING__DISTRIBUTED": "critical"}
        command = [sys.executable, "-m", f"distributed.cli.{module}", *told, "--no-dashboard"]
        return subprocess.Popen(
            command, cwd=HERE, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def kill_workers(self) -> None:
        self._end(self._workers)

    def kill(self) -> None:
        self._end(self._scheduler)
        self.kill_workers()

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Cluster]]:
    """The clusters there are; whoever starts another one adds it."""
    # A busy machine may be long at starting processes.
    monkeypatch.setattr("digest.scale.PATIENCE", 60)
    started = [Cluster(free_port())]
    yield started
    started[-1].kill()
