"""The report of a small country, drafted once."""

from shutil import copytree

import pytest

from soilinfo.jobs.reporting.records import draft, report_of
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.reporting_country import Reporting


@pytest.fixture(scope="session")
def report(reporting):
    """Its first report, a draft."""
    record = draft(reporting.store, reporting.catalog, actor="siti", note="first")
    return report_of(reporting.store, record.id)


@pytest.fixture
def own(reporting, report, tmp_path):
    """A copy of the country with its report, to be changed."""
    copytree(reporting.directory, tmp_path, dirs_exist_ok=True)
    country = Reporting(tmp_path, open_store(Settings(store=tmp_path / "store")))
    yield country
    country.store.close()
