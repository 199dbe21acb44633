"""When the daemon acts."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import field_validator

from digest.config.base import Section, formed

# Between these hours a time comes twice on one night of the year, and not at all on another.
CHANGING = (1, 3)

Clock = Annotated[str, formed(r"(?:[01]\d|2[0-3]):[0-5]\d", "a time such as 04:15")]


class Schedule(Section):
    """When the daemon makes an edition and rebuilds the map, US Eastern time, and how much it says."""

    times: tuple[Clock, ...] = ("04:15", "09:45")
    map_day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "sun"
    log: Literal["info", "debug"] = "info"

    @field_validator("times")
    @classmethod
    def _in_order(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError('name at least one time, for instance "04:15"')
        for text in value:
            if CHANGING[0] <= int(text[:2]) < CHANGING[1]:
                raise ValueError(f"{text} is skipped or repeated when clocks change; use 03:00 or later, or 00:30")
        return tuple(sorted(set(value)))

    @property
    def clocks(self) -> tuple[time, ...]:
        """The times of the day, earliest first."""
        return tuple(time.fromisoformat(text) for text in self.times)
