import csv
import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from digest.config import Config
from digest.errors import SourceError
from digest.http import Client
from digest.records import Batch, Paper, Skipped
from digest.sources.file import FileSource, read_file, read_row
from tests.arxiv_shapes import Shelf

DAY = date(2026, 6, 24)
FULL = {
    "id": "2606.00001v2",
    "title": "Counting  Clouds",
    "abstract": "We count.",
    "authors": ["Ada A", "Bo B"],
    "categories": ["cs.LG", "cs.AI"],
    "comment": "3 pages",
    "doi": "https://doi.org/10.1000/ABC",
    "date": "2026-06-20",
}
PAPER = Paper(
    id="arxiv:2606.00001",
    title="Counting Clouds",
    source="file",
    version=2,
    abstract="We count.",
    authors=("Ada A", "Bo B"),
    subjects=("cs.LG", "cs.AI"),
    comment="3 pages",
    doi="10.1000/abc",
    url="https://arxiv.org/abs/2606.00001",
    pdf_url="https://arxiv.org/pdf/2606.00001",
    submitted=date(2026, 6, 20),
)


def write(folder: Path, name: str, *lines: Any) -> Path:
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def papers(batch: Batch) -> list[Paper]:
    return [listing.paper for listing in batch.listings]


@pytest.mark.parametrize("name", ["list.jsonl", "list.jsonl.gz", "LIST.JSONL"])
def test_json_lines_are_read(tmp_path: Path, name: str) -> None:
    assert papers(read_file(write(tmp_path, name, FULL), name)) == [PAPER]


def test_csv_is_read(tmp_path: Path) -> None:
    row = FULL | {"authors": "Ada A; Bo B", "categories": "cs.LG cs.AI"}
    with (tmp_path / "list.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [name.upper() for name in row])
        writer.writeheader()
        writer.writerow({name.upper(): value for name, value in row.items()})
    assert papers(read_file(tmp_path / "list.csv", "list.csv")) == [PAPER]


def test_parquet_is_read(tmp_path: Path) -> None:
    rows = [FULL | {"date": datetime(2026, 6, 20, tzinfo=UTC)}, {"title": "Only a Title"}]
    pd.DataFrame(rows).to_parquet(tmp_path / "list.parquet")
    found = papers(read_file(tmp_path / "list.parquet", "list.parquet"))
    assert found[0] == PAPER
    assert (found[1].title, found[1].version, found[1].authors) == ("Only a Title", 1, ())


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"id": "2606.00001"}, "arxiv:2606.00001"),
        ({"id": "arXiv:2606.00001v4"}, "arxiv:2606.00001"),
        ({"id": "https://arxiv.org/abs/cs/0112017"}, "arxiv:cs/0112017"),
        ({"id": "https://doi.org/10.1000/ABC"}, "doi:10.1000/abc"),
        ({"id": "10.1000/abc"}, "doi:10.1000/abc"),
        ({"id": "10.48550/arXiv.2606.00001"}, "arxiv:2606.00001"),
        ({"doi": "10.1000/ABC"}, "doi:10.1000/abc"),
        ({"doi": "10.48550/arXiv.2606.00001"}, "arxiv:2606.00001"),
        ({"id": "venue/2026/17"}, "venue/2026/17"),
        ({"id": "venue/2026001"}, "venue/2026001"),
        ({"id": "iclr:17"}, "iclr:17"),
        ({"id": "17"}, "file:17"),
        ({"id": 17}, "file:17"),
        ({"id": "17", "doi": "10.1000/abc"}, "file:17"),
    ],
)
def test_ids_are_made_canonical(row: dict[str, Any], key: str) -> None:
    paper = read_row({"title": "T", **row})
    assert isinstance(paper, Paper) and paper.id == key


def test_without_an_id_the_title_is_the_key() -> None:
    first, second, other = (read_row({"title": title}) for title in ("A  Title", "a title", "Another"))
    assert isinstance(first, Paper) and isinstance(second, Paper) and isinstance(other, Paper)
    assert first.id == second.id != other.id
    assert first.id.startswith("file:")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "no valid title"),
        ({"title": "  "}, "no valid title"),
        ({"title": ["T"]}, "title is no text"),
        ({"title": "T", "id": "a\u202eb"}, "no valid id"),
        ({"title": "T", "id": "a\nb"}, "no valid id"),
        ({"title": "T", "id": "x" * 201}, "no valid id"),
        ({"title": "T", "id": "arxiv:../../x"}, "no valid id"),
        ({"title": "T", "id": "DOI:nonsense"}, "no valid id"),
        ({"title": "T", "id": {"a": 1}}, "id is no text"),
        ({"title": "T", "version": 0}, "no valid version"),
        ({"title": "T", "version": "two"}, "invalid literal"),
        ({"title": "T", "authors": 3}, "authors is neither"),
        ({"title": "T", "authors": [{"name": "A"}]}, "authors is neither"),
    ],
)
def test_a_bad_row_says_what_is_wrong(row: dict[str, Any], reason: str) -> None:
    found = read_row(row)
    assert isinstance(found, str) and reason in found


@pytest.mark.parametrize(
    ("subjects", "expected"),
    [
        ("cs.LG cs.AI", ("cs.LG", "cs.AI")),
        ("Optics; Image Processing", ("Optics", "Image Processing")),
        ("Optics, Image Processing", ("Optics", "Image Processing")),
        (["a b", " c "], ("a b", "c")),
        (None, ()),
    ],
)
def test_subjects_are_told_apart(subjects: Any, expected: tuple[str, ...]) -> None:
    paper = read_row({"title": "T", "subjects": subjects})
    assert isinstance(paper, Paper) and paper.subjects == expected


def test_other_column_names_are_known() -> None:
    row = {"Title": "T", "summary": "S", "author": "A", "link": "https://x.example/1", "pdf": "https://x.example/1.pdf",
           "comments": "C", "published": "2026-06-20T10:00:00Z", "version": "v3", "more": object()}  # fmt: skip
    assert read_row(row) == Paper(
        id="file:e3b98a4da31a127d4bde",
        title="T",
        source="file",
        version=3,
        abstract="S",
        authors=("A",),
        comment="C",
        url="https://x.example/1",
        pdf_url="https://x.example/1.pdf",
        submitted=date(2026, 6, 20),
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "nonsense"])
def test_an_unsafe_address_is_left_out(url: str) -> None:
    paper = read_row({"title": "T", "url": url, "pdf_url": url})
    assert isinstance(paper, Paper) and (paper.url, paper.pdf_url) == ("", "")


def test_characters_that_cannot_be_stored_are_left_out(tmp_path: Path) -> None:
    line = '{"title": "A\\ud800 B\\u0000 C", "abstract": "x\\udfff\\u001b[31m", "authors": ["\\ud83d"]}'
    paper = papers(read_file(write(tmp_path, "list.jsonl", line), "list.jsonl"))[0]
    assert (paper.title, paper.abstract, paper.authors) == ("A B C", "x[31m", ())


def test_bad_lines_are_accounted_for_by_their_number(tmp_path: Path) -> None:
    deep = "[" * 100_000
    lines = ({"title": "One"}, "{broken", "", "[1]", {"id": "x"}, deep, {"title": "Two"}, '{"title": "\xff"}')
    path = write(tmp_path, "list.jsonl", *lines)
    path.write_bytes(path.read_bytes() + b'{"title": "\xff"}\n')
    batch = read_file(path, "list.jsonl")
    assert [paper.title for paper in papers(batch)] == ["One", "Two", "ÿ"]
    assert batch.failed == (
        Skipped("list.jsonl line 2", "no JSON (JSONDecodeError)"),
        Skipped("list.jsonl line 4", "no JSON object"),
        Skipped("list.jsonl line 5", "no valid title"),
        Skipped("list.jsonl line 6", "no JSON (RecursionError)"),
        Skipped("list.jsonl line 9", "no JSON (UnicodeDecodeError)"),
    )


def test_bad_csv_rows_are_accounted_for_by_their_line(tmp_path: Path) -> None:
    path = write(tmp_path, "list.csv", "title,abstract", "One,a", "Two,b,c", ",d", '"Three","e\nf"', "Four")
    batch = read_file(path, "list.csv")
    assert [paper.title for paper in papers(batch)] == ["One", "Three", "Four"]
    assert [paper.abstract for paper in papers(batch)] == ["a", "e\nf", ""]
    assert batch.failed == (
        Skipped("list.csv line 3", "more fields than columns"),
        Skipped("list.csv line 4", "no valid title"),
    )


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("head", ["Paper Title|Abstract|Author List|Year", "ARTICLE_TITLE|summary|Authors|date"])
def test_columns_are_told_by_their_mark_and_by_common_names(tmp_path: Path, mark: str, head: str) -> None:
    row = ["Owls", "of birds", "Ada", "2024"]
    path = write(tmp_path, "list.csv", head.replace("|", mark), mark.join(row))
    found = papers(read_file(path, "list.csv"))[0]
    assert (found.title, found.abstract, found.authors) == ("Owls", "of birds", ("Ada",))
    assert found.submitted == date(2024, 1, 1)


def test_a_mark_within_a_title_parts_no_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "list.csv", "title", "Owls; and moths", "Moths\tby day")
    assert [paper.title for paper in papers(read_file(path, "list.csv"))] == ["Owls; and moths", "Moths by day"]


def test_a_column_under_its_own_name_goes_before_others() -> None:
    paper = read_row({"title": "T", "paper title": "Other", "date": "2026-06-20", "year": 2025})
    assert isinstance(paper, Paper) and (paper.title, paper.submitted) == ("T", date(2026, 6, 20))


def test_a_long_csv_field_is_no_error(tmp_path: Path) -> None:
    path = write(tmp_path, "list.csv", "title,abstract", f"One,{'x' * 200_000}")
    assert len(papers(read_file(path, "list.csv"))[0].abstract) == 200_000


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("list.txt", b"", r"must end in \.jsonl, \.jsonl\.gz, \.csv, \.parquet"),
        ("list.jsonl.gz", b'{"title": "T"}', "cannot be read"),
        ("list.jsonl.gz", gzip.compress(b'{"title": "T"}\n' * 999, mtime=0)[:-20], "cannot be read"),
        ("list.jsonl", b"PAR1\x00\x01\nPAR1", "only bad rows"),
        ("list.csv", "title\nJosé\n".encode("latin-1"), "not in UTF-8"),
        ("list.csv", b"name,abstract\na,b\n", "no column `title`, only name, abstract; name the columns title"),
        ("list.csv", b"name;abstract\na;b\n", "no column `title`, only name, abstract; name"),
        ("list.csv", b'"na\nme",' + b"x" * 5000, r"only na me, x{80,200}…; name the columns"),
        ("list.csv", b"", "no column `title`"),
        ("list.parquet", b"title\na\n", "no Parquet"),
        ("list.parquet", b"", "no Parquet"),
    ],
)
def test_a_wrong_file_names_the_way_out(tmp_path: Path, name: str, body: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(SourceError, match=reason):
        read_file(tmp_path / name, name)


def test_a_parquet_file_without_titles_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"name": ["a"]}).to_parquet(tmp_path / "list.parquet")
    with pytest.raises(SourceError, match="no column `title`, only name"):
        read_file(tmp_path / "list.parquet", "list.parquet")


def source(folder: Path, *paths: str) -> FileSource:
    config = Config.model_validate({"workspace": folder, "file": {"paths": paths}})
    return FileSource.open(config, Client(config))


def test_paths_start_from_the_workspace_and_are_parts(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    write(tmp_path / "lists", "a.jsonl", FULL)
    write(tmp_path, "b.jsonl", FULL)
    files = source(tmp_path, "lists/a.jsonl", "b.jsonl")
    assert [b.part for b in files.fetch(DAY, DAY, Shelf(), ())] == ["lists/a.jsonl", "b.jsonl"]
    assert [b.part for b in files.fetch(DAY, DAY, Shelf(), ("b.jsonl",))] == ["lists/a.jsonl"]
    assert files.check() == "2 files with 2 papers and 0 bad rows"


def test_one_file_that_fails_does_not_keep_back_the_others(tmp_path: Path) -> None:
    write(tmp_path, "b.jsonl", FULL)
    fetching = source(tmp_path, "missing.jsonl", "b.jsonl").fetch(DAY, DAY, Shelf(), ())
    assert next(fetching).part == "b.jsonl"
    with pytest.raises(SourceError, match=r"missing\.jsonl cannot .* take it out of file\.paths"):
        next(fetching)


def test_an_id_that_stands_twice_is_accounted_for(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    rows = [{"id": "a", "title": "One"}, {"id": "a", "title": "Two"}, {"id": "a", "title": "Three", "version": 2}]
    path.write_text("\n".join(map(json.dumps, rows)))
    batch = read_file(path, "list.jsonl")
    assert [listing.paper.title for listing in batch.listings] == ["One", "Three"]
    assert [(s.id, "line 1" in s.reason) for s in batch.failed] == [("list.jsonl line 2", True)]
