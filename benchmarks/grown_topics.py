"""Topics as an archive has them after years of weekly rebalances, for an archive that is grown rather than run.

Vectors are those of real papers with noise, no two alike. The live topics, as many as the arithmetic asks for,
are k-means' of a sample; every edition is then folded into them. Topics have gone at the rate that `topics.py`
measures, which leaves an archive of a million papers more retired ones than live ones, and a lineage of both.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from digest.archive.clustering import Clustering, Fold, Rows
from digest.records import UNSORTED, Category, Change, Event, Mention, Paper, Topic, Topics
from digest.topics import centroids, fold
from digest.topics.cosines import Vectors, sums
from digest.topics.founding import spread, target
from digest.topics.ground import Ground
from digest.topics.thresholds import thresholds

# The share of topics that a weekly rebalance lets go; see the figures of `topics.py`.
GONE = 0.003
WEEK = timedelta(days=7)
SAMPLE, STEPS = 20_000, 10
# Two papers made of the same one have a cosine of about 1 / (1 + NOISE ** 2).
NOISE = 0.5
EXEMPLARS, NEWEST, NEIGHBOURS, TITLE = 5, 10, 5, 40


class Stream:
    """Unit vectors (n, d) drawn from those of real papers, with noise, rounded as an archive keeps them."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors, self._dice = vectors, np.random.default_rng(1)

    def next(self, count: int) -> Vectors:
        """So many more."""
        chosen = self._vectors[self._dice.integers(len(self._vectors), size=count)]
        noise = self._dice.standard_normal(chosen.shape, dtype=np.float32)
        made = chosen + noise * np.float32(NOISE / np.sqrt(chosen.shape[1]))
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        rounded: Vectors = made.astype("<f2").astype(np.float32)
        return rounded


class Grown:
    """The topics of an archive of so many papers, into which its editions are folded one by one."""

    def __init__(self, stream: Stream, papers: int, days: Sequence[date]) -> None:
        self._days, self._papers = days, papers
        self._gone = _gone(papers, days)
        sample, k = stream.next(min(papers, SAMPLE)), target(papers)
        ground = Ground(sample)
        _, labels, _ = ground.lloyd(spread(ground, k, np.random.default_rng(2)), STEPS)
        total, counts = sums(sample, labels, k)
        ever = range(1, k + self._gone + 1)
        self._start = self._state = replace(
            Topics.start(sample.shape[1]),
            ids=tuple(sorted(random.Random(2).sample(ever, k))),
            sums=total,
            counts=counts,
            thresholds=thresholds(sample, labels, k),
            idle=np.zeros(k, dtype=np.int64),
            next_id=ever.stop,
        )
        self._rows: dict[date, Rows] = {}

    def take_in(self, day: date, ids: list[str], vectors: Vectors) -> None:
        """Fold an edition in; the oldest comes first."""
        self._state, assigned = fold(self._state, vectors)
        self._rows[day] = ids, assigned

    def fold(self, titles: Sequence[Paper], categories: Sequence[Category]) -> Fold:
        """All of it as a rebalance with the last edition leaves it; papers are told of under the given titles."""
        start, last = self._start, self._days[-1]
        state = replace(
            self._state,
            sums=self._state.sums - start.sums,
            counts=self._state.counts - start.counts,
            rebalanced=last,
            at_rebalance=self._papers,
            folded=0,
            unsorted=0,
        )
        topics = tuple(self._records(state, titles, categories))
        named = centroids(state)
        made = Clustering(topics, state, tuple(_lineage(topics)), named, state.counts.copy())
        return Fold(made, self._rows, anew=True)

    def _records(self, state: Topics, titles: Sequence[Paper], categories: Sequence[Category]) -> list[Topic]:
        """Live and retired topics, each with as much to tell as one that a run made."""
        sizes = dict(zip(state.ids, state.counts.tolist(), strict=True))
        members = self._members()
        shown = itertools.cycle(titles)
        found = []
        for topic in range(1, state.next_id):
            born = self._days[(topic - 1) * len(self._days) // state.next_id]
            rows = members.get(topic) or [(i, self._days[0]) for i in self._rows[self._days[0]][0][:NEWEST]]
            category = categories[topic % len(categories)].slug
            mentions = [_mention(paper, *row, category) for paper, row in zip(shown, rows, strict=False)]
            title = next(shown).title[:TITLE]
            near = tuple(i for i in state.ids[topic % len(state.ids) :] if i != topic)[:NEIGHBOURS]
            live = topic in sizes
            found.append(
                Topic(
                    topic,
                    born,
                    name=f"{title} {topic}",
                    description=f"Papers that speak of {title}, for example “{mentions[0].title}”.",
                    includes="; ".join(mention.title[:TITLE] for mention in mentions[:4]),
                    excludes="; ".join(f"the papers of topic {i}" for i in near),
                    namer="local",
                    category=category,
                    size=sizes.get(topic, 0),
                    retired=None if live else min(born + (self._days[-1] - born) // 2, self._days[-1]),
                    heir=UNSORTED if live else state.ids[topic % len(state.ids)],
                    exemplars=tuple(mentions[:EXEMPLARS]),
                    newest=tuple(mentions[:NEWEST]),
                    neighbours=near if live else (),
                )
            )
        return found

    def _members(self) -> Mapping[int, list[tuple[str, date]]]:
        """The newest papers of each live topic."""
        found: dict[int, list[tuple[str, date]]] = {}
        for day in reversed(self._days[-60:]):
            ids, assigned = self._rows[day]
            for i, topic in zip(ids, assigned.topics[:, 0].tolist(), strict=True):
                if topic != UNSORTED and len(rows := found.setdefault(topic, [])) < NEWEST:
                    rows.append((i, day))
        return found


def _gone(papers: int, days: Sequence[date]) -> int:
    """How many topics have been retired on the way to so many papers."""
    weeks = max((days[-1] - days[0]) // WEEK, 1)
    return round(sum(GONE * target(papers * week // weeks) for week in range(1, weeks + 1)))


def _mention(paper: Paper, paper_id: str, day: date, category: str) -> Mention:
    return Mention(
        paper_id, paper.title, f"https://arxiv.org/abs/{paper_id.removeprefix('arxiv:')}", day, category
    )


def _lineage(topics: Sequence[Topic]) -> list[Change]:
    """Every topic was split from one before it; live ones have had another name, and the others merged."""
    found = []
    for topic in topics:
        shown = tuple(mention.paper_id for mention in topic.exemplars)
        reason = f"97 of the 412 papers of t{topic.id // 2} lie closer together than they did there"
        event = Event.SPLIT if topic.id > 1 else Event.BORN
        found.append(Change(topic.born, event, topic.id, topic.id // 2, reason, shown))
        if topic.retired is None:
            reason = f"its papers have moved on from “{topic.name} as it was” to “{topic.name}”"
            found.append(Change(topic.born + WEEK, Event.RENAMED, topic.id, reason=reason))
        else:
            reason = f"its 97 papers and the 412 of t{topic.heir} were the least worth keeping apart"
            found.append(Change(topic.retired, Event.MERGED, topic.id, topic.heir, reason, shown))
    return sorted(found, key=lambda change: (change.day, change.topic))
