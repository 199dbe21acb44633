"""Past editions from arXiv's query API, rebuilt from submission times.

The API knows when a paper was submitted, not when it was announced. An edition is made of the papers that
arXiv's calendar announces that day, and of those that became visible late because a moderator held them: submitted
for an edition of the last `OVERLAP` that the archive has published, and not in its ledger. It cannot equal the
feed where

- versions are concerned: replacements are not to be had, and papers come in their newest version;
- a holiday moved an announcement: its papers appear under the day on which they would have been due;
- moderation held a paper: it appears in the next edition fetched here, not on the day of its announcement, and not
  at all if it was held for longer than the overlap or its own day was never published;
- a category was added to the settings within the overlap: its last days then count as held papers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import arxiv

from digest.archive import Archive
from digest.config import Config
from digest.errors import SourceError
from digest.http import Client
from digest.records import Listing, Paper, Skipped
from digest.sources.arxiv_days import is_workday, nominal_day, window, workday_after, workday_before
from digest.sources.arxiv_pages import Query
from digest.sources.fields import arxiv_id, doi_in, storable

OVERLAP = timedelta(days=14)
AROUND = timedelta(weeks=1)
# Stands for the day of a result without a date, from before there was an arXiv.
UNDATED = date(1990, 1, 1)


@dataclass(slots=True)
class _Span:
    """What was submitted for the workdays `first` to `last`, by the day that would announce it."""

    first: date
    last: date
    papers: dict[date, dict[str, Paper]] = field(default_factory=dict)
    failed: dict[date, dict[str, Skipped]] = field(default_factory=dict)


class ArxivApi:
    """Asks for each submission day at most once, so that catching up a week does not ask for the overlap again."""

    def __init__(self, config: Config, client: Client, source: str) -> None:
        self._query = Query(config.arxiv.api_url, client)
        self._source = source
        self._spans: dict[tuple[str, ...], _Span] = {}

    def announced(
        self, edition: date, today: date, categories: Sequence[str], archive: Archive
    ) -> tuple[tuple[Listing, ...], tuple[Skipped, ...]]:
        """The papers of a past edition in any of the `categories`, sorted by id, and what could not be read.

        No papers mean that nothing was announced. Raises `SourceError` if the answer is not whole or if arXiv's
        index may not have come that far yet.
        """
        past = published_before(edition, archive)
        span = self._span(tuple(categories), min([edition, *past]), edition)
        papers = dict(span.papers.get(edition, {}))
        if not papers:
            self._believe_none(edition, today, tuple(categories))
        papers |= held(past, span.papers, archive)
        listings = tuple(Listing(papers[key]) for key in sorted(papers))
        failed = span.failed.get(edition, {}) | span.failed.get(UNDATED, {})
        return listings, tuple(failed[key] for key in sorted(failed))

    def _span(self, categories: tuple[str, ...], first: date, last: date) -> _Span:
        """A span over at least the workdays `first` to `last`, asking only for what is lacking."""
        span = self._spans.get(categories)
        if span is None:
            span = _Span(first, last)
            self._ask(span, categories, first, last)
            self._spans[categories] = span
        if first < span.first:
            self._ask(span, categories, first, workday_before(span.first))
            span.first = first
        if last > span.last:
            self._ask(span, categories, workday_after(span.last), last)
            span.last = last
        return span

    def _ask(self, span: _Span, categories: Sequence[str], first: date, last: date) -> None:
        for result in self._query.results(search_query(categories, first, last)):
            paper = read_result(result, self._source)
            day = nominal_day(result.published) if result.published.year > UNDATED.year else UNDATED
            if isinstance(paper, Skipped):
                span.failed.setdefault(day, {})[paper.id] = paper
            # The API's limits are whole minutes: what lies just outside belongs to another day.
            elif first <= day <= last:
                found = span.papers.setdefault(day, {})
                if paper.id not in found or found[paper.id].version < paper.version:
                    found[paper.id] = paper

    def _believe_none(self, edition: date, today: date, categories: tuple[str, ...]) -> None:
        """Raise `SourceError` unless papers of other days show that an edition without any is a quiet day.

        arXiv's index is sometimes a day late, so for the last workday only a later day's papers count.
        """
        first = edition - AROUND
        last = max(edition, min(workday_before(today + timedelta(days=1)), edition + AROUND))
        span = self._span(categories, first, last)
        days = {day for day in span.papers if first <= day}
        late = edition >= workday_before(today)
        if not any(day > edition or not late for day in days):
            raise SourceError(
                f"arXiv's API has no papers for {edition} and none that show it to be up to date; "
                "run again on the next announcement day, nothing is lost"
            )


def published_before(edition: date, archive: Archive) -> list[date]:
    """The workdays of the overlap before an edition that the archive has published."""
    days = (edition - timedelta(days=n) for n in range(1, OVERLAP.days + 1))
    return [day for day in days if is_workday(day) and archive.published(day)]


def held(past: Sequence[date], papers: Mapping[date, Mapping[str, Paper]], archive: Archive) -> dict[str, Paper]:
    """The papers by day and id that were submitted for `past` editions and are in none: moderators held them."""
    late = {key: paper for day in past for key, paper in papers.get(day, {}).items()}
    known = archive.seen(key for paper in late.values() for key in paper.keys)
    return {key: paper for key, paper in late.items() if not any(k in known for k in paper.keys)}


def search_query(categories: Sequence[str], first: date, last: date) -> str:
    """The search for what was submitted for the workdays `first` to `last` in any of the categories.

    The brackets matter: arXiv groups a chain of operators from the right, without precedence. A whole archive
    (`cs`) is asked for with all its categories, as its feed has them.
    """
    names = (name for c in categories for name in ((c,) if "." in c else (c, f"{c}.*")))
    chosen = " OR ".join(f"cat:{name}" for name in names)
    start, end = window(first)[0], window(last)[1]
    return f"({chosen}) AND submittedDate:[{start:%Y%m%d%H%M} TO {end:%Y%m%d%H%M}]"


def read_result(result: arxiv.Result, source: str) -> Paper | Skipped:
    """A result of the `arxiv` package as a paper; text stays raw."""
    name = storable(result.get_short_id())
    known = arxiv_id(name)
    if known is None:
        return Skipped(name[:100], "the result has no valid arXiv id")
    number, version = known
    title = " ".join(storable(result.title).split())
    if not title or result.published.year <= UNDATED.year:
        lacking = "date of submission" if title else "title"
        return Skipped(f"arxiv:{number}", f"the result has no {lacking}")
    subjects = (storable(s).strip() for s in (result.primary_category, *result.categories))
    return Paper(
        id=f"arxiv:{number}",
        title=title,
        source=source,
        version=version,
        abstract=storable(result.summary).strip(),
        authors=tuple(_names(result)),
        subjects=tuple(dict.fromkeys(subject for subject in subjects if subject)),
        comment=" ".join(storable(result.comment or "").split()),
        doi=doi_in(storable(result.doi or "")),
        url=f"https://arxiv.org/abs/{number}",
        pdf_url=f"https://arxiv.org/pdf/{number}",
        submitted=result.published.date(),
    )


def _names(result: arxiv.Result) -> Iterator[str]:
    for author in result.authors:
        name = " ".join(storable(author.name).split())
        if name:
            yield name
