import json
from pathlib import Path

import pytest

from digest.website.output import MANIFEST, Output, key_of


def made(folder: Path, *files: tuple[str, bytes, str]) -> Output:
    output = Output(folder)
    for path, content, key in files:
        if not output.has(path, key):
            output.add(path, content, key)
    output.close()
    return output


def test_what_was_made_from_the_same_is_left_as_it_is(tmp_path: Path) -> None:
    made(tmp_path, ("a.html", b"1", "k"))
    (tmp_path / "a.html").write_bytes(b"edited")
    assert made(tmp_path, ("a.html", b"1", "k")).written == 0
    assert (tmp_path / "a.html").read_bytes() == b"edited"
    assert made(tmp_path, ("a.html", b"2", "l")).written == 1
    assert (tmp_path / "a.html").read_bytes() == b"2"


def test_a_file_that_went_missing_is_made_again(tmp_path: Path) -> None:
    made(tmp_path, ("a/b.html", b"1", "k"))
    (tmp_path / "a/b.html").unlink()
    assert made(tmp_path, ("a/b.html", b"1", "k")).written == 1


def test_what_is_no_more_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "map").mkdir()
    (tmp_path / "map/index.html").write_text("the map")
    made(tmp_path, ("a.html", b"1", "k"), ("b.html", b"1", "k"))
    assert len(made(tmp_path, ("a.html", b"1", "k"))) == 1
    assert sorted(p.name for p in tmp_path.rglob("*.html")) == ["a.html", "index.html"]


@pytest.mark.parametrize("told", ["", "[]", "{", '{"../x.html": "k", "/etc/x": "k", "a/../../x.html": "k"}'])
def test_a_damaged_or_evil_note_removes_nothing_outside(tmp_path: Path, told: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (tmp_path / "x.html").write_text("somebody's own")
    (folder / MANIFEST).write_text(told)
    assert made(folder, ("a.html", b"1", "k")).written == 1
    assert (tmp_path / "x.html").exists()
    assert list(json.loads((folder / MANIFEST).read_text())) == ["a.html"]


def test_a_key_changes_with_every_part() -> None:
    assert key_of("a", b"b") == key_of("a", b"b")
    assert len({key_of("a", b"b"), key_of("a", "b"), key_of("ab"), key_of("a"), key_of("a", b"b", 1)}) == 5
