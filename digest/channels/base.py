"""The interface of a channel, and what it is given to bring."""

from __future__ import annotations

import hashlib
import hmac
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Self

from digest.config import Config
from digest.errors import ChannelError

# What stands for a target in the archive has so many hexadecimal digits.
MARK_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Message:
    """An edition in every form that a channel may want; all texts of papers in it are cleaned and escaped.

    `subject` is one line; `html` a whole page whose picture, if `picture` (PNG bytes) is not empty, has the
    address `cid:chart`; `text` and `short` are plain paragraphs with an empty line between them, `short` in words
    that no chat service takes for markup; `markdown` is for GitHub. `link` leads to the whole report, and is empty
    where it has no address. `cut` says in words that more is there. `moment` is when it is sent.
    """

    edition: date
    subject: str
    html: str
    text: str
    short: str
    markdown: str
    moment: datetime
    link: str = ""
    cut: str = "…"
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of bringing a message to one target, named by its mark: a `reason` means that it has not arrived.

    `unsure` is an attempt that broke off where the other side may have taken the message already.
    """

    mark: str
    reason: str = ""
    unsure: bool = False


class Channel(ABC):
    """Brings messages to its targets: people, chats, a repository.

    `variables` are the environment variables that it reads, those among them that nobody may see its `secrets`;
    `pictures` tells whether it shows a message's picture.
    """

    name: ClassVar[str]
    variables: ClassVar[tuple[str, ...]] = ()
    secrets: ClassVar[tuple[str, ...]] = ()
    pictures: ClassVar[bool] = False

    @abstractmethod
    def __init__(self, config: Config, variables: Mapping[str, str]) -> None: ...

    @classmethod
    def open(cls, config: Config, variables: Mapping[str, str]) -> Self:
        """Build the channel; nothing is sent yet. Raises `ChannelError` for what it lacks."""
        lack = cls.lacks(config, variables)
        if lack:
            raise ChannelError(lack)
        return cls(config, variables)

    @classmethod
    @abstractmethod
    def lacks(cls, config: Config, variables: Mapping[str, str]) -> str:
        """What must be set before the channel can be used, in one line without any secret; empty if nothing."""

    @staticmethod
    @abstractmethod
    def words(message: Message) -> str:
        """What the message says by this channel, as text."""

    @abstractmethod
    def send(self, message: Message, reached: Collection[str]) -> Iterator[Attempt]:
        """Bring the message to one target after the other, but for those whose marks are in `reached`.

        Yields an `Attempt` as soon as it has ended. Raises `ChannelError` where no further target can be tried.
        """


def mark(secret: str, target: str) -> str:
    """What stands for a target in the archive, which may be public: only who has the secret can tell whose it is.

    Source: HMAC (RFC 2104) with SHA-256.
    """
    return hmac.new(secret.encode(), target.encode(), hashlib.sha256).hexdigest()[:MARK_DIGITS]


def shortened(text: str, fits: Callable[[str], bool], end: str) -> str:
    """The text if it fits, else as many of its first paragraphs as do with `end` after them: `end` at least.

    Paragraphs have an empty line between them. Raises `ValueError` if not even `end` fits.
    """
    if fits(text):
        return text
    paragraphs = text.split("\n\n")

    def kept(count: int) -> str:
        return "\n\n".join([*paragraphs[:count], end])

    if not fits(end):
        raise ValueError(f"no room for {end!r:.100}")
    # The first count that does not fit; whoever has fewer paragraphs fits as well.
    over = bisect_left(range(len(paragraphs)), True, key=lambda count: not fits(kept(count)))
    return kept(over - 1)
