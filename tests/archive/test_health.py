import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.archive.health import Attempt, Ending, Health, HealthFile
from digest.errors import ArchiveError

NOW = datetime(2026, 1, 5, 9, 15, tzinfo=UTC)


def test_what_is_noted_is_read_back_whole(tmp_path: Path) -> None:
    file = HealthFile(tmp_path)
    assert file.read() is None and not file.alive and not any(tmp_path.iterdir())
    attempt = Attempt(NOW, Ending.FAILED, NOW, "대규모\u2028 <away>")
    health = Health(NOW, NOW, 7, "box", NOW, None, {"edition": attempt})
    file.write(health)
    assert file.read() == health
    assert json.loads(file.path.read_bytes())["attempts"]["edition"]["ending"] == "failed"
    assert [path.name for path in file.path.parent.iterdir()] == ["health.json"]


def test_one_daemon_at_a_time_which_the_lock_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.archive.health.PATIENCE", 0)
    file = HealthFile(tmp_path)
    with file.held(NOW) as health:
        file.write(health)
        assert health.process == os.getpid() and file.alive
        with pytest.raises(ArchiveError, match=f"process {os.getpid()} on"), HealthFile(tmp_path).held(NOW):
            pass
    assert not file.alive


def test_the_next_daemon_knows_what_the_last_one_did(tmp_path: Path) -> None:
    file, later = HealthFile(tmp_path), NOW + timedelta(days=3)
    with file.held(NOW) as health:
        file.write(health.noting("edition", Attempt(NOW)))
    with file.held(later) as health:
        assert (health.known, health.started, health.attempts) == (NOW, later, {"edition": Attempt(NOW)})
        assert health.next is None and health.stopped is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"started": 1}', b"\xff"])
def test_a_damaged_note_is_told_but_keeps_no_daemon_from_work(tmp_path: Path, damage: bytes) -> None:
    file = HealthFile(tmp_path)
    file.path.parent.mkdir()
    file.path.write_bytes(damage)
    with pytest.raises(ArchiveError, match=r"health\.json is damaged; delete it"):
        file.read()
    with file.held(NOW) as health:
        assert health.attempts == {}
