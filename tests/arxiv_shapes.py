"""Invented papers in the shapes in which arXiv's feeds and API send them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

from digest.sources.arxiv_days import EASTERN, window


@dataclass(frozen=True)
class Invented:
    """A paper; `at` is when it was submitted (by default within the window of `day`)."""

    id: str
    title: str = "An Invented Paper"
    abstract: str = "We invent things."
    authors: tuple[str, ...] = ("Ada Invented", "Bo Made-Up")
    subjects: tuple[str, ...] = ("cs.LG",)
    kind: str = "new"
    version: int = 1
    day: date = date(2026, 6, 24)
    at: datetime | None = None
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def submitted(self) -> datetime:
        first, last = window(self.day)
        return self.at or first + (last - first) / 2


def rss(day: date, papers: Sequence[Invented | str] = (), title: str = "cs.LG updates on arXiv.org") -> bytes:
    """A category feed as of 2026; a string among the papers is an item as it stands."""
    when = datetime.combine(day, datetime.min.time(), EASTERN).strftime("%a, %d %b %Y %H:%M:%S %z")
    items = "".join(paper if isinstance(paper, str) else rss_item(paper, when) for paper in papers)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'version="2.0"><channel><title>{title}</title><link>http://rss.arxiv.org/rss/cs.LG</link>'
        f"<description>updates</description><pubDate>{when}</pubDate>"
        f"<skipDays><day>Sunday</day><day>Saturday</day></skipDays>{items}</channel></rss>\n"
    ).encode()


def rss_item(paper: Invented, when: str = "") -> str:
    about = f"arXiv:{paper.id}v{paper.version} Announce Type: {paper.kind} \nAbstract: {paper.abstract}"
    return (
        f"<item><title>{escape(paper.title)}</title><link>https://arxiv.org/abs/{paper.id}</link>"
        f"<description>{escape(about)}</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{paper.id}v{paper.version}</guid>'
        + "".join(f"<category>{subject}</category>" for subject in paper.subjects)
        + f"<pubDate>{when}</pubDate><arxiv:announce_type>{paper.kind}</arxiv:announce_type>"
        f"<dc:creator>{escape(', '.join(paper.authors))}</dc:creator></item>"
    )


def page(papers: Sequence[Invented | str], total: int | None = None, start: int = 0, size: int = 1000) -> bytes:
    """A page of the API; a string among the papers is an entry as it stands."""
    entries = "".join(paper if isinstance(paper, str) else entry(paper) for paper in papers)
    total = len(papers) if total is None else total
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
        "<id>https://arxiv.org/api/x</id><title>arXiv Query</title><updated>2026-06-24T12:00:00Z</updated>"
        f"<opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>{entries}</feed>\n"
    ).encode()


def entry(paper: Invented) -> str:
    when = paper.submitted.strftime("%Y-%m-%dT%H:%M:%SZ")
    extra = "".join(f"<arxiv:{name}>{escape(value)}</arxiv:{name}>" for name, value in paper.extra.items())
    return (
        f"<entry><id>http://arxiv.org/abs/{paper.id}v{paper.version}</id><title>{escape(paper.title)}</title>"
        f"<updated>{when}</updated><summary>{escape(paper.abstract)}</summary>"
        + "".join(f"<category term={quoteattr(subject)}/>" for subject in paper.subjects)
        + f"<published>{when}</published>{extra}"
        f"<arxiv:primary_category term={quoteattr(paper.subjects[0])}/>"
        + "".join(f"<author><name>{escape(author)}</name></author>" for author in paper.authors)
        + "</entry>"
    )


@dataclass
class Shelf:
    """As much of an archive as a source asks: what is published and seen, and a feed's validators."""

    days: tuple[date, ...] = ()
    known: dict[str, int] = field(default_factory=dict)
    marks: dict[str, tuple[str, str]] = field(default_factory=dict)

    def published(self, edition: date) -> bool:
        return edition in self.days

    def seen(self, keys: Sequence[str]) -> dict[str, int]:
        return {key: self.known[key] for key in keys if key in self.known}

    def validators(self, url: str) -> tuple[str, str]:
        return self.marks.get(url, ("", ""))
