"""What a map shows, in numbers: counted by hand on invented maps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from digest.map.observed import Earlier, Growth, Observed
from digest.map.observing import CITED, FEWEST, WEEKS, observe
from digest.records.maps import MapPaper, MapTopic, MapView
from tests.invented_maps import FIRST_DAY, map_view

PAST, DAY = date(2026, 1, 1), date(2026, 3, 1)


def topic(number: int, category: str = "language", **fields: object) -> MapTopic:
    told = {"name": f"Topic {number}", "description": "", "born": PAST}
    return MapTopic(**{"id": number, "category": category, **told, **fields})  # type: ignore[arg-type]


def island(
    of: int,
    old: int,
    new: int,
    at: tuple[float, float],
    wide: float = 1.0,
    also: tuple[int, ...] = (),
    **fields: object,
) -> list[tuple[MapPaper, tuple[float, float]]]:
    """Papers of one topic in a ring around a place; the new ones came after `DAY`."""
    found = []
    for n in range(old + new):
        day = DAY + timedelta(days=(7 if n >= old else -7))
        told = {"title": f"{of}.{n}", "authors": (), "date": day, "source": "arxiv", "provider": "local"}
        told |= {"category": "language", "topics": (of, *also), **fields}
        angle = 2 * np.pi * n / (old + new)
        found.append(
            (MapPaper(id=f"{of}.{n}", **told), (at[0] + wide * np.cos(angle), at[1] + wide * np.sin(angle)))  # type: ignore[arg-type]
        )
    return found


def view_of(*islands: list[tuple[MapPaper, tuple[float, float]]], topics: tuple[MapTopic, ...]) -> MapView:
    points = [point for found in islands for point in found]
    positions = np.array([place for _, place in points], dtype=np.float32)
    return replace(map_view(), papers=tuple(p for p, _ in points), positions=positions, topics=topics)


def since(view: MapView, chances: dict[int, float] | None = None) -> Observed:
    return observe(view, Earlier(DAY, frozenset(p.id for p in view.papers if p.date <= DAY)), chances)


def six(growing: tuple[int, ...]) -> MapView:
    """Six topics in a row, of 40 papers each and 2 new ones; those that grow have 20."""
    islands = [island(n, 40, 20 if n in growing else 2, (10.0 * n, 0.0)) for n in range(1, 7)]
    return view_of(*islands, topics=tuple(topic(n) for n in range(1, 7)))


def test_themes_count_every_category_of_a_paper() -> None:
    told = observe(map_view(300), None)
    assert [(t.slug, t.papers, t.mainly) for t in told.themes] == [
        ("language", 100, 100),
        ("vision", 100, 100),
        ("other", 300, 100),
    ]
    assert (told.papers, told.topics, told.several) == (300, 6, 200)
    assert all(p.category == t.slug for t in told.themes for p in t.examples)
    assert all(len(t.examples) == 2 for t in told.themes), "one of each of its two topics"


def test_topics_count_every_topic_of_a_paper_and_retired_ones_are_gone() -> None:
    told = observe(map_view(300), None)
    assert {(place.topic.id, place.papers, place.mainly) for place in told.largest} == {
        (101 + n, 100, 50) for n in range(6)
    }
    assert all(len(place.examples) == CITED for place in told.largest)


def test_the_papers_cited_for_a_topic_are_those_in_its_middle() -> None:
    points = island(1, 20, 0, (0.0, 0.0), wide=2.0) + island(2, 3, 0, (0.0, 0.0), wide=0.1, topics=(1,))
    told = observe(view_of(points, topics=(topic(1),)), None)
    assert {paper.id for paper in told.largest[0].examples} == {"2.0", "2.1", "2.2"}


def test_what_is_in_several_themes_is_counted_against_chance() -> None:
    both = island(1, 30, 0, (0, 0), categories=("vision",))
    alone = island(2, 30, 0, (9, 0)) + island(3, 60, 0, (0, 9), category="vision", categories=("other",))
    told = observe(view_of(both, alone, topics=(topic(1), topic(2), topic(3))), None)
    (pair,) = told.overlaps
    assert (pair.one, pair.other, pair.papers) == ("language", "vision", 30)
    assert pair.times == pytest.approx(30 * 120 / (60 * 90))
    assert {p.id for p in pair.examples} <= {p.id for p, _ in both}


def test_bridges_are_topics_of_two_categories_with_more_papers_in_both_than_by_chance() -> None:
    far = (topic(1), topic(2, "vision"), topic(3), topic(4))
    shared = island(1, 10, 0, (0, 0), also=(2, 3))
    rest = [island(n, 20, 0, (9.0 * n, 0)) for n in (2, 3, 4)]
    told = observe(view_of(shared, *rest, topics=far), None)
    assert {(p.one.id, p.other.id, p.papers) for p in told.bridges if not isinstance(p.one, str)
            and not isinstance(p.other, str)} == {(1, 2, 10)}  # fmt: skip


def test_a_breakout_has_clearly_more_newcomers_than_its_share_made_expect() -> None:
    told = since(six((3,)), {3: 0.0004})
    (growth,) = told.breakouts
    assert (growth.topic.id, growth.before, growth.now, growth.new) == (3, 40, 60, 20)
    assert growth.expected == pytest.approx(30 * 40 / 240) and growth.p == 0.0004
    assert all(p.date > DAY for p in growth.examples) and len(growth.examples) == CITED
    assert told.came == 30
    assert since(six((3,))).breakouts[0].p is None


def test_where_all_grow_alike_nothing_breaks_out() -> None:
    assert not since(six((1, 2, 3, 4, 5, 6))).breakouts
    few = view_of(island(1, 40, 0, (0, 0)), island(2, 1, 2, (9, 0)), topics=(topic(1), topic(2)))
    assert not since(few).breakouts, "two papers are none"


def test_breakouts_come_surest_first() -> None:
    islands = [island(n, 40, new, (10.0 * n, 0.0)) for n, new in ((1, 12), (2, 30), (3, 0), (4, 0), (5, 0))]
    view = view_of(*islands, topics=tuple(topic(n) for n in range(1, 6)))
    assert [growth.topic.id for growth in since(view).breakouts] == [2]
    islands[1] = island(2, 40, 18, (20.0, 0.0))
    view = view_of(*islands, topics=tuple(topic(n) for n in range(1, 6)))
    assert [growth.topic.id for growth in since(view).breakouts] == [2, 1]


def test_weeks_end_with_the_maps_last() -> None:
    growth = since(six((3,))).breakouts[0]
    assert len(growth.weeks) == WEEKS and growth.weeks[-3:] == (40, 0, 20) and sum(growth.weeks) == 60


def test_neighbours_that_grew_together_are_near_each_other() -> None:
    groups = since(six((2, 3))).together
    assert [[growth.topic.id for growth in group] for group in groups] == [[2, 3]]
    islands = [island(n, 40, 20 if n in (1, 12) else 2, (10.0 * n, 0.0)) for n in range(1, 13)]
    apart = view_of(*islands, topics=tuple(topic(n) for n in range(1, 13)))
    assert not since(apart).together and len(since(apart).breakouts) == 2


def test_newborn_topics_are_told_apart_from_those_that_grew() -> None:
    young = topic(7, born=DAY + timedelta(days=2))
    gone = topic(8, born=DAY + timedelta(days=2), retired=True)
    view = six((3,))
    more = island(7, 0, 25, (0.0, 30.0)) + island(8, 0, 5, (0.0, 40.0))
    view = replace(
        view,
        papers=(*view.papers, *(p for p, _ in more)),
        positions=np.vstack([view.positions, [place for _, place in more]]).astype(np.float32),
        topics=(*view.topics, young, gone),
    )
    told = since(view)
    assert [(place.topic.id, place.mainly) for place in told.newborn] == [(7, 25)]
    assert 7 not in {growth.topic.id for growth in told.breakouts}


def test_dense_places_by_the_median_topic_and_lonely_ones_by_the_maps_diameter() -> None:
    islands = [island(n, 40, 0, (10.0 * n, 0.0), wide=0.5 if n == 2 else 1.0) for n in range(1, 6)]
    islands.append(island(6, 40, 0, (30.0, 40.0)))
    islands.append(island(7, FEWEST - 1, 0, (0.0, -90.0), wide=0.01))
    told = observe(view_of(*islands, topics=tuple(topic(n) for n in range(1, 8))), None)
    densest, lonely = told.densest[0], told.loneliest[0]
    assert densest.topic.id == 2 and densest.figure == pytest.approx(4, rel=0.01)
    assert lonely.topic.id == 6 and lonely.near is not None and lonely.near.id == 3
    assert 7 not in {place.topic.id for place in (*told.densest, *told.loneliest)}, "too few papers"
    assert 0.2 < lonely.figure < 1


def test_the_first_map_has_nothing_to_compare_with() -> None:
    told = observe(map_view(), None)
    assert not (told.breakouts or told.together or told.newborn or told.came)
    assert told.largest and told.densest and told.loneliest


@pytest.mark.parametrize("papers", [0, 1, 2])
def test_maps_of_hardly_any_papers(papers: int) -> None:
    told = observe(map_view(papers), Earlier(FIRST_DAY, frozenset()))
    assert told.papers == papers == told.came and not told.together


def test_papers_without_a_topic_or_with_strange_ones_count_for_their_themes() -> None:
    view = view_of(island(1, 5, 0, (0, 0), topics=()), island(2, 5, 0, (5, 5), topics=(99,)), topics=(topic(1),))
    told = observe(view, None)
    assert told.topics == 0 and [(t.slug, t.papers) for t in told.themes] == [("language", 10)]
    assert len(told.themes[0].examples) == CITED


def test_surprise_is_in_standard_deviations() -> None:
    growth = Growth(topic(1), 10, 29, 10.0, None, (), ())
    assert growth.new == 19 and growth.surprise == pytest.approx(9 / 10**0.5)
