"""The rebalance: identity, births, splits, merges, retirement, locks, and that nothing is left to chance."""

from datetime import timedelta

import numpy as np
import pytest

from digest.records import UNSORTED, Event, Why
from digest.topics import Rebalance, centroids, due, founding
from digest.topics.draft import UNNAMED, Draft
from digest.topics.founding import spacing, target
from digest.topics.ground import Ground
from digest.topics.rebalancing import GAIN
from digest.topics.state import unit
from tests.topics.planted import DIMENSION, PAPERS, SUBJECTS, Shelf, around, founded, mixed, subject, week


@pytest.fixture
def shelf() -> Shelf:
    return founded()


def same(one: Rebalance, other: Rebalance) -> bool:
    arrays = ("sums", "counts", "thresholds", "idle")
    return (
        one.topics.ids == other.topics.ids
        and all(getattr(one.topics, a).tobytes() == getattr(other.topics, a).tobytes() for a in arrays)
        and one.assigned.topics.tobytes() == other.assigned.topics.tobytes()
        and one.assigned.scores.tobytes() == other.assigned.scores.tobytes()
        and one.changes == other.changes
    )


def test_founding_finds_the_subjects_that_there_are(shelf: Shelf) -> None:
    assert {shelf.topic_of(subject(number)) for number in SUBJECTS} == set(shelf.topics.ids)
    changes = shelf.history[0].changes
    assert [(move.event, move.topic) for move in changes] == [(Event.BORN, topic) for topic in shelf.topics.ids]
    assert all(len(move.rows) == 5 and move.reason for move in changes)
    assert (shelf.topics.at_rebalance, shelf.topics.folded, shelf.topics.rebalanced) == (PAPERS, 0, week(0))


@pytest.mark.parametrize(
    ("papers", "topics"),
    [(0, 0), (23, 0), (24, 3), (40, 5), (120, 15), (5_000, 60), (54_000, 123), (1_000_000, 208)],
)
def test_the_number_of_topics_grows_slowly(papers: int, topics: int) -> None:
    assert target(papers) == topics


@pytest.mark.parametrize(
    ("papers", "every"),
    [(0, 1), (80_000, 1), (80_001, 2), (160_000, 2), (160_001, 4), (320_000, 4), (1_000_000, 16)],
)
def test_at_most_so_many_papers_are_drawn_and_at_least_half_of_that(papers: int, every: int) -> None:
    assert spacing(papers) == every


def test_centres_that_move_by_some_papers_leave_none_behind(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    later = np.concatenate([mixed(SUBJECTS, 12, seed=2), around(40, 30, seed=2)])
    monkeypatch.setattr(founding, "MOST_DRAWN", 200)
    shelf.edition(later, week(1))
    assert len(shelf.history) == 2 and spacing(len(shelf.primary)) == 4
    assert set(shelf.history[1].topics.ids) >= set(shelf.history[0].topics.ids)
    subjects = np.append(np.arange(2 * PAPERS) % len(SUBJECTS), [40] * 30)
    for topic in shelf.history[1].topics.ids:
        within = np.bincount(subjects[shelf.primary == topic])
        assert within.max() > 0.9 * within.sum()
    assert (shelf.primary != UNSORTED).mean() > 0.9
    # A subject that is new is found although only every fourth of its papers is asked.
    newborn = shelf.topic_of(slice(2 * PAPERS, None))
    assert newborn not in shelf.history[0].topics.ids
    assert (shelf.primary[2 * PAPERS :] == newborn).mean() > 0.8


def test_a_tiny_archive_waits_unsorted_and_founds_once_there_are_enough() -> None:
    shelf = Shelf()
    shelf.edition(mixed(range(3), 5), week(0))
    assert shelf.topics.ids == () and not shelf.primary.any()
    assert not due(shelf.topics, week(5))
    shelf.edition(mixed(range(3), 5, seed=1), week(0) + timedelta(days=1))
    assert len(shelf.topics.ids) == 3
    assert (shelf.primary != UNSORTED).mean() > 0.8


def test_too_few_papers_with_words_found_nothing() -> None:
    shelf = Shelf()
    shelf.edition(np.concatenate([mixed(range(2), 8), np.zeros((20, DIMENSION), np.float32)]), week(0))
    assert shelf.topics.ids == () and shelf.topics.folded == 36


def test_a_rebalance_without_news_moves_nobody(shelf: Shelf) -> None:
    before = shelf.topics
    done = shelf.redraw(week(1))
    assert done.topics.ids == before.ids
    assert done.moved == 0 and not done.changes
    assert np.array_equal(done.topics.idle, before.idle)


def test_ids_survive_many_weeks(shelf: Shelf) -> None:
    ids, home = shelf.topics.ids, [shelf.topic_of(subject(number)) for number in SUBJECTS]
    for number in range(1, 7):
        shelf.edition(mixed(SUBJECTS, 3, seed=number), week(number))
    assert set(ids) <= set(shelf.topics.ids)
    # A subject that grew may have parted in two; its first papers hardly ever follow the child.
    assert sum(shelf.topic_of(subject(number)) == home[number] for number in SUBJECTS) >= 24
    assert len(shelf.history) == 7
    assert len(shelf.topics.ids) == target(len(shelf.primary))


def test_a_new_subject_is_born_with_a_new_id_and_says_why(shelf: Shelf) -> None:
    before = shelf.topics.next_id
    shelf.edition(np.concatenate([mixed(SUBJECTS, 1, seed=1), around(40, 20)]), week(1))
    topic = shelf.topic_of(slice(-20, None))
    assert topic >= before
    (move,) = [move for move in shelf.history[-1].changes if move.topic == topic]
    assert (move.event, move.other) == (Event.BORN, UNSORTED)
    assert move.reason is Why.UNFITTED and move.figures.keys() == {"papers", "was", "now"}
    assert 0 < float(move.figures["was"]) < float(move.figures["now"]) <= 1
    assert set(move.rows) <= set(range(len(shelf.primary) - 20, len(shelf.primary)))


def test_a_topic_loses_its_place_to_one_that_is_worth_more(shelf: Shelf) -> None:
    # Two subjects that are almost one cost little when they merge; a new one is worth their second topic.
    twin = unit(around(0, 12, seed=5) + 0.35 * around(50, 12, seed=6))
    shelf.edition(twin, week(1))
    shelf.edition(around(41, 40), week(2))
    shelf.edition(around(42, 40), week(3))
    shelf.edition(around(43, 40), week(4))
    merged = [move for done in shelf.history for move in done.changes if move.event is Event.MERGED]
    assert all(move.other < move.topic for move in merged)
    newest = {
        shelf.topic_of(slice(len(shelf.primary) - start, len(shelf.primary) - start + 40))
        for start in (40, 80, 120)
    }
    assert len(newest) == 3


def test_a_small_topic_retires_after_two_rebalances_and_names_its_heir(shelf: Shelf) -> None:
    small = shelf.topic_of(subject(0))
    kept = np.setdiff1d(np.arange(PAPERS), np.arange(PAPERS)[subject(0)][3:])
    shelf.vectors, shelf.primary = shelf.vectors[kept], shelf.primary[kept]
    for number in (1, 2):
        assert small in shelf.topics.ids
        shelf.edition(mixed(range(1, 26), 1, seed=number), week(number))
    (move,) = [move for move in shelf.history[-1].changes if move.event is Event.RETIRED]
    assert move.topic == small and move.reason is Why.FEW
    assert move.figures == {"papers": 3, "times": 2}
    assert small not in shelf.topics.ids and small not in shelf.primary
    assert move.other in (UNSORTED, *shelf.topics.ids)


def test_a_topic_that_nothing_comes_to_retires_when_it_should_have_got_papers(shelf: Shelf) -> None:
    quiet = shelf.topic_of(subject(0))
    for number, count in ((1, 15), (2, 30)):
        shelf.edition(mixed(range(1, 26), count, seed=number), week(number))
    gone = [move for done in shelf.history for move in done.changes if move.event is Event.RETIRED]
    assert [move.topic for move in gone] == [quiet]
    assert gone[0].reason is Why.IDLE and gone[0].figures.keys() == {"papers", "times"}


def test_a_topic_that_could_hardly_get_papers_is_not_idle(shelf: Shelf) -> None:
    quiet = shelf.topic_of(subject(0))
    for number in range(1, 6):
        shelf.edition(mixed(range(1, 26), 1, seed=number), week(number))
    assert quiet in shelf.topics.ids


def test_a_paper_stays_unless_it_gains_clearly(shelf: Shelf) -> None:
    shelf.edition(mixed(SUBJECTS, 4, seed=1, spread=0.25), week(1))
    before = shelf.primary.copy()
    shelf.edition(mixed(SUBJECTS, 4, seed=2, spread=0.25), week(2))
    centres = centroids(shelf.topics)
    ids = list(shelf.topics.ids)
    old = np.arange(len(before))
    both = old[(before != UNSORTED) & (shelf.primary[old] != UNSORTED) & np.isin(before, ids)]
    gained = np.array(
        [
            shelf.vectors[row] @ (centres[ids.index(shelf.primary[row])] - centres[ids.index(before[row])])
            for row in both
        ]
    )
    moved = shelf.primary[both] != before[both]
    assert (gained[moved] > GAIN / 2).all()
    assert (gained[~moved] == 0).all()


def test_first_topics_come_first_even_where_another_is_a_little_nearer(shelf: Shelf) -> None:
    for number in range(1, 4):
        shelf.edition(mixed(SUBJECTS, 3, seed=number, spread=0.25), week(number))
    done = shelf.history[-1].assigned
    assert ((done.topics != UNSORTED).cumprod(axis=1) == (done.topics != UNSORTED)).all()
    assert (done.scores[:, 1:2] - done.scores[:, :1] <= GAIN + 1e-3).all()
    assert (done.scores[:, 2] <= done.scores[:, 1]).all()
    for row in done.topics:
        given = row[row != UNSORTED].tolist()
        assert len(set(given)) == len(given)


def test_counts_and_sums_are_those_of_the_papers(shelf: Shelf) -> None:
    shelf.edition(np.concatenate([mixed(SUBJECTS, 3, seed=1), np.zeros((4, DIMENSION), np.float32)]), week(1))
    topics = shelf.topics
    assert topics.at_rebalance == len(shelf.primary) and topics.folded == topics.unsorted == 0
    assert not shelf.primary[-4:].any()
    for row, topic in enumerate(topics.ids):
        mine = shelf.primary == topic
        assert topics.counts[row] == mine.sum()
        assert np.allclose(topics.sums[row], shelf.vectors[mine].sum(axis=0), atol=1e-4)


def test_the_same_editions_give_the_same_bytes() -> None:
    def folded() -> list[Rebalance]:
        shelf = Shelf()
        for number in range(5):
            shelf.edition(mixed(SUBJECTS, 6, seed=number, spread=0.15), week(number))
        return shelf.history

    one, other = folded(), folded()
    assert len(one) == 5
    assert all(same(first, second) for first, second in zip(one, other, strict=True))


def test_ids_are_never_used_twice(shelf: Shelf) -> None:
    seen = set(shelf.topics.ids)
    for number in range(1, 8):
        before = shelf.topics
        old, young = before.ids[0], before.ids[-1]
        shelf.edition(mixed(range(number, 26), 3, seed=number), week(number))
        shelf.redraw(week(number), merges=((young, old),))
        fresh = set(shelf.topics.ids) - set(before.ids)
        assert not fresh & seen
        assert all(topic >= before.next_id for topic in fresh)
        seen |= {*shelf.topics.ids, *(m.topic for m in shelf.history[-1].changes)}


def test_a_young_archive_grows_into_its_topics() -> None:
    shelf = Shelf()
    sizes = []
    for day in range(5):
        shelf.edition(mixed(SUBJECTS, 4, seed=day), week(0) + timedelta(days=day))
        sizes.append(len(shelf.topics.ids))
    assert sizes == sorted(sizes) and sizes[-1] >= 26
    parts = [shelf.topic_of(slice(number, len(shelf.primary), 26)) for number in SUBJECTS]
    assert len(set(parts)) >= 24


def test_a_newborn_with_the_papers_of_a_topic_merged_away_is_that_topic() -> None:
    vectors, centres = mixed(range(3), 10), mixed(range(3), 1)
    of = np.arange(30) % 3
    draft = Draft(Ground(vectors), np.array([2, 9, 5])[of].astype(np.int32), [2, 9, UNNAMED], centres, set(), 10)
    draft.labels, draft.merged = of.copy(), [(5, 2), (7, 9)]
    draft.revive()
    assert draft.ids == [2, 5, 9] and draft.merged == [(7, 9)]
    assert np.array_equal(np.asarray(draft.ids)[draft.labels], draft.before)
    assert np.array_equal(draft.centres, centres[[0, 2, 1]])


def test_a_topic_whose_heir_was_merged_too_is_no_newborn_with_few_of_its_papers() -> None:
    vectors, centres = mixed(range(2), 10), mixed(range(2), 1)
    draft = Draft(Ground(vectors), np.full(20, 7, dtype=np.int32), [2, UNNAMED], centres, set(), 10)
    draft.labels, draft.merged = np.where(np.arange(20) < 19, 0, 1), [(5, 2), (7, 5)]
    draft.revive()
    assert draft.ids == [2, UNNAMED] and draft.merged == [(5, 2), (7, 5)]


def test_a_topic_stays_merged_where_most_of_its_papers_are() -> None:
    vectors, centres = mixed(range(2), 10), mixed(range(2), 1)
    of = np.arange(20) % 2
    draft = Draft(Ground(vectors), np.full(20, 5, dtype=np.int32), [2, UNNAMED], centres, set(), 10)
    draft.labels, draft.merged = np.where(np.arange(20) < 19, 0, of), [(5, 2)]
    draft.revive()
    assert draft.ids == [2, UNNAMED] and draft.merged == [(5, 2)]
