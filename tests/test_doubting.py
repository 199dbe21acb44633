"""Which topics people should look at, with the map's word on where papers lie alone."""

from pathlib import Path

import numpy as np

from digest.archive import Archive
from digest.archive.layouts import Places
from digest.pipeline import doubted
from tests.test_folding import DAYS, MONDAY, NEXT_MONDAY, first_topics, run


def drawn(archive: Archive, lonely: int, ids: list[str]) -> None:
    """Keep a map of these papers on which all lie in two crowds but those of one topic."""
    first = {paper: topic for day in DAYS for paper, topic in first_topics(archive, day).items()}
    rng = np.random.default_rng(1)
    near = rng.normal(0, 0.1, (len(ids), 2)) + np.array([[first[paper] % 2 * 20] for paper in ids])
    far = rng.uniform(-90, 90, (len(ids), 2))
    alone = np.array([first[paper] == lonely for paper in ids])
    positions = np.where(alone[:, None], far, near).astype(np.float32)
    none = np.zeros((len(ids), 0))
    places = Places(tuple(ids), positions, alone, none.astype(np.int32), none.astype(np.float32), {})
    with archive.writing():
        archive.keep_layout(places)


def test_papers_that_lie_alone_on_the_map_are_a_ground_for_doubt(tmp_path: Path) -> None:
    archive = run(tmp_path, *DAYS)
    assert not any("dense" in doubt.reason for doubt in doubted(archive)), "there is no map yet"
    lonely = first_topics(archive, MONDAY)[archive.papers(MONDAY)[0].id]
    drawn(archive, lonely, [paper.id for day in DAYS for paper in archive.papers(day)])
    (found,) = [doubt for doubt in doubted(archive) if "dense" in doubt.reason]
    assert found.topic == lonely and "of its papers lie in no dense region of the map" in found.reason


def test_papers_that_came_after_the_map_count_neither_way(tmp_path: Path) -> None:
    archive = run(tmp_path, *DAYS)
    late = first_topics(archive, NEXT_MONDAY)
    (fresh, *_) = set(late.values()) - set(first_topics(archive, MONDAY).values())
    ids = [paper.id for day in DAYS for paper in archive.papers(day) if late.get(paper.id) != fresh]
    drawn(archive, 0, ids)
    assert not any("dense" in doubt.reason for doubt in doubted(archive) if doubt.topic == fresh)


def test_an_archive_without_topics_has_no_doubts(tmp_path: Path) -> None:
    assert list(doubted(Archive(str(tmp_path)))) == []
