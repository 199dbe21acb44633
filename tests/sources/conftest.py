"""A web site on loopback for every module that asks one."""

from collections.abc import Iterator

import pytest

from tests.serving import Site, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def site(server: Site) -> Site:
    server.asked.clear()
    return server
