"""The configuration of pygeoapi: times of layers, and names that stay apart."""

import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.products import products
from soilinfo.errors import ConfigError
from soilinfo.serve.config import PROCESSES, interval
from tests.country import ROOT


@pytest.mark.parametrize(
    ("time", "begin", "end"),
    [
        ("2020", "2020-01-01T00:00:00+00:00", "2020-12-31T23:59:59+00:00"),
        ("2020-02", "2020-02-01T00:00:00+00:00", "2020-02-29T23:59:59+00:00"),
        ("2019-12-31", "2019-12-31T00:00:00+00:00", "2019-12-31T23:59:59+00:00"),
        ("1991/2020", "1991-01-01T00:00:00+00:00", "2020-12-31T23:59:59+00:00"),
        ("2019-12/2020-01-15", "2019-12-01T00:00:00+00:00", "2020-01-15T23:59:59+00:00"),
    ],
)
def test_a_time_is_an_interval_from_its_first_to_its_last_second(time: str, begin: str, end: str):
    assert tuple(each.isoformat() for each in interval(time)) == (begin, end)


def test_a_time_that_is_none_is_a_fault_of_the_configuration():
    with pytest.raises(ConfigError, match="'around 2000'"):
        interval("around 2000")


def test_no_analysis_is_called_like_a_collection():
    """pygeoapi keeps both in one table, where one would hide the other."""
    catalog = load(ROOT / "config")
    assert not set(PROCESSES) & {*products(catalog), *catalog.layers, *catalog.levels, *catalog.tables}
