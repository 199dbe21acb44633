"""The index of all editions: latest, calendar and totals; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from digest.archive.history import Day, History
from digest.records import Category, EditionReport, Outcome

if TYPE_CHECKING:
    from jinja2 import Environment

INDEX, SPARKLINE = "README.md", "sparkline.svg"
SPARKLINE_DAYS = timedelta(days=90)
MOST_RISING = 5


@dataclass(frozen=True, slots=True)
class Month:
    """One row of the calendar: its name, its editions in order and their papers together."""

    name: str
    days: tuple[Day, ...]
    total: int


def index(
    history: History,
    categories: Sequence[Category],
    title: str,
    language: str,
    phrases: Mapping[str, str],
    environment: Environment,
    report: EditionReport | None = None,
    map_at: str = "",
    observed: bool = False,
) -> str:
    """The Markdown of `reports/README.md`; links are relative to the reports folder.

    `report` is the record of the latest edition with papers, which says whether there are topics and which rise;
    `map_at` is the address of the map, if it has one, `observed` says whether its own pages are among the reports.
    """
    days = [history.days[edition] for edition in history.editions]
    published = [day for day in days if day.outcome is Outcome.PUBLISHED]
    totals: dict[str, int] = {}
    for day in published:
        for slug, count in day.counts.items():
            totals[slug] = totals.get(slug, 0) + count
    names = {c.slug: f"{c.emoji} {c.name(language)}" for c in categories}
    papers = sum(totals.values())
    rows = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    return environment.get_template("index.md.j2").render(
        title=title,
        t=phrases,
        map_at=map_at,
        observed=observed,
        emoji={c.slug: c.emoji for c in categories},
        topics=bool(report and report.topic_names),
        rising=report.rising[:MOST_RISING] if report else (),
        latest=published[-1] if published else None,
        editions=len(published),
        papers=papers,
        months=_months(days, phrases),
        totals=[(names.get(slug, slug), n, f"{100 * n / papers:.1f}") for slug, n in rows if n],
        sparkline=SPARKLINE,
    )


def _months(days: Sequence[Day], phrases: Mapping[str, str]) -> list[Month]:
    names = phrases["months"].split()
    grouped: dict[tuple[int, int], list[Day]] = {}
    for day in days:
        grouped.setdefault((day.edition.year, day.edition.month), []).append(day)
    return [
        Month(f"{names[month - 1]} {year}", tuple(found), sum(day.total for day in found))
        for (year, month), found in sorted(grouped.items(), reverse=True)
    ]


def recent_totals(history: History) -> list[int]:
    """New papers per edition over the 90 days up to the latest edition with papers, oldest first."""
    published = [d for d in history.editions if history.days[d].outcome is Outcome.PUBLISHED]
    if not published:
        return []
    start: date = published[-1] - SPARKLINE_DAYS
    return [history.days[d].total for d in published if d > start]
