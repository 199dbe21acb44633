from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from digest.archive import Archive
from digest.errors import SourceError
from digest.intake import Intake, fetch_new, merge
from digest.records import Batch, Kind, Listing, Paper, Skipped
from tests.fakes import ListSource
from tests.invented import DAY, paper, report


def batch(*papers: Paper, kind: Kind = Kind.NEW, source: str = "arxiv", failed: tuple[Skipped, ...] = ()) -> Batch:
    return Batch(source, "part", "a list", tuple(Listing(p, kind) for p in papers), failed)


def take_in(archive: Archive, *lists: list[Listing]) -> Intake:
    return fetch_new([ListSource({DAY: list(lists)})], DAY, DAY, archive, archive.journal(DAY))


def committed(folder: Path, *papers: Paper) -> Archive:
    archive = Archive(str(folder))
    with archive.writing():
        archive.commit(replace(report(date(2026, 1, 2), 0), updated=papers))
    return archive


def test_the_same_paper_in_two_lists_is_one() -> None:
    works, failed = merge([batch(paper(1), paper(2)), batch(paper(2), source="feed")])
    assert [w.paper.id for w in works] == [paper(1).id, paper(2).id] and not failed


def test_two_versions_are_one_paper_in_its_latest() -> None:
    works, _ = merge([batch(replace(paper(1), version=2, title="Second"), kind=Kind.UPDATED), batch(paper(1))])
    assert len(works) == 1
    assert (works[0].kind, works[0].paper.version, works[0].paper.title) == (Kind.NEW, 2, "Second")


def test_a_doi_joins_two_sources_under_the_lasting_id() -> None:
    journal = Paper(
        "doi:10.1/x", "The Published Title", "feed", doi="10.1/x", abstract="A much longer abstract. " * 20
    )
    works, _ = merge([batch(journal, source="feed"), batch(paper(1, doi="10.1/X"))])
    assert len(works) == 1


def test_a_nameless_item_follows_its_title_but_papers_with_ids_do_not() -> None:
    item = Paper("feed:abc", "An invented paper,  number 1!", "feed")
    works, _ = merge([batch(item, source="feed"), batch(paper(1))])
    assert [w.paper.id for w in works] == [paper(1).id]
    works, _ = merge([batch(paper(1, title="Attention"), paper(2, title="Attention"))])
    assert len(works) == 2


def test_what_failed_in_one_list_and_came_in_another_did_not_fail() -> None:
    _, failed = merge([batch(failed=(Skipped(paper(1).id, "no title"), Skipped("x", "odd"))), batch(paper(1))])
    assert failed == (Skipped("x", "odd"),)


def test_ledger_adds_up_and_nothing_is_new_twice(tmp_path: Path) -> None:
    archive = committed(tmp_path, paper(1), replace(paper(2), version=2), paper(5))
    intake = take_in(
        archive,
        [Listing(paper(1)), Listing(replace(paper(2), version=3), Kind.UPDATED), Listing(paper(3))],
        [
            Listing(paper(3)),
            Listing(replace(paper(4), version=2), Kind.UPDATED),
            Listing(replace(paper(5), version=2)),
        ],
    )
    ledger = intake.ledger
    assert ledger.balanced
    assert (ledger.announced, ledger.new, ledger.updated, ledger.seen) == (5, 1, 3, 1)
    assert [p.id for p in intake.new] == [paper(3).id]
    assert [p.id for p in intake.updated] == [paper(2).id, paper(4).id, paper(5).id]


def test_a_known_version_listed_as_update_is_no_news(tmp_path: Path) -> None:
    archive = committed(tmp_path, replace(paper(1), version=2))
    intake = take_in(archive, [Listing(replace(paper(1), version=2), Kind.UPDATED)])
    assert (intake.ledger.seen, intake.updated) == (1, ())


def test_a_known_doi_makes_a_paper_known(tmp_path: Path) -> None:
    archive = committed(tmp_path, paper(1, doi="10.1/X"))
    intake = take_in(archive, [Listing(Paper("doi:10.1/x", "T", "feed", doi="10.1/x"))])
    assert intake.ledger.seen == 1


def test_journalled_parts_are_not_asked_again(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    source = ListSource({DAY: [[Listing(paper(1))], [Listing(paper(2))]]})
    journal = archive.journal(DAY)
    next(source.fetch(DAY, DAY, archive, ()))
    source.asked.clear()
    first = fetch_new([source], DAY, DAY, archive, journal)
    again = fetch_new([source], DAY, DAY, archive, archive.journal(DAY))
    assert len(source.asked) == 2 and first == again


def test_a_failing_dated_source_stops_the_edition(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    with pytest.raises(SourceError, match="down"):
        fetch_new([ListSource({}, fails="down")], DAY, DAY, archive, archive.journal(DAY))


def test_a_failing_undated_source_is_noted(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    sources = [ListSource({DAY: [[Listing(paper(1))]]}), ListSource({}, fails="down", dated=False)]
    intake = fetch_new(sources, DAY, DAY, archive, archive.journal(DAY))
    assert [(line.name, line.listed, line.error) for line in intake.sources] == [
        ("arxiv", 1, ""),
        ("feed", 0, "down"),
    ]


def test_what_an_undated_source_lists_again_is_not_announced_again(tmp_path: Path) -> None:
    archive = committed(tmp_path, paper(1))
    source = ListSource({DAY: [[Listing(paper(1)), Listing(paper(2))]]}, dated=False)
    intake = fetch_new([source], DAY, DAY, archive, archive.journal(DAY))
    assert (intake.ledger.announced, intake.ledger.new, intake.ledger.seen) == (1, 1, 0)


def test_no_answer_at_all_is_no_quiet_day(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    with pytest.raises(SourceError, match="down"):
        fetch_new([ListSource({}, fails="down", dated=False)], DAY, DAY, archive, archive.journal(DAY))
