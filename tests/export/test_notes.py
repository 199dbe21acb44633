import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given

from digest.errors import ConfigError
from digest.export import Row, write_notes
from digest.export.notes import note, note_name
from tests.any_text import FUZZ, HOSTILE
from tests.export.rows import ANY_ROW, HOSTILE_ROWS, row
from tests.test_report import Outline


def parts(text: str) -> tuple[dict[str, Any], str]:
    """A note's front matter as YAML reads it, and its body."""
    found = re.match(r"---\n(.*?\n)---\n(.*)\Z", text, re.S)
    assert found
    return yaml.safe_load(found[1]), found[2]


def test_a_note_has_front_matter_and_links() -> None:
    front, body = parts(note(row(tldr="We *invent*.")))
    seal = front.pop("digest-seal")
    assert re.fullmatch("[0-9a-f]{16}", seal) and front == {
        "title": "An Invented Paper, Number 1",
        "id": "arxiv:2601.90001",
        "authors": ["Ada Invented", "Bo Madeup"],
        "edition": row().edition,
        "submitted": row().submitted,
        "url": "https://arxiv.org/abs/2601.90001",
        "pdf": "https://arxiv.org/pdf/2601.90001",
        "category": "[[Language]]",
        "tags": ["digest/language"],
    }
    assert body.startswith(
        "\n# An Invented Paper, Number 1\n\nAda Invented · Bo Madeup\n\n[Paper](<https://arxiv.org/"
    )
    assert "· [[Language]]\n" in body and r"**TL;DR** We \*invent\*." in body


@pytest.mark.parametrize(
    "title", ["yes", "1", "1.0", "0o14", "2026-01-05", "null", "~", "a: b", "- x", "{a}", "# c"]
)
def test_what_looks_like_something_else_stays_a_text(title: str) -> None:
    made = row(title=title, authors=(title,))
    front, _ = parts(note(made))
    assert front["title"] == made.title and front["authors"] == list(made.authors)


@FUZZ
@given(ANY_ROW)
def test_front_matter_of_anything_is_what_was_told(made: Row) -> None:
    text = note(made)
    front, body = parts(text)
    assert front.get("title", "") == made.title and front.get("authors", []) == list(made.authors)
    assert set(front) <= {"title", "id", "authors", "edition", "submitted", "url", "pdf", "doi", "category",
                          "topics", "tags", "digest-seal"}  # fmt: skip
    # A template plug-in of Obsidian runs what stands between these in new files.
    assert "<%" not in text and "%%" not in body.replace("[[%%", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_bodies_lead_nowhere_else(text: str) -> None:
    made = HOSTILE_ROWS[HOSTILE.index(text)]
    _, body = parts(note(made))
    outline = Outline(body)
    assert set(outline.addresses) <= {made.url, made.pdf_url, row().pdf_url}
    assert not {"script", "img", "iframe", "style"} & set(outline.tags)
    assert re.findall(r"\[\[(.*?)\]\]", body) == ["Language"]


@FUZZ
@given(ANY_ROW)
def test_nor_do_any_others(made: Row) -> None:
    _, body = parts(note(made))
    assert set(Outline(body).addresses) <= {made.url, made.pdf_url}


@FUZZ
@given(ANY_ROW)
def test_names_of_files_are_fit_for_every_system(made: Row) -> None:
    name = note_name(made)
    assert not set(name) & set('\\/:*?"<>|#^[]\0\n') and len(name.encode()) <= 255
    assert name == name.strip() and not name.startswith((".", "-")) and name.endswith(".md")


def test_notes_are_written_once_and_followed_up(tmp_path: Path) -> None:
    assert write_notes([row(1), row(2)], tmp_path / "vault") == (2, [])
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "vault").iterdir()}
    assert sorted(path.name for path in kept) == [
        "An Invented Paper, Number 1 (arxiv-2601.90001).md",
        "An Invented Paper, Number 2 (arxiv-2601.90002).md",
    ]
    assert write_notes([row(1), row(2)], tmp_path / "vault") == (2, [])
    assert kept == {path: path.stat().st_mtime_ns for path in (tmp_path / "vault").iterdir()}
    assert write_notes([row(1, tldr="Otherwise.")], tmp_path / "vault") == (1, [])
    assert "Otherwise." in min(kept).read_text(encoding="utf-8")


def words_added(path: Path) -> None:
    path.write_text(path.read_text() + "\nMy own thought.\n")


def property_changed(path: Path) -> None:
    path.write_text(path.read_text().replace('tags: ["', 'tags: ["read", "'))


def another_file(path: Path) -> None:
    path.write_text("mine")


def seal_forged(path: Path) -> None:
    path.write_text('---\ndigest-seal: "0123456789abcdef"\n---\nmine')


def no_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")


@pytest.mark.parametrize("changed", [words_added, property_changed, another_file, seal_forged, no_text])
def test_what_somebody_wrote_is_left_alone(tmp_path: Path, changed: Any) -> None:
    path = tmp_path / note_name(row(1))
    write_notes([row(1)], tmp_path)
    changed(path)
    before = path.read_bytes()
    assert write_notes([row(1, tldr="Otherwise."), row(2)], tmp_path) == (1, [path])
    assert path.read_bytes() == before


def test_a_folder_in_the_way_is_left_alone_too(tmp_path: Path) -> None:
    path = tmp_path / note_name(row(1))
    path.mkdir()
    assert write_notes([row(1)], tmp_path) == (0, [path])


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("")
    with pytest.raises(ConfigError, match="is a file; name a folder"):
        write_notes([row()], tmp_path / "vault")
