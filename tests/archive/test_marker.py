"""The marker beside the reports: which archive they came from, and of which repository."""

import json
from pathlib import Path

import pytest

from digest.archive import Archive
from digest.errors import ArchiveError
from tests.invented import report


def committed(folder: Path, repository: str = "") -> Archive:
    archive = Archive(str(folder / "archive"), folder / ".digest.json", repository)
    with archive.writing():
        archive.commit(report(new=0))
        archive.rendered(report().edition)
    return archive


def marked(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / ".digest.json").read_text(encoding="utf-8"))
    return found


def test_the_marker_names_the_repository_where_it_is_known(tmp_path: Path) -> None:
    committed(tmp_path)
    assert marked(tmp_path) == {"generation": 1}
    other = tmp_path / "other"
    committed(other, "me/papers")
    assert marked(other) == {"generation": 1, "repository": "me/papers"}


def test_a_run_at_home_keeps_the_name(tmp_path: Path) -> None:
    committed(tmp_path, "me/papers")
    marker = tmp_path / ".digest.json"
    marker.write_text(json.dumps({"generation": 0, "repository": "me/papers"}))
    Archive(str(tmp_path / "archive"), marker).rendered(report().edition)
    assert marked(tmp_path) == {"generation": 1, "repository": "me/papers"}


@pytest.mark.parametrize("repository", ["me/papers", ""])
def test_reports_of_ones_own_without_their_archive_stop(tmp_path: Path, repository: str) -> None:
    committed(tmp_path, "me/papers")
    archive = Archive(str(tmp_path / "lost"), tmp_path / ".digest.json", repository)
    assert archive.new and not archive.upstream
    with pytest.raises(ArchiveError, match="there are reports but no archive"), archive.writing():
        pass


def test_reports_that_name_nobody_are_ones_own(tmp_path: Path) -> None:
    committed(tmp_path)
    with pytest.raises(ArchiveError, match="there are reports but no archive"):
        Archive(str(tmp_path / "lost"), tmp_path / ".digest.json", "me/papers").head  # noqa: B018


def test_another_repositorys_reports_are_a_fresh_start_and_then_ones_own(tmp_path: Path) -> None:
    committed(tmp_path, "upstream/papers")
    marker = tmp_path / ".digest.json"
    marker.write_text(json.dumps({"generation": 99, "repository": "upstream/papers"}))
    archive = Archive(str(tmp_path / "mine"), marker, "me/papers")
    assert archive.new and archive.upstream == "upstream/papers"
    with archive.writing():
        archive.commit(report(new=0))
        archive.rendered(report().edition)
    assert marked(tmp_path) == {"generation": 1, "repository": "me/papers"}
    assert not Archive(str(tmp_path / "mine"), marker, "me/papers").upstream


@pytest.mark.parametrize("text", ["{}", "[]", "nothing", '{"generation": "many", "repository": "me/papers"}'])
def test_a_damaged_marker_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / ".digest.json").write_text(text)
    with pytest.raises(ArchiveError, match="is damaged; restore it from version control"):
        Archive(str(tmp_path / "archive"), tmp_path / ".digest.json", "me/papers").head  # noqa: B018
