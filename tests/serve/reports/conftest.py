"""A server over a small nation that reports and is the host of a region (tests/reporting.py)."""

from collections.abc import Iterator

import httpx
import pytest

from soilinfo.settings import Settings
from tests.reporting import settings_of_host
from tests.serve.conftest import served


@pytest.fixture(scope="session")
def hosting(nation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of that nation; no test changes it."""
    return settings_of_host(nation, tmp_path_factory.mktemp("host"))


@pytest.fixture(scope="session")
def host(hosting: Settings) -> Iterator[httpx.Client]:
    """A client of that server."""
    with served(hosting) as running:
        yield running
