import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from digest import trends
from digest.archive import Archive
from digest.assets import Assets
from digest.config import Config
from digest.pages import render_edition, render_index
from digest.pipeline import Parts, publish, recategorised
from digest.records import EditionReport, Kind, Listing, Outcome
from tests.fakes import FakeEmbedder, FakeReader, FakeWriter, ListSource
from tests.invented import CATEGORIES, DAY, paper

NEXT = DAY + timedelta(days=1)


def listings(*numbers: int) -> list[Listing]:
    return [Listing(paper(n)) for n in numbers]


def parts(reader: FakeReader | None = None, **days: list[list[Listing]]) -> Parts:
    told = {DAY: [listings(1, 2, 3, 4, 5, 6), listings(6, 7)], NEXT: [[*listings(7, 8, 9), updated(1)]]}
    return Parts((ListSource(told),), reader or FakeReader(CATEGORIES), FakeEmbedder(), CATEGORIES)


def updated(number: int) -> Listing:
    return Listing(replace(paper(number), version=2), Kind.UPDATED)


def silent(step: str, done: int, total: int) -> None:
    assert 0 <= done <= total


def run(folder: Path, made: Parts, *days: object) -> list[EditionReport]:
    config = Config(workspace=folder, languages=("en", "ko"))
    archive = Archive(config.archive_url, config.reports / ".digest.json")
    reports = []
    with archive.writing():
        for pending in archive.pending:
            finish(pending, archive, config)
        for day in days or (DAY, NEXT):
            if not archive.published(day):  # type: ignore[arg-type]
                reports.append(publish(day, NEXT, "2026-01-06T09:00", archive, made, silent))  # type: ignore[arg-type]
                finish(day, archive, config)
    return reports


def finish(day: object, archive: Archive, config: Config) -> None:
    render_edition(day, archive, config, Assets(config.workspace))  # type: ignore[arg-type]
    render_index(archive, config, Assets(config.workspace))
    archive.rendered(day)  # type: ignore[arg-type]


def tree(folder: Path) -> dict[str, bytes]:
    kept = [p for p in folder.rglob("*") if p.is_file() and p.name not in ("lock", "lock.holder")]
    return {str(p.relative_to(folder)): p.read_bytes() for p in kept}


def test_two_days_never_print_a_paper_as_new_twice(tmp_path: Path) -> None:
    first, second = run(tmp_path, parts())
    assert (first.ledger.announced, first.ledger.new) == (7, 7)
    ledger = second.ledger
    assert (ledger.announced, ledger.new, ledger.updated, ledger.seen) == (4, 2, 1, 1) and ledger.balanced
    archive = Archive(str(tmp_path / "archive"))
    assert not {p.id for p in archive.papers(DAY)} & {p.id for p in archive.papers(NEXT)}


def test_a_finished_run_repeated_changes_nothing_and_asks_nothing(tmp_path: Path) -> None:
    made = parts()
    run(tmp_path, made)
    before, asked = tree(tmp_path), len(made.sources[0].asked)  # type: ignore[attr-defined]
    assert run(tmp_path, made) == []
    assert tree(tmp_path) == before
    assert len(made.sources[0].asked) == asked  # type: ignore[attr-defined]


def test_a_quiet_day_is_recorded_without_a_report(tmp_path: Path) -> None:
    [report] = run(tmp_path, parts(), NEXT + timedelta(days=1))
    assert report.outcome is Outcome.QUIET
    assert [p.name for p in (tmp_path / "reports").rglob("*.md")] == ["README.md"]


def test_an_edition_without_news_has_a_report_that_says_so(tmp_path: Path) -> None:
    made = Parts(
        (ListSource({DAY: [listings(1)], NEXT: [listings(1)]}),), FakeReader(), FakeEmbedder(), CATEGORIES
    )
    run(tmp_path, made)
    text = (tmp_path / "reports/2026/01/2026-01-06.md").read_text(encoding="utf-8")
    assert "No new papers" in text and "1 announced = 0 new + 0 updated + 1 already reported + 0 failed" in text


def test_a_paper_that_cannot_be_read_shows_its_abstract(tmp_path: Path) -> None:
    run(tmp_path, parts(FakeReader(CATEGORIES, poison="Number 3")), DAY)
    archive = Archive(str(tmp_path / "archive"))
    unread = [e.paper_id for e in archive.enrichments(DAY) if not e.provider]
    assert unread == [paper(3).id]
    text = (tmp_path / "reports/2026/01/2026-01-05.md").read_text(encoding="utf-8")
    assert text.count("Abstract (not read)") == 1 and "1 paper could not be read" in text


def test_means_are_those_of_the_days_before(tmp_path: Path) -> None:
    first, second = run(tmp_path, parts())
    assert first.mean_total is None and all(s.mean is None for s in first.shares)
    assert second.mean_total == 7
    assert {s.category: s.mean for s in second.shares} | {} == {s.category: float(s.count) for s in first.shares}


def test_recategorising_sorts_the_whole_archive(tmp_path: Path) -> None:
    run(tmp_path, parts())
    archive = Archive(str(tmp_path / "archive"))
    only = CATEGORIES[1:2] + CATEGORIES[-1:]
    with archive.writing():
        archive.reread(recategorised(archive, Parts((), FakeReader(only[:1]), FakeEmbedder(), only)))
    again = Archive(str(tmp_path / "archive"))
    for day in (DAY, NEXT):
        assert {e.primary for e in again.enrichments(day)} == {"vision"}
        assert [s.category for s in again.report(day).shares] == ["vision"]
        assert again.report(day).ledger.balanced
    assert again.history.days[DAY].counts == {"vision": 7}
    assert again.report(NEXT).shares[0].mean == 7


def test_unusual_categories_are_recorded_shown_and_found_anew_when_the_archive_is_sorted_anew(
    tmp_path: Path,
) -> None:
    reader, numbers = FakeReader(CATEGORIES[:2]), range(1, 1000)
    kinds = [sorting.primary for sorting in reader.categorise([paper(n) for n in numbers])]
    by = {slug: iter([n for n, kind in zip(numbers, kinds, strict=True) if kind == slug]) for slug in set(kinds)}

    def edition(language: int, vision: int) -> list[list[Listing]]:
        return [listings(*islice(by["language"], language), *islice(by["vision"], vision))]

    days = [DAY - timedelta(days=n) for n in range(trends.ENOUGH, 0, -1)]
    told = {**{day: edition(8, 2) for day in days}, DAY: edition(8, 25)}
    made = Parts((ListSource(told),), reader, FakeEmbedder(), CATEGORIES)
    archive, writer = Archive(str(tmp_path / "archive")), FakeWriter(CATEGORIES[:2])
    written = replace(made, reader=writer, backup=reader, meter=writer.caller.meter)
    with archive.writing():
        reports = [publish(day, DAY, "2026-01-05T09:00", archive, made, silent) for day in days]
        reports.append(publish(DAY, DAY, "2026-01-05T09:00", archive, written, silent))
        finish(DAY, archive, Config(workspace=tmp_path))
    assert not any(r.categories_rising or r.categories_fading for r in reports[:-1])
    [trend] = reports[-1].categories_rising
    assert (trend.category, trend.count, trend.editions) == ("vision", 25, 1)
    assert trend.days == (*[2] * trends.ENOUGH, 25)
    line = f"Unusually many papers: 📷 Vision (25, about {trend.expected:.2g} expected)."
    assert line in (tmp_path / "reports/2026/01/2026-01-05.md").read_text(encoding="utf-8")
    [of_day] = [ids for step, ids in writer.calls if step == "day.v1"]
    assert [i for i in of_day if i.startswith("stat:")] == ["stat:day", "stat:vision"], "one truth for both"
    archive = Archive(archive.store.url)
    assert archive.report(DAY) == reports[-1]
    with archive.writing():
        archive.reread(recategorised(archive, Parts((), reader, FakeEmbedder(), CATEGORIES)))
    assert Archive(archive.store.url).report(DAY).categories_rising == (trend,)
    only = FakeReader(CATEGORIES[:1])
    with archive.writing():
        archive.reread(recategorised(archive, Parts((), only, FakeEmbedder(), CATEGORIES)))
    assert Archive(archive.store.url).report(DAY).categories_rising == ()


class Killer:
    """Kills this process, as `kill -9` does, at the n-th change of the disk."""

    def __init__(self, at: int) -> None:
        self.left = at

    def hook(self, original: Callable[..., object]) -> Callable[..., object]:
        def changed(*args: object, **kwargs: object) -> object:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*args, **kwargs)

        return changed


def killed_run(folder: Path, at: int) -> bool:
    """Run in a child that is killed at its n-th change of the disk; False if it came to its end before."""
    child = os.fork()
    if child == 0:
        killer = Killer(at)
        os.fsync = killer.hook(os.fsync)  # type: ignore[assignment]
        Path.replace = killer.hook(Path.replace)  # type: ignore[assignment,method-assign]
        Path.unlink = killer.hook(Path.unlink)  # type: ignore[assignment,method-assign]
        os.remove = killer.hook(os.remove)  # type: ignore[assignment]
        try:
            run(folder, parts())
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_change_of_the_disk_the_same_command_gives_the_same_bytes(tmp_path: Path) -> None:
    run(tmp_path / "whole", parts())
    expected = tree(tmp_path / "whole")
    at, step = 1, 7
    while killed_run(folder := tmp_path / str(at), at):
        made = parts()
        run(folder, made)
        assert tree(folder) == expected, at
        at += step
    assert at > 100, "the sweep must reach into the second edition"
