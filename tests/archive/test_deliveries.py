from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from digest.archive.deliveries import Deliveries, Delivery, State
from digest.archive.store import Store
from digest.errors import ArchiveError
from tests.invented import DAY

SENT = Delivery(State.SENT, at="2026-01-05T20:30:00+00:00")
SENDING = Delivery(State.SENDING, claim="run-7", reached=("ab12",), unsure=("cd34",))


def test_what_is_noted_is_read_back(tmp_path: Path) -> None:
    noted = Deliveries(Store(str(tmp_path)))
    assert noted.of(DAY) == {} and noted.begun() == {}
    noted.note(DAY, "mail", SENDING)
    noted.note(DAY, "github", SENT)
    noted.note(DAY, "mail", SENT)
    found = Deliveries(Store(str(tmp_path)))
    assert found.of(DAY) == {"mail": SENT, "github": SENT}
    assert (tmp_path / "deliveries/2026/2026-01-05.json").exists()


def test_a_channel_begins_once(tmp_path: Path) -> None:
    noted = Deliveries(Store(str(tmp_path)))
    noted.begin("mail", DAY)
    noted.begin("mail", date(2026, 2, 1))
    noted.begin("github", date(2026, 2, 1))
    assert noted.begun() == {"mail": DAY, "github": date(2026, 2, 1)}


@pytest.mark.parametrize("data", [b"", b"[]", b'{"mail": {"state": "lost"}}', b'{"mail": 7}'])
def test_damage_is_told_and_never_taken_for_nothing_sent(tmp_path: Path, data: bytes) -> None:
    store = Store(str(tmp_path))
    store.write("deliveries/2026/2026-01-05.json", data)
    with pytest.raises(ArchiveError, match="is damaged; restore it"):
        Deliveries(store).of(DAY)
    store.write("deliveries/begun.json", data)
    with pytest.raises(ArchiveError, match="is damaged; restore it"):
        Deliveries(store).begun()


def test_of_two_runs_without_a_lock_one_is_turned_away() -> None:
    store = "memory://two-senders"
    first, second = Deliveries(Store(store)), Deliveries(Store(store))
    assert first.of(DAY) == second.of(DAY) == {}
    first.note(DAY, "mail", SENDING)
    with pytest.raises(ArchiveError, match="another run has changed the archive"):
        second.note(DAY, "mail", replace(SENDING, run="another"))
    first.note(DAY, "mail", SENT)
    assert Deliveries(Store(store)).of(DAY) == {"mail": SENT}
