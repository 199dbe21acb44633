from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from digest.archive import Archive
from digest.backfill import estimated, fill
from digest.calls import Meter
from digest.config import Config
from digest.pipeline import Parts
from digest.records import Listing, Paper
from tests.fakes import FakeEmbedder, FakeReader, FakeWriter, ListSource
from tests.invented import CATEGORIES, paper

MONDAY = date(2026, 1, 5)
NOW = "2026-02-02T09:00:00-05:00"


class Harvested(ListSource):
    """A list in the place of a harvest."""

    def papers(self, edition: date) -> dict[str, Paper]:
        return {entry.paper.id: entry.paper for part in self.editions.get(edition, []) for entry in part}

    def count(self, edition: date) -> int:
        return len(self.papers(edition))


def source(days: dict[date, Sequence[int]]) -> Harvested:
    return Harvested({day: [[Listing(paper(n)) for n in numbers]] for day, numbers in days.items()})


def parts(**more: object) -> Parts:
    told = {"sources": (), "reader": FakeReader(CATEGORIES), "embedder": FakeEmbedder(), "categories": CATEGORIES}
    return Parts(**{**told, **more})  # type: ignore[arg-type]


def test_topics_are_redrawn_weekly_with_the_last_edition_only(tmp_path: Path) -> None:
    weeks = [MONDAY + timedelta(weeks=n) for n in range(3)]
    days = [*weeks, weeks[-1] + timedelta(days=1)]
    listed = source({days[0]: range(40), days[1]: (41, 42), days[2]: (43, 44), days[3]: (45, 46)})
    archive, redrawn = Archive(str(tmp_path)), []
    with archive.writing():
        for report in fill(days, listed, MONDAY, NOW, archive, parts(), lambda *_: None, Config()):  # type: ignore[arg-type]
            assert archive.published(report.edition) and archive.clustering is not None
            redrawn.append(archive.clustering.state.rebalanced)
    assert redrawn == [days[0], days[0], days[0], days[3]]


def test_an_estimate_counts_what_is_new_and_changes_nothing(tmp_path: Path) -> None:
    archive, listed = (
        Archive(str(tmp_path)),
        source({MONDAY: range(10), MONDAY + timedelta(days=1): range(20, 25)}),
    )
    writer = FakeWriter(CATEGORIES)
    made = parts(reader=writer, backup=FakeReader(CATEGORIES), meter=Meter({writer.model: (1.0, 10.0)}))
    days = [MONDAY, MONDAY + timedelta(days=1)]
    with archive.writing():
        list(fill(days[:1], source({MONDAY: range(3)}), MONDAY, NOW, archive, parts(), lambda *_: None, Config()))  # type: ignore[arg-type]
        generation = archive.head.generation
        count, steps = estimated(days, listed, archive, made)  # type: ignore[arg-type]
        assert archive.head.generation == generation and archive.begun == []
    assert count == 7 + 5 and dict(steps)["reading"].calls == 2 + 2
    assert [step for step, _ in steps] == ["reading", "summaries"] and not writer.calls
