"""What people ask of a rebalance: merges, splits and locks."""

import numpy as np
import pytest

from digest.records import UNSORTED, Event, Why
from digest.topics import fold
from tests.topics.planted import EACH, SUBJECTS, Shelf, founded, mixed, subject, week


@pytest.fixture
def shelf() -> Shelf:
    return founded()


def test_two_topics_in_one_part_again_and_the_child_names_its_parent(shelf: Shelf) -> None:
    shelf.redraw(week(1), merges=((8, 2),))
    assert 8 not in shelf.topics.ids
    shelf.redraw(week(2))
    (move,) = [move for move in shelf.history[-1].changes if move.event is Event.SPLIT]
    assert (move.topic, move.other) == (27, 2)
    assert move.reason is Why.CLOSER
    assert {**move.figures, "now": 0, "was": 0} == {
        "count": EACH,
        "papers": 2 * EACH,
        "topic": 2,
        "now": 0,
        "was": 0,
    }
    assert 0 < float(move.figures["was"]) < float(move.figures["now"]) <= 1


def test_merges_asked_for_are_done_and_not_undone_at_once(shelf: Shelf) -> None:
    members = np.flatnonzero(shelf.primary == 7)
    done = shelf.redraw(week(1), merges=((7, 2),))
    (move,) = done.changes
    assert (move.event, move.topic, move.other, move.reason) == (Event.MERGED, 7, 2, Why.ASKED_FOR)
    assert 7 not in done.topics.ids and len(done.topics.ids) == len(SUBJECTS) - 1
    assert set(shelf.primary[members].tolist()) == {2}
    assert set(move.rows) <= set(members.tolist())


def test_splits_asked_for_are_done_and_not_undone_at_once() -> None:
    shelf = Shelf()
    shelf.edition(mixed(SUBJECTS, EACH, spread=0.12), week(0))
    members = np.flatnonzero(shelf.primary == 3)
    done = shelf.redraw(week(1), splits=(3,))
    (move,) = [move for move in done.changes if move.reason is Why.ASKED_FOR]
    assert (move.event, move.other) == (Event.SPLIT, 3)
    assert move.topic == shelf.history[0].topics.next_id
    now = shelf.primary[members]
    assert set(now.tolist()) <= {3, move.topic, UNSORTED} and {3, move.topic} <= set(now.tolist())


def test_unknown_wishes_are_passed_over(shelf: Shelf) -> None:
    done = shelf.redraw(week(1), merges=((99, 1), (2, 2), (3, 98)), splits=(77,))
    assert done.topics.ids == shelf.history[0].topics.ids and not done.changes


def test_a_locked_topic_is_neither_retired_nor_merged_nor_split(shelf: Shelf) -> None:
    first, second = shelf.topic_of(subject(0)), shelf.topic_of(subject(1))
    locked = frozenset({first, second})
    shelf.redraw(week(1), merges=((max(locked), min(locked)),))
    held = min(locked)
    for number in range(2, 6):
        shelf.vectors, shelf.primary = _with(shelf, mixed(range(2, 26), 8, seed=number))
        done = shelf.redraw(week(number), locked=frozenset({held}))
        assert held in done.topics.ids
        assert not [m for m in done.changes if held in (m.topic, m.other)]
    assert set(shelf.primary[subject(0)].tolist()) <= {held, UNSORTED}
    assert set(shelf.primary[subject(1)].tolist()) <= {held, UNSORTED}


def _with(shelf: Shelf, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    shelf.topics, given = fold(shelf.topics, vectors)
    return np.concatenate([shelf.vectors, vectors]), np.concatenate([shelf.primary, given.topics[:, 0]])
