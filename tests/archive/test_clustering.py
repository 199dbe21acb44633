"""Topics on disk: what is written is read again, only the head makes it current, and damage is told."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from digest.archive import Archive
from digest.archive.clustering import Clustering, Fold, Rows
from digest.errors import ArchiveError
from digest.records import UNSORTED, Assigned, Change, Event, Mention, Paper, Topic, Topics, Why
from tests.invented import DAY, paper, reading, report, vectors

NEXT = DAY + timedelta(days=1)
PAPERS = (paper(1), paper(2))
IDS = [one.id for one in PAPERS]


def clustering(names: tuple[str, ...] = ("Counting", "Naming")) -> Clustering:
    state = replace(
        Topics.start(4),
        ids=tuple(range(1, len(names) + 1)),
        sums=np.arange(4.0 * len(names)).reshape(-1, 4),
        counts=np.full(len(names), 3),
        thresholds=np.full(len(names), 0.25, dtype=np.float32),
        idle=np.zeros(len(names), dtype=np.int64),
        next_id=len(names) + 1,
        rebalanced=DAY,
        folded=2,
    )
    shown = Mention(IDS[0], "A Title", "https://arxiv.org/abs/2601.90001", DAY, "language")
    topics = tuple(Topic(n, DAY, name, newest=(shown,)) for n, name in enumerate(names, start=1))
    figures = {"papers": 3, "now": 0.5, "was": 1.0, "before": "1"}
    lineage = tuple(Change(DAY, Event.BORN, topic.id, reason=Why.UNFITTED, figures=figures) for topic in topics)
    return Clustering(topics, state, lineage, np.eye(len(names), 4, dtype=np.float32), np.full(len(names), 3))


def rows(*topics: int) -> Rows:
    given = np.zeros((len(topics), 3), dtype=np.int32)
    given[:, 0] = topics
    return IDS[: len(topics)], Assigned(given, np.where(given > 0, np.float32(0.5), np.float32(0)))


def take_in(archive: Archive, edition: date, fold: Fold | None, papers: tuple[Paper, ...] = PAPERS) -> None:
    enrichments = [reading(one) for one in papers]
    archive.fix_embedder("test", 4)
    archive.commit(report(edition, len(papers)), papers, enrichments, vectors(len(papers)), fold=fold)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(str(tmp_path / "archive"))


def same(one: Clustering | None, other: Clustering | None) -> bool:
    assert one is not None and other is not None
    arrays = ("ids", "sums", "counts", "thresholds", "idle")
    return (one.topics, one.lineage) == (other.topics, other.lineage) and all(
        np.array_equal(getattr(one.state, name), getattr(other.state, name)) for name in arrays
    )


def test_an_archive_without_topics_has_none(archive: Archive) -> None:
    take_in(archive, DAY, None)
    assert archive.clustering is None
    assert archive.assigned(DAY) is None
    assert archive.topic_counts(DAY, timedelta(days=9)) == {}


def test_what_was_written_is_read_again(archive: Archive) -> None:
    take_in(archive, DAY, Fold(clustering(), {DAY: rows(1, UNSORTED)}))
    again = Archive(archive.store.url)
    assert same(again.clustering, clustering())
    assert same(archive.clustering, again.clustering)
    found = again.assigned(DAY)
    assert found is not None
    assert found[0] == IDS
    assert found[1].topics.tolist() == [[1, 0, 0], [0, 0, 0]]
    assert again.topic_counts(DAY, timedelta(days=9)) == {DAY: {UNSORTED: 1, 1: 1}}
    assert again.head.pages


def test_the_writer_goes_on_from_what_a_reader_would_find(archive: Archive) -> None:
    made = clustering()
    odd = replace(made, state=replace(made.state, sums=made.state.sums + 1 / 3))
    take_in(archive, DAY, Fold(odd, {DAY: rows(1, 2)}))
    assert same(archive.clustering, Archive(archive.store.url).clustering)


def test_a_rebalance_replaces_every_assignment(archive: Archive) -> None:
    take_in(archive, DAY, Fold(clustering(), {DAY: rows(1, 1)}))
    more = (paper(3), paper(4))
    take_in(archive, NEXT, Fold(clustering(), {NEXT: ([p.id for p in more], rows(2, 2)[1])}), more)
    assert [day for day, _ in archive.all_assigned().items()] == [DAY, NEXT]
    anew = {DAY: rows(2, 1), NEXT: ([p.id for p in more], rows(1, 1)[1])}
    archive.recluster(Fold(clustering(("Counting", "Other")), anew, anew=True))
    again = Archive(archive.store.url)
    assert {day: found[1].topics[:, 0].tolist() for day, found in again.all_assigned().items()} == {
        DAY: [2, 1],
        NEXT: [1, 1],
    }
    assert again.topic_counts(NEXT, timedelta(days=9)) == {DAY: {1: 1, 2: 1}, NEXT: {1: 2}}
    assert len(again.store.names("assignments")) == len(again.store.names("topics")) - 1 == 1


def test_files_that_no_head_names_are_swept(archive: Archive) -> None:
    take_in(archive, DAY, Fold(clustering(), {DAY: rows(1, 2)}))
    archive.store.write("topics/99.json", b"{}")
    with archive.writing():
        assert "topics/99.json" not in archive.store.names("topics")
        assert archive.clustering is not None


def test_the_pages_wait_until_they_are_written(archive: Archive) -> None:
    take_in(archive, DAY, Fold(clustering(), {DAY: rows(1, 2)}))
    archive.topics_rendered()
    assert not Archive(archive.store.url).head.pages


@pytest.mark.parametrize("kind", ["topics", "lineage", "assignments", "counts"])
def test_a_damaged_or_missing_file_is_named(archive: Archive, kind: str) -> None:
    take_in(archive, DAY, Fold(clustering(), {DAY: rows(1, 2)}))
    for name in archive.store.names(kind):
        archive.store.write(name, b"broken")
    again = Archive(archive.store.url)
    with pytest.raises(ArchiveError, match=rf"{kind}/.*(damaged|restore)"):
        _ = again.clustering, again.assigned(DAY), again.topic_counts(DAY, timedelta(days=9))
