"""What a grounded call may cite: papers by their readings, and the archive's figures as documents of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digest.archive.history import Day
from digest.providers.base import Document, Section
from digest.records import STAT, Share, Trend

# A lone section shows so many of its papers, each of a few sections that share a call so many.
ALONE, SHARED, OF_DAY = 20, 7, 2
# How many editions back the counts of a category are told one by one.
RECENT = 5
# So many of the categories whose counts are unusual the day's summary hears of.
MOST_MOVED = 3
DAY_STAT = f"{STAT}day"


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of this edition by category, and the editions of the 30 days before, oldest first.

    `trends` are the categories with unusually many or few papers, as the report tells them.
    """

    total: int
    shares: Sequence[Share]
    days: Sequence[Day]
    trends: Sequence[Trend]

    def of(self, section: Section) -> Document:
        """The figures of one category."""
        share = next(s for s in self.shares if s.category == section.category.slug)
        name = section.category.name("en")
        percent = round(100 * share.count / max(self.total, 1))
        told = [f"{name}: {share.count} of this edition's {self.total} new papers, {percent} % of it."]
        if share.mean is not None:
            told.append(
                f"That is {share.change} papers on {name} against the mean of 30 days before, {share.mean:.1f}."
            )
            past = [str(day.counts.get(share.category, 0)) for day in self.days[-RECENT:]]
            told.append(f"The last {len(past)} editions had {', '.join(past)} papers on {name}, oldest first.")
        told += [_unusual(trend, name) for trend in self.trends if trend.category == share.category]
        return Document(f"{STAT}{share.category}", f"Figures: {name}", " ".join(told))

    def moved(self, parts: Sequence[Section]) -> list[Document]:
        """The figures of the few categories whose counts are the most unusual."""
        surest = dict.fromkeys(trend.category for trend in sorted(self.trends, key=lambda trend: trend.p))
        places = {section.category.slug: section for section in parts}
        return [self.of(places[slug]) for slug in surest if slug in places][:MOST_MOVED]

    def of_day(self) -> Document:
        """The figures of the whole edition."""
        told = [f"This edition has {self.total} new papers in {sum(s.count > 0 for s in self.shares)} categories."]
        if self.days:
            totals = [day.total for day in self.days]
            told.append(f"The editions of the 30 days before had {sum(totals) / len(totals):.0f} on average.")
            told.append(f"The last editions, oldest first, had {', '.join(map(str, totals[-RECENT:]))}.")
        return Document(DAY_STAT, "Figures: the whole edition", " ".join(told))


def _unusual(trend: Trend, name: str) -> str:
    place = "this edition" if trend.editions == 1 else f"the last {trend.editions} editions with this one"
    much = "many" if trend.count > trend.expected else "few"
    likely = f"The past makes about {trend.expected:.1f} papers on {name} likely in {place}"
    return f"{likely}; {trend.count} are unusually {much}."


def papers(section: Section, most: int) -> list[Document]:
    """The section's most central papers as documents, in the section's order."""
    closeness = section.vectors @ section.vectors.mean(axis=0)
    order = sorted(range(len(section.papers)), key=lambda i: (-float(closeness[i]), section.papers[i].id))
    return [_paper(section, row) for row in sorted(order[:most])]


def _paper(section: Section, row: int) -> Document:
    paper, reading = section.papers[row], section.enrichments[row]
    told = [t for t in (reading.tldr, reading.problem, reading.method, reading.result) if t]
    return Document(paper.id, paper.title, " ".join(dict.fromkeys(told)) or paper.abstract or paper.title)
