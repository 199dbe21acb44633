"""What the front page tells, read from the archive's history, its latest edition and its topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from digest import site
from digest.archive import Archive
from digest.archive.clustering import Clustering
from digest.records import OTHER, EditionReport, Outcome, Topic
from digest.report import Language

MOST_TOPICS = 6
# How far back the little drawings of topics go.
SPARK = timedelta(days=40)
EDITIONS = 20


def landing(
    archive: Archive, clustering: Clustering | None, language: Language, pages: Mapping[date, str]
) -> site.Landing:
    """The front page in a language; `pages` are those of editions."""
    history = archive.history
    days = [history.days[edition] for edition in history.editions]
    shown = [day for day in days if day.outcome is Outcome.PUBLISHED and day.edition in pages]
    full = [day for day in shown if day.total] or shown
    latest = archive.report(full[-1].edition) if full else None
    totals = Counter[str]()
    for day in days:
        totals.update(day.counts)
    ordered = sorted(totals.items(), key=lambda item: (item[0] == OTHER, -item[1], item[0]))
    return site.Landing(
        editions=sum(day.outcome is Outcome.PUBLISHED for day in days),
        papers=sum(totals.values()),
        topics=len(clustering.live) if clustering else 0,
        latest=latest,
        latest_page=pages[full[-1].edition] if full else "",
        rising=_rising(archive, clustering, latest) if latest else (),
        months=tuple(site.months(days, pages, language.phrases)),
        totals=tuple((slug, count) for slug, count in ordered if count),
        notice=bool(latest and any(source.name == "sample" for source in latest.sources)),
    )


def _rising(archive: Archive, clustering: Clustering | None, latest: EditionReport) -> tuple[site.Rising, ...]:
    """The topics that the latest edition says are rising; where none is, the largest ones."""
    emoji = {category.slug: category.emoji for category in latest.categories}
    if latest.rising:
        return tuple(
            site.Rising(t.topic, t.name, emoji.get(t.category, ""), t.count, t.editions, t.expected, t.days)
            for t in latest.rising[:MOST_TOPICS]
        )
    if clustering is None:
        return ()
    counts = list(archive.topic_counts(latest.edition, SPARK).values())[-EDITIONS:]

    def told(topic: Topic) -> site.Rising:
        days = tuple(counted.get(topic.id, 0) for counted in counts)
        return site.Rising(topic.id, topic.name, emoji.get(topic.category, ""), topic.size, days=days)

    largest = sorted(clustering.live.values(), key=lambda topic: (-topic.size, topic.id))
    return tuple(told(topic) for topic in largest[:MOST_TOPICS])
