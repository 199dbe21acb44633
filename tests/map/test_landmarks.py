"""Maps of large archives: who is a landmark, and that placing does not depend on how it is parted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digest.map import cells, layout
from digest.map.landmarks import FEWEST, chosen, keys_of, placed, rebuilt
from digest.map.layout import Layout
from digest.map.loss import lost
from digest.map.neighbours import NOBODY, neighbours
from digest.map.settling import settled
from digest.map.stability import recalled, trustworthiness
from digest.scale import Here
from tests.topics.planted import Vectors, mixed

DAY, LATER = date(2026, 1, 5), date(2026, 1, 12)
TOPICS, EACH, MOST = 12, 80, 300


def names(count: int) -> list[str]:
    return [f"arxiv:2601.{number:05}" for number in range(count)]


def topics_of(count: int) -> NDArray[np.int32]:
    return (np.arange(count) % TOPICS).astype(np.int32) + 1


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    every = mixed(range(TOPICS), EACH, spread=0.12)
    every[5] = 0
    return every


@pytest.fixture(scope="module")
def papers(vectors: Vectors) -> int:
    return len(vectors)


@pytest.fixture(scope="module")
def first(vectors: Vectors) -> Layout:
    return rebuilt(None, names(900), vectors[:900], topics_of(900), DAY, most=MOST)


def drawn(found: Layout) -> set[str]:
    """The ids of a map's landmarks: those whose neighbours are known."""
    assert found.neighbours is not None
    known = (found.neighbours.rows != NOBODY).any(axis=1)
    return {paper for paper, is_one in zip(found.ids, known.tolist(), strict=True) if is_one}


def test_landmarks_of_one_week_are_those_of_the_next() -> None:
    keys, of = keys_of(names(4_000)), topics_of(4_000)
    was = chosen(keys[:2_200], of[:2_200], most=1_000)
    now = chosen(keys[:4_000], of[:4_000], most=1_000)
    assert np.array_equal(was[:2_000], chosen(keys[:2_001], of[:2_001], most=1_000)[:2_000])
    assert np.array_equal(was, now[:2_200])
    # Newcomers become landmarks at the same rate.
    assert now.mean() == pytest.approx(was.mean(), abs=0.03)


def test_when_the_archive_has_doubled_landmarks_that_stay_have_been_landmarks() -> None:
    keys, of = keys_of(names(9_000)), topics_of(9_000)
    was, now = chosen(keys[:4_000], of[:4_000], most=1_000), chosen(keys, of, most=1_000)
    assert not (now[:4_000] & ~was).any() and now[:4_000].sum() < was.sum()
    assert 400 < now.sum() < 1_100


def test_every_topic_has_its_landmarks() -> None:
    of = np.concatenate([np.full(40, 1), np.full(200, 2), np.full(20_000, 3), np.full(7, 4)]).astype(np.int32)
    found = chosen(keys_of(names(len(of))), of, most=1_000)
    assert [int(found[of == topic].sum()) for topic in (1, 4)] == [40, 7]
    assert FEWEST * 0.6 < found[of == 2].sum() < FEWEST * 3
    assert found[of == 3].mean() == pytest.approx(1 / 32, abs=0.01)


def test_up_to_the_limit_all_are_drawn_as_ever(vectors: Vectors) -> None:
    ours, theirs = (
        rebuilt(None, names(200), vectors[:200], topics_of(200), DAY, most=200),
        layout.rebuilt(None, names(200), vectors[:200], DAY),
    )
    assert ours.positions.tobytes() == theirs.positions.tobytes() and ours.figures == theirs.figures
    more = placed(ours, names(220), vectors[:220], topics_of(220), most=200)
    assert more.positions.tobytes() == layout.placed(theirs, names(220), vectors[:220]).positions.tobytes()


def test_above_it_landmarks_are_drawn_and_others_find_places(first: Layout, vectors: Vectors) -> None:
    assert first.ids == tuple(names(900)) and not first.provisional.any()
    assert np.isfinite(first.positions).all() and first.edition == 1
    own = drawn(first)
    assert 150 < len(own) < 600
    rows = [row for row, paper in enumerate(first.ids) if paper in own]
    alone = layout.rebuilt(None, sorted(own), vectors[rows], DAY)
    assert first.positions[rows].tobytes() == alone.positions.tobytes()
    figures = first.figures
    assert figures and figures.papers == len(own) and figures.placing
    assert figures.placing.papers == 899 - len(own) and figures.placing.trustworthiness > 0.85
    assert figures.placing.recall > 0.1


def test_a_paper_without_words_lies_beside_the_map(first: Layout) -> None:
    others = np.delete(first.positions, 5, axis=0)
    assert first.positions[5, 0] > others[:, 0].max() and "arxiv:2601.00005" not in drawn(first)


class Backwards(Here):
    """Does the last part first, as workers may."""

    def each(self, work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        return iter([work(item) for item in list(items)[::-1]][::-1])


def test_placing_in_parts_is_placing_at_once(
    first: Layout, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "PART", 7)
    again = rebuilt(None, names(900), vectors[:900], topics_of(900), DAY, crew=Backwards(), most=MOST)
    assert again.positions.tobytes() == first.positions.tobytes()


def test_nobody_is_in_anothers_way(vectors: Vectors) -> None:
    places = np.random.default_rng(1).normal(size=(300, 2)).astype(np.float32)
    keys = keys_of(names(100))
    every = settled(vectors[300:400], keys, vectors[:300], places)
    alone = [settled(vectors[300 + i : 301 + i], keys[i : i + 1], vectors[:300], places) for i in range(100)]
    assert np.concatenate(alone).tobytes() == every.tobytes()
    # Papers of one text do not lie in one place.
    twins = settled(vectors[[300, 300]], keys[:2], vectors[:300], places)
    assert not np.array_equal(twins[0], twins[1])


def test_a_rebuild_stays_where_it_was(first: Layout, vectors: Vectors, papers: int) -> None:
    now = rebuilt(first, names(papers), vectors, topics_of(papers), LATER, most=MOST)
    assert now.edition == 1 and now.figures and not now.figures.reason
    assert drawn(now) >= drawn(first) and now.figures.moved == len(drawn(first))
    gone = np.hypot(*(now.positions[:900] - first.positions).T) / np.ptp(first.positions, axis=0).max()
    assert np.median(gone) < 0.03


def test_kept_neighbours_only_save_time(first: Layout, vectors: Vectors, papers: int) -> None:
    fresh = rebuilt(replace(first, neighbours=None), names(papers), vectors, topics_of(papers), LATER, most=MOST)
    again = rebuilt(first, names(papers), vectors, topics_of(papers), LATER, most=MOST)
    assert drawn(fresh) == drawn(again)
    left = names(papers)
    left.remove(sorted(drawn(first))[3])
    rows = [row for row, paper in enumerate(names(papers)) if paper in set(left)]
    less = rebuilt(first, left, vectors[rows], topics_of(papers)[rows], LATER, most=MOST)
    assert set(less.ids) == set(left) and less.edition == 1


def test_newcomers_between_rebuilds_are_provisional_and_nobody_moves(
    first: Layout, vectors: Vectors, papers: int
) -> None:
    now = placed(first, names(papers), vectors, topics_of(papers), most=MOST)
    assert now.positions[:900].tobytes() == first.positions.tobytes()
    assert now.provisional.sum() == papers - 900 and not now.provisional[:900].any()
    assert drawn(now) == drawn(first) and np.isfinite(now.positions).all()
    half = placed(first, names(930), vectors[:930], topics_of(930), most=MOST)
    then = placed(half, names(papers), vectors, topics_of(papers), most=MOST)
    assert then.positions.tobytes() == now.positions.tobytes()
    fewer = placed(now, names(papers)[10:], vectors[10:], topics_of(papers)[10:], most=MOST)
    assert fewer.positions.tobytes() == now.positions[10:].tobytes()
    back = np.arange(papers)[::-1]
    turned = placed(first, names(papers)[::-1], vectors[back], topics_of(papers)[back], most=MOST)
    assert turned.of(names(papers))[0].tobytes() == now.positions.tobytes()


def test_a_map_grows_past_the_limit_and_back(vectors: Vectors) -> None:
    small = rebuilt(None, names(280), vectors[:280], topics_of(280), DAY, most=MOST)
    large = rebuilt(small, names(700), vectors[:700], topics_of(700), LATER, most=MOST)
    assert large.figures and 0 < large.figures.moved <= 280
    back = rebuilt(large, names(250), vectors[:250], topics_of(250), LATER, most=MOST)
    assert back.ids == tuple(names(250)) and back.figures and back.figures.placing is None


def test_without_topics_there_is_one_cell(vectors: Vectors) -> None:
    nothing = np.zeros(900, dtype=np.int32)
    found = rebuilt(None, names(900), vectors[:900], nothing, DAY, most=MOST)
    assert np.isfinite(found.positions).all()


def test_loss_is_as_the_other_figures_have_it(vectors: Vectors) -> None:
    told = np.delete(vectors, 5, axis=0)[:400]
    places = layout.cold(told)
    trust, recall = lost(told, places, np.arange(400))
    assert trust == pytest.approx(trustworthiness(told, places), abs=1e-6)
    assert recall == pytest.approx(recalled(neighbours(told), places).mean(), abs=0.01)
    assert lost(told[:2], places[:2], np.arange(2)) == (1.0, 1.0)
