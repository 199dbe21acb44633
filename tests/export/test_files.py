from pathlib import Path

import pytest

from digest.errors import ConfigError
from digest.export import format_of, whole_file


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.csv", "csv"), ("A.JSONL", "jsonl"), ("x.y.parquet", "parquet"), ("l.bib", "bibtex"), ("l.ris", "ris")],
)
def test_a_files_ending_says_its_format(name: str, form: str) -> None:
    assert format_of(Path(name)) == form


@pytest.mark.parametrize("name", ["papers", "papers.txt", ".csv", "a.csv.gz"])
def test_other_endings_say_none(name: str) -> None:
    with pytest.raises(ConfigError, match="name the format with --format"):
        format_of(Path(name))


def test_a_file_is_replaced_at_once_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    path.write_text("old")
    with pytest.raises(KeyError), whole_file(path) as file:
        file.write(b"half")
        raise KeyError
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    with whole_file(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "papers.csv"
    link.symlink_to(tmp_path / "elsewhere/papers.csv")
    with whole_file(link) as file:
        file.write(b"new")
    assert link.is_symlink() and (tmp_path / "elsewhere/papers.csv").read_bytes() == b"new"


def test_places_that_cannot_be_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder; name a file"), whole_file(tmp_path):
        pass
    with pytest.raises(ConfigError, match="there is no folder"), whole_file(tmp_path / "no/papers.csv"):
        pass
