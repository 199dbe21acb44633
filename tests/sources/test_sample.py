from datetime import date

import pytest

from digest.config import Config
from digest.errors import SourceError, StaleSource
from digest.http import Client
from digest.intake import merge
from digest.records import Kind
from digest.sources import sample
from digest.sources.sample import SampleSource
from tests.arxiv_shapes import Shelf

DAYS = SampleSource.editions()


def source() -> SampleSource:
    return SampleSource.open(Config(), Client(Config()))


def test_the_editions_are_those_shipped() -> None:
    assert [str(day) for day in DAYS] == ["2026-01-05", "2026-01-06", "2026-01-07"]


@pytest.mark.parametrize("day", DAYS)
def test_an_edition_has_a_batch_for_each_category(day: date) -> None:
    batches = list(source().fetch(day, day, Shelf(), ()))
    assert [batch.part for batch in batches] == ["cs.CL", "cs.CV", "cs.LG", "cs.RO"]
    works, failed = merge(batches)
    assert not failed
    assert 30 < sum(work.kind is Kind.NEW for work in works) < 50
    assert {work.paper.source for work in works} == {"sample"}
    assert all(work.paper.abstract and work.paper.authors and work.paper.subjects for work in works)


def test_parts_that_are_done_are_left_out() -> None:
    batches = source().fetch(DAYS[0], DAYS[0], Shelf(), ("cs.CL", "cs.LG"))
    assert [batch.part for batch in batches] == ["cs.CV", "cs.RO"]


def test_another_day_is_an_error_that_names_those_held() -> None:
    with pytest.raises(SourceError, match="no edition 2026-01-08, only 2026-01-05, 2026-01-06, 2026-01-07"):
        list(source().fetch(date(2026, 1, 8), date(2026, 1, 8), Shelf(), ()))


def test_a_feed_under_the_wrong_date_is_stale(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    folder = tmp_path / "2026-01-08"
    folder.mkdir()
    (folder / "cs.LG.xml").write_bytes((sample.FOLDER / "2026-01-05" / "cs.LG.xml").read_bytes())
    monkeypatch.setattr(sample, "FOLDER", tmp_path)
    with pytest.raises(StaleSource, match="shows 2026-01-05"):
        list(source().fetch(date(2026, 1, 8), date(2026, 1, 8), Shelf(), ()))


def test_a_damaged_file_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    folder = tmp_path / "2026-01-05"
    folder.mkdir()
    (folder / "cs.LG.xml").write_bytes((sample.FOLDER / "2026-01-05" / "cs.LG.xml").read_bytes()[:3000])
    monkeypatch.setattr(sample, "FOLDER", tmp_path)
    with pytest.raises(SourceError, match=r"damaged .*install the program again"):
        list(source().fetch(date(2026, 1, 5), date(2026, 1, 5), Shelf(), ()))
