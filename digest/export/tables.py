"""Rows as tables: CSV for spreadsheets, JSON Lines and Parquet for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from itertools import islice
from typing import IO, Any

from digest.export.rows import Row

COLUMNS = [field.name for field in fields(Row)]
SEPARATOR = "; "
# A cell that begins so is a formula to a spreadsheet, in full-width characters too.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Rows held at once for Parquet, which writes in groups.
GROUP = 2000


def write_csv(rows: Iterable[Row], out: IO[bytes]) -> None:
    """A line per paper under a heading; UTF-8, every cell quoted, lists joined by semicolons.

    As OWASP advises, a cell that a spreadsheet would take for a formula begins with an apostrophe, which changes
    the text: programs are better served by JSON Lines or Parquet.
    """
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in COLUMNS])
    text.flush()
    text.detach()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "" if value is None else SEPARATOR.join(value) if isinstance(value, tuple) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def write_jsonl(rows: Iterable[Row], out: IO[bytes]) -> None:
    """An object per line, UTF-8; days are ISO dates, what is not known is null or empty."""
    for row in rows:
        out.write(json.dumps(_told(row), ensure_ascii=False).encode() + b"\n")


def _told(row: Row) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in COLUMNS}
    return {name: str(value) if isinstance(value, date) else value for name, value in told.items()}


def write_parquet(rows: Iterable[Row], out: IO[bytes]) -> None:
    """A table with days as dates and lists as lists."""
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"date": pa.date32(), "date | None": pa.date32(), "int": pa.int32(), "bool": pa.bool_()}
    kinds |= {"str": pa.string(), "tuple[str, ...]": pa.list_(pa.string())}
    schema = pa.schema([(field.name, kinds[str(field.type)]) for field in fields(Row)])
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        for group in _groups(rows):
            columns = {name: [getattr(row, name) for row in group] for name in COLUMNS}
            writer.write_table(pa.Table.from_pydict(columns, schema=schema))


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while group := list(islice(left, GROUP)):
        yield group
