"""Who does work on many items: this process, or the workers of a Dask scheduler."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar
from uuid import uuid4

from digest import __version__
from digest.errors import ScaleError

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P")
Part = TypeVar("Part", covariant=True)
# Items in flight for each thread of the workers: enough that none waits, few enough that results do not pile up.
AHEAD = 2
# Seconds to wait for a scheduler: at the start, and when it has gone away in the middle of the work.
PATIENCE, RETURN = 15, 120
# Seconds after which it is looked whether there are still workers to do what is waited for.
LOOK = 10
# Seconds to wait for it to say goodbye.
CLOSING = 5
# How often work begins anew because the scheduler forgot it.
TRIES = 5

log = logging.getLogger(__name__)


class Held(Protocol[Part]):
    """Parts that stay where they were loaded, so that only what is asked of them travels."""

    def each(self, work: Callable[..., R], told: Sequence[tuple[Any, ...]] | None = None) -> list[R]:
        """`work(part, *told[number of the part])` for every part, in their order."""
        ...


class Crew(Protocol):
    """Who does the work. What it is given must be functions of modules and values that can be pickled.

    `apart` where that is in other processes: work is cut into parts there, and what it needs travels.
    """

    @property
    def apart(self) -> bool:
        """See above."""
        ...

    def each(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """The results in the items' order; items are drawn a few ahead of what has been taken."""
        ...

    def held(self, load: Callable[[T], P], items: Sequence[T]) -> Held[P]:
        """The parts that `load` makes of the items."""
        ...


class Here:
    """This process, one item after the other; nothing of Dask is imported."""

    apart = False

    def each(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """See `Crew`."""
        return map(work, items)

    def held(self, load: Callable[[T], P], items: Sequence[T]) -> Held[P]:
        """See `Crew`."""
        return _HeldHere([load(item) for item in items])


class _HeldHere:
    def __init__(self, parts: list[Any]) -> None:
        self._parts = parts

    def each(self, work: Callable[..., R], told: Sequence[tuple[Any, ...]] | None = None) -> list[R]:
        return [work(part, *one) for part, one in _with(self._parts, told)]


class Workers:
    """The workers of a Dask scheduler (`tcp://host:8786`), which need the same version of this program.

    What a worker was at when it died is done again by another one, as Dask does by itself; what a scheduler forgot
    when it was started anew is given to it again. Work is pure, so nothing is doubled by that: only who asked for
    the results keeps them. Raises `ScaleError` if there is no scheduler or no worker, at the start or for long in
    the middle of the work, and for whatever goes wrong where the workers are.
    """

    apart = True

    def __init__(self, address: str) -> None:
        import dask
        from distributed import Client

        # Work is given with all it needs; that this is much is nothing that people can do anything about.
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
        try:
            client: Any = Client
            with client(address, timeout=PATIENCE, set_as_default=False) as first:
                first.wait_for_workers(1, timeout=PATIENCE)
            # A client looks for a scheduler that went away for as long as it would have at its start.
            self._client = client(address, timeout=RETURN, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ScaleError(
                f"no scheduler with workers at {address}: start `dask scheduler` and `dask worker {address}`"
            ) from error
        self.address = address

    def close(self) -> None:
        """Let go of the scheduler; it and its workers stay. One that has gone away is not waited for."""
        with suppress(TimeoutError):
            self._client.close(timeout=CLOSING)

    @property
    def threads(self) -> int:
        """How many items can be worked on at once."""
        count: int = sum(self._client.nthreads().values())
        return max(1, count)

    def each(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """See `Crew`."""
        waiting: deque[tuple[T, Any]] = deque()
        most = AHEAD * self.threads
        for item in items:
            waiting.append((item, self._given(work, item)))
            if len(waiting) >= most:
                yield self._taken(work, *waiting.popleft())
        while waiting:
            yield self._taken(work, *waiting.popleft())

    def held(self, load: Callable[[T], P], items: Sequence[T]) -> Held[P]:
        """See `Crew`. A part that died with its worker is loaded again."""
        return _HeldThere(self, load, items)

    def _given(self, work: Callable[..., R], *told: Any) -> Any:
        # Under the name of the work, by which Dask knows how long it takes and people what is going on.
        key = f"{work.__name__}-{uuid4()}"
        return self._client.submit(done_by, __version__, work, *told, key=key, pure=False)

    def _taken(self, work: Callable[[T], R], item: T, future: Any) -> R:
        for _ in range(TRIES):
            try:
                found: R = self.result(future)
                return found
            except Forgotten:
                future = self._given(work, item)
        raise ScaleError(f"the scheduler at {self.address} forgot the same work {TRIES} times; look at its log")

    def result(self, future: Any) -> Any:
        """What came of the work. Raises `Forgotten` if the scheduler no longer knows of it."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError

        try:
            return self._awaited(future)
        except KilledWorker as error:
            raise ScaleError(
                f"some work killed every worker that took it ({error.task}): "
                "give the workers more memory, or fewer threads"
            ) from error
        except (CancelledError, CommClosedError, TimeoutError) as error:
            log.warning("the scheduler at %s is waited for (%s)", self.address, type(error).__name__)
            self._await_return()
            raise Forgotten from error
        except ScaleError:
            raise
        except Exception as error:
            log.debug("in full:", exc_info=True)
            reason = f"{type(error).__name__}: {error}".partition("\n")[0]
            raise ScaleError(
                f"the workers of {self.address} failed ({reason}); "
                "they and the scheduler need this version of the program, and what it works on"
            ) from error

    def _awaited(self, future: Any) -> Any:
        """The result, once it is there. Dask itself would wait for ever where all workers have gone."""
        while True:
            try:
                return future.result(timeout=LOOK)
            except TimeoutError:
                if future.done():
                    raise
            # A scheduler that cannot be asked has gone away itself: the future learns of it.
            with suppress(OSError):
                if not self._client.nthreads():
                    self._await_workers()

    def _await_workers(self) -> None:
        log.warning("no worker is left at %s; waiting for one", self.address)
        try:
            self._client.wait_for_workers(1, timeout=RETURN)
        except TimeoutError as error:
            raise ScaleError(
                f"no worker is left at {self.address}; start `dask worker {self.address}`, "
                "then the same command goes on from here"
            ) from error

    def _await_return(self) -> None:
        import dask

        try:
            with dask.config.set({"distributed.comm.timeouts.connect": RETURN}):
                self._client.wait_for_workers(1, timeout=RETURN)
        except (OSError, ValueError, TimeoutError) as error:
            raise ScaleError(
                f"the scheduler at {self.address} went away; the same command goes on from here"
            ) from error


@contextmanager
def crew_at(address: str) -> Iterator[Crew]:
    """The workers of the scheduler at an address, or this process if that is empty. Raises `ScaleError`."""
    if not address:
        yield Here()
        return
    workers = Workers(address)
    try:
        yield workers
    finally:
        workers.close()


def done_by(version: str, work: Callable[..., R], *told: Any) -> R:
    """What a worker does for a program of some version. Raises `ScaleError` if it is not its own."""
    if version != __version__:
        raise ScaleError(f"the workers run version {__version__}, this is {version}; install the same one")
    return work(*told)


class Forgotten(Exception):
    """The scheduler was started anew and knows nothing of what it was given."""


class _HeldThere:
    def __init__(self, crew: Workers, load: Callable[[Any], Any], items: Sequence[Any]) -> None:
        self._crew, self._load, self._items = crew, load, items
        self._parts = self._loaded()

    def _loaded(self) -> list[Any]:
        return [self._crew._given(self._load, item) for item in self._items]

    def each(self, work: Callable[..., R], told: Sequence[tuple[Any, ...]] | None = None) -> list[R]:
        for _ in range(TRIES):
            futures = [self._crew._given(work, part, *one) for part, one in _with(self._parts, told)]
            try:
                return [self._crew.result(future) for future in futures]
            except Forgotten:
                self._parts = self._loaded()
        raise ScaleError(
            f"the scheduler at {self._crew.address} forgot the same work {TRIES} times; look at its log"
        )


def _with(parts: list[Any], told: Sequence[tuple[Any, ...]] | None) -> list[tuple[Any, tuple[Any, ...]]]:
    return list(zip(parts, [()] * len(parts) if told is None else told, strict=True))
