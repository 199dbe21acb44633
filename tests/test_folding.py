"""Topics through the whole story: founded, folded into, redrawn, named, told of, and never between two states."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from digest.archive import Archive
from digest.archive.clustering import Fold
from digest.assets import Assets
from digest.cli.publishing import PAST
from digest.config import Config
from digest.curation import Curation
from digest.pages import render_edition, render_topics
from digest.pipeline import (
    Parts,
    Wishes,
    heir_of,
    named,
    publish,
    recategorised,
    redraw,
    resorted,
    respaced,
)
from digest.records import UNSORTED, EditionReport, Event, Listing
from digest.report import Catalogue
from tests.fakes import FakeEmbedder, FakeReader, ListSource
from tests.invented import CATEGORIES, paper
from tests.test_pipeline import Killer, silent, tree

# Words that the fake embedder puts on axes of their own.
KINDS = ("moths", "candles", "owls", "sparks", "clouds", "bridges")
MONDAY, TUESDAY, NEXT_MONDAY = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 12)
DAYS = (MONDAY, TUESDAY, NEXT_MONDAY)
MODEL, DIMENSION = FakeEmbedder.model, FakeEmbedder.dimension


def listing(number: int, kind: int) -> Listing:
    title = f"{KINDS[kind]} {KINDS[kind]} {KINDS[kind]} {KINDS[number % 6]} on {KINDS[kind]}"
    return Listing(paper(number, title=title))


def parts(**fields: object) -> Parts:
    told = {
        MONDAY: [[listing(n, n % 4) for n in range(1, 41)]],
        TUESDAY: [[listing(n, n % 4) for n in range(41, 51)]],
        # Two kinds of papers that there have been none of.
        NEXT_MONDAY: [[listing(n, n % 6) for n in range(51, 99)]],
    }
    made = Parts((ListSource(told),), FakeReader(CATEGORIES), FakeEmbedder(), CATEGORIES)
    return replace(made, **fields)  # type: ignore[arg-type]


def run(folder: Path, *days: date, made: Parts | None = None) -> Archive:
    config = Config(workspace=folder, languages=("en", "ko"))
    archive, assets = Archive(config.archive_url, config.reports / ".digest.json"), Assets(folder)
    with archive.writing():
        for day in days:
            if not archive.published(day):
                publish(day, NEXT_MONDAY, "2026-01-12T09:00", archive, made or parts(), silent)
        for day in archive.pending:
            render_edition(day, archive, config, assets)
            archive.rendered(day)
        if archive.clustering is not None and archive.head.pages:
            counts, latest = archive.topic_counts(days[-1], PAST), archive.report(days[-1])
            catalogue = Catalogue(archive.clustering.topics, archive.clustering.lineage, counts, latest)
            render_topics(catalogue, config, assets)
            archive.topics_rendered()
    return archive


def first_topics(archive: Archive, day: date) -> dict[str, int]:
    found = archive.assigned(day)
    assert found is not None
    return dict(zip(found[0], found[1].topics[:, 0].tolist(), strict=True))


def report_of(archive: Archive, day: date) -> EditionReport:
    return archive.report(day)


def test_the_first_edition_founds_topics_and_the_next_only_folds(tmp_path: Path) -> None:
    archive = run(tmp_path, MONDAY)
    assert archive.clustering is not None
    founded, before = archive.clustering.live, first_topics(archive, MONDAY)
    assert len(founded) >= 4 and all(t.born == MONDAY and t.name for t in founded.values())
    assert len({t.name.casefold() for t in founded.values()}) == len(founded)
    assert not report_of(archive, MONDAY).newborn, "where all are new, none is news"
    archive = run(tmp_path, TUESDAY)
    assert archive.clustering is not None and archive.clustering.live.keys() == founded.keys()
    assert first_topics(archive, MONDAY) == before, "old papers never move in a fold"
    assert {t.name for t in archive.clustering.live.values()} == {t.name for t in founded.values()}
    grown = {i: t.size - founded[i].size for i, t in archive.clustering.live.items()}
    assert sum(grown.values()) == sum(t != UNSORTED for t in first_topics(archive, TUESDAY).values()) > 5


def test_papers_of_a_kind_share_a_topic(tmp_path: Path) -> None:
    archive = run(tmp_path, MONDAY)
    kinds: dict[int, set[str]] = {}
    for one in archive.papers(MONDAY):
        kinds.setdefault(first_topics(archive, MONDAY)[one.id], set()).add(one.title.split()[0])
    assert all(len(found) == 1 for topic, found in kinds.items() if topic != UNSORTED)


def test_the_record_says_where_each_paper_went_under_the_names_of_the_day(tmp_path: Path) -> None:
    archive = run(tmp_path, MONDAY, TUESDAY)
    report = report_of(archive, TUESDAY)
    assert [row[0] if row else UNSORTED for row in report.folded] == list(first_topics(archive, TUESDAY).values())
    assert archive.clustering is not None
    assert report.topic_names == {t: archive.clustering.live[t].name for row in report.folded for t in row}
    page = (tmp_path / "reports/2026/01/2026-01-06.md").read_text(encoding="utf-8")
    assert all(f"../../topics/{row[0]}.md" in page for row in report.folded if row)


def test_a_new_week_redraws_and_new_fields_get_topics_of_their_own(tmp_path: Path) -> None:
    before = run(tmp_path, MONDAY, TUESDAY).clustering
    archive = run(tmp_path, NEXT_MONDAY)
    after, report = archive.clustering, report_of(archive, NEXT_MONDAY)
    assert before is not None and after is not None
    assert after.state.rebalanced == NEXT_MONDAY and before.live.keys() <= {t.id for t in after.topics}
    born = [c for c in after.lineage if c.day == NEXT_MONDAY and c.event in (Event.BORN, Event.SPLIT)]
    assert born and all(c.reason and c.exemplars for c in born)
    assert {n.topic for n in report.newborn} <= {c.topic for c in born}
    page = (tmp_path / "reports/2026/01/2026-01-12.md").read_text(encoding="utf-8")
    assert "🌱 New topics" in page and all(n.name in page for n in report.newborn)
    assert all((tmp_path / f"reports/topics/{t.id}{end}.md").exists() for t in after.topics for end in ("", ".ko"))


def test_counts_sizes_and_assignments_are_three_views_of_one_thing(tmp_path: Path) -> None:
    archive = run(tmp_path, *DAYS)
    clustering = archive.clustering
    assert clustering is not None
    given = np.concatenate([rows.topics[:, 0] for _, rows in archive.all_assigned().values()])
    counted: dict[int, int] = {}
    for tally in archive.topic_counts(NEXT_MONDAY, timedelta(days=60)).values():
        for topic, count in tally.items():
            counted[topic] = counted.get(topic, 0) + count
    sizes = {topic: int((given == topic).sum()) for topic in {*given.tolist()}}
    assert counted == sizes
    assert {t.id: t.size for t in clustering.live.values()} == {t: sizes.get(t, 0) for t in clustering.live}


def test_the_same_editions_folded_again_give_the_same_bytes(tmp_path: Path) -> None:
    run(tmp_path / "one", *DAYS)
    for day in DAYS:
        run(tmp_path / "two", day)
    one, two = tree(tmp_path / "one"), tree(tmp_path / "two")
    kept = [name for name in one if name.startswith(("archive", "reports/2026"))]
    assert {name: one[name] for name in kept} == {name: two[name] for name in kept}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_within_an_edition_topics_are_the_old_ones_or_the_new_ones(tmp_path: Path) -> None:
    states = []
    for day in DAYS:
        run(tmp_path / "whole", day)
        states.append(state(tmp_path / "whole"))
    expected, at, kills = tree(tmp_path / "whole"), 1, 0
    while killed(lambda folder: run(folder, *DAYS), folder := tmp_path / str(at), at):
        assert state(folder) in ("", *states), at
        run(folder, *DAYS)
        assert tree(folder) == expected, at
        at, kills = at + 13, kills + 1
    assert kills > 10


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_within_a_rebalance_by_hand_topics_are_the_old_ones_or_the_new_ones(tmp_path: Path) -> None:
    def redrawn_by_hand(folder: Path) -> None:
        archive = Archive(str(folder / "archive"))
        with archive.writing():
            made = parts()
            drawn = redraw(archive, made, NEXT_MONDAY, Wishes(merges=((2, 1),), splits=(3,)))
            archive.recluster(named(drawn, NEXT_MONDAY, made, archive.topics_journal))

    run(tmp_path / "before", MONDAY, TUESDAY)
    shutil.copytree(tmp_path / "before", tmp_path / "after")
    redrawn_by_hand(tmp_path / "after")
    before, after = state(tmp_path / "before"), state(tmp_path / "after")
    at, found = 1, []
    while killed(redrawn_by_hand, shutil.copytree(tmp_path / "before", folder := tmp_path / str(at)), at):
        found.append(state(folder))
        at += 1
    assert before != after and set(found) == {before, after}
    assert found == sorted(found, key=[before, after].index), "what has been committed stays"


def state(folder: Path) -> str:
    """All that an archive says of topics, as text; nothing where it has none."""
    archive = Archive(str(folder / "archive"))
    found = archive.clustering
    if found is None:
        return ""
    arrays = (found.state.sums, found.state.counts, found.state.thresholds, found.named, found.named_sizes)
    given = {day: (ids, rows.topics.tolist()) for day, (ids, rows) in archive.all_assigned().items()}
    counts = archive.topic_counts(NEXT_MONDAY, timedelta(days=60))
    return repr((found.topics, found.lineage, [array.tolist() for array in arrays], given, counts))


def killed(work: Callable[[Path], object], folder: Path, at: int) -> bool:
    """Work in a child that is killed at its n-th change of the disk; False if it came to its end before."""
    child = os.fork()
    if child == 0:
        killer = Killer(at)
        os.fsync = killer.hook(os.fsync)  # type: ignore[assignment]
        Path.replace = killer.hook(Path.replace)  # type: ignore[assignment,method-assign]
        os.remove = killer.hook(os.remove)  # type: ignore[assignment]
        try:
            work(folder)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_what_people_decide_holds(tmp_path: Path) -> None:
    curation = Curation({2: "Winged things"}, frozenset({2}), ((4, 1),))
    run(tmp_path, MONDAY, TUESDAY)
    archive = run(tmp_path, NEXT_MONDAY, made=parts(curation=curation))
    clustering = archive.clustering
    assert clustering is not None
    assert (clustering.live[2].name, clustering.live[2].namer) == ("Winged things", "person")
    assert 4 not in clustering.live and heir_of(clustering, 4) == 1
    assert any(c.event is Event.RENAMED and c.topic == 2 for c in clustering.lineage)
    assert "](1.md)" in (tmp_path / "reports/topics/4.md").read_text(encoding="utf-8")


def test_a_name_that_people_take_leaves_its_old_owner_with_its_id(tmp_path: Path) -> None:
    archive = run(tmp_path, MONDAY)
    assert archive.clustering is not None
    taken = archive.clustering.live[3].name
    archive = run(tmp_path, TUESDAY, made=parts(curation=Curation({2: taken}, frozenset({2}))))
    assert archive.clustering is not None
    assert [archive.clustering.live[n].name for n in (2, 3)] == [taken, f"{taken} t3"]


def test_another_vector_space_moves_nobody(tmp_path: Path) -> None:
    archive = run(tmp_path, *DAYS)
    before = archive.clustering
    assert before is not None
    rows = archive.all_assigned()
    for day in DAYS:
        wide = np.pad(archive.vectors(day)[1], ((0, 0), (0, 2)))
        archive.add_vectors(day, "wider", DIMENSION + 2, wide)
    space = ("wider", DIMENSION + 2)
    archive.move_to(*space, respaced(archive, lambda day: archive.vectors(day, space)[1]))
    again = Archive(archive.store.url)
    assert again.clustering is not None and again.clustering.state.sums.shape[1] == DIMENSION + 2
    assert again.clustering.topics == before.topics
    for day, (ids, found) in again.all_assigned().items():
        assert ids == rows[day][0] and np.array_equal(found.topics[:, 0], rows[day][1].topics[:, 0])


def test_sorting_the_archive_anew_moves_the_papers_that_topics_name(tmp_path: Path) -> None:
    archive = run(tmp_path, *DAYS)
    only = (CATEGORIES[1], CATEGORIES[-1])
    archive.reread(recategorised(archive, Parts((), FakeReader(only[:1]), FakeEmbedder(), only)))
    categories = {e.paper_id: e.primary for day in DAYS for e in archive.enrichments(day)}
    assert archive.clustering is not None
    archive.recluster(Fold(resorted(archive.clustering, categories), {}))
    again = Archive(archive.store.url).clustering
    assert again is not None
    assert {m.category for t in again.topics for m in (*t.exemplars, *t.newest)} == {"vision"}


def test_too_few_papers_wait_unsorted(tmp_path: Path) -> None:
    few = {
        MONDAY: [[listing(n, n % 4) for n in range(1, 11)]],
        TUESDAY: [[listing(n, n % 4) for n in range(11, 40)]],
    }
    made = parts(sources=(ListSource(few),))
    archive = run(tmp_path, MONDAY, made=made)
    assert archive.clustering is not None and not archive.clustering.topics
    assert set(first_topics(archive, MONDAY).values()) == {UNSORTED}
    archive = run(tmp_path, TUESDAY, made=made)
    assert archive.clustering is not None and archive.clustering.live
    assert sum(t != UNSORTED for t in first_topics(archive, MONDAY).values()) > 5
