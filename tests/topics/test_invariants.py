"""Whatever the papers and the wishes are, topics and papers agree."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.records import UNSORTED, Event
from digest.topics import Rebalance, Topics, as_asked, fold, rebalance
from digest.topics.state import unit
from tests.topics.planted import Vectors, week

EDITIONS = st.lists(
    st.tuples(st.integers(0, 70), st.integers(1, 6), st.integers(0, 3), st.sampled_from([0.0, 0.05, 0.4])),
    min_size=1,
    max_size=4,
)


def edition(seed: int, count: int, subjects: int, blank: int, spread: float) -> Vectors:
    """Papers around a few directions, some of them without words; without spread they are the same to the bit."""
    rng = np.random.default_rng(seed)
    rows = np.eye(8)[rng.integers(0, subjects, count)] + rng.normal(0, 1, (count, 8)) * spread
    rows[:blank] = 0
    return unit(rows)


def check(before: Topics, vectors: Vectors, assigned: np.ndarray, done: Rebalance, wishes: bool) -> None:
    topics, given_ = done.topics, done.assigned
    primary = given_.topics[:, 0]
    assert list(topics.ids) == sorted(set(topics.ids))
    assert all(topic < topics.next_id for topic in topics.ids) and topics.next_id >= before.next_id
    assert set(np.unique(primary).tolist()) <= {UNSORTED, *topics.ids}
    assert topics.counts.tolist() == [int((primary == topic).sum()) for topic in topics.ids]
    assert (topics.counts > 0).all() and np.isfinite(topics.sums).all()
    assert not primary[~vectors.any(axis=1)].any()
    assert done.moved == int((primary != assigned).sum())
    gone, came = set(before.ids) - set(topics.ids), set(topics.ids) - set(before.ids)
    events = {(move.event in (Event.MERGED, Event.RETIRED), move.topic) for move in done.changes}
    assert gone <= {topic for ended, topic in events if ended}
    assert came <= {topic for ended, topic in events if not ended}
    assert all(0 <= row < len(vectors) for move in done.changes for row in move.rows)
    assert wishes or all(move.other < move.topic for move in done.changes if move.event is Event.MERGED)


@given(editions=EDITIONS, seed=st.integers(0, 1000), wished=st.booleans())
@settings(max_examples=40, deadline=None)
def test_topics_and_papers_always_agree(
    editions: list[tuple[int, int, int, float]], seed: int, wished: bool
) -> None:
    topics, vectors, primary = Topics.start(8), np.zeros((0, 8), np.float32), np.zeros(0, np.int32)
    for number, (count, subjects, blank, spread) in enumerate(editions):
        new = edition(seed + number, count, subjects, min(blank, count), spread)
        topics, given_ = fold(topics, new)
        vectors, primary = np.concatenate([vectors, new]), np.concatenate([primary, given_.topics[:, 0]])
        live = topics.ids if wished else ()
        merges = [(live[-1], live[0])] if len(live) > 2 else []
        if wished:
            asked = as_asked(topics, vectors, primary, merges, live[1:2])
            check(topics, vectors, primary, asked, wished)
            topics, primary = asked.topics, asked.assigned.topics[:, 0].copy()
        day = week(0) + timedelta(days=number)
        done = rebalance(topics, vectors, primary, day, frozenset(live[1:2]), merges)
        check(topics, vectors, primary, done, wished)
        assert set(live[1:2]) <= set(done.topics.ids)
        topics, primary = done.topics, done.assigned.topics[:, 0].copy()
