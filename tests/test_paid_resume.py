"""A paid edition that is killed at any call: what was answered and journalled is never asked for again."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from digest.archive import Archive
from tests.invented import DAY
from tests.test_paid_editions import LANGUAGES, Edition, calls, writer

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def killed(folder: Path, at: int) -> bool:
    """Publish in a child that is killed in its n-th call; False if it came to its end before."""
    child = os.fork()
    if child == 0:
        model = writer()

        def fails(step: str, ids: Sequence[str]) -> None:
            if len(model.calls) == at:
                os.kill(os.getpid(), signal.SIGKILL)

        model.fails = fails
        try:
            Edition(folder, languages=LANGUAGES).publish(model)
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_killed_in_any_call_only_that_call_is_repeated(tmp_path: Path) -> None:
    whole = writer()
    expected = Edition(tmp_path / "whole", languages=LANGUAGES).publish(whole)
    at = 1
    while killed(folder := tmp_path / str(at), at):
        journal = Archive(str(folder / "archive")).journal(DAY)
        known = {e["paper_id"] for entry in journal.entries("readings") for e in entry}
        nonce = journal.entries("nonce")
        edition, model = Edition(folder, languages=LANGUAGES), writer()
        report = edition.publish(model)
        assert not known & {i for ids in calls(model, "read") for i in ids}
        assert [model.nonce] == nonce
        assert len(model.calls) == len(whole.calls) - at + 1, at
        assert (report.syntheses, report.translated) == (expected.syntheses, expected.translated)
        # The call that was cut off left no bill, all others one each.
        assert report.spending == expected.spending
        at += 1
    assert at == len(whole.calls) + 1
