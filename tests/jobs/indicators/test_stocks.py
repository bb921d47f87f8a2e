"""Which layers a stock of carbon is computed from where those of its parts are of several years."""

from types import SimpleNamespace

import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.gsp.layers import Published
from soilinfo.jobs.indicators.layers import sources_of
from tests.country import ROOT

CATALOG = load(ROOT / "config")
STONES = "coarse_fragments"


def stocks(*names, catalog=CATALOG):
    """Year, period and layers of each stock."""
    cube = SimpleNamespace(variables=(SimpleNamespace(scale=0.1, nodata=-1),))
    store = SimpleNamespace(cube=SimpleNamespace(open=lambda *_: cube))
    published = Published(store, catalog, dict.fromkeys(names, "1"))
    sources = sources_of(published, catalog.indicator("soc_stock"))
    return [(each.basis.year, each.basis.period, {*each.basis.layers}) for each in sources]


@pytest.mark.parametrize("others", [(), ("soc_2010",)])
def test_a_stock_of_carbon_and_density_of_one_year_goes_before_one_of_two(others):
    assert stocks("soc", "bulk_density", STONES, *others) == [
        ("2020", "2020", {"soc", "bulk_density", STONES})
    ]


def test_carbon_of_an_earlier_year_is_of_the_year_of_the_density_that_it_needs():
    (found,) = stocks("soc_2010", "bulk_density", STONES)
    assert found == ("2020", "2010/2020", {"soc_2010", "bulk_density", STONES})


def test_density_of_the_time_of_the_carbon_goes_before_a_later_one():
    layers = "soc_2010", "bulk_density", "bulk_density_2010"
    assert stocks(*layers, STONES) == [("2020", "2010/2020", {"soc_2010", "bulk_density_2010", STONES})]
    stones = CATALOG.layer(STONES).model_copy(update={"time": None})
    timeless = CATALOG.model_copy(update={"layers": CATALOG.layers | {STONES: stones}})
    assert stocks("soc", *layers, STONES, catalog=timeless) == [
        ("2010", "2010", {"soc_2010", "bulk_density_2010", STONES}),
        ("2020", "2020", {"soc", "bulk_density", STONES}),
    ]
