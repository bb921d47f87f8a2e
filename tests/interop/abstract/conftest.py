"""The abstract tests of the standards, as black boxes: only what a client sees over HTTP is looked at."""

from collections.abc import Iterator

import httpx
import pytest

from tests.interop.abstract.coverages import COVERAGE_REL, Json, get
from tests.interop.conftest import CLIENT_SECONDS, Served


@pytest.fixture(scope="session")
def api(served: Served) -> Iterator[httpx.Client]:
    """A client of the served small nation; it follows no redirect unasked."""
    with httpx.Client(base_url=served.url, timeout=CLIENT_SECONDS) as client:
        yield client


@pytest.fixture(scope="session")
def coverages(api: httpx.Client) -> list[Json]:
    """The descriptions of all collections that have a coverage."""
    every = get(api, "/collections").json()["collections"]
    return [each for each in every if any(link["rel"] == COVERAGE_REL for link in each["links"])]
