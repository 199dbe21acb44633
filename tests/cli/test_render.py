from pathlib import Path

import pytest

from digest.archive import Archive
from digest.errors import SourceError
from tests.cli.calling import MONDAY, THURSDAY, TUESDAY, Command, Filling, StagedSource

TAXONOMY = """
[[category]]
slug = "all-there-is"
emoji = "🌍"
name = { en = "All There Is", ko = "모든 것" }
description = "Every paper that anybody could write about anything."
"""


@pytest.fixture
def filled(digest: Command, workspace: Path, filling: Filling, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Monday and Tuesday with papers, Wednesday left out, Thursday quiet; after that, no source answers."""
    filling("render", (MONDAY, TUESDAY, THURSDAY))

    def fetch(*_: object) -> None:
        raise SourceError("rendering must not fetch")

    monkeypatch.setattr(StagedSource, "fetch", fetch)
    return workspace


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_rendering_again_changes_nothing_not_even_times(digest: Command, filled: Path) -> None:
    before = tree(filled / "reports")
    times = {p: p.stat().st_mtime_ns for p in (filled / "reports").rglob("*")}
    ended = digest("render", "--all")
    assert ended.code == 0 and tree(filled / "reports") == before
    assert times == {p: p.stat().st_mtime_ns for p in (filled / "reports").rglob("*")}
    assert ended.out.splitlines() == [
        "2026-01-05: reports/2026/01/2026-01-05.md",
        "2026-01-06: reports/2026/01/2026-01-06.md",
        "2026-01-08: nothing was announced, so there is no report",
    ]


def test_lost_and_mangled_pages_come_back(digest: Command, filled: Path) -> None:
    before = tree(filled / "reports")
    folder = filled / "reports/2026/01"
    (folder / "2026-01-05.md").unlink()
    (folder / "2026-01-05.svg").write_text("mangled")
    (folder / "2026-01-05/no-such-category.md").write_text("left by an earlier taxonomy")
    (filled / "reports/README.md").unlink()
    assert digest("render", "2026-01-05").code == 0
    assert tree(filled / "reports") == before


def test_notes_beside_the_reports_are_left_alone(digest: Command, filled: Path) -> None:
    note = filled / "reports/2026/01/2026-01-05-notes.md"
    note.write_text("mine")
    assert digest("render", "--all").code == 0 and note.read_text() == "mine"


def test_a_further_language_is_rendered_from_the_archive_and_goes_again(digest: Command, filled: Path) -> None:
    before = tree(filled / "reports")
    (filled / "digest.toml").write_text('languages = ["en", "ko"]')
    assert digest("render", "--all").code == 0
    assert "목차" in (filled / "reports/2026/01/2026-01-06.ko.md").read_text(encoding="utf-8")
    assert (filled / "reports/2026/01/2026-01-06.ko.svg").exists()
    (filled / "digest.toml").unlink()
    assert digest("render", "--all").code == 0 and tree(filled / "reports") == before


def test_recategorising_sorts_all_by_the_new_taxonomy(digest: Command, filled: Path) -> None:
    (filled / "prompts").mkdir()
    (filled / "prompts/taxonomy.toml").write_text(TAXONOMY, encoding="utf-8")
    page = filled / "reports/2026/01/2026-01-05.md"
    assert digest("render", "--all").code == 0
    assert "All There Is" not in page.read_text(encoding="utf-8")
    assert digest("render", "--recategorise").code == 0
    assert "🌍 All There Is" in page.read_text(encoding="utf-8")
    primaries = {e.primary for e in Archive(str(filled / "archive")).enrichments(MONDAY)}
    assert primaries <= {"all-there-is", "other"}
    faults = [line for line in digest("doctor").out.splitlines() if line.startswith("BAD")]
    assert len(faults) == 1 and "no edition for 2026-01-07" in faults[0]


@pytest.mark.parametrize(
    "words",
    [[], ["2026-01-05", "--all"], ["2026-01-05", "--recategorise"], ["2026-01-32"], ["0001-01-01"], ["x"]],
)
def test_wrong_usage_exits_2(digest: Command, words: list[str]) -> None:
    ended = digest("render", *words)
    assert ended.code == 2 and "render [OPTIONS]" in ended.err


def test_an_edition_that_is_not_there_is_one_line(digest: Command, filled: Path) -> None:
    ended = digest("render", "2026-01-07")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "digest: the archive has no edition 2026-01-07; `digest doctor` lists what it holds\n"


def test_an_empty_archive_says_so(digest: Command, workspace: Path) -> None:
    ended = digest("render", "--all")
    assert (ended.code, ended.out) == (0, "The archive holds no edition yet; `digest run` makes the first.\n")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("# {{ report.edition", "line 1: "),
        ("\n{% for x in y %}", "line 2: "),
        ("# {{ no_such_word }}", "'no_such_word' is undefined"),
        ("{% include 'gone.md.j2' %}", "gone.md.j2"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ t.day_new.format(1) }}", "line 1: "),
    ],
)
def test_a_mistake_in_an_own_template_is_told_with_its_place(
    digest: Command, filled: Path, template: str, said: str
) -> None:
    (filled / "templates").mkdir()
    (filled / "templates/report.md.j2").write_text(template)
    before = tree(filled / "reports")
    ended = digest("render", "2026-01-05")
    assert ended.code == 1 and ended.err.count("\n") == 1
    assert "templates/report.md.j2, line" in ended.err and said in ended.err
    assert "mend the template, or delete it to have the shipped one" in ended.err
    assert tree(filled / "reports") == before


def test_a_damaged_archive_is_named(digest: Command, filled: Path) -> None:
    (filled / "archive/papers/2026/2026-01-05.parquet").write_bytes(b"x")
    ended = digest("render", "--all")
    assert ended.code == 1 and "2026-01-05.parquet is damaged" in ended.err and "restore it" in ended.err
