"""The rebalance: topics are redrawn where they stand, some come and go, and papers move for a clear gain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from digest.records.topics import UNSORTED, Event, Why
from digest.scale import Held
from digest.topics.births import FEWEST
from digest.topics.cosines import Labels, Vectors, own
from digest.topics.draft import UNNAMED, Draft, rows_of
from digest.topics.folding import GIVEN, place
from digest.topics.founding import FEWEST_PAPERS, target
from digest.topics.ground import Ground
from digest.topics.lineage import EXEMPLARS, PATIENCE, Move, Scene
from digest.topics.state import Assigned, Topics
from digest.topics.thresholds import thresholds

# A paper moves to another topic only if that is nearer by more than this (cosine).
GAIN = 0.02
# A topic counts as idle if it got nothing where so many papers were to be expected.
EXPECTED = 5
# The share of Unsorted papers above which topics are redrawn at once, and the papers needed to tell.
UNSORTED_SHARE, UNSORTED_PAPERS = 0.08, 50
GROWN = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Rebalance:
    """Topics redrawn, what papers (N,) are given now, how many changed their first topic, and what happened."""

    topics: Topics
    assigned: Assigned
    moved: int
    changes: tuple[Move, ...]


def due(topics: Topics, today: date) -> bool:
    """True when topics shall be redrawn, or founded.

    That is with the first papers of a new ISO week, when the archive has grown by half since the last time, and
    when clearly more than `UNSORTED_SHARE` of the papers folded since are Unsorted (two standard errors).
    """
    if not topics.ids:
        return topics.at_rebalance + topics.folded >= FEWEST_PAPERS
    if not topics.folded or topics.rebalanced is None:
        return False
    new_week = today.isocalendar()[:2] > topics.rebalanced.isocalendar()[:2]
    if new_week or topics.folded >= GROWN * topics.at_rebalance:
        return True
    doubt = 2 * math.sqrt(UNSORTED_SHARE * (1 - UNSORTED_SHARE) / topics.folded)
    return topics.folded >= UNSORTED_PAPERS and topics.unsorted / topics.folded > UNSORTED_SHARE + doubt


def rebalance(
    topics: Topics,
    vectors: Vectors,
    assigned: NDArray[np.int32],
    today: date,
    locked: frozenset[int] = frozenset(),
    merges: Sequence[tuple[int, int]] = (),
    parts: Held[Vectors] | None = None,
) -> Rebalance:
    """Redraw the topics over all papers (N, d), in the order in which they were folded.

    `assigned` (N,) are their topics now. What people ask for comes first and is always done: `merges` as (younger,
    older); unknown ids are passed over. The arithmetic never merges away, splits or retires `locked` topics, nor
    those that people have just merged into. `parts` may hold the rows that are not zero, in their order.
    """
    worded = np.flatnonzero(vectors.any(axis=1))
    ground = Ground(vectors if len(worded) == len(vectors) else vectors[worded], parts)
    draft = Draft.of(topics, ground, assigned[worded].astype(np.int32), locked)
    asked = _as_asked(draft, merges, ())
    # What people have merged leaves no room for a newborn at once.
    goal = max(target(len(ground)) - len(topics.ids) + len(draft.ids), len(draft.ids))
    if not goal:
        return Rebalance(topics, place(topics, vectors), 0, ())
    few = draft.drawn()
    if few.ids:
        few.grow(goal)
    else:
        few.found(goal)
    draft.follow(few)
    arrived = worded >= len(vectors) - topics.folded
    primary, limits, idle, gone = _retire(draft, topics, arrived)
    newborn = draft.named()
    after = _counted(draft, primary, limits, idle, today, len(vectors))
    given = _given(after, ground, worded, primary, len(vectors))
    scene = Scene.of(draft, topics, after, given.topics[worded, 0])
    story = [*asked, *scene.story(draft.merged, gone, newborn)]
    changes = tuple(replace(move, rows=tuple(int(worded[row]) for row in move.rows)) for move in story)
    return Rebalance(after, given, int((given.topics[:, 0] != assigned).sum()), changes)


def as_asked(
    topics: Topics,
    vectors: Vectors,
    assigned: NDArray[np.int32],
    merges: Sequence[tuple[int, int]] = (),
    splits: Sequence[int] = (),
) -> Rebalance:
    """Do what people ask for and nothing else; see `rebalance`. Topics that nobody asks about stay as they are.

    Topics of papers that are all the same stay whole.
    """
    if not topics.ids:
        return Rebalance(topics, place(topics, vectors), 0, ())
    worded = np.flatnonzero(vectors.any(axis=1))
    ground = Ground(vectors[worded])
    draft = Draft.of(topics, ground, assigned[worded].astype(np.int32), frozenset())
    asked = _as_asked(draft, merges, splits)
    rows = rows_of(draft.ids, draft.before)
    total, counts = ground.sums(rows, len(draft.ids))
    limits = thresholds(draft.vectors[rows >= 0], rows[rows >= 0], len(draft.ids))
    touched = {move.topic for move in asked} | {move.other for move in asked}
    before = {topic: row for row, topic in enumerate(topics.ids) if topic not in touched}
    idle = np.zeros(len(draft.ids), dtype=np.int64)
    for row, topic in enumerate(draft.ids):
        if topic in before:
            limits[row], idle[row] = topics.thresholds[before[topic]], topics.idle[before[topic]]
    after = replace(
        topics,
        ids=tuple(draft.ids),
        sums=total,
        counts=counts,
        thresholds=limits,
        idle=idle,
        next_id=draft.next_id,
    )
    given = _given(after, ground, worded, rows, len(vectors))
    changes = tuple(replace(move, rows=tuple(int(worded[row]) for row in move.rows)) for move in asked)
    return Rebalance(after, given, int((given.topics[:, 0] != assigned).sum()), changes)


def _given(after: Topics, ground: Ground, worded: NDArray[np.int64], primary: Labels, papers: int) -> Assigned:
    """What all papers are given, those without words nothing."""
    found = ground.placed(after, primary)
    given = Assigned(np.full((papers, GIVEN), UNSORTED, np.int32), np.zeros((papers, GIVEN), np.float32))
    given.topics[worded], given.scores[worded] = found.topics, found.scores
    return given


def _as_asked(draft: Draft, merges: Sequence[tuple[int, int]], splits: Sequence[int]) -> list[Move]:
    """Do what people ask for."""
    done = []
    for young, old in merges:
        if young != old and young in draft.ids and old in draft.ids:
            shown = np.flatnonzero(draft.before == young)[:EXEMPLARS]
            draft.join(young, old)
            done.append(Move(Event.MERGED, young, old, Why.ASKED_FOR, tuple(shown.tolist())))
    for topic in splits:
        if topic in draft.ids and (child := draft.split(topic)) != UNNAMED:
            shown = np.flatnonzero(draft.before == child)[:EXEMPLARS]
            done.append(Move(Event.SPLIT, child, topic, Why.ASKED_FOR, tuple(shown.tolist())))
    return done


def _retire(
    draft: Draft, topics: Topics, arrived: NDArray[np.bool_]
) -> tuple[Labels, NDArray[np.float32], NDArray[np.int64], dict[int, bool]]:
    """Let go of the topics that are too small or idle for too long, and of newborns that papers would not move to.

    Returns the row of each paper's first topic (n,), -1 for Unsorted; thresholds (k,), idle counts (k,), and the
    retired with whether they were too small.
    """
    gone: dict[int, bool] = {}
    while True:
        limits = thresholds(draft.vectors, draft.labels, len(draft.ids))
        primary = _chosen(draft, limits)
        counts = np.bincount(primary[primary >= 0], minlength=len(draft.ids))
        idle, small = _idle(draft, topics, primary, counts, arrived)
        newborn = np.asarray(draft.ids) == UNNAMED
        held = np.isin(draft.ids, list(draft.held))
        leave = ~held & np.where(newborn, counts < FEWEST, (idle >= PATIENCE) | (counts == 0))
        if not leave.any() or leave.all():
            return primary, limits, idle, gone
        gone |= {draft.ids[row]: bool(small[row]) for row in np.flatnonzero(leave & ~newborn)}
        draft.drop(np.flatnonzero(leave).tolist())


def _idle(
    draft: Draft, topics: Topics, primary: Labels, counts: NDArray[np.int64], arrived: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For how many rebalances topics have been idle (k,), and which are too small (k,)."""
    got = np.bincount(primary[arrived & (primary >= 0)], minlength=len(counts))
    expected = counts / max(len(primary), 1) * arrived.sum()
    small = counts < FEWEST
    known = dict(zip(topics.ids, topics.idle.tolist(), strict=True))
    was = np.array([known.get(topic, 0) for topic in draft.ids], dtype=np.int64)
    if not arrived.any():
        return was, small
    more = small | ((got == 0) & (expected >= EXPECTED))
    return np.where(more, was + 1, np.where(got > 0, 0, was)), small


def _chosen(draft: Draft, limits: NDArray[np.float32]) -> Labels:
    """The row of each paper's first topic (n,), -1 for Unsorted: what it had, unless there is a clear gain.

    Nobody becomes Unsorted out of a topic that people have spoken for, and it never loses all its papers.
    """
    had = rows_of(draft.ids, draft.before)
    there = own(draft.vectors, draft.centres, had)
    stays = (had >= 0) & (there >= draft.best - GAIN)
    chosen = np.where(stays, had, draft.labels)
    cosine = np.where(stays, there, draft.best)
    held = np.isin(draft.ids, list(draft.held))
    fits = cosine >= limits[chosen] - np.where(stays, GAIN, 0)
    chosen = np.where(fits | (stays & held[chosen]), chosen, -1)
    counts = np.bincount(chosen[chosen >= 0], minlength=len(draft.ids))
    for row in np.flatnonzero(held & (counts == 0)):
        chosen = np.where(had == row, row, chosen)
    return chosen


def _counted(
    draft: Draft,
    primary: Labels,
    limits: NDArray[np.float32],
    idle: NDArray[np.int64],
    today: date,
    papers: int,
) -> Topics:
    total, counts = draft.ground.sums(primary, len(draft.ids))
    return Topics(
        ids=tuple(draft.ids),
        sums=total,
        counts=counts,
        thresholds=limits,
        idle=idle,
        next_id=draft.next_id,
        rebalanced=today,
        at_rebalance=papers,
        folded=0,
        unsorted=0,
    )
