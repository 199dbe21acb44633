"""Who shares the work of a command: the workers of the scheduler that the settings name, or nobody."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import chain
from typing import Any, TypeVar

from digest.cli.console import warn
from digest.config import Config
from digest.errors import ScaleError
from digest.scale import Crew, Held, Here, crew_at

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P")


@contextmanager
def crew_of(config: Config, needed: bool = False) -> Iterator[Crew]:
    """Those who share the work of a command; this process where the settings name no scheduler.

    Workers are called when there is enough to share. Where none are, or they fail, that is told and this process
    goes on alone: what comes of it is the same. Those that are `needed` are called at once; raises `ScaleError` if
    they are not there.
    """
    address = config.scale.scheduler
    if needed or not address:
        with crew_at(address) as crew:
            yield crew
    else:
        with closing(Volunteers(address)) as volunteers:
            yield volunteers


class Volunteers:
    """Workers that are called when they are first asked, and done without from when they fail on."""

    def __init__(self, address: str) -> None:
        self._address, self._opened = address, ExitStack()
        self._crew: Crew | None = None

    def close(self) -> None:
        """Let go of those who came."""
        self._opened.close()

    @property
    def crew(self) -> Crew:
        """Who is there by now."""
        if self._crew is None:
            try:
                self._crew = self._opened.enter_context(crew_at(self._address))
            except ScaleError as error:
                return self.without(error)
        return self._crew

    @property
    def apart(self) -> bool:
        """See `Crew`."""
        return self.crew.apart

    def each(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """See `Crew`. What the workers had under way when they failed is done here."""
        source, under_way = iter(items), deque[T]()

        def drawn() -> Iterator[T]:
            for item in source:
                under_way.append(item)
                yield item

        try:
            for found in self.crew.each(work, drawn()):
                under_way.popleft()
                yield found
        except ScaleError as error:
            yield from self.without(error).each(work, chain(under_way, source))

    def held(self, load: Callable[[T], P], items: Sequence[T]) -> Held[P]:
        """See `Crew`. Parts of workers that failed are loaded here."""
        return _HeldByVolunteers(self, load, items)

    def without(self, error: ScaleError) -> Crew:
        """This process, which goes on alone; raises what was wrong if it was not the workers' fault."""
        if self._crew is not None and not self._crew.apart:
            raise error
        warn(f"digest: going on without workers: {error}")
        self.close()
        self._crew = Here()
        return self._crew


class _HeldByVolunteers:
    def __init__(self, volunteers: Volunteers, load: Callable[[Any], Any], items: Sequence[Any]) -> None:
        self._volunteers, self._load, self._items = volunteers, load, items
        self._crew, self._held = self._holding()

    def _holding(self) -> tuple[Crew, Held[Any]]:
        crew = self._volunteers.crew
        return crew, crew.held(self._load, self._items)

    def each(self, work: Callable[..., R], told: Sequence[tuple[Any, ...]] | None = None) -> list[R]:
        try:
            return self._held.each(work, told)
        except ScaleError as error:
            if self._crew is self._volunteers.crew:
                self._volunteers.without(error)
            self._crew, self._held = self._holding()
            return self._held.each(work, told)
