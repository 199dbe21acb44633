"""Topics while they are redrawn: centres that gain and lose companions before anybody's topic changes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digest.topics.births import FEWEST, NOVEL, Fit, apart, novelty, proposals
from digest.topics.cosines import Labels, Vectors, members, nearest
from digest.topics.founding import found, spacing
from digest.topics.ground import Ground
from digest.topics.merging import costs
from digest.topics.state import Topics, centroids, unit

# What stands in the place of an id until a newborn has proved itself.
UNNAMED = 0
# Newborns beyond those that the growth of the archive asks for; as many pairs merge back, so topics can be traded.
SPARE = 4
# A newborn must be worth this much more than what is merged for it; each trade moves papers.
WORTH = 1.25
STEPS = 10
# Rounds of trades at the founding, when they cost nobody anything.
TRADES = 3
AFTER_MERGING = 3
# A newborn most of whose papers come from a topic that must not be split goes back to it.
MOST = 0.5


@dataclass(slots=True, eq=False)
class Draft:
    """Row k of `centres` (k, d) is topic `ids[k]`'s, or a newborn's (UNNAMED); ids ascend, newborns come last.

    The `ground` has the papers with words, `before` (n,) their topics' ids with people's merges and
    splits carried out, `labels` and `best` (n,) the row of the nearest centre and the cosine to it. `held` are
    topics that the arithmetic leaves alive; `merged` are pairs of ids (younger, older) that it has merged.
    """

    ground: Ground
    before: NDArray[np.int32]
    ids: list[int]
    centres: Vectors
    held: set[int]
    next_id: int
    labels: Labels = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    best: Vectors = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    merged: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def of(cls, topics: Topics, ground: Ground, before: NDArray[np.int32], locked: frozenset[int]) -> Draft:
        """The topics as they are."""
        return cls(ground, before, list(topics.ids), centroids(topics), set(locked), topics.next_id)

    @property
    def vectors(self) -> Vectors:
        """The unit vectors (n, d) of the papers that have words."""
        return self.ground.vectors

    def join(self, young: int, old: int) -> None:
        """Merge one topic into another because people ask for it."""
        total, _ = self.ground.sums(rows_of(self.ids, self.before), len(self.ids))
        gone, kept = self.ids.index(young), self.ids.index(old)
        self.centres[kept] = unit((total[gone] + total[kept])[None])[0]
        self.before = np.where(self.before == young, np.int32(old), self.before)
        self._drop(gone)
        self.held.add(old)

    def split(self, topic: int) -> int:
        """Split a topic because people ask for it: the child's id; UNNAMED if its papers are all the same."""
        rows = np.flatnonzero(self.before == topic)
        place = self.ids.index(topic)
        if not len(rows):
            return UNNAMED
        two = np.stack(apart(self.vectors[rows], self.centres[place]))
        half = nearest(self.vectors[rows], two)[0]
        if half.all() or not half.any():
            return UNNAMED
        child, self.next_id = self.next_id, self.next_id + 1
        self.centres[place] = two[0]
        self._add(two[1:], child)
        self.before[rows[half == 1]] = child
        self.held |= {topic, child}
        return child

    def drawn(self) -> Draft:
        """The same topics before fewer papers, if there are very many: the draft itself if there are not."""
        every = spacing(len(self.ground))
        if every == 1:
            return self
        before = self.before[::every]
        return Draft(self.ground.drawn(every), before, list(self.ids), self.centres, self.held, self.next_id)

    def follow(self, few: Draft) -> None:
        """Take over what has become of the topics before fewer papers; all papers find their centres."""
        if few is not self:
            self.ids, self.centres, self.merged = few.ids, few.centres, few.merged
            self.labels, self.best = self.ground.nearest(self.centres)

    def found(self, count: int) -> None:
        """The first topics of an archive; k-means leaves some subjects together and others cut in two."""
        self._add(found(self.ground, count), UNNAMED)
        for _ in range(TRADES):
            self.grow(count)

    def grow(self, target: int) -> None:
        """Give room to newborns where papers fit worst, let all centres move, and merge back to the target."""
        self.labels, self.best = self.ground.nearest(self.centres)
        wanted = max(target - len(self.ids), 0) + SPARE
        self._add(proposals(Fit(self.ground, self.centres, self.labels, self.best), wanted), UNNAMED)
        self.settle(STEPS)
        self._keep_ids()
        self._merge_back(target)
        self.settle(AFTER_MERGING)
        self._keep_ids()
        self.revive()

    def revive(self) -> None:
        """A newborn that has more papers of a topic merged away than any other has is that topic."""
        for young, old in list(self.merged):
            came = np.bincount(self.labels[self.before == young], minlength=len(self.ids))
            home = int(came.argmax())
            if came[home] and self.ids[home] == UNNAMED:
                self.ids[home] = young
                self.merged.remove((young, old))
        order = sorted(range(len(self.ids)), key=lambda row: (self.ids[row] == UNNAMED, self.ids[row]))
        self.ids, self.centres = [self.ids[row] for row in order], self.centres[order]
        self.labels = np.argsort(order)[self.labels]

    def settle(self, steps: int) -> None:
        """Let the centres move to the middle of what is nearest to them."""
        self.centres, self.labels, self.best = self.ground.lloyd(self.centres, steps)

    def drop(self, rows: list[int]) -> None:
        """Take centres away; their papers find other ones."""
        for row in sorted(rows, reverse=True):
            self._drop(row)
        self.labels, self.best = self.ground.nearest(self.centres)

    def named(self) -> list[int]:
        """Give ids to the newborns, and say which."""
        newborn = range(self.next_id, self.next_id + self.ids.count(UNNAMED))
        self.ids = [topic for topic in self.ids if topic != UNNAMED] + list(newborn)
        self.next_id = newborn.stop
        return list(newborn)

    def _merge_back(self, target: int) -> None:
        total, counts = self.ground.sums(self.labels, len(self.ids))
        while len(self.ids) > 1:
            homes = self._homes()
            if homes:
                young, old = homes[0]
            else:
                lost = self._weighed(costs(total), counts)
                old, young = divmod(int(lost.argmin()), len(self.ids))
                if lost[old, young] == np.inf or (len(self.ids) <= target and lost[old, young] >= 0):
                    break
            if self.ids[young] != UNNAMED:
                self.merged.append((self.ids[young], self.ids[old]))
            total[old] += total[young]
            counts[old] += counts[young]
            total, counts = np.delete(total, young, axis=0), np.delete(counts, young)
            self.labels = np.where(self.labels == young, old, self.labels)
            self.labels -= self.labels > young
            self._drop(young)
        self.centres = np.where((counts > 0)[:, None], unit(total), self.centres)

    def _weighed(self, lost: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Costs of pairs (older, younger) that may merge.

        Topics of new papers are worth more, newborns less; tiny newborns go anyway (a cost below zero).
        """
        newborn = np.asarray(self.ids) == UNNAMED
        worth = np.array([novelty(rows, len(self.labels)) for rows in members(self.labels, len(self.ids))])
        weighed: NDArray[np.float64] = lost * np.maximum(worth[:, None], worth) / np.where(newborn, WORTH, 1)
        weighed = np.where(newborn & (counts < FEWEST), weighed - NOVEL * len(self.vectors) - 1, weighed)
        weighed[:, np.isin(self.ids, list(self.held))] = np.inf
        weighed[np.tril_indices(len(self.ids))] = np.inf
        return weighed

    def _keep_ids(self) -> None:
        """Where a newborn holds more of a topic's papers than the topic itself, the two change places."""
        old = [row for row, topic in enumerate(self.ids) if topic != UNNAMED]
        had = rows_of(self.ids, self.before)
        for young in range(len(old), len(self.ids)):
            came = np.bincount(had[(self.labels == young) & (had >= 0)], minlength=len(old) + 1)
            home = int(came.argmax())
            if came[home] > int(((self.labels == home) & (had == home)).sum()):
                self.centres[[home, young]] = self.centres[[young, home]]
                swapped = np.where(self.labels == young, home, self.labels)
                self.labels = np.where(self.labels == home, young, swapped)

    def _homes(self) -> list[tuple[int, int]]:
        """Newborns (row) that would split a topic that is not to be split (row)."""
        rows = rows_of(self.ids, np.where(np.isin(self.before, list(self.held)), self.before, UNNAMED))
        found = []
        for young, topic in enumerate(self.ids):
            came = rows[self.labels == young] if topic == UNNAMED else rows[:0]
            if len(came) and (old := int(np.bincount(came + 1).argmax()) - 1) >= 0 and (came == old).mean() > MOST:
                found.append((young, old))
        return found

    def _add(self, centres: Vectors, topic: int) -> None:
        self.ids += [topic] * len(centres)
        self.centres = np.concatenate([self.centres, centres])

    def _drop(self, row: int) -> None:
        del self.ids[row]
        self.centres = np.delete(self.centres, row, axis=0)


def rows_of(ids: list[int], topics: NDArray[np.int32]) -> Labels:
    """The row of each topic (n,) in a list of ids; -1 where it is not among them, and for UNNAMED."""
    known = {topic: row for row, topic in enumerate(ids) if topic != UNNAMED}
    table = np.full(max([0, *known, int(topics.max(initial=0))]) + 1, -1, dtype=np.int64)
    for topic, row in known.items():
        table[topic] = row
    found: Labels = table[topics]
    return found
