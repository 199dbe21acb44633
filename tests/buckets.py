"""A server on this machine that speaks S3's protocol (moto), and the variables that lead every client there."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

# All servers of a process share their buckets.
NUMBERS = itertools.count()
KEYS = {"AWS_ACCESS_KEY_ID": "invented", "AWS_SECRET_ACCESS_KEY": "invented", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass(frozen=True)
class Buckets:
    """A running server; `url` is its address."""

    url: str

    @property
    def env(self) -> dict[str, str]:
        """What a process needs to know to come here."""
        return {**KEYS, "AWS_ENDPOINT_URL": self.url}

    def client(self) -> Any:
        """A file system of its own, which remembers nothing of what others did."""
        import s3fs

        told = {"key": KEYS["AWS_ACCESS_KEY_ID"], "secret": KEYS["AWS_SECRET_ACCESS_KEY"]}
        return s3fs.S3FileSystem(**told, endpoint_url=self.url, use_listings_cache=False, skip_instance_cache=True)

    @cached_property
    def _maker(self) -> Any:
        """A client takes ten times as long to come about as to make a bucket."""
        return self.client()

    def new(self) -> str:
        """The address of a fresh bucket."""
        name = f"bucket-{next(NUMBERS)}"
        self._maker.mkdir(name)
        return f"s3://{name}"


@contextmanager
def bucket_server() -> Iterator[Buckets]:
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    try:
        yield Buckets("http://{}:{}".format(*server.get_host_and_port()))
    finally:
        server.stop()


@pytest.fixture(scope="session")
def buckets() -> Iterator[Buckets]:
    with bucket_server() as found:
        yield found


@pytest.fixture
def bucket(buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a bucket of the test's own, to which the environment leads."""
    for name, value in buckets.env.items():
        monkeypatch.setenv(name, value)
    return buckets.new()
