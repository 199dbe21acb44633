import csv
import io
import json
from datetime import date

import pytest
from hypothesis import given

from digest.export import FORMATS, Row
from digest.export.tables import COLUMNS, FORMULA, GROUP
from tests.any_text import FUZZ
from tests.export.rows import ANY_ROW, HOSTILE_ROWS, row


def written(form: str, *rows: Row) -> bytes:
    out = io.BytesIO()
    FORMATS[form](rows, out)
    return out.getvalue()


def cells(told: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(told.decode(), newline=""), strict=True))


def test_csv_has_a_heading_and_a_line_per_paper() -> None:
    told = written("csv", row(1), row(2, title='A "quoted", title; 대규모'))
    assert told.count(b"\r\n") == 3 and told.decode().splitlines()[0] == ",".join(f'"{c}"' for c in COLUMNS)
    first, second = cells(told)
    assert second["title"] == 'A "quoted", title; 대규모' and first["authors"] == "Ada Invented; Bo Madeup"
    assert (first["edition"], first["extractive"], first["version"]) == ("2026-01-05", "true", "1")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1", '=HYPERLINK("x")', " \t=1", "\r=1"])
def test_a_formula_is_a_text_to_a_spreadsheet(text: str) -> None:
    made = row(title=text, authors=(text,), tldr=text)
    (told,) = cells(written("csv", made))
    assert told["title"] == f"'{made.title}" and told["authors"][0] == told["tldr"][0] == "'"
    assert json.loads(written("jsonl", made))["title"] == made.title


@FUZZ
@given(ANY_ROW)
def test_csv_of_anything_is_read_back_and_holds_no_formula(made: Row) -> None:
    (told,) = cells(written("csv", made))
    assert list(told) == COLUMNS
    for name in COLUMNS:
        assert not told[name].startswith(FORMULA)
        if isinstance(value := getattr(made, name), str):
            assert told[name].removeprefix("'") == value.removeprefix("'")


@FUZZ
@given(ANY_ROW)
def test_json_lines_of_anything_are_read_back_the_same(made: Row) -> None:
    told = written("jsonl", made, made)
    # Also by readers that take any of Unicode's line ends for one.
    first, second = (json.loads(line) for line in told.decode().splitlines())
    assert first == second
    for name in COLUMNS:
        value = getattr(made, name)
        kept = str(value) if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        assert first[name] == kept


def test_parquet_keeps_kinds_and_texts() -> None:
    from pyarrow import parquet

    table = parquet.read_table(io.BytesIO(written("parquet", *HOSTILE_ROWS, row(1, submitted=None))))
    assert table.column_names == COLUMNS
    for kept, made in zip(table.to_pylist(), [*HOSTILE_ROWS, row(1, submitted=None)], strict=True):
        assert {k: tuple(v) if isinstance(v, list) else v for k, v in kept.items()} == {
            name: getattr(made, name) for name in COLUMNS
        }


def test_parquet_is_written_in_groups() -> None:
    from pyarrow import parquet

    told = written("parquet", *[row()] * (GROUP + 1))
    assert parquet.ParquetFile(io.BytesIO(told)).metadata.num_row_groups == 2


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_found_is_an_empty_file_of_its_kind(form: str) -> None:
    told = written(form)
    assert told.count(b"\n") == (1 if form == "csv" else 0) or form == "parquet"
    assert (form == "parquet") == told.startswith(b"PAR1")


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_rows_give_the_same_bytes(form: str) -> None:
    assert written(form, *HOSTILE_ROWS) == written(form, *HOSTILE_ROWS)
