"""Runs a local server that replays arXiv from real records, where one is at hand.

It is sought in the folder that STANDINS names, else in `../shared/standins` beside the checkout, its records in
the folder that BENCH_DATA names, else in `../shared/data`. Tests that need it are skipped where there is none.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

BESIDE = Path(__file__).parent.parent.parent / "shared"
SERVER = Path(os.environ.get("STANDINS", BESIDE / "standins")) / "arxiv_replay.py"
RECORDS = Path(os.environ.get("BENCH_DATA", BESIDE / "data")) / "arxiv.jsonl.gz"

needs_replay = pytest.mark.skipif(
    not (SERVER.exists() and RECORDS.exists()), reason="there is no server that replays arXiv"
)


@dataclass(frozen=True)
class Replay:
    """A running server; `url` is its address."""

    url: str

    def turn_to(self, day: date) -> None:
        """Let the server believe that it is that day."""
        self._ask("/_today", json.dumps({"today": str(day)}).encode())

    def stats(self) -> dict[str, Any]:
        """What the server was asked since the last reset."""
        return self._ask("/_stats")

    def reset(self) -> None:
        """Set the counts, and the sequence of failures, back to the start."""
        self._ask("/_reset", b"")

    def flags(self, delay: float) -> dict[str, Any]:
        """The settings that lead here."""
        urls = {"arxiv.api_url": f"{self.url}/api/query", "arxiv.feed_url": f"{self.url}/rss"}
        urls["arxiv.oai_url"] = f"{self.url}/oai"
        return {**urls, "arxiv.delay": delay}

    def _ask(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        request = urllib.request.Request(self.url + path, data=body, method="GET" if body is None else "POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found


@contextmanager
def replaying(*flags: str) -> Iterator[Replay]:
    """Start the server with these flags on a free port, and stop it in the end."""
    command = [sys.executable, str(SERVER), "--data", str(RECORDS), *flags]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        ready = server.stdout.readline().split()
        assert ready[:1] == ["READY"], "the replay server did not start"
        yield Replay(ready[1])
    finally:
        server.terminate()
        server.wait(timeout=10)


def announced(day: date, categories: tuple[str, ...]) -> set[str]:
    """The ids that the records say were announced on a weekday in any of the categories."""
    return {f"arxiv:{number}" for number, found in _records().get(str(day), ()) if found & set(categories)}


@cache
def _records() -> dict[str, list[tuple[str, set[str]]]]:
    by_day: dict[str, list[tuple[str, set[str]]]] = {}
    with gzip.open(RECORDS, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            by_day.setdefault(record["first_day"], []).append((record["id"], set(record["categories"])))
    return by_day
