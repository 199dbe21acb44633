from datetime import date, timedelta
from pathlib import Path

import pytest

from digest.archive import Archive
from digest.schedule import due
from tests.invented import report

MONDAY = date(2026, 1, 5)


def days(*numbers: int) -> list[date]:
    return [MONDAY + timedelta(days=n) for n in numbers]


def archive(folder: Path, *editions: date, new: int = 1) -> Archive:
    made = Archive(str(folder))
    with made.writing():
        for edition in editions:
            made.commit(report(edition, new))
    return made


@pytest.mark.parametrize(("today", "expected"), [(0, 0), (1, 1), (4, 4), (5, 4), (6, 4), (7, 7)])
def test_a_first_run_begins_with_the_latest_announcement_day(tmp_path: Path, today: int, expected: int) -> None:
    assert due(archive(tmp_path), *days(today)) == days(expected)


def test_today_is_due_until_it_is_there(tmp_path: Path) -> None:
    made = archive(tmp_path, *days(0))
    assert due(made, *days(0)) == [] and due(made, *days(1)) == days(1)


def test_gaps_are_due_oldest_first_without_weekends(tmp_path: Path) -> None:
    made = archive(tmp_path, *days(0, 2, 4))
    assert due(made, *days(8)) == days(1, 3, 7, 8)
    assert due(made, *days(6)) == days(1, 3)


def test_a_quiet_day_is_done(tmp_path: Path) -> None:
    assert due(archive(tmp_path, *days(0, 1), new=0), *days(1)) == []


def test_nothing_before_the_first_edition_is_due(tmp_path: Path) -> None:
    assert due(archive(tmp_path, *days(2)), *days(3)) == days(3)
    assert due(archive(tmp_path / "later", *days(9)), *days(3)) == []


def test_what_is_older_than_thirty_days_is_left(tmp_path: Path) -> None:
    made = archive(tmp_path, *days(0))
    found = due(made, *days(60))
    assert found[0] == days(30)[0] and found[-1] == days(60)[0] and len(found) == 23
    assert due(made, *days(30))[0] == days(1)[0]


def test_a_first_edition_that_failed_stays_due(tmp_path: Path) -> None:
    made = archive(tmp_path)
    made.try_first(days(0)[0], made.journal(days(0)[0]))
    made.try_first(days(0)[0], made.journal(days(0)[0]))
    assert made.tried == days(0) and due(made, *days(2)) == days(0, 1, 2)
    # Later ones may come before it, and are noted nowhere.
    with made.writing():
        made.commit(report(*days(1)))
    made.try_first(days(2)[0], made.journal(days(2)[0]))
    assert made.tried == days(0) and due(made, *days(2)) == days(0, 2)
    with made.writing():
        made.commit(report(*days(0)))
    assert made.tried == [] and due(made, *days(2)) == days(2)


def test_a_first_edition_that_failed_long_ago_is_no_beginning(tmp_path: Path) -> None:
    made = archive(tmp_path)
    made.try_first(days(0)[0], made.journal(days(0)[0]))
    assert due(made, *days(30))[0] == days(0)[0] and due(made, *days(31)) == days(31)


def test_what_was_only_fetched_is_no_beginning(tmp_path: Path) -> None:
    made = archive(tmp_path)
    made.journal(days(0)[0]).add("batch", {})
    assert made.begun == days(0) and made.tried == [] and due(made, *days(2)) == days(2)
