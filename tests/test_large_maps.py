"""Maps of large archives: cards are written once for all languages, and some papers are counted for all."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digest.archive import Archive
from digest.map import landmarks
from digest.map.cards import column
from digest.map.landmarks import chosen, keys_of
from digest.pipeline import draw, gathered, gathering
from digest.records import UNSORTED, Paper
from digest.text import delatex
from digest.topics import density
from tests.test_map_aspects import MONDAY, NEXT_MONDAY, TUESDAY, WAYS, mapped, names, parts, published

# So few papers count, as if an archive with more were large.
MOST = 50


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return published(Archive(str(tmp_path / "archive")), MONDAY, TUESDAY)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmarks, "evenly", evenly)


def evenly(ids: Sequence[str]) -> NDArray[np.bool_]:
    return chosen(keys_of(ids), np.zeros(len(ids), dtype=np.int32), MOST)


def test_every_paper_has_its_card_in_the_order_of_the_map(archive: Archive, tmp_path: Path) -> None:
    drawn = draw(archive, TUESDAY)
    with gathered(drawn, tmp_path / "site") as found:
        reads = list(drawn.everyone.reads())
        assert column(found.papers, "id") == drawn.everyone.ids == [paper.id for paper, _ in reads]
        assert list(column(found.papers, "date")) == list(drawn.everyone.editions)
        for card, (paper, reading) in zip(found.papers, reads, strict=True):
            assert (card.title, card.abstract) == (delatex(paper.title), delatex(paper.abstract))
            assert (card.method, card.category, card.arxiv) == (reading.method, reading.primary, "cs.CL")
            assert card.report_url == "" and card.topics == tuple(t for t in card.topics if t)
        assert (found.positions == drawn.positions).all() and found.groups is None


def test_papers_of_a_list_have_days_of_their_own(archive: Archive, tmp_path: Path) -> None:
    drawn, groups = draw(archive, TUESDAY), np.arange(102, dtype=np.int32) % 2
    with gathered(drawn, tmp_path, groups) as found:
        assert set(column(found.papers, "date")) == {date(2026, 1, 2)}
        assert found.groups is not None and len(found.groups.portraits) == 2
        own = {read[0].id for read in found.groups.portraits[1].central}
        assert own <= {paper for paper, group in zip(drawn.everyone.ids, groups, strict=True) if group}


def test_how_far_the_cards_are_is_told(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(gathering, "TOLD", 50)
    with gathered(draw(archive, TUESDAY), tmp_path, progress=lambda *step: told.append(step)):
        assert told == [("cards", 50, 102), ("cards", 100, 102), ("cards", 102, 102)]


def test_each_edition_is_read_once(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[date] = []
    papers = Archive.papers

    def counted(self: Archive, edition: date) -> tuple[Paper, ...]:
        read.append(edition)
        return papers(self, edition)

    monkeypatch.setattr(Archive, "papers", counted)
    drawn, _ = mapped(archive, TUESDAY, parts())
    with gathered(drawn, tmp_path):
        assert sorted(read) == [MONDAY, TUESDAY]
    read.clear()
    same, _ = mapped(archive, TUESDAY, parts())
    assert not read and not same.changed, "a map that stays asks for no paper before its cards"


def test_all_papers_are_in_the_dense_regions_of_those_that_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(1)
    positions = np.concatenate([middle + noise.normal(scale=0.1, size=(150, 2)) for middle in ((0, 0), (9, 9))])
    positions = positions.astype(np.float32)
    ids = [f"arxiv:{number}" for number in range(300)]
    drawn = chosen(keys_of(ids), np.zeros(300, dtype=np.int32), 200)
    monkeypatch.setattr(landmarks, "evenly", lambda ids: drawn[: len(ids)])
    found = gathering.dense_regions(ids, positions)
    assert 0 < drawn.sum() < 300 and (found[drawn] == density(positions[drawn])).all()
    apart = [set(found[half][found[half] >= 0].tolist()) for half in (slice(0, 150), slice(150, 300))]
    assert apart[0] and apart[1] and not apart[0] & apart[1]
    assert (found[~drawn] >= 0).mean() > 0.4
    assert gathering.dense_regions([], np.zeros((0, 2), dtype=np.float32)).shape == (0,)


def test_clusters_of_some_papers_take_in_all_others(archive: Archive, large: None) -> None:
    before, left = mapped(archive, TUESDAY, parts())
    aspect, some = before.aspects["method"], evenly(before.everyone.ids)
    assert not left and 0 < some.sum() < len(some)
    assert int(aspect.clusters.state.counts.sum()) <= some.sum(), "only some are counted"
    assert (aspect.positions == before.positions).all(), "so many papers stay where they are"
    numbers = np.array([int(paper[-4:]) for paper in before.everyone.ids])
    told = numbers % 10 != 0
    assert (aspect.first[~told] == UNSORTED).all() and (aspect.first[told & ~some] != UNSORTED).mean() > 0.6
    for topic in names(before, "method"):
        members = numbers[aspect.first == topic]
        ways = [WAYS[number // 6 % 3] for number in members]
        assert max(ways.count(way) for way in WAYS) > 0.8 * len(ways)
    after, _ = mapped(published(archive, NEXT_MONDAY), TUESDAY, parts())
    old, new = aspect, after.aspects["method"]
    assert not after.rebuilt and (new.first[:102] == old.first).all()
    assert (new.first[102:] != UNSORTED).mean() > 0.5
    again, _ = mapped(archive, NEXT_MONDAY, parts(), rebuild=True)
    kept = names(before, "method").keys() & names(again, "method").keys()
    assert again.rebuilt and len(kept) >= 0.6 * len(names(before, "method"))
