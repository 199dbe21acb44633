"""The front page: the latest edition, the map, what is rising, the calendar, and how to follow it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from digest.records import DAY, OTHER, EditionReport
from digest.site.calendar import Month
from digest.site.pages import Frame, Page, frame_context
from digest.text import plain, truncate

if TYPE_CHECKING:
    from jinja2 import Environment

# A front page has room for so much of the day's summary.
SENTENCES = 3
NAME = 120
_BAR, _GAP, _TALL = 4, 1, 18


@dataclass(frozen=True, slots=True)
class Rising:
    """A topic on the front page: its papers in the `editions` counted and what was expected (None: just large)."""

    topic: int
    name: str
    emoji: str
    count: int
    editions: int = 1
    expected: float | None = None
    days: tuple[int, ...] = ()

    @property
    def bars(self) -> list[tuple[int, float, float]]:
        """The days as bars of a drawing 18 units high: where each begins, its top and its height."""
        top = max(self.days, default=0) or 1
        tall = [max(1.0, round(_TALL * count / top, 1)) for count in self.days]
        return [(n * (_BAR + _GAP), round(_TALL - height, 1), height) for n, height in enumerate(tall)]

    @property
    def wide(self) -> int:
        """The width of that drawing."""
        return max(1, len(self.days) * (_BAR + _GAP) - _GAP)


@dataclass(frozen=True, slots=True)
class Landing:
    """What the front page tells.

    `latest` is the record of the latest edition with papers, `latest_page` its page; `rising` are topics, the
    largest where none is rising; `totals` are category slugs with all their papers, most first.
    """

    editions: int
    papers: int
    topics: int
    latest: EditionReport | None
    latest_page: str
    rising: tuple[Rising, ...]
    months: tuple[Month, ...]
    totals: tuple[tuple[str, int], ...]
    notice: bool = False


def landing_page(frame: Frame, page: Page, told: Landing, made: Environment) -> str:
    """The front page in the frame's language."""
    t, latest = frame.phrases, told.latest
    names = {c.slug: (c.emoji, c.name(frame.language)) for c in latest.categories} if latest else {}
    shares = sorted(latest.shares, key=lambda s: (s.category == OTHER, -s.count)) if latest else []
    return made.get_template("landing.html.j2").render(
        frame_context(frame, page, frame.title, t["site_tagline"]),
        told=told,
        names=names,
        shares=[share for share in shares if share.count],
        most=max((share.count for share in shares), default=1),
        sentences=_sentences(latest, frame) if latest else [],
        day=day_told(latest.edition, t["weekdays"].split()) if latest else "",
        most_total=max((count for _, count in told.totals), default=1),
        weekdays=t["weekdays"].split(),
        topic_name=lambda topic: truncate(plain(topic.name), NAME) or f"t{topic.topic}",
    )


def day_told(edition: date, weekdays: Sequence[str]) -> str:
    """An edition's date with its weekday."""
    return f"{edition} · {weekdays[edition.weekday()]}"


def _sentences(latest: EditionReport, frame: Frame) -> list[str]:
    """The beginning of the day's summary, in the frame's language where it was translated."""
    told = (*latest.translated.get(frame.language, ()), *latest.syntheses)
    day = next((synthesis for synthesis in told if synthesis.category == DAY), None)
    return [plain(sentence.text) for sentence in day.sentences[:SENTENCES]] if day else []
