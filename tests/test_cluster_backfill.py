"""A backfill shared by real workers, whatever is killed meanwhile, makes the archive of a single process."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from digest import scale
from digest.archive import Archive
from digest.backfill import fill
from digest.config import Config
from digest.pipeline import Parts, parting
from digest.providers.local.embedder import LocalEmbedder
from digest.records import Enrichment, Listing, Paper
from digest.scale import Crew, Here, Workers
from digest.topics import founding
from digest.topics.cosines import BLOCK
from tests.clusters import HERE, Cluster, cluster
from tests.fakes import FakeReader
from tests.invented import CATEGORIES, paper
from tests.test_backfill import Harvested
from tests.test_pipeline import silent, tree

__all__ = ["cluster"]
DAYS = tuple(date(2026, 1, day) for day in (5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 19, 20))
# The first days have a few papers each, the last one so many that all of them are more than a block.
FEW, MANY, SUBJECTS = 12, BLOCK + 100, 40
NOW = "2026-01-21T09:00:00-05:00"


class SlowReader(FakeReader):
    """Takes its time, so that there is work under way to be killed."""

    pack = 4000

    def read(self, papers: Sequence[Paper]) -> list[Enrichment]:
        time.sleep(0.1)
        return super().read(papers)


def about(number: int) -> Paper:
    """A paper in words of one of the subjects, and some of others."""
    dice = random.Random(number)
    subject = dice.randrange(SUBJECTS)
    words = [
        f"word{dice.randrange(12)}of{subject if dice.random() < 0.8 else dice.randrange(SUBJECTS)}"
        for _ in range(30)
    ]
    return replace(
        paper(number), id=f"arxiv:2601.{number:05}", title=" ".join(words[:6]), abstract=" ".join(words)
    )


def backfilled(folder: Path, crew: Crew, days: Sequence[date], most: int = 0) -> Archive:
    """The days filled in; with `most`, by a process that is killed once so many are."""
    numbers = {day: range(FEW * n, FEW * (n + 1)) for n, day in enumerate(DAYS)}
    numbers[DAYS[-1]] = range(FEW * len(DAYS), FEW * len(DAYS) + MANY)
    source = Harvested({day: [[Listing(about(n)) for n in numbers[day]]] for day in days})
    archive, config = Archive(str(folder)), Config()
    made = Parts((), SlowReader(CATEGORIES), LocalEmbedder.open(config), CATEGORIES, crew=crew)
    few_topics = mock.patch.object(founding, "TOPICS_AT", (12, 5_000))
    with archive.writing(), few_topics, mock.patch.multiple(parting, PART=BLOCK, FEWEST=2):
        wanted = archive.history.missing(days[0], days[-1])
        reports = fill(wanted, source, DAYS[-1], NOW, archive, made, silent, config)  # type: ignore[arg-type]
        for done, _ in enumerate(reports, start=1):
            if done == most:
                os.kill(os.getpid(), signal.SIGKILL)
    return archive


def killed_client(folder: Path, address: str) -> None:
    what = f"backfilled(Path({str(folder)!r}), Workers({address!r}), DAYS, 3)"
    told = f"from tests.{Path(__file__).stem} import DAYS, Path, Workers, backfilled; {what}"
    ended = subprocess.run(
        [sys.executable, "-c", told], cwd=HERE, env={**os.environ, "PYTHONPATH": str(HERE)}, check=False
    )
    assert ended.returncode == -signal.SIGKILL


class Trouble:
    """Kills workers before some of the results are taken, and the scheduler once."""

    def __init__(self, started: list[Cluster], monkeypatch: pytest.MonkeyPatch) -> None:
        self.started, self.taken, self.asked = started, 0, 0
        take, ask = Workers._taken, scale._HeldThere.each

        def taking(crew: Workers, *told: Any) -> Any:
            self.taken += 1
            if self.taken == 2:
                self.kill_workers(crew)
            if self.taken == 6:
                self.start_anew()
            return take(crew, *told)

        def asking(held: Any, *told: Any) -> Any:
            self.asked += 1
            if self.asked in (3, 20):
                self.kill_workers(held._crew, 1)
            return ask(held, *told)

        monkeypatch.setattr(Workers, "_taken", taking)
        monkeypatch.setattr(scale._HeldThere, "each", asking)

    def kill_workers(self, crew: Workers, most: int = 2) -> None:
        for pid in list(crew._client.run(os.getpid).values())[:most]:
            os.kill(pid, signal.SIGKILL)

    def start_anew(self) -> None:
        self.started[0].kill()
        self.started.append(Cluster(int(self.started[0].address.rsplit(":", 1)[1])))


def test_whatever_is_killed_the_archive_is_that_of_a_single_process(
    cluster: list[Cluster], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backfilled(tmp_path / "alone", Here(), DAYS)
    killed_client(tmp_path / "shared", cluster[0].address)
    assert Archive(str(tmp_path / "shared")).history.editions == list(DAYS[:3])
    trouble, crew = Trouble(cluster, monkeypatch), Workers(cluster[0].address)
    archive = backfilled(tmp_path / "shared", crew, DAYS)
    assert trouble.taken == len(DAYS) - 3 and trouble.asked > 20 and len(cluster) == 2
    assert archive.history.editions == list(DAYS) and archive.begun == []
    assert tree(tmp_path / "alone") == tree(tmp_path / "shared")
    crew.close()
