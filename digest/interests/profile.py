"""What the reader follows, as a whole: which papers of an edition meet it, how well, and why."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Archive
from digest.archive.interests import Kept
from digest.config import Config, Interests
from digest.interests.library import Entry, read_library
from digest.interests.meaning import LEAST_BACKGROUND, Liking, to_queries
from digest.interests.remembered import Remembered
from digest.interests.words import named_in, same_person, spaced
from digest.records import Paper, Pick, Reason
from digest.text import delatex

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digest.providers.base import Embedder

    Floats = NDArray[np.float32]

MOST_PICKS = 10
# A paper is picked from 1 on, which is worth so many deviations from what is usual: for queries chosen so that one
# that editions hardly ever meet gets a paper every few weeks, for liked papers so that a broad field gets some on
# every day (benchmarks/interests.py).
QUERY, LIKED = 5.0, 4.0
# What a name or a keyword is worth by itself.
AUTHOR, IN_TITLE, IN_ABSTRACT = 2.0, 1.5, 1.0
# A keyword counts whole while at most this share of the newest papers has it, so many of which are looked at; one
# that more have counts for less, by the root of that: "model" must not crowd out what hardly any paper has.
COMMON, LOOKED_AT = 0.05, 500
# The strongest reason counts whole, each further one for half as much again; none counts for more than `MOST`.
FURTHER, MOST = 0.5, 3.0
# From so much on a reason counts and is said, and a paper is read before those that nobody asked for.
WORTH_SAYING = 0.5
# What is usual is told from so many of the newest papers.
BACKGROUND = 2000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Part:
    """A reason with what it is worth."""

    worth: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Group:
    """Liked or disliked papers, or library entries: how they are called in reasons, and their vectors (k, d)."""

    kind: str
    texts: tuple[str, ...]
    vectors: Floats

    @classmethod
    def of(cls, kind: str, kept: Sequence[Kept], dimension: int) -> _Group:
        # What has no word that the embedder knows has no direction either.
        told = [(k.text, k.vector) for k in kept if k.vector is not None and k.vector.any()]
        vectors = np.stack([row for _, row in told]) if told else np.zeros((0, dimension), dtype=np.float32)
        return cls(kind, tuple(text for text, _ in told), vectors)


def open_interests(config: Config, archive: Archive, embedder: Embedder) -> Profile | None:
    """The reader's interests; None where there are none, at no cost. Nothing is embedded or sought yet.

    Raises `ConfigError` if a library cannot be read.
    """
    if not config.interests.any:
        return None
    library = read_library(config.interests.bibliography, config.workspace)
    return Profile(config.interests, library, archive, embedder)


class Profile:
    """Interests in the space of one embedder; their vectors are made, or sought in the archive, on first need."""

    def __init__(
        self, settings: Interests, library: tuple[Entry, ...], archive: Archive, embedder: Embedder
    ) -> None:
        self._settings, self._library = settings, library
        self._archive, self._embedder = archive, embedder
        self._own = {*settings.papers, *settings.disliked, *(i for entry in library for i in entry.ids)}
        self._titles = {spaced(entry.title) for entry in library}
        self._groups: tuple[_Group, ...] = ()
        self._having: dict[date, Counter[str]] = {}
        self._told: set[str] = set()

    def embedded_by(self, embedder: Embedder) -> Profile:
        """The same interests in the space of another embedder."""
        if embedder is self._embedder:
            return self
        return Profile(self._settings, self._library, self._archive, embedder)

    def unpaid(self) -> tuple[int, int]:
        """Calls and characters that it takes to embed what was never embedded: queries and the library."""
        remembered = Remembered(self._archive, self._embedder)
        return remembered.unknown(self._settings.queries, self._library)

    def picks(self, papers: Sequence[Paper], vectors: Floats) -> tuple[Pick, ...]:
        """At most `MOST_PICKS` papers that meet the interests, best first, each with its reasons, strongest first.

        `vectors` (n, d) are the papers' own, of the profile's embedder. Muted and disliked papers are left out,
        and so are those that the reader liked already or has in the library. Raises `ProviderError`.
        """
        found = []
        for paper, parts, score in zip(papers, *self._weighed(papers, vectors), strict=True):
            if score >= 1:
                found.append(Pick(paper.id, round(score, 3), tuple(part.reason for part in parts)))
        return tuple(sorted(found, key=lambda pick: (-pick.score, pick.paper_id))[:MOST_PICKS])

    def scores(self, papers: Sequence[Paper], vectors: Floats) -> list[float]:
        """How well each paper meets the interests, 0 where there is hardly anything to it; see `picks`."""
        _, scores = self._weighed(papers, vectors)
        return [round(score, 3) if score >= WORTH_SAYING else 0.0 for score in scores]

    def _weighed(self, papers: Sequence[Paper], vectors: Floats) -> tuple[list[list[_Part]], list[float]]:
        """Each paper's reasons, strongest first, and its score; 0 for what must not be picked."""
        parts: list[list[_Part]] = [[] for _ in papers]
        against = self._by_meaning(parts, vectors) if len(papers) else np.zeros(0)
        rarity, scores = self._rarity(papers), []
        for paper, found, less in zip(papers, parts, against, strict=True):
            found += self._by_words(paper, rarity)
            found.sort(key=lambda part: (-part.worth, part.reason.kind, part.reason.text))
            score = sum(min(part.worth, MOST) * FURTHER**place for place, part in enumerate(found)) - float(less)
            scores.append(0.0 if self._unwanted(paper) else max(score, 0.0))
        return parts, scores

    def _unwanted(self, paper: Paper) -> bool:
        own = bool(self._own.intersection(paper.keys)) or spaced(paper.title) in self._titles
        return own or bool(named_in(self._settings.mute, paper))

    def _rarity(self, papers: Sequence[Paper]) -> dict[str, float]:
        """What each keyword's mention counts, from 0 to 1, by how many papers of today and before have it."""
        keywords = self._settings.keywords
        if not keywords:
            return {}
        having, count = self._counted(papers), len(papers)
        history = self._archive.history
        for edition in reversed(history.editions):
            if count >= LOOKED_AT:
                break
            if total := history.days[edition].total:
                if edition not in self._having:
                    self._having[edition] = self._counted(self._archive.papers(edition))
                having, count = having + self._having[edition], count + total
        found = {word: _rare(having[word], count) for word in keywords}
        for word in [w for w in keywords if found[w] * IN_TITLE < 1 and w not in self._told]:
            self._told.add(word)
            share = f"{having[word] / count:.0%}"
            log.warning("the keyword %r is in %s of the newest papers: it picks none by itself", word, share)
        return found

    def _counted(self, papers: Sequence[Paper]) -> Counter[str]:
        """How many of the papers have each keyword."""
        return Counter(word for paper in papers for word, _ in named_in(self._settings.keywords, paper))

    def _by_words(self, paper: Paper, rarity: Mapping[str, float]) -> list[_Part]:
        parts: list[_Part] = []
        for word, title in named_in(self._settings.keywords, paper):
            kind = "keyword" if rarity[word] == 1 else "common"
            _add(parts, (IN_TITLE if title else IN_ABSTRACT) * rarity[word], Reason(kind, word))
        authors = [n for n in self._settings.authors if any(same_person(n, author) for author in paper.authors)]
        return parts + [_Part(AUTHOR, Reason("author", name)) for name in authors]

    def _by_meaning(self, parts: list[list[_Part]], vectors: Floats) -> NDArray[np.float64]:
        """Add to `parts` what is near to queries and liked papers; returns how near to disliked ones, (n,)."""
        against = np.zeros(len(parts))
        queries, *liked, disliked = self._vectors()
        if not any(len(group.vectors) for group in (queries, *liked, disliked)):
            return against
        background = self._background(vectors)
        if len(background) < LEAST_BACKGROUND:
            return against
        if len(queries.vectors):
            for row, near in enumerate(to_queries(vectors, queries.vectors, background) / QUERY):
                for text, worth in zip(queries.texts, near, strict=True):
                    _add(parts[row], worth, Reason(queries.kind, text))
        for group in liked:
            if len(group.vectors):
                liking = Liking(group.vectors, background)
                each, all_ = liking.to_each(vectors), liking.to_all(vectors) / LIKED
                for row, worth in enumerate(all_):
                    # The group as a whole decides; the one of it that is nearest is named.
                    _add(parts[row], worth, Reason(group.kind, delatex(group.texts[int(each[row].argmax())])))
        if len(disliked.vectors):
            worst = Liking(disliked.vectors, background).to_each(vectors).max(axis=1) / LIKED
            against = np.where(worst >= WORTH_SAYING, worst, 0.0)
        return against

    def _vectors(self) -> tuple[_Group, ...]:
        """Queries, liked papers, the library, disliked papers: made once."""
        if not self._groups:
            settings, dimension = self._settings, self._embedder.dimension
            with Remembered(self._archive, self._embedder) as remembered:
                found = (
                    ("query", remembered.queries(settings.queries)),
                    ("paper", remembered.papers(settings.papers)),
                    ("bibliography", remembered.entries(self._library)),
                    ("disliked", remembered.papers(settings.disliked)),
                )
            self._groups = tuple(_Group.of(kind, kept, dimension) for kind, kept in found)
        return self._groups

    def _background(self, vectors: Floats) -> Floats:
        """The edition's own papers and the newest ones of the archive, (m, d)."""
        found, count = [vectors], 0
        history = self._archive.history
        for edition in reversed(history.editions):
            if count >= BACKGROUND:
                break
            if history.days[edition].total:
                found.append(self._archive.vectors(edition)[1])
                count += len(found[-1])
        return np.concatenate(found)


def _rare(having: int, papers: int) -> float:
    """What a keyword's mention counts that so many of the papers have; whole if they are too few to tell."""
    if papers < LEAST_BACKGROUND:
        return 1.0
    share = having / papers
    # In its favour, as far as chance may have it.
    least = share - math.sqrt(share * (1 - share) / papers)
    return min(1.0, math.sqrt(COMMON / least)) if least > 0 else 1.0


def _add(parts: list[_Part], worth: float | np.float64, reason: Reason) -> None:
    if worth >= WORTH_SAYING:
        parts.append(_Part(float(worth), reason))
