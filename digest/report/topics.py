"""The pages of topics: one for each that ever was, and an index; pure: the same records give the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from digest.records import OTHER, UNSORTED, Category, Change, EditionReport, Event, Mention, Topic
from digest.report.cards import PAGE_BYTES, card_address
from digest.report.filters import LIMITS, SPARK_EDITIONS
from digest.report.layout import CAPS
from digest.report.reasons import why
from digest.report.views import Language, map_address
from digest.text import safe_url

if TYPE_CHECKING:
    from jinja2 import Environment

# The folder of topics, relative to the reports folder.
TOPICS = "topics"
WEEK, WEEKS = timedelta(days=7), 52
MOST_EXEMPLARS, MOST_NEWEST, MOST_NEIGHBOURS, MOST_SHOWN = 8, 15, 8, 3
RESOLVERS = {"arxiv": "https://arxiv.org/abs/", "doi": "https://doi.org/"}
# A lineage longer than this shows its beginning and its end.
MOST_CHANGES = 200


@dataclass(frozen=True)
class Catalogue:
    """All that pages of topics tell.

    `topics` are all that ever were, by id, retired ones too; `lineage` is everything that happened to them, oldest
    first; `counts` are their new papers edition by edition (those of the last year at least, and editions in which
    a topic had none may leave it out); `latest` is the record of the latest edition with papers, which says what
    is rising, fading and new, and what the categories are called.
    """

    topics: tuple[Topic, ...]
    lineage: tuple[Change, ...]
    counts: Mapping[date, Mapping[int, int]]
    latest: EditionReport

    @cached_property
    def by_id(self) -> dict[int, Topic]:
        """Every topic by its id."""
        return {topic.id: topic for topic in self.topics}

    @cached_property
    def categories(self) -> dict[str, Category]:
        """The categories of the latest edition by slug."""
        return {category.slug: category for category in self.latest.categories}

    @cached_property
    def editions(self) -> list[date]:
        """The editions that were counted up to the latest, oldest first."""
        return sorted(day for day in self.counts if day <= self.latest.edition)

    @cached_property
    def mentions(self) -> dict[str, Mention]:
        """Every paper that a topic names, by id."""
        return {m.paper_id: m for topic in self.topics for m in (*topic.newest, *topic.exemplars)}

    @cached_property
    def changes(self) -> dict[int, list[Change]]:
        """The lineage by topic, in which a change stands with both its sides, oldest first."""
        found: dict[int, list[Change]] = {}
        for change in sorted(self.lineage, key=lambda c: c.day):
            both = change.event in (Event.SPLIT, Event.MERGED)
            for topic in dict.fromkeys((change.topic, change.other) if both else (change.topic,)):
                found.setdefault(topic, []).append(change)
        return found

    @cached_property
    def marks(self) -> dict[int, str]:
        """What is moving in the latest edition: topic to `rising`, `fading` or `new`."""
        fading = {trend.topic: "fading" for trend in self.latest.fading}
        newborn = {topic.topic: "new" for topic in self.latest.newborn}
        return {**fading, **newborn, **{trend.topic: "rising" for trend in self.latest.rising}}

    def days(self, topic: int) -> tuple[int, ...]:
        """The topic's papers in the last `SPARK_EDITIONS` editions, oldest first."""
        return tuple(self.counts[day].get(topic, 0) for day in self.editions[-SPARK_EDITIONS:])

    def weeks(self, topic: int) -> tuple[tuple[date, int], ...]:
        """The topic's papers by week (its Monday), the last 52 at most, oldest first."""
        return tuple((monday, counts.get(topic, 0)) for monday, counts in self._weeks.items())

    @cached_property
    def _weeks(self) -> dict[date, Counter[int]]:
        """The papers of each topic by week, also of a week without any."""
        if not self.editions:
            return {}
        last = _monday(self.editions[-1])
        first = max(_monday(self.editions[0]), last - (WEEKS - 1) * WEEK)
        weeks = {first + n * WEEK: Counter[int]() for n in range((last - first).days // 7 + 1)}
        for day in self.editions:
            if day >= first:
                weeks[_monday(day)].update(self.counts[day])
        return weeks

    def heir(self, topic: Topic) -> Topic | None:
        """Where a retired topic leads in the end, through the heirs of its heirs; None if nowhere."""
        heirs = self.heirs(topic)
        return self.by_id[heirs[-1]] if heirs else None

    def heirs(self, topic: Topic) -> list[int]:
        """A retired topic's heir, the heir's own heir, and so on."""
        passed = [topic.id]
        while topic.heir in self.by_id and topic.heir not in passed:
            topic = self.by_id[topic.heir]
            passed.append(topic.id)
        return passed[1:]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def topic_page_name(topic: int, language: Language) -> str:
    """A topic's page, relative to the reports folder."""
    return f"{TOPICS}/{topic}{language.suffix}.md"


def topic_chart_name(topic: int) -> str:
    """A live topic's chart, relative to the reports folder; it has no words, so that it serves every language."""
    return f"{TOPICS}/{topic}.svg"


def topics_index_name(language: Language) -> str:
    """The index of topics, relative to the reports folder."""
    return f"{TOPICS}/README{language.suffix}.md"


def render_topics(
    catalogue: Catalogue,
    which: Collection[int],
    language: Language,
    others: Sequence[Language],
    title: str,
    environment: Environment,
    site: str = "",
) -> dict[str, str]:
    """The index of topics and the pages of those asked for: path relative to the reports folder -> Markdown.

    Where there is a `site` (its address), they lead to its map.
    """
    frame = {**_frame(catalogue, language, title), "map_at": map_address(site, language)}
    pages = {topics_index_name(language): _index(catalogue, frame, others, environment)}
    for topic in catalogue.topics:
        if topic.id in which:
            links = [(o.phrases["language_name"], topic_page_name(topic.id, o).rsplit("/", 1)[1]) for o in others]
            context = _of(catalogue, topic, language)
            template = environment.get_template("topic.md.j2")
            pages[topic_page_name(topic.id, language)] = template.render(frame, others=links, **context)
    return pages


def _frame(catalogue: Catalogue, language: Language, title: str) -> dict[str, Any]:
    return {
        "t": language.phrases,
        "language": language.code,
        "suffix": language.suffix,
        "title": title,
        "limits": LIMITS,
        "notice": any(source.name == "sample" for source in catalogue.latest.sources),
        "names": {slug: f"{c.emoji} {c.name(language.code)}" for slug, c in catalogue.categories.items()},
        "emoji": {slug: c.emoji for slug, c in catalogue.categories.items()},
        "topics": catalogue.by_id,
        "marks": catalogue.marks,
        "topics_at": "",
    }


def _of(catalogue: Catalogue, topic: Topic, language: Language) -> dict[str, Any]:
    """What one topic's page shows."""
    changes = catalogue.changes.get(topic.id, [])
    half = MOST_CHANGES // 2
    shown = changes if len(changes) <= MOST_CHANGES else changes[:half] + changes[-half:]
    weeks = catalogue.weeks(topic.id)
    near = [catalogue.by_id[i] for i in topic.neighbours if i in catalogue.by_id]
    return {
        "topic": topic,
        "heir": catalogue.heir(topic) if topic.retired else None,
        "chart": topic_chart_name(topic.id).rsplit("/", 1)[1] if any(count for _, count in weeks) else "",
        "most": max(weeks, key=lambda week: week[1], default=None),
        "exemplars": _placed(topic.exemplars[:MOST_EXEMPLARS], language),
        "newest": _placed(topic.newest[:MOST_NEWEST], language),
        "near": [other for other in near if not other.retired][:MOST_NEIGHBOURS],
        "changes": [
            (_worded(c, language), *_phrased(c, topic.id), *_exemplars(catalogue, c, language)) for c in shown
        ],
        "left_out": len(changes) - len(shown),
    }


def _phrased(change: Change, topic: int) -> tuple[str, int]:
    """The key of the phrase that tells a change from a topic's side, and the other topic that it names, if any."""
    if change.event not in (Event.SPLIT, Event.MERGED):
        return f"change_{change.event}", UNSORTED
    if change.topic != topic:
        return f"change_{change.event}_here", change.topic
    if change.other == UNSORTED:
        return ("change_born" if change.event is Event.SPLIT else "change_retired"), UNSORTED
    return f"change_{change.event}", change.other


def _worded(change: Change, language: Language) -> Change:
    """The change with its reason in the words of the language."""
    return replace(change, reason=why(change, language.phrases))


def _exemplars(
    catalogue: Catalogue, change: Change, language: Language
) -> tuple[list[tuple[Mention, str]], list[tuple[str, str]]]:
    """The papers that show a change: those that some topic still names, and the ids and addresses of others."""
    shown = change.exemplars[:MOST_SHOWN]
    named = [catalogue.mentions[paper] for paper in shown if paper in catalogue.mentions]
    others = [
        (paper.partition(":")[2] or paper, _address(paper)) for paper in shown if paper not in catalogue.mentions
    ]
    return _placed(named, language), others


def _address(paper: str) -> str:
    """Where a paper is found by its id alone; empty if that says nothing."""
    kind, _, number = paper.partition(":")
    return safe_url(f"{RESOLVERS[kind]}{number}") or "" if kind in RESOLVERS else ""


def _placed(mentions: Sequence[Mention], language: Language) -> list[tuple[Mention, str]]:
    """Papers with their cards' addresses, seen from a topic's page."""
    return [(m, f"../{card_address(m.edition, m.category, m.paper_id, language)}") for m in mentions]


def _index(
    catalogue: Catalogue, frame: Mapping[str, Any], others: Sequence[Language], environment: Environment
) -> str:
    groups: dict[str, list[Topic]] = {}
    for topic in catalogue.topics:
        if not topic.retired:
            known = topic.category in catalogue.categories
            groups.setdefault(topic.category if known else OTHER, []).append(topic)
    ordered = sorted(groups.items(), key=lambda g: (g[0] == OTHER, -sum(t.size for t in g[1]), g[0]))
    gone = [(topic.retired, topic.id, topic) for topic in catalogue.topics if topic.retired]
    retired = [topic for *_, topic in sorted(gone, key=lambda entry: entry[:2], reverse=True)]
    context = {
        "others": [(o.phrases["language_name"], topics_index_name(o).rsplit("/", 1)[1]) for o in others],
        "groups": [(slug, sorted(found, key=lambda t: (-t.size, t.id))) for slug, found in ordered],
        "live": sum(len(found) for _, found in ordered),
        "retired": [(topic, catalogue.heir(topic)) for topic in retired],
        "days": catalogue.days,
        "spark_editions": SPARK_EDITIONS,
    }
    template = environment.get_template("topics.md.j2")
    for cap in CAPS:
        page = template.render(frame, cap=cap, **context)
        if len(page.encode()) <= PAGE_BYTES:
            break
    return page
