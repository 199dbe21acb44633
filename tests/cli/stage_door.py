"""A channel that tests look into: it brings messages to two people, as far as they let it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar

from digest.channels.base import Attempt, Channel, Message
from digest.config import Config


class StageDoor(Channel):
    """`arrived` lists edition and person; `troubles` says what comes of whom, `breaks` is raised before Bob."""

    name = "mail"
    variables = secrets = ("STAGE_SECRET",)
    arrived: ClassVar[list[tuple[str, str]]] = []
    troubles: ClassVar[dict[str, Attempt]] = {}
    breaks: ClassVar[BaseException | None] = None
    lack: ClassVar[str] = ""

    def __init__(self, config: Config, variables: Mapping[str, str]) -> None:
        self.variables_given = variables

    @classmethod
    def lacks(cls, config: Config, variables: Mapping[str, str]) -> str:
        return cls.lack

    @staticmethod
    def words(message: Message) -> str:
        return message.text

    def send(self, message: Message, reached: Collection[str]) -> Iterator[Attempt]:
        for person in ("ada", "bob"):
            if person in reached:
                continue
            if person == "bob" and self.breaks is not None:
                raise self.breaks
            if person in self.troubles:
                yield self.troubles[person]
                continue
            self.arrived.append((str(message.edition), person))
            yield Attempt(person)


class SecondDoor(StageDoor):
    """Another, at which nothing ever goes wrong."""

    name = "github"
    troubles: ClassVar[dict[str, Attempt]] = {}
    breaks = None
    lack = ""
