import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from digest.archive import Archive
from digest.errors import ArchiveError
from digest.records import EditionReport, Ledger, Outcome, Paper, Skipped
from tests.invented import DAY, paper, reading, report, vectors

NEXT = DAY + timedelta(days=1)


def commit(archive: Archive, edition: date = DAY, numbers: tuple[int, ...] = (1, 2)) -> EditionReport:
    papers = tuple(paper(n) for n in numbers)
    made = report(edition, len(papers))
    with archive.writing():
        archive.fix_embedder("test", 4)
        archive.commit(made, papers, [reading(p) for p in papers], vectors(len(papers)))
    return made


@pytest.fixture(params=["folder", "memory", "bucket"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "archive")
    if request.param == "memory":
        return f"memory://archive-{tmp_path.name}-{id(request)}"
    return f"{request.getfixturevalue('bucket')}/digest"


def test_an_edition_comes_back_as_it_went_in(url: str) -> None:
    papers = (
        paper(1, doi="10.1/AbC", comment='a "comment", 한국어'),
        paper(2, authors=(), submitted=None, abstract=""),
    )
    readings = (reading(papers[0], secondary=("vision",), eli5="x"), reading(papers[1], tldr="", keyphrases=()))
    rows = vectors(2)
    made = replace(
        report(new=2), ledger=Ledger(4, 2, 1, 0, (Skipped("x", "no title"),)), updated=(paper(9, version=3),)
    )
    with Archive(url).writing():
        archive = Archive(url)
        archive.fix_embedder("test", 4)
        archive.commit(made, papers, readings, rows)
    again = Archive(url)
    assert again.report(DAY) == made
    assert again.papers(DAY) == papers
    assert again.enrichments(DAY) == readings
    ids, found = again.vectors(DAY)
    assert ids == [p.id for p in papers] and np.array_equal(found, rows)


def test_the_ledger_knows_versions_dois_and_updates(url: str) -> None:
    archive = Archive(url)
    first = paper(1, doi="10.1/AbC")
    with archive.writing():
        archive.fix_embedder("test", 4)
        archive.commit(report(new=1), [first], [reading(first)], vectors(1))
        archive.commit(
            replace(report(NEXT, 0), updated=(replace(first, version=3), Paper("doi:10.2/x", "T", "feed")))
        )
    known = Archive(url).seen([first.id, "doi:10.1/abc", "doi:10.2/x", "arxiv:2601.99999", "arxiv:9901.00001"])
    assert known == {first.id: 3, "doi:10.1/abc": 3, "doi:10.2/x": 1}


def test_an_edition_is_committed_once(url: str) -> None:
    archive = Archive(url)
    made = commit(archive)
    with archive.writing(), pytest.raises(ArchiveError, match="already committed"):
        archive.commit(made)


def test_a_quiet_day_is_an_edition_too(url: str) -> None:
    archive = Archive(url)
    with archive.writing():
        archive.commit(report(new=0))
    again = Archive(url)
    assert again.published(DAY) and again.report(DAY).outcome is Outcome.QUIET
    assert again.history.days[DAY].total == 0


def test_a_run_killed_before_the_head_leaves_the_old_state(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(url)
    commit(archive)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Archive, "_replace_head", killed)
    with pytest.raises(KeyboardInterrupt):
        commit(archive, NEXT, (3, 4))
    monkeypatch.undo()
    again = Archive(url)
    assert not again.published(NEXT)
    assert again.seen([paper(3).id]) == {}
    commit(again, NEXT, (3, 4))
    assert Archive(url).seen([paper(3).id, paper(1).id]) == {paper(3).id: 1, paper(1).id: 1}
    leftovers = [n for n in again.store.names("seen") if n not in again.head.seen.values()]
    assert leftovers == []


def test_another_vector_space_is_refused(url: str) -> None:
    commit(Archive(url))
    with pytest.raises(ArchiveError, match=r"test \(4 dimensions\), not of other \(8\)"):
        Archive(url).fix_embedder("other", 8)


def test_a_lost_head_is_not_an_empty_archive(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    commit(archive)
    (tmp_path / "HEAD.json").unlink()
    with pytest.raises(ArchiveError, match=r"lost its HEAD\.json"):
        Archive(str(tmp_path)).published(DAY)


@pytest.mark.parametrize("name", ["HEAD.json", "history/1.parquet", "seen/2601.1.parquet"])
@pytest.mark.parametrize("damage", [b"", b"garbage"])
def test_damaged_files_stop_the_run_and_are_named(tmp_path: Path, name: str, damage: bytes) -> None:
    commit(Archive(str(tmp_path)))
    (tmp_path / name).write_bytes(damage)
    archive = Archive(str(tmp_path))
    with pytest.raises(ArchiveError, match=name.split("/")[-1].replace(".", r"\.")):
        archive.published(DAY)
        archive.seen([paper(1).id])


@pytest.mark.parametrize(
    "name", ["editions/2026/2026-01-05.json", "papers/2026/2026-01-05.parquet", "readings/2026/2026-01-05.parquet"]
)
def test_missing_files_are_named(tmp_path: Path, name: str) -> None:
    commit(Archive(str(tmp_path)))
    (tmp_path / name).unlink()
    archive = Archive(str(tmp_path))
    with pytest.raises(ArchiveError, match=name):
        archive.report(DAY)
        archive.papers(DAY)
        archive.enrichments(DAY)


def test_reports_without_their_archive_stop_the_run(tmp_path: Path) -> None:
    marker = tmp_path / "reports" / ".digest.json"
    archive = Archive(str(tmp_path / "one"), marker)
    commit(archive)
    with archive.writing():
        archive.rendered(DAY)
    assert json.loads(marker.read_text()) == {"generation": 1}
    with pytest.raises(ArchiveError, match="no archive"):
        Archive(str(tmp_path / "elsewhere"), marker).published(DAY)


def test_an_archive_older_than_the_reports_stops_the_run(tmp_path: Path) -> None:
    marker = tmp_path / ".digest.json"
    commit(Archive(str(tmp_path / "a"), marker))
    marker.write_text('{"generation": 7}')
    with pytest.raises(ArchiveError, match="older"):
        Archive(str(tmp_path / "a"), marker).published(DAY)


def test_a_second_run_is_told_who_holds_the_archive(tmp_path: Path) -> None:
    first, second = Archive(str(tmp_path)), Archive(str(tmp_path))
    with first.writing(), pytest.raises(ArchiveError, match="in use by process"), second.writing():
        pass
    with second.writing():
        pass


def test_pending_until_rendered(url: str) -> None:
    archive = Archive(url)
    commit(archive)
    assert Archive(url).pending == (DAY,)
    with archive.writing():
        archive.rendered(DAY)
    assert Archive(url).pending == ()


def test_rereading_replaces_everything_at_once(url: str) -> None:
    archive = Archive(url)
    commit(archive)
    commit(archive, NEXT, (3,))
    changed = [
        (archive.report(day), tuple(replace(e, primary="vision") for e in archive.enrichments(day)))
        for day in (DAY, NEXT)
    ]

    def cut_short() -> object:
        yield changed[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), archive.writing():
        archive.reread(cut_short())  # type: ignore[arg-type]
    assert {e.primary for e in Archive(url).enrichments(DAY)} == {"language"}
    with archive.writing():
        archive.reread(changed)
    assert {e.primary for d in (DAY, NEXT) for e in Archive(url).enrichments(d)} == {"vision"}
    commit(archive, NEXT + timedelta(days=1), (5,))
    assert Archive(url).enrichments(NEXT + timedelta(days=1))[0].paper_id == paper(5).id


def test_the_same_commits_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        commit(Archive(str(tmp_path / name)))
        commit(Archive(str(tmp_path / name)), NEXT, (3,))
    first = {p.relative_to(tmp_path / "a"): p.read_bytes() for p in (tmp_path / "a").rglob("*") if p.is_file()}
    second = {p.relative_to(tmp_path / "b"): p.read_bytes() for p in (tmp_path / "b").rglob("*") if p.is_file()}
    assert first == second
