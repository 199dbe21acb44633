"""Which papers are exported, and what is told of each; read edition by edition, whatever the archive's size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digest.archive import Archive
from digest.archive.clustering import Clustering
from digest.errors import ArchiveError
from digest.records import UNSORTED, Category, Enrichment, Paper
from digest.text import delatex, plain, safe_url


@dataclass(frozen=True, slots=True)
class Row:
    """A paper as other programs get it: every text one clean line, LaTeX read, addresses checked.

    `category` and `secondary` are slugs, `topics` ids such as `t17`, best first, as they are now; `reader` is who
    wrote the texts from `tldr` on, which `extractive` says are the paper's own sentences.
    """

    id: str
    edition: date
    title: str
    authors: tuple[str, ...]
    url: str
    pdf_url: str
    doi: str
    submitted: date | None
    version: int
    source: str
    subjects: tuple[str, ...]
    comment: str
    abstract: str
    category: str
    category_name: str
    secondary: tuple[str, ...]
    topics: tuple[str, ...]
    topic_names: tuple[str, ...]
    tldr: str
    summary: str
    problem: str
    method: str
    result: str
    application: str
    eli5: str
    keyphrases: tuple[str, ...]
    reader: str
    extractive: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """Which papers: editions between two days, both included, a main category, a main topic."""

    since: date | None = None
    until: date | None = None
    category: str = ""
    topic: int | None = None

    def covers(self, edition: date) -> bool:
        """True if papers of the edition may be wanted."""
        return (self.since or edition) <= edition <= (self.until or edition)

    def keeps(self, primary: str, topics: Sequence[int]) -> bool:
        """True if a paper of that main category and those topics is wanted."""
        in_topic = self.topic is None or topics[:1] == (self.topic,)
        return in_topic and self.category in ("", primary)


class Shelves:
    """Where papers stand: names of categories and topics, and the topics of each paper, a year at a time."""

    def __init__(
        self, archive: Archive, clustering: Clustering | None, categories: Sequence[Category], language: str
    ) -> None:
        self._archive = archive
        self._categories = {category.slug: category.name(language) for category in categories}
        self._topics = {topic.id: topic.name for topic in clustering.topics} if clustering else {}
        self._year, self._of_year = 0, dict[date, dict[str, tuple[int, ...]]]()

    def topics(self, edition: date) -> Mapping[str, tuple[int, ...]]:
        """The topics of an edition's papers by their ids, best first. Raises `ArchiveError`."""
        if edition.year != self._year:
            # A rebalance leaves one file a year, too long to be read for each edition.
            self._of_year = {
                day: {
                    paper: tuple(t for t in row if t != UNSORTED)
                    for paper, row in zip(ids, found.topics.tolist(), strict=True)
                }
                for day, (ids, found) in self._archive.assigned_in(edition.year).items()
            }
            self._year = edition.year
        return self._of_year.get(edition, {})

    def row(self, edition: date, paper: Paper, reading: Enrichment) -> Row:
        """What is told of a paper."""
        topics = self.topics(edition).get(paper.id, ())
        return Row(
            id=plain(paper.id),
            edition=edition,
            title=delatex(paper.title),
            authors=tuple(name for author in paper.authors if (name := delatex(author))),
            url=safe_url(paper.url) or "",
            pdf_url=safe_url(paper.pdf_url) or "",
            doi=plain(paper.doi),
            submitted=paper.submitted,
            version=paper.version,
            source=plain(paper.source),
            subjects=tuple(plain(subject) for subject in paper.subjects),
            comment=delatex(paper.comment),
            abstract=delatex(paper.abstract),
            category=reading.primary,
            category_name=self._categories.get(reading.primary, reading.primary),
            secondary=reading.secondary,
            topics=tuple(f"t{topic}" for topic in topics),
            topic_names=tuple(plain(self._topics.get(topic, "")) or f"t{topic}" for topic in topics),
            tldr=plain(reading.tldr),
            summary=plain(reading.summary),
            problem=plain(reading.problem),
            method=plain(reading.method),
            result=plain(reading.result),
            application=plain(reading.application),
            eli5=plain(reading.eli5),
            keyphrases=tuple(plain(phrase) for phrase in reading.keyphrases),
            reader=plain(f"{reading.provider} {reading.model}"),
            extractive=reading.extractive,
        )


def rows(archive: Archive, shelves: Shelves, wanted: Selection) -> Iterator[Row]:
    """The wanted papers, oldest edition first and in the report's order; one edition is held at a time.

    Raises `ArchiveError` if an edition cannot be read.
    """
    for edition in archive.history.editions:
        if not wanted.covers(edition) or not archive.history.days[edition].total:
            continue
        papers, readings = archive.papers(edition), archive.enrichments(edition)
        if [paper.id for paper in papers] != [reading.paper_id for reading in readings]:
            raise ArchiveError(f"papers and readings of {edition} do not agree; `digest doctor` tells more")
        for paper, reading in zip(papers, readings, strict=True):
            if wanted.keeps(reading.primary, shelves.topics(edition).get(paper.id, ())):
                yield shelves.row(edition, paper, reading)
