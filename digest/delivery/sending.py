"""Sends what is to be sent, and keeps what became of it: on the disk before, between and after."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from digest.archive import Archive
from digest.archive.deliveries import Delivery, State
from digest.channels.base import Attempt, Channel, Message
from digest.delivery.composing import Press
from digest.delivery.due import Due, begin
from digest.errors import ArchiveError, DigestError
from digest.registry import CHANNELS, load
from digest.report import Edition

LONGEST_REASON = 500
# Shorter pieces of a secret are words that stand anywhere.
SHORTEST_PIECE = 6

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outbox:
    """Where messages leave: the archive, held for writing, how messages are made, and the environment's variables.

    `run` is a name that no other run has.
    """

    archive: Archive
    press: Press
    variables: Mapping[str, str]
    moment: datetime
    run: str
    _open: dict[str, Channel] = field(default_factory=dict)
    _made: dict[tuple[date, bool], Message] = field(default_factory=dict)

    def message(self, edition: date, channel: str) -> Message:
        """An edition's message as the channel needs it. Raises `ArchiveError` if there is no such edition."""
        key = (edition, bool(load(CHANNELS, channel).pictures))
        if key not in self._made:
            archive = self.archive
            found = Edition(archive.report(edition), archive.papers(edition), archive.enrichments(edition))
            self._made[key] = self.press.message(found, self.moment, key[1])
        return self._made[key]

    def words(self, one: Due) -> str:
        """What would be sent, as text: its subject and what follows."""
        message = self.message(one.edition, one.channel)
        said: str = load(CHANNELS, one.channel).words(message)
        return f"{message.subject}\n\n{said}"

    def send(self, one: Due, force: bool = False) -> Delivery:
        """Deliver one edition by one channel to all that do not have it; returns how that ended.

        By `force` also to those who may have it, or to all if all had it. Whatever goes wrong with the channel is
        in the delivery's `reason`. Raises `ArchiveError` where it could not be kept.
        """
        begin(self.archive, one)
        before = self.archive.deliveries.of(one.edition).get(one.channel, Delivery(State.FAILED))
        now = self._sending(before, force)
        reasons: list[str] = []
        try:
            message, channel = self.message(one.edition, one.channel), self._channel(one.channel)
            # Before anything leaves: a kill from here on must not look as if nothing had.
            self._note(one, now)
            for attempt in channel.send(message, {*now.reached, *now.unsure}):
                now = _after(now, attempt)
                reasons += [attempt.reason] if attempt.reason else []
                # A kill now leaves it at `sending`, even if it has failed for some.
                self._note(one, replace(now, state=State.SENDING))
        except ArchiveError:
            raise
        except DigestError as error:
            reasons.append(str(error))
            now = replace(now, state=State.FAILED)
        except Exception as error:
            # Whatever a channel may do, the others and the edition go on.
            log.error("%s: %s", one, self._redacted(traceback.format_exc()))
            reasons.append(f"the channel broke ({type(error).__name__}); the log tells where")
            now = replace(now, state=State.FAILED)
        return self._ended(one, now, reasons)

    def _sending(self, before: Delivery, force: bool) -> Delivery:
        again = before.state is State.SENT
        return Delivery(
            State.SENDING,
            at=self._at,
            run=self.run,
            reached=() if again else before.reached,
            unsure=() if again or force else before.unsure,
        )

    def _ended(self, one: Due, now: Delivery, reasons: list[str]) -> Delivery:
        reason = self._redacted("; ".join(dict.fromkeys(reasons)))[:LONGEST_REASON]
        if now.state is State.FAILED:
            now = replace(now, reason=reason)
        elif now.unsure:
            now = replace(now, reason=reason or "it is not known whether all have it")
        else:
            now = Delivery(State.SENT, at=self._at, run=self.run)
        self._note(one, now)
        return now

    def _channel(self, name: str) -> Channel:
        if name not in self._open:
            kind = load(CHANNELS, name)
            self._open[name] = kind.open(self.press.config, self.variables)
        return self._open[name]

    @property
    def _at(self) -> str:
        return self.moment.isoformat(timespec="seconds")

    def _note(self, one: Due, delivery: Delivery) -> None:
        self.archive.deliveries.note(one.edition, one.channel, delivery)

    def _redacted(self, words: str) -> str:
        """The words without any piece of a secret: addresses of services come back in other forms in errors."""
        names = {name for channel in CHANNELS for name in load(CHANNELS, channel).secrets}
        told = " ".join(self.variables.get(name, "") for name in names)
        pieces = set(re.split(r"[\s/:@?&=,]+", told))
        for piece in sorted((p for p in pieces if len(p) >= SHORTEST_PIECE), key=len, reverse=True):
            words = words.replace(piece, "…")
        return words


def _after(now: Delivery, attempt: Attempt) -> Delivery:
    """What is known of a delivery after one more target; it is a failure as a whole as soon as one is."""
    if not attempt.reason:
        return replace(now, reached=(*now.reached, attempt.mark))
    if attempt.unsure:
        return replace(now, unsure=(*now.unsure, attempt.mark))
    return replace(now, state=State.FAILED)
