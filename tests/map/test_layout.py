"""The map's layout: stays where it was, takes newcomers in, and becomes a new edition only where it must."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from digest.map.layout import Layout, cold, drawn_once, placed, rebuilt
from digest.map.stability import LOSS, MEDIAN, P95, diameter
from tests.topics.planted import DIMENSION, Vectors, around, mixed

DAY, LATER = date(2026, 1, 5), date(2026, 1, 12)


def names(count: int, first: int = 0) -> list[str]:
    return [f"arxiv:2601.{number:05}" for number in range(first, first + count)]


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return mixed(range(20), 40, spread=0.12)


@pytest.fixture(scope="module")
def first(vectors: Vectors) -> Layout:
    return rebuilt(None, names(700), vectors[:700], DAY)


def same(one: Layout, other: Layout) -> bool:
    return (
        (one.ids, one.edition, one.built, one.figures) == (other.ids, other.edition, other.built, other.figures)
        and one.positions.tobytes() == other.positions.tobytes()
        and one.provisional.tobytes() == other.provisional.tobytes()
    )


def test_the_first_map(first: Layout, vectors: Vectors) -> None:
    assert first.ids == tuple(names(700)) and (first.edition, first.built) == (1, DAY)
    assert first.positions.dtype == np.float32 and first.positions.shape == (700, 2)
    assert not first.provisional.any()
    assert first.positions.tobytes() == cold(vectors[:700]).tobytes()
    figures = first.figures
    assert figures and (figures.papers, figures.moved, figures.median, figures.reason) == (700, 0, 0, "")
    assert figures.trustworthiness == figures.cold > 0.85 and figures.purity is None


def test_the_same_papers_give_the_same_bytes(first: Layout, vectors: Vectors) -> None:
    assert same(rebuilt(None, names(700), vectors[:700], DAY), first)
    assert same(rebuilt(first, names(800), vectors, LATER), rebuilt(first, names(800), vectors, LATER))
    assert cold(vectors[:50], 1).tobytes() != cold(vectors[:50], 2).tobytes()


def test_a_rebuild_stays_where_it_was(first: Layout, vectors: Vectors) -> None:
    now = rebuilt(first, names(800), vectors, LATER)
    assert now.ids == tuple(names(800)) and now.edition == 1 and not now.provisional.any()
    figures = now.figures
    assert figures and figures.moved == 700 and not figures.failed() and not figures.reason
    assert 0 < figures.median <= MEDIAN and figures.p95 <= P95
    assert figures.trustworthiness >= figures.cold - LOSS
    gone = np.hypot(*(now.positions[:700] - first.positions).T) / diameter(first.positions)
    assert np.median(gone) == pytest.approx(figures.median)


def test_a_list_that_is_drawn_once_keeps_its_groups_close(first: Layout, vectors: Vectors) -> None:
    once = drawn_once(names(700), vectors[:700], DAY)
    assert same(once, drawn_once(names(700), vectors[:700], DAY)) and (once.ids, once.edition) == (first.ids, 1)
    assert diameter(once.positions) < diameter(first.positions) / 2
    assert once.figures and first.figures and not once.provisional.any()
    assert once.figures.trustworthiness > first.figures.trustworthiness - LOSS
    assert once.figures.recall > first.figures.recall - 0.02
    assert drawn_once([], vectors[:0], DAY).positions.shape == (0, 2)


def test_kept_neighbours_only_save_time(first: Layout, vectors: Vectors) -> None:
    assert same(rebuilt(replace(first, neighbours=None), names(800), vectors, LATER),
                rebuilt(first, names(800), vectors, LATER))  # fmt: skip


def test_newcomers_lie_amid_their_nearest_and_nobody_moves(first: Layout, vectors: Vectors) -> None:
    now = placed(first, names(800), vectors)
    assert now.positions[:700].tobytes() == first.positions.tobytes()
    assert now.provisional.tolist() == [False] * 700 + [True] * 100
    assert (now.edition, now.built, now.figures) == (first.edition, first.built, first.figures)
    nearest = np.argsort(-np.round(vectors[750] @ vectors[:700].T, 5), kind="stable")[:5]
    assert now.positions[750] == pytest.approx(first.positions[nearest].mean(axis=0), abs=1e-4)


def test_it_does_not_matter_in_how_many_steps_papers_come(first: Layout, vectors: Vectors) -> None:
    at_once = placed(first, names(800), vectors)
    daily = first
    for count in (720, 721, 721, 800):
        daily = placed(daily, names(count), vectors[:count])
    assert same(daily, at_once)
    assert same(rebuilt(daily, names(800), vectors, LATER), rebuilt(at_once, names(800), vectors, LATER))
    assert not rebuilt(daily, names(800), vectors, LATER).provisional.any()


def test_a_layout_keeps_its_order_and_gives_places_by_id(first: Layout, vectors: Vectors) -> None:
    turned = placed(first, names(800)[::-1], vectors[::-1])
    assert turned.ids[:700] == first.ids and turned.ids[700:] == tuple(names(100, 700)[::-1])
    positions, provisional = turned.of([names(800)[750], names(800)[3]])
    assert provisional.tolist() == [True, False]
    assert positions[1].tolist() == first.positions[3].tolist()
    assert positions[0].tolist() == placed(first, names(800), vectors).positions[750].tolist()
    with pytest.raises(KeyError):
        turned.of(["arxiv:9999.00001"])


def test_papers_may_leave(first: Layout, vectors: Vectors) -> None:
    stay = np.arange(800) % 7 != 0
    ids = [paper for paper, stays in zip(names(800), stay, strict=True) if stays]
    now = placed(first, ids, vectors[stay])
    assert now.ids == tuple(ids)
    kept = first.of([paper for paper in ids if paper in first.ids])[0]
    assert now.positions[: len(kept)].tobytes() == kept.tobytes()
    again = rebuilt(now, ids, vectors[stay], LATER)
    assert again.ids == tuple(ids) and again.figures and again.figures.moved == len(kept)


def test_a_newborn_topic_gets_a_place_of_its_own(first: Layout, vectors: Vectors) -> None:
    new = around(40, 30, spread=0.12)
    ids, every = names(730), np.concatenate([vectors[:700], new])
    newborn = np.repeat(np.array([-1, 5], np.int32), [700, 30])
    figures = rebuilt(first, ids, every, LATER, newborn).figures
    assert figures and figures.purity is not None and figures.purity > 0.9


def test_what_cannot_stay_becomes_a_new_edition_and_says_why(first: Layout, vectors: Vectors) -> None:
    other = np.random.default_rng(7).permutation(vectors[:700])
    now = rebuilt(first, names(700), other, LATER)
    assert now.edition == 2
    assert now.figures and "would" in now.figures.reason and now.figures.moved == 700
    assert now.figures.trustworthiness == now.figures.cold
    # Laid over the old map: the middle stays and the size is comparable.
    assert now.positions.mean(axis=0) == pytest.approx(first.positions.mean(axis=0), abs=0.05)
    assert rebuilt(now, names(700), other, LATER).edition == 2


def test_a_cold_fit_is_measured_again_when_the_archive_has_grown(first: Layout, vectors: Vectors) -> None:
    few = rebuilt(first, names(800), vectors, LATER).figures
    assert few and first.figures and (few.cold, few.cold_papers) == (first.figures.cold, 700)
    small = rebuilt(None, names(600), vectors[:600], DAY)
    grown = rebuilt(small, names(800), vectors, LATER).figures
    assert grown and grown.cold_papers == 800


@pytest.mark.parametrize("papers", [0, 1, 2, 3, 10, 16, 17])
def test_tiny_maps(papers: int) -> None:
    few = mixed(range(20), 1)[:papers]
    now = rebuilt(None, names(papers), few, DAY)
    assert now.positions.shape == (papers, 2) and np.isfinite(now.positions).all()
    assert len(np.unique(now.positions, axis=0)) == papers
    more = mixed(range(26), 1)[: papers + 1]
    for grown in (placed(now, names(papers + 1), more), rebuilt(now, names(papers + 1), more, LATER)):
        assert len(grown.ids) == papers + 1 and np.isfinite(grown.positions).all()


def test_papers_alike_in_everything() -> None:
    alike = np.repeat(around(0, 1), 60, axis=0)
    now = rebuilt(None, names(60), alike, DAY)
    assert np.isfinite(now.positions).all() and len(np.unique(now.positions, axis=0)) == 60
    more = placed(now, names(70), np.repeat(around(0, 1), 70, axis=0))
    more = rebuilt(more, names(80), mixed(range(8), 10), LATER)
    assert np.isfinite(more.positions).all()


def test_papers_without_words_lie_beside_the_map(first: Layout, vectors: Vectors) -> None:
    blank = vectors[:700].copy()
    blank[[5, 600]] = 0
    now = rebuilt(None, names(700), blank, DAY)
    others = np.delete(now.positions, [5, 600], axis=0)
    assert np.isfinite(now.positions).all()
    assert (now.positions[[5, 600], 0] > others[:, 0].max()).all()
    assert now.figures and now.figures.papers == 698
    more = np.concatenate([blank, np.zeros((3, DIMENSION), np.float32), vectors[700:710]])
    later = placed(now, names(713), more)
    assert later.positions[:700].tobytes() == now.positions.tobytes()
    aside = later.positions[[5, 600, 700, 701, 702]]
    assert len(np.unique(aside, axis=0)) == 5 and (aside[:, 0] > others[:, 0].max()).all()
    again = rebuilt(later, names(713), more, LATER)
    assert again.figures and again.figures.papers == 708 and again.edition == 1
    placed_others = np.delete(again.positions, [5, 600, 700, 701, 702], axis=0)
    assert (again.positions[[5, 600, 700, 701, 702], 0] > placed_others[:, 0].max()).all()


@pytest.mark.parametrize("papers", [1, 4])
def test_nothing_but_papers_without_words(papers: int) -> None:
    blank = np.zeros((papers, DIMENSION), np.float32)
    now = rebuilt(None, names(papers), blank, DAY)
    assert np.isfinite(now.positions).all() and len(np.unique(now.positions, axis=0)) == papers
    more = np.concatenate([blank, mixed(range(20), 1)])
    for grown in (placed(now, names(papers + 20), more), rebuilt(now, names(papers + 20), more, LATER)):
        assert np.isfinite(grown.positions).all()


def test_a_map_that_all_papers_left_is_a_new_edition(first: Layout, vectors: Vectors) -> None:
    now = rebuilt(first, names(100, 700), vectors[700:], LATER)
    assert now.edition == 2 and now.figures and now.figures.reason == "none of its papers is left"
    empty = rebuilt(None, [], vectors[:0], DAY)
    assert empty.positions.shape == (0, 2) and rebuilt(empty, names(100), vectors[:100], LATER).edition == 1


def test_ids_that_are_not_unique_are_refused(vectors: Vectors) -> None:
    with pytest.raises(ValueError, match="one id and one vector"):
        rebuilt(None, ["a", "a"], vectors[:2], DAY)
