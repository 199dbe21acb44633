from datetime import date
from pathlib import Path

import pytest

from digest.archive import Archive, Bill
from digest.errors import ArchiveError
from digest.records import Spending

DAY, LATER = date(2026, 1, 5), date(2026, 2, 2)
BILL = Spending("chat", "m", 1, 100, 10, 0.25)


def log(folder: Path) -> Archive:
    return Archive(str(folder / "archive"))


def test_bills_are_kept_by_month_and_edition(tmp_path: Path) -> None:
    archive = log(tmp_path)
    bills = [Bill(DAY, DAY, BILL), Bill(DAY, None, BILL), Bill(LATER, DAY, BILL), Bill(LATER, LATER, BILL)]
    for bill in bills:
        archive.spending.add(bill)
    again = log(tmp_path).spending
    assert list(again.bills()) == bills
    assert list(again.bills("2026-02")) == bills[2:] and not list(again.bills("2026-03"))
    assert again.of_edition(DAY) == [BILL, BILL]


def test_a_bill_cut_short_never_counted_and_spoils_no_other(tmp_path: Path) -> None:
    log(tmp_path).spending.add(Bill(DAY, DAY, BILL))
    path = tmp_path / "archive/spending/2026-01.jsonl"
    path.write_bytes(path.read_bytes() + b'{"day": "2026-')
    assert len(list(log(tmp_path).spending.bills())) == 1
    log(tmp_path).spending.add(Bill(DAY, DAY, BILL))
    assert len(list(log(tmp_path).spending.bills())) == 2


def test_a_damaged_file_is_never_taken_for_nothing_spent(tmp_path: Path) -> None:
    log(tmp_path).spending.add(Bill(DAY, DAY, BILL))
    path = tmp_path / "archive/spending/2026-01.jsonl"
    path.write_bytes(b"rubbish\n" + path.read_bytes())
    with pytest.raises(ArchiveError, match=r"2026-01.jsonl is damaged"):
        list(log(tmp_path).spending.bills())


def test_an_archive_in_memory_keeps_bills_too() -> None:
    archive = Archive("memory://bills/archive")
    archive.spending.add(Bill(DAY, None, BILL))
    archive.spending.add(Bill(DAY, None, BILL))
    assert len(list(archive.spending.bills())) == 2
