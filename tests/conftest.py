"""No test reaches beyond this machine, sleeps, or sees the settings of whoever runs it."""

import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.serving import Site, serving

# The same examples at every run; HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("fixed", derandomize=True)
settings.register_profile("search", max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
