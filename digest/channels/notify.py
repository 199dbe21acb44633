"""Slack, Discord, Telegram, webhooks and whatever else Apprise knows, by addresses that hold their tokens."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from digest.channels.base import Attempt, Channel, Message, mark, shortened
from digest.config import Config

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase

ADDRESSES = "APPRISE_URLS"
# Seconds for a connection and for an answer: a service that takes its time must not look like one that failed.
TIMEOUTS = (10.0, 60.0)
# How much of a service's limit is used: some count bytes or UTF-16 where others count characters.
SHARE = 0.9
# What Apprise makes of a line end in HTML.
BREAK = len("<br />")
_STATUS = re.compile(r"error=(\d{3})\b")
# The connection broke after the question was asked: the service may have done as it was told.
_BROKEN_OFF = re.compile(r"Read timed out|Connection aborted|RemoteDisconnected|IncompleteRead")


class NotifyChannel(Channel):
    """Sends plain text, which Apprise escapes as each service needs; too long a message ends at a paragraph."""

    name = "notify"
    variables = secrets = (ADDRESSES,)

    def __init__(self, config: Config, variables: Mapping[str, str]) -> None:
        self._addresses = tuple(dict.fromkeys(variables.get(ADDRESSES, "").split()))

    @classmethod
    def lacks(cls, config: Config, variables: Mapping[str, str]) -> str:
        """The addresses, or those that Apprise does not know."""
        addresses = variables.get(ADDRESSES, "").split()
        if not addresses:
            return f"set the environment variable {ADDRESSES} to one or more addresses of Apprise, between spaces"
        wrong = [str(place) for place, address in enumerate(addresses, start=1) if _opened(address) is None]
        if wrong:
            return f"{ADDRESSES}: Apprise does not know the kind of address number {', '.join(wrong)}"
        return ""

    @staticmethod
    def words(message: Message) -> str:
        """The message before any service's limit."""
        return message.short

    def send(self, message: Message, reached: Collection[str]) -> Iterator[Attempt]:
        """One service after the other."""
        for address in self._addresses:
            # The address is its own secret.
            key = mark(address, address)
            if key not in reached:
                yield _sent(key, address, message)


def fitted(message: Message, service: NotifyBase) -> str:
    """The message as a service's limit allows."""
    from apprise import NotifyFormat

    limit = int(SHARE * service.body_maxlen) - len(message.subject)
    line_end = BREAK if service.resolve_format(NotifyFormat.TEXT) == NotifyFormat.HTML else 1

    def fits(text: str) -> bool:
        return len(html.escape(text, quote=False)) + (line_end - 1) * text.count("\n") <= limit

    end = f"{message.cut} {message.link}".strip()
    # Where there is no room even for the link, Apprise cuts.
    return shortened(message.short, fits, end if fits(end) else "…")


def _sent(key: str, address: str, message: Message) -> Attempt:
    import logging

    from apprise import NotifyFormat

    services = _opened(address)
    assert services is not None  # `lacks` has looked
    [service] = services
    service.socket_connect_timeout, service.socket_read_timeout = TIMEOUTS
    done = services.notify(
        body=fitted(message, service),
        title=message.subject,
        body_format=NotifyFormat.TEXT,
        log_level=logging.DEBUG,
    )
    if done:
        return Attempt(key)
    # Its lines may hold the address, and others our own words: no more is read or said of them than this.
    told = [entry for result in done for entry in result.logs()]
    status = next(filter(None, (_STATUS.search(e.message) for e in told if e.level == "WARNING")), None)
    broken = any(e.message.startswith("Socket Exception") and _BROKEN_OFF.search(e.message) for e in told)
    reason = f"answered {status[1]}" if status else "did not take the message, or could not be reached"
    return Attempt(key, f"{service.service_name} {reason}", unsure=broken and not status)


def _opened(address: str) -> Apprise | None:
    """The service at an address; None for an address that is none."""
    import logging

    from apprise import Apprise, AppriseAsset

    # What it logs holds addresses: it is read here, and goes nowhere else.
    own = logging.getLogger("apprise")
    own.propagate = False
    own.setLevel(logging.DEBUG)
    if not own.handlers:
        own.addHandler(logging.NullHandler())
    # A redirect could lead anywhere; who is told to go elsewhere is told so.
    services = Apprise(asset=AppriseAsset(async_mode=False, http_redirects=False))
    return services if services.add(address) and len(services) == 1 else None
