"""Which deliveries are due, claimed by somebody, or left in the middle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from digest.archive import Archive
from digest.archive.deliveries import Delivery, State

# What is older is no news.
LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Due:
    """An edition to be brought out by a channel."""

    edition: date
    channel: str

    def __str__(self) -> str:
        return f"{self.edition} by {self.channel}"


def due(archive: Archive, channels: Sequence[str], today: date) -> list[Due]:
    """What is to be sent now, the oldest edition first: what was not yet tried, and what has failed.

    A channel without any delivery begins with the latest edition; later it gets all since then, within
    `LOOK_BACK`. Editions without new papers are sent to nobody.
    """
    begun, found = archive.deliveries.begun(), []
    latest = max(_published(archive), default=None)
    for wanted, delivery in _known(archive, channels, today - LOOK_BACK):
        since = begun.get(wanted.channel, latest)
        if since is not None and wanted.edition >= since and (delivery is None or delivery.state is State.FAILED):
            found.append(wanted)
    return found


def too_old(archive: Archive, channels: Sequence[str], today: date) -> date | None:
    """The latest edition, if it is older than what is sent unasked, and one of the channels has not had it."""
    latest = max(_published(archive), default=None)
    if latest is None or latest >= today - LOOK_BACK:
        return None
    deliveries = archive.deliveries.of(latest)
    had = [channel for channel in channels if channel in deliveries and deliveries[channel].state is State.SENT]
    return latest if len(had) < len(channels) else None


def claim(archive: Archive, wanted: Sequence[Due], token: str, moment: str) -> None:
    """Note that who has the token sends these: nobody else does, unless by force."""
    for one in wanted:
        begin(archive, one)
        before = archive.deliveries.of(one.edition).get(one.channel, Delivery(State.SENDING))
        claimed = replace(before, state=State.SENDING, at=moment, reason="", claim=token)
        archive.deliveries.note(one.edition, one.channel, claimed)


def claimed(archive: Archive, channels: Sequence[str], today: date, token: str) -> list[Due]:
    """What was claimed with this token and not begun."""
    known = _known(archive, channels, today - 2 * LOOK_BACK)
    return [one for one, d in known if d is not None and d.state is State.SENDING and d.claim == token]


def waiting(archive: Archive, channels: Sequence[str], today: date) -> list[Due]:
    """What was begun and never ended, so that nobody knows whether it arrived."""
    known = _known(archive, channels, today - LOOK_BACK)
    return [one for one, d in known if d is not None and d.state is State.SENDING]


def begin(archive: Archive, one: Due) -> None:
    """Note with which edition a channel begins, however old the one is that it is tried with."""
    archive.deliveries.begin(one.channel, max(_published(archive), default=one.edition))


def _published(archive: Archive) -> list[date]:
    return [day for day in archive.history.editions if archive.history.days[day].total]


def _known(archive: Archive, channels: Sequence[str], since: date) -> Iterator[tuple[Due, Delivery | None]]:
    for edition in _published(archive) if channels else ():
        if edition >= since:
            deliveries = archive.deliveries.of(edition)
            for channel in channels:
                yield Due(edition, channel), deliveries.get(channel)
