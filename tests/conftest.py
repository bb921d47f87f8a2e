"""Fixtures that all tests share: a PostgreSQL server, and a store in each of its two homes."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.postgres import Server, server
from tests.reporting_country import Reporting, reporting_country
from tests.served import Built, build
from tests.subsidised import write_subsidised_country

TOLD = "told"
"""Name of the property with which a test tells a figure."""

# Speed is measured in tests/benchmarks; a slow machine must not fail a test.
hypothesis.settings.register_profile("soilinfo", deadline=None)
hypothesis.settings.load_profile("soilinfo")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for the whole session."""
    with server() as running:
        yield running


@pytest.fixture
def dsn(postgres: Server) -> Iterator[str]:
    """A fresh database with PostGIS."""
    with postgres.database() as address:
        yield address


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Says a line in the summary of the whole run, from any of its processes."""
    return lambda line: record_property(TOLD, line)


def pytest_collection_finish() -> None:
    """What is imported and collected by now stays to the end: no need to look through it for garbage."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, so that of two processes none works on alone at the end."""
    items.sort(key=lambda item: "faults" not in item.path.parts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests told, passed or failed."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = [line for report in reports for name, line in report.user_properties if name == TOLD]
    if told:
        terminalreporter.section("figures")
        for line in told:
            terminalreporter.line(str(line))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A store that publishes eight rasters, two levels and three crops; no test changes it."""
    return build(tmp_path_factory.mktemp("nation"))


@pytest.fixture(scope="session")
def nation(built: Built) -> Settings:
    """Settings of that store."""
    return built.settings


@pytest.fixture(scope="session")
def subsidised(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a store whose districts are given fertilizer (tests/subsidised.py); no test changes it."""
    return build(tmp_path_factory.mktemp("subsidised"), write_subsidised_country, ["rice_irrigated"]).settings


@pytest.fixture(scope="session")
def reporting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reporting]:
    """A small country that reports (tests/reporting_country.py); no test changes what it publishes."""
    country = reporting_country(tmp_path_factory.mktemp("reporting"))
    yield country
    country.store.close()


@pytest.fixture(params=["embedded", "postgis"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty store, once for each home."""
    db = request.getfixturevalue("dsn") if request.param == "postgis" else None
    return Settings(store=tmp_path / "store", db=db)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty store, once for each home."""
    opened = open_store(settings)
    yield opened
    opened.close()
