"""What a dated page tells besides its categories: what the reader asked for, and which topics move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.records import Newborn, Reason, Trend
from digest.report.views import Edition, Entry, View

MOST_PICKS, MOST_REASONS, MOST_PAPERS = 10, 3, 3


@dataclass(frozen=True, slots=True)
class Picked:
    """A paper that meets the reader's interests, in which section it stands, and why it was picked."""

    view: View
    entry: Entry
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A topic that rises or is new, and those of its papers that stand in the edition."""

    topic: Trend | Newborn
    entries: tuple[Entry, ...]


def picked(edition: Edition, views: Sequence[View]) -> list[Picked]:
    """The edition's picks, best first, `MOST_PICKS` at most."""
    places = {entry.paper.id: (view, entry) for view in views for entry in view.entries}
    picks = sorted(edition.report.picks, key=lambda pick: -pick.score)
    found = [Picked(*places[p.paper_id], p.reasons[:MOST_REASONS]) for p in picks if p.paper_id in places]
    return found[:MOST_PICKS]


def moving(edition: Edition, views: Sequence[View]) -> dict[str, list[Told]]:
    """The rising and the new topics of an edition with their papers."""
    report = edition.report
    entries = {entry.paper.id: entry for view in views for entry in view.entries}
    return {"rising": _told(report.rising, entries), "newborn": _told(report.newborn, entries)}


def _told(topics: Iterable[Trend | Newborn], entries: Mapping[str, Entry]) -> list[Told]:
    return [Told(t, tuple(entries[i] for i in t.papers if i in entries)[:MOST_PAPERS]) for t in topics]
