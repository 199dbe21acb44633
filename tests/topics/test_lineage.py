"""What is told of a rebalance is true of its papers."""

import numpy as np

from digest.records import Event, Why
from digest.topics.lineage import Scene
from digest.topics.state import unit
from tests.topics.planted import Vectors, around

OLD, YOUNG = 3, 9


def split(stayed: Vectors, came: Vectors, joined: Vectors) -> tuple[Why, dict[str, object]]:
    """Why a topic is split from one of `stayed` and `came`, and has `joined` besides."""
    vectors = np.concatenate([stayed, came, joined])
    before = np.array([OLD] * (len(stayed) + len(came)) + [0] * len(joined), dtype=np.int32)
    after = np.array([OLD] * len(stayed) + [YOUNG] * (len(came) + len(joined)), dtype=np.int32)
    centres = {topic: unit(vectors[after == topic].sum(axis=0)[None])[0] for topic in (OLD, YOUNG)}
    was = unit(vectors[before == OLD].sum(axis=0)[None])[0]
    (move,) = Scene(vectors, before, after, {OLD: was}, centres).story([], {}, [YOUNG])
    assert (move.event, move.topic, move.other) == (Event.SPLIT, YOUNG, OLD)
    return move.reason, dict(move.figures)


def test_papers_that_lie_closer_together_than_before_are_told_so() -> None:
    why, figures = split(around(0, 10), around(1, 10), around(1, 4, seed=1))
    assert why is Why.CLOSER
    assert (figures["count"], figures["papers"], figures["topic"]) == (10, 20, OLD)
    assert figures["was"] < 0.8 < figures["now"]  # type: ignore[operator]


def test_papers_that_others_join_are_not_said_to_lie_closer() -> None:
    why, figures = split(around(0, 1), around(0, 10, seed=1), around(1, 9))
    assert why is Why.JOINED
    assert figures == {"count": 10, "papers": 11, "topic": OLD}
