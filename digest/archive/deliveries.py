"""What went out by which channel: a file for each edition, and one that says with which a channel began."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from digest.archive.store import Store
from digest.errors import ArchiveError

FOLDER = "deliveries"
# Beside the folders of years.
BEGUN = f"{FOLDER}/begun.json"


class State(StrEnum):
    """How far a delivery is; one that is left at `sending` may or may not have arrived."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One edition by one channel; `at` is the ISO time of the last change.

    `reached` are those of the channel's targets that have it already, by marks that tell nothing to others, and
    `unsure` those of whom it is not known; both are kept only until all have it. `claim` is the token of who means
    to send it later and has not begun. `run` names the run that sends: of two that begin in the same moment, one
    must see that it is not itself.
    """

    state: State
    at: str = ""
    reason: str = ""
    claim: str = ""
    run: str = ""
    reached: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


_Told = TypeVar("_Told")
_DELIVERIES = TypeAdapter(dict[str, Delivery])
_BEGUN = TypeAdapter(dict[str, date])


class Deliveries:
    """The deliveries of an archive; every change is on the disk when the call returns.

    Where there is no lock, on object stores, a change that another run has overtaken is refused: of two runs that
    mean to send the same, one does.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[date, dict[str, Delivery]] = {}

    def of(self, edition: date) -> Mapping[str, Delivery]:
        """An edition's deliveries by channel. Raises `ArchiveError` on a damaged file."""
        self._known[edition] = self._read(_name(edition), _DELIVERIES)
        return self._known[edition]

    def begun(self) -> Mapping[str, date]:
        """The edition with which each channel began. Raises `ArchiveError` on a damaged file."""
        return self._read(BEGUN, _BEGUN)

    def begin(self, channel: str, edition: date) -> None:
        """Note that a channel, unless it has begun before, begins with an edition."""
        begun = self.begun()
        if channel not in begun:
            days = {**begun, channel: edition}
            self._store.write(BEGUN, _written({name: str(day) for name, day in days.items()}))

    def note(self, edition: date, channel: str, delivery: Delivery) -> None:
        """Replace what is known of one delivery.

        Raises `ArchiveError` if another run has changed the edition's file since `of` was asked.
        """
        if edition not in self._known:
            self.of(edition)
        told = {**self._known[edition], channel: delivery}
        self._store.replace(_name(edition), _written({name: asdict(entry) for name, entry in told.items()}))
        self._known[edition] = told

    def _read(self, name: str, kind: TypeAdapter[dict[str, _Told]]) -> dict[str, _Told]:
        if not self._store.exists(name):
            return {}
        try:
            return kind.validate_json(self._store.read_guarded(name))
        except ValidationError as error:
            out = "restore it from a backup; without it, nobody knows what was sent"
            raise ArchiveError(f"{self._store.path(name)} is damaged; {out}") from error


def _written(told: Mapping[str, object]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _name(edition: date) -> str:
    return f"{FOLDER}/{edition.year}/{edition}.json"
