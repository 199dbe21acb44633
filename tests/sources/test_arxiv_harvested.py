from datetime import date, timedelta
from pathlib import Path

import pytest

from digest.archive import Archive
from digest.archive.harvest import Harvest, forget_harvests
from digest.errors import ArchiveError, SourceError
from digest.sources.arxiv_harvested import HarvestedSource
from tests.arxiv_shapes import Shelf
from tests.oai_shapes import Recorded, repository
from tests.serving import Clock, Site, client_of, settings

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 6, 22) + timedelta(days=n) for n in range(3))
TODAY = date(2026, 6, 26)
RECORDS = [
    Recorded("2606.00001", TUESDAY),
    Recorded("2606.00002", TUESDAY, subjects=("cs.LG", "cs.AI")),
    Recorded("2606.00003", WEDNESDAY, stamp=TODAY),
    Recorded("2606.00004", WEDNESDAY, deleted=True),
    Recorded("2606.00005", WEDNESDAY, title=" "),
    Recorded("2606.00006", TODAY),
]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(str(tmp_path / "archive"))


def gathered(site: Site, archive: Archive, *records: Recorded, today: date = TODAY) -> HarvestedSource:
    site.answer = repository(*records)
    config = settings(site, arxiv__categories=["cs.LG", "cs.AI"])
    source = HarvestedSource.open(config, client_of(config, Clock()))
    source.gather(MONDAY, today, archive, lambda _: None)
    return source


def listed(source: HarvestedSource, day: date, shelf: Shelf | None = None, today: date = TODAY) -> list[str]:
    (batch,) = source.fetch(day, today, shelf or Shelf(), ())  # type: ignore[arg-type]
    assert (batch.source, batch.part, batch.origin) == ("arxiv", "oai", "OAI-PMH")
    return [listing.paper.id.removeprefix("arxiv:") for listing in batch.listings]


def test_editions_are_what_was_announced_each_paper_once(site: Site, archive: Archive) -> None:
    source = gathered(site, archive, *RECORDS)
    assert listed(source, TUESDAY) == ["2606.00001", "2606.00002"] and source.count(TUESDAY) == 2
    assert listed(source, WEDNESDAY) == ["2606.00003"] and listed(source, MONDAY) == []
    (batch,) = source.fetch(WEDNESDAY, TODAY, Shelf(), ())  # type: ignore[arg-type]
    assert [skipped.id for skipped in batch.failed] == ["arxiv:2606.00005"]
    assert source.deleted == 1 and not list(source.fetch(WEDNESDAY, TODAY, Shelf(), ("oai",)))  # type: ignore[arg-type]


def test_a_later_record_of_a_paper_holds(site: Site, archive: Archive) -> None:
    old = Recorded("2606.00001", TUESDAY, title="Old")
    new = Recorded("2606.00001", TUESDAY, title="New", stamp=TODAY, subjects=("cs.AI",))
    papers = gathered(site, archive, old, new, RECORDS[1]).papers(TUESDAY)
    assert papers["arxiv:2606.00001"].title == "New" and len(papers) == 2


def test_what_moderators_held_comes_with_the_next_edition(site: Site, archive: Archive) -> None:
    source = gathered(site, archive, *RECORDS)
    shelf = Shelf((TUESDAY,), {"arxiv:2606.00001": 1})
    assert listed(source, WEDNESDAY, shelf) == ["2606.00002", "2606.00003"]


def test_a_day_beyond_the_records_is_no_quiet_day(site: Site, archive: Archive) -> None:
    source = gathered(site, archive, *RECORDS[:2])
    with pytest.raises(SourceError, match="come to 2026-06-23 only, not to 2026-06-24; run again"):
        listed(source, WEDNESDAY)
    nothing = gathered(site, Archive("memory://harvested-none"))
    with pytest.raises(SourceError, match="not to 2026-06-23"):
        listed(nothing, TUESDAY)


def test_a_weekend_and_a_second_time_ask_nothing(site: Site, archive: Archive) -> None:
    source = gathered(site, archive, *RECORDS)
    assert not list(source.fetch(MONDAY - timedelta(days=1), TODAY, Shelf(), ()))  # type: ignore[arg-type]
    site.asked.clear()
    assert listed(gathered(site, archive, *RECORDS), TUESDAY) == ["2606.00001", "2606.00002"] and not site.asked


def test_damaged_pages_are_named_and_forgotten_ones_gone(site: Site, archive: Archive, tmp_path: Path) -> None:
    gathered(site, archive, *RECORDS)
    name = archive.store.names("harvest")[0]
    archive.store.write(name, b"rubbish")
    with pytest.raises(ArchiveError, match=f"{Path(name).name} is damaged; delete it to fetch it again"):
        gathered(site, archive, *RECORDS)
    archive.store.remove(name)
    Harvest(archive.store, str(MONDAY)).forget()
    assert archive.store.names("harvest") == []
    gathered(site, archive, *RECORDS)
    forget_harvests(archive.store)
    assert not (tmp_path / "archive/harvest").exists()
