"""No test reaches beyond this machine, sleeps, or sees the settings of whoever runs it."""

import gc
import os
import socket
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import settings

from digest import pages
from tests.serving import Site, serving

# The same examples at every run; HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("fixed", derandomize=True)
settings.register_profile("search", max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Whole shares for each worker, unless another way was asked for."""
    if config.getoption("dist") != "load":
        return None
    from tests.shares import Sharing

    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which several workers begin; a single one takes the tests as they are found."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        from tests.shares import turn_of

        items.sort(key=turn_of)


def pytest_collection_finish() -> None:
    """All that was imported stays until the end: the collector of garbage need not look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def drawn_once() -> Iterator[None]:
    """The same numbers give the same chart, as the tests of charts see to; reports get it again."""

    def kept(draw: Callable[..., str]) -> Callable[..., str]:
        drawn = cache(draw)
        return lambda values, *words: drawn(tuple(values), *words)

    with pytest.MonkeyPatch.context() as drawing:
        for name in ("category_chart", "sparkline"):
            drawing.setattr(pages, name, kept(getattr(pages, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def disk_in_no_hurry() -> Iterator[None]:
    """Nothing waits for the disk: a process that is killed leaves what it wrote to the system, which stays up."""
    with pytest.MonkeyPatch.context() as disk:
        for name in ("sync", "fsync"):
            disk.setattr(os, name, lambda *_: None)
        yield


@pytest.fixture(autouse=True)
def closed_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)
    own = ("DIGEST_", "CO_API_", "GITHUB_", "APPRISE_", "SMTP_")
    for name in [name for name in os.environ if name.startswith(own)]:
        monkeypatch.delenv(name)
    yield


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Replaces sleeping; what was asked for is listed."""
    asked: list[float] = []
    monkeypatch.setattr(time, "sleep", asked.append)
    return asked


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    """A web site on loopback for a module's tests."""
    with serving() as running:
        yield running


@pytest.fixture
def site(server: Site) -> Site:
    """The same, that nobody has asked anything yet."""
    server.asked.clear()
    return server
