from pathlib import Path

import pytest

from digest.archive import Archive, Journal
from digest.archive.store import Store
from digest.errors import ArchiveError
from tests.invented import DAY


def test_entries_survive_and_are_gone_after_discarding(tmp_path: Path) -> None:
    journal = Archive(str(tmp_path)).journal(DAY)
    journal.add("readings", ["a", {"text": "한국어\u2028"}])
    journal.add("other", 1)
    assert Archive(str(tmp_path)).journal(DAY).entries("readings") == [["a", {"text": "한국어\u2028"}]]
    journal.discard()
    assert Archive(str(tmp_path)).journal(DAY).entries("readings") == []


def test_a_line_cut_by_a_kill_never_counted(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    Journal(store, DAY).add("x", 1)
    path = tmp_path / "journal" / f"{DAY}.jsonl"
    path.write_bytes(path.read_bytes() + b'{"kind":"x","val')
    journal = Journal(store, DAY)
    assert journal.entries("x") == [1]
    journal.add("x", 2)
    assert Journal(store, DAY).entries("x") == [1, 2]


def test_damage_in_the_middle_is_named(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    Journal(store, DAY).add("x", 1)
    path = tmp_path / "journal" / f"{DAY}.jsonl"
    path.write_bytes(b"\x00\x00\n" + path.read_bytes())
    with pytest.raises(ArchiveError, match=f"{DAY}.jsonl is damaged"):
        Journal(store, DAY)


def test_on_a_remote_store(tmp_path: Path) -> None:
    store = Store(f"memory://journal-{tmp_path.name}")
    Journal(store, DAY).add("x", 1)
    Journal(store, DAY).add("x", 2)
    assert Journal(store, DAY).entries("x") == [1, 2]
