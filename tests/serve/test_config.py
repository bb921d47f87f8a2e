"""The configuration of pygeoapi: times of layers, and names that stay apart."""

from soilinfo.catalog.load import load
from soilinfo.catalog.products import products
from soilinfo.serve.config import PROCESSES
from tests.country import ROOT


def test_no_analysis_is_called_like_a_collection():
    """pygeoapi keeps both in one table, where one would hide the other."""
    catalog = load(ROOT / "config")
    assert not set(PROCESSES) & {*products(catalog), *catalog.layers, *catalog.levels, *catalog.tables}
