"""A `digest` for the scripts of the workflows: the real command line, with papers invented by the day.

Python takes longer to start than a small edition to be made, and the scripts start it again and again. So one
server has everything loaded, and each command is a fork of it with the caller's folder, environment and terminal:
`python -m tests.workflows.staged PLACE` serves at the socket PLACE, where `CALLER` is a program that asks it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Collection, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
from jinja2 import Environment

from digest import registry
from digest.archive import Archive
from digest.archive.layouts import Places
from digest.archive.store import write_atomically
from digest.assets import Assets
from digest.cli import main, mapping
from digest.cli.setting import now, open_setting, today
from digest.config import Config
from digest.errors import SourceError
from digest.http import Client
from digest.pages import render_index
from digest.records import Batch, Listing
from digest.sources.base import Source
from tests.invented import paper

PAPERS = 3
# Sends its folder, words, environment and terminal, and ends as the command ended.
CALLER = """#!{python} -SE
import array, json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({place!r})
told = json.dumps([os.getcwd(), sys.argv, dict(os.environ)]).encode()
terminal = array.array("i", [0, 1, 2])
server.sendmsg([len(told).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, terminal)])
server.sendall(told)
sys.exit(server.recv(1)[0])
"""


class InventedDays(Source):
    """Three papers for every day; the last is the first of the day before, and was told of then."""

    name = "arxiv"
    dated = True

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        return cls()

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        if os.environ.get("STAGE_DOWN"):
            raise SourceError("the source is down; try again later")
        number = edition.toordinal() % 1000
        numbers = [PAPERS * number + at for at in range(PAPERS)] + [PAPERS * (number - 1)]
        yield Batch(self.name, "all", "stage", tuple(Listing(paper(n)) for n in numbers))


def _lay_out(workspace: Path, rebuild: bool, flags: object = None) -> None:
    """What `digest map` does to the archive and the reports, without the hard work: every paper at one place."""
    setting = open_setting(workspace)
    archive, day = setting.archive, today(now())
    with archive.writing():
        ids = tuple(p.id for edition in archive.history.editions for p in archive.papers(edition))
        count, before = len(ids), archive.layout
        anew = before is None or rebuild or day - date.fromisoformat(before.told["built"]) >= timedelta(days=7)
        built = str(day) if before is None or anew else before.told["built"]
        nowhere, near = np.zeros((count, 2), dtype=np.float32), np.zeros((count, 0))
        if before is None or anew or len(before.ids) != count:
            provisional = np.zeros(count, dtype=bool)
            archive.keep_layout(Places(ids, nowhere, provisional, near, near, {"built": built}))
        if anew:
            text = f"Rebuilt with {count} papers.\n"
            write_atomically(setting.config.reports / "map/observations.md", text.encode())
            render_index(archive, setting.config, setting.assets)


def serve(place: str) -> None:
    """Answer every caller with a fork of this process, one after the other."""
    registry.READERS["local"] = "tests.fakes:FakeReader"
    registry.EMBEDDERS["local"] = "tests.fakes:FakeEmbedder"
    registry.SOURCES["arxiv"] = "tests.workflows.staged:InventedDays"
    mapping.draw_map = _lay_out
    # The disk is shared, and this machine does not fail within a test.
    os.sync = os.fsync = lambda *_: None  # type: ignore[assignment]
    made: dict[str, Environment] = {}
    anew = Assets.environment
    # Forks have the templates as the warming up has compiled them.
    Assets.environment = lambda self, filters: made.setdefault(  # type: ignore[method-assign]
        f"{self.workspace} {sorted(filters)}", anew(self, filters)
    )
    _warm_up()
    server = socket.socket(socket.AF_UNIX)
    server.bind(place)
    server.listen()
    print("READY", flush=True)
    while True:
        caller, _ = server.accept()
        with caller:
            if os.fork() == 0:
                _run(caller)


def _run(caller: socket.socket) -> None:
    head, terminal, _, _ = socket.recv_fds(caller, 4, 3)
    size, told = int.from_bytes(head, "big"), b""
    while len(told) < size:
        told += caller.recv(size - len(told))
    folder, words, environment = json.loads(told)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        caller.sendall(bytes([os.waitstatus_to_exitcode(status) & 255]))
        os._exit(0)
    for number, copy in enumerate(terminal):
        os.dup2(copy, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = words
    code: Any = 1
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _warm_up() -> None:
    """Make two editions, so that every fork has loaded what they need."""
    with TemporaryDirectory() as folder, chdir(folder), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        for day in ("2026-01-05", "2026-01-06"):
            os.environ["DIGEST_NOW"], sys.argv = f"{day}T09:00Z", ["digest", "run"]
            with suppress(SystemExit):
                main()


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    serve(sys.argv[1])
