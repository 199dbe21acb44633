"""What the map's page shows in a language: the ways in which papers are sorted, by name, and where reports are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Archive, Journal
from digest.archive.clustering import Clustering
from digest.map.cards import column, linked
from digest.naming import name_missing
from digest.pipeline.addresses import Reports
from digest.pipeline.gathering import Gathered, Grouping
from digest.pipeline.mapping import Drawn
from digest.pipeline.parts import Parts
from digest.pipeline.redrawing import heir_of
from digest.records import Category, Topic
from digest.records.maps import Assignment, MapLinks, MapPaper, MapTopic, MapView
from digest.report import Language, card_address

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digest.providers.base import Reader

# The ways to sort papers, by the key that the page has words for.
TOPICS, ARXIV, DENSITY = "topics", "arxiv", "density"


def viewed(
    archive: Archive,
    drawn: Drawn,
    gathered: Gathered,
    parts: Parts,
    language: Language,
    title: str,
    reports: Reports | None,
) -> MapView:
    """All that the page of the map shows in a language; papers of a map without `reports` are in none.

    Topics stand under their categories, or under the groups that were gathered, which are named then. Raises
    `ProviderError` if a paid namer fails without a fallback.
    """
    clustering, papers = archive.clustering, gathered.papers
    assert clustering is not None
    latest = archive.report(max(day for day, counted in archive.history.days.items() if counted.total))
    namer = _Namer(latest.categories, parts, archive.topics_journal, language)
    first = drawn.everyone.assigned.topics[:, 0]
    by_topic = _by_topic(TOPICS, first, clustering, latest.categories, language)
    if gathered.groups is not None:
        by_topic = _regrouped(by_topic, namer.assignment("groups", gathered.groups, parts.reader, broad=True))
    by_subject = _by_subject(column(papers, "arxiv"))
    ways = [by_topic, *_by_aspects(drawn, latest.categories, language), by_subject]
    if len(papers):
        ways.insert(1, namer.assignment(DENSITY, gathered.dense, parts.backup or parts.reader))
    rising = {trend.topic for trend in latest.rising}

    def link(paper: MapPaper) -> str:
        return reports.at(card_address(paper.date, paper.category, paper.id, language)) if reports else ""

    return MapView(
        title=title,
        language=language.code,
        generated=latest.edition,
        papers=linked(papers, link),
        positions=gathered.positions,
        topics=tuple(_topic(topic, clustering, rising) for topic in clustering.topics),
        categories=latest.categories,
        # Too few papers have no topics, and still a map.
        assignments=tuple(way for way in ways if way.names or way is by_topic),
        edition=drawn.layout.edition,
        links=reports.links(language) if reports else MapLinks(),
    )


def _topic(topic: Topic, clustering: Clustering, rising: set[int]) -> MapTopic:
    gone = topic.retired is not None
    return MapTopic(
        id=topic.id,
        name=topic.name or f"t{topic.id}",
        description=topic.description,
        category=topic.category,
        born=topic.born,
        rising=topic.id in rising,
        heir=heir_of(clustering, topic.id) if gone else 0,
        retired=gone,
    )


def _by_aspects(drawn: Drawn, categories: Sequence[Category], language: Language) -> Iterator[Assignment]:
    """Papers by problem and by method, as far as they could be sorted so: their clusters are nobody's topics."""
    for key, aspect in drawn.aspects.items():
        by_cluster = _by_topic(key, aspect.first, aspect.clusters, categories, language)
        yield replace(by_cluster, ids=(), positions=aspect.positions)


def _by_topic(
    key: str,
    first: NDArray[np.int32],
    clustering: Clustering,
    categories: Sequence[Category],
    language: Language,
) -> Assignment:
    """The first topic (n,) of each paper, under its category."""
    names = {category.slug: category.name(language.code) for category in categories}
    live = list(clustering.live.values())
    slugs = list(dict.fromkeys(topic.category for topic in live))
    place = {topic.id: number for number, topic in enumerate(live)}
    return Assignment(
        key=key,
        labels=np.array([place.get(topic, -1) for topic in first.tolist()], dtype=np.int32),
        names=_each_once([topic.name or f"t{topic.id}" for topic in live]),
        groups=tuple(slugs.index(topic.category) for topic in live),
        group_names=tuple(names.get(slug, slug) for slug in slugs),
        ids=tuple(topic.id for topic in live),
    )


def _regrouped(by_topic: Assignment, groups: Assignment) -> Assignment:
    """Topics under the groups that most of their papers are in."""
    most = []
    for topic in range(len(by_topic.names)):
        counts = Counter(groups.labels[by_topic.labels == topic].tolist())
        most.append(max(counts, key=lambda group: (counts[group], -group), default=0))
    return replace(by_topic, groups=tuple(most), group_names=groups.names)


def _by_subject(subjects: Sequence[str]) -> Assignment:
    """Papers by what arXiv files them under, within its archives; papers from elsewhere ("") are unlabelled."""
    names = sorted(set(subjects) - {""})
    archives = list(dict.fromkeys(name.split(".")[0] for name in names))
    number = {name: place for place, name in enumerate(names)}
    return Assignment(
        key=ARXIV,
        labels=np.array([number.get(subject, -1) for subject in subjects], dtype=np.int32),
        names=tuple(names),
        groups=tuple(archives.index(name.split(".")[0]) for name in names),
        group_names=tuple(f"arXiv {name}" for name in archives),
    )


class _Namer:
    """Names groups of papers, as topics are named, by the papers in their middle."""

    def __init__(self, categories: Sequence[Category], parts: Parts, journal: Journal, language: Language) -> None:
        self._categories, self._parts, self._journal, self._language = categories, parts, journal, language

    def assignment(self, key: str, grouping: Grouping, reader: Reader, broad: bool = False) -> Assignment:
        """The groups under the categories of most of their papers."""
        portraits = [replace(portrait, broad=broad) for portrait in grouping.portraits]
        fallback, code = self._parts.fallback, self._language.code
        names = name_missing(reader, portraits, self._categories, self._journal, code, fallback)
        slugs = list(dict.fromkeys(portrait.topic.category for portrait in portraits))
        called: Mapping[str, str] = {c.slug: c.name(self._language.code) for c in self._categories}
        return Assignment(
            key=key,
            labels=grouping.labels,
            names=_each_once([names[portrait.topic.id].name for portrait in portraits]),
            groups=tuple(slugs.index(portrait.topic.category) for portrait in portraits),
            group_names=tuple(called.get(slug, slug) for slug in slugs),
        )


def _each_once(names: Sequence[str]) -> tuple[str, ...]:
    """The names with a number where one comes again: a map takes two labels of one name for one."""
    taken: set[str] = set()
    found = []
    for name in names:
        told, number = name, 1
        while told.casefold() in taken:
            number += 1
            told = f"{name} ({number})"
        taken.add(told.casefold())
        found.append(told)
    return tuple(found)
