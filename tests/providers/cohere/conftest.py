"""A service on loopback that answers as Cohere does, and a reader that asks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.providers.cohere.reader import CohereReader
from tests.cohere_service import Service, access, config, service
from tests.invented import CATEGORIES


@pytest.fixture
def cohere() -> Iterator[Service]:
    with service() as running:
        yield running


@pytest.fixture
def reader(cohere: Service, tmp_path: Path) -> CohereReader:
    opened = CohereReader.open(config(), CATEGORIES, access(cohere.url, tmp_path))
    opened.begin("nonce")
    return opened
