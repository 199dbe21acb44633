"""What a message tells of an edition: cleaned texts and whole addresses, the same for every channel and form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digest import text
from digest.records import DAY, OTHER, Enrichment, Newborn, Paper, Pick, Share, Trend
from digest.report import LIMITS, Edition, Language, card_address, page_name, topic_page_name
from digest.report.filters import expected
from digest.report.written import synthesis_in

AUTHORS, REASONS, TOPICS, PICKS, LINES = 3, 3, 5, 10, 5
LONGEST_LINE = 320


@dataclass(frozen=True, slots=True)
class Place:
    """Where reports can be read: the address of the site, or of the reports' folder on GitHub, or neither."""

    site: str = ""
    folder: str = ""

    def page(self, path: str) -> str:
        """The whole address of a Markdown page under reports/, with its fragment; empty where it has none."""
        if self.site:
            name, _, fragment = path.partition("#")
            return f"{self.site.rstrip('/')}/{name.removesuffix('.md')}.html{'#' * bool(fragment)}{fragment}"
        return f"{self.folder.rstrip('/')}/{path}" if self.folder else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A paper: its own address, its card's, and what it says; `label` tells where that is from, if it must."""

    title: str
    url: str
    authors: str
    says: str
    label: str
    card: str
    emoji: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moving:
    """A topic that rises or is new, its page's address, what is told of it, and papers with their addresses."""

    emoji: str
    name: str
    page: str
    told: str
    papers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A category: papers that are not picked, best first, and how many `more`; `change` is against the mean."""

    emoji: str
    name: str
    papers: str
    change: str
    page: str
    lines: tuple[Line, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the day's summary, and what it cites: labels and addresses."""

    text: str
    cites: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a message may tell; `page` is the whole report's address, or empty."""

    title: str
    edition: str
    weekday: str
    notice: str
    numbers: tuple[str, ...]
    largest: str
    day: tuple[Sentence, ...]
    picks: tuple[Line, ...]
    rising: tuple[Moving, ...]
    newborn: tuple[Moving, ...]
    groups: tuple[Group, ...]
    made: str
    page: str


def brief(edition: Edition, language: Language, title: str, place: Place) -> Brief:
    """What there is to tell of an edition in the language; pure."""
    return _Telling(edition, language, place).brief(text.plain(title))


class _Telling:
    def __init__(self, edition: Edition, language: Language, place: Place) -> None:
        self._report, self._language, self._place = edition.report, language, place
        self._t = language.phrases
        self._categories = {category.slug: category for category in edition.report.categories}
        rows = zip(edition.papers, edition.enrichments, strict=True)
        self._rows: dict[str, tuple[Paper, Enrichment]] = {paper.id: (paper, reading) for paper, reading in rows}
        picks = sorted((p for p in edition.report.picks if p.paper_id in self._rows), key=lambda pick: -pick.score)
        self._picked = {pick.paper_id: pick for pick in picks[:PICKS]}

    def brief(self, title: str) -> Brief:
        report, t = self._report, self._t
        shares = sorted((s for s in report.shares if s.count), key=lambda s: (s.category == OTHER, -s.count))
        return Brief(
            title=title,
            edition=str(report.edition),
            weekday=t["weekdays"].split()[report.edition.weekday()],
            notice=t["notice"] if any(source.name == "sample" for source in report.sources) else "",
            numbers=tuple(self._numbers(len(shares))),
            largest=", ".join(f"{self._name(s.category)} ({s.count})" for s in shares[:3] if s.category != OTHER),
            day=tuple(self._day()),
            picks=tuple(self._line(paper, self._why(pick)) for paper, pick in self._picked.items()),
            rising=tuple(self._moving(trend) for trend in report.rising[:TOPICS]),
            newborn=tuple(self._moving(topic) for topic in report.newborn[:TOPICS]),
            groups=tuple(self._group(share) for share in shares),
            made=t["made_extractive"] if all(e.extractive for _, e in self._rows.values()) else "",
            page=self._place.page(page_name(report.edition, self._language)),
        )

    def _numbers(self, categories: int) -> Iterator[str]:
        t, report = self._t, self._report
        new = report.ledger.new
        where = t["categories_one"] if categories == 1 else t["categories_many"].format(count=categories)
        head = t["day_new_one"] if new == 1 else t["day_new"].format(new=new, categories=where)
        if report.mean_total is None:
            past = f"; {t['day_first']}."
        else:
            past = f", {t['day_mean'].format(mean=f'{report.mean_total:.0f}')}."
        # The phrase is also that of Markdown pages.
        yield f"{head}{past}".replace("**", "")
        for phrase, moved in (("day_above", report.categories_rising), ("day_below", report.categories_fading)):
            if moved:
                told = (f"{self._name(trend.category)} ({self._against(trend)})" for trend in moved)
                yield t[phrase].format(list=", ".join(told))
        if report.ledger.updated:
            one = report.ledger.updated == 1
            yield t["day_updated_one"] if one else t["day_updated"].format(updated=report.ledger.updated)

    def _name(self, slug: str) -> str:
        category = self._categories[slug]
        return f"{category.emoji} {category.name(self._language.code)}"

    def _papers(self, count: int) -> str:
        return self._t["count_one"] if count == 1 else self._t["count_many"].format(count=count)

    def _against(self, trend: Trend) -> str:
        phrase = self._t["trend_editions" if trend.editions > 1 else "trend_today"]
        papers, likely = self._papers(trend.count), expected(trend.expected)
        return phrase.format(papers=papers, editions=trend.editions, expected=likely)

    def _day(self) -> Iterator[Sentence]:
        summary = synthesis_in(self._report, DAY, self._language)
        for sentence in summary.sentences if summary else ():
            cited = [self._rows[i][0] for i in sentence.cites if i in self._rows]
            labels = ((paper.id.partition(":")[2] or paper.id, text.safe_url(paper.url) or "") for paper in cited)
            yield Sentence(text.truncate(sentence.text, LIMITS["reading"]), tuple(labels))

    def _line(self, paper_id: str, why: tuple[str, ...] = ()) -> Line:
        t, (paper, reading) = self._t, self._rows[paper_id]
        label = t["quoted"] if reading.extractive and self._report.provider != "local" else ""
        says = text.truncate(reading.tldr, LONGEST_LINE)
        if not says:
            label, says = t["abstract_label"], text.truncate(text.delatex(paper.abstract), LONGEST_LINE)
        card = card_address(self._report.edition, reading.primary, paper_id, self._language)
        return Line(
            title=_title(paper),
            url=text.safe_url(paper.url) or "",
            authors=self._authors(paper),
            says=says or t["no_abstract"],
            label=label if says else "",
            card=self._place.page(card),
            emoji=self._categories[reading.primary].emoji,
            why=why,
        )

    def _authors(self, paper: Paper) -> str:
        names = [text.truncate(text.delatex(name), LIMITS["author"]) for name in paper.authors[:AUTHORS]]
        more = len(paper.authors) - AUTHORS
        if not names:
            return self._t["no_authors"]
        shown = ", ".join(names)
        return self._t["authors_more"].format(authors=shown, count=more) if more > 0 else shown

    def _why(self, pick: Pick) -> tuple[str, ...]:
        phrases = (self._t.get(f"reason_{reason.kind}", "{text}") for reason in pick.reasons)
        words = (text.truncate(reason.text, LIMITS["topic"]) for reason in pick.reasons)
        return tuple(p.format(text=w) for p, w in zip(phrases, words, strict=True))[:REASONS]

    def _moving(self, topic: Trend | Newborn) -> Moving:
        papers = [self._rows[i][0] for i in topic.papers if i in self._rows]
        told = self._against(topic) if isinstance(topic, Trend) else text.truncate(topic.description, LONGEST_LINE)
        category = self._categories.get(topic.category)
        return Moving(
            emoji=category.emoji if category else "",
            name=text.truncate(topic.name, LIMITS["topic"]) or f"t{topic.topic}",
            page=self._place.page(topic_page_name(topic.topic, self._language)),
            told=told or self._papers(len(papers)),
            papers=tuple((_title(paper), text.safe_url(paper.url) or "") for paper in papers),
        )

    def _group(self, share: Share) -> Group:
        found = [
            i
            for i, (_, reading) in self._rows.items()
            if reading.primary == share.category and i not in self._picked
        ]
        ranks = {paper: rank for rank, paper in reversed(list(enumerate(self._telling(share.category))))}
        best = sorted(found, key=lambda paper: ranks.get(paper, len(ranks)))[:LINES]
        page = self._place.page(page_name(self._report.edition, self._language) + f"#{share.category}")
        category = self._categories[share.category]
        return Group(
            emoji=category.emoji,
            name=category.name(self._language.code),
            papers=self._papers(share.count),
            change=share.change,
            page=page,
            lines=tuple(self._line(paper) for paper in best),
            more=share.count - len(best),
        )

    def _telling(self, category: str) -> list[str]:
        """Papers that stand for a category: cited in its summary or the day's, or in topics that move."""
        report = self._report
        found: list[str] = []
        for summary in (synthesis_in(report, slug, self._language) for slug in (category, DAY)):
            found += [paper for sentence in summary.sentences for paper in sentence.cites] if summary else []
        moving: Sequence[Trend | Newborn] = (*report.rising, *report.newborn)
        return found + [paper for topic in moving for paper in topic.papers]


def _title(paper: Paper) -> str:
    return text.truncate(text.delatex(paper.title), LIMITS["title"])
