"""The region on the command line: what there is nothing to compare of is told."""

import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.errors import InputError
from soilinfo.store.home import open_store
from tests.reporting import OWN, keep, settings_of_host
from tests.reports import country_report


@pytest.mark.parametrize(
    ("reported", "told"), [((), "has reports of none"), ((OWN,), f"has reports of {OWN};")]
)
def test_a_region_of_fewer_than_two_reports_says_that_nothing_can_be_compared(
    nation, tmp_path, reported, told
):
    settings = settings_of_host(nation, tmp_path)
    empty = settings.model_copy(update={"store": tmp_path / "empty"})
    store = open_store(empty)
    for code in reported:
        keep(store, country_report(code), "approved")
    store.close()
    places = {"SOILINFO_CONFIG": str(empty.config), "SOILINFO_STORE": str(empty.store)}
    found = CliRunner().invoke(app, ["region", "compare"], env=places)
    assert isinstance(found.exception, InputError)
    assert told in str(found.exception)
