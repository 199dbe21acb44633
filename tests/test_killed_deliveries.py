"""A process that is killed between `sending` and `sent`: nothing is sent twice, and nothing is forgotten."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digest.archive import Archive
from tests.invented import paper, reading, report, vectors
from tests.mailing import Postbox, mailing
from tests.test_layers import PACKAGE

DAY = "2026-01-06"
RECIPIENTS = ["ada@example.org", "bob@example.org"]


@pytest.fixture
def box() -> Iterator[Postbox]:
    with mailing() as box:
        yield box


def settings(folder: Path, port: int) -> None:
    papers = [paper(1), paper(2)]
    archive = Archive(str(folder / "archive"))
    with archive.writing():
        archive.fix_embedder("test", 4)
        archive.commit(report(date.fromisoformat(DAY)), papers, [reading(p) for p in papers], vectors(2))
    (folder / "digest.toml").write_text(
        f'channels = ["mail"]\n[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        f'sender = "d@example.org"\nrecipients = {RECIPIENTS}\n'
    )


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DIGEST_", "CO_", "GITHUB_", "SMTP_"))}
    env |= {"DIGEST_NOW": f"{DAY}T20:00Z", "PYTHONPATH": str(PACKAGE.parent)}
    command = [sys.executable, "-m", "digest", *words]
    return subprocess.Popen(
        command, cwd=folder, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def ended(folder: Path, *words: str) -> tuple[int, str]:
    run = start(folder, *words)
    out, err = run.communicate(timeout=120)
    return run.returncode, out + err


def state(folder: Path) -> dict[str, Any]:
    told = json.loads((folder / f"archive/deliveries/2026/{DAY}.json").read_text())
    return dict(told["mail"])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_delivery_that_was_killed_waits_for_force_and_then_reaches_the_rest(
    tmp_path: Path, box: Postbox
) -> None:
    settings(tmp_path, box.port)
    box.pause = RECIPIENTS[1]
    run = start(tmp_path, "send")
    # Ada has her mail, and Bob's is on its way.
    assert box.paused.wait(60), run.communicate()
    run.kill()
    run.communicate()
    box.pause = ""
    assert set(box.mails) == {RECIPIENTS[0]}
    assert state(tmp_path)["state"] == "sending" and len(state(tmp_path)["reached"]) == 1
    code, said = ended(tmp_path, "send")
    assert code == 0 and f"`digest send {DAY} --to mail --force`" in said and box.count == 1
    code, said = ended(tmp_path, "send", DAY, "--to", "mail", "--force")
    assert code == 0 and "sent" in said and state(tmp_path)["state"] == "sent"
    assert {to: len(mails) for to, mails in box.mails.items()} == dict.fromkeys(RECIPIENTS, 1)
