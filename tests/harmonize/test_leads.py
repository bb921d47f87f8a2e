"""Peat has the density of its decomposition where nobody measured it, and says so."""

import numpy as np
import pandas as pd
import pytest

from tests.harmonize.test_profiles import CATALOG, table
from tests.held import profile

HONEYSETT = "bulk_density_honeysett_ratkowsky_1989"
WANTED = {
    "soc": (),
    "organic_matter": ("organic_matter_van_bemmelen",),
    "bulk_density": (HONEYSETT,),
    "soc_stock": (),
}


def layer(upper, lower, soc, code, **more):
    values = {"soc": soc, "coarse_fragments": 0.0, **more}
    return (upper, lower, values, {"is_organic": code.strip("2'")[0] in "OH", "horizon_code": code})


def density(made, id, interval="0-5"):
    return made.loc[(id, "bulk_density", interval)]


@pytest.mark.parametrize(
    ("code", "expected"), [("Oi", 0.089), ("He", 0.117), ("Oa1", 0.174), ("2Hap", 0.174), ("'Oe", 0.117)]
)
def test_peat_that_nobody_weighed_has_the_density_of_its_decomposition(code, expected):
    row = density(table(WANTED, profile("A", layer(0, 50, 50.0, code))), "d.A")
    assert (row["value"], row["equations"]) == (pytest.approx(expected), "peat_density")
    assert (row["observed_property"], row["observations"], row["elements"]) == (None, None, "d.A.1")
    assert np.isnan(row["sd"])
    assert (row["equation_range"], row["state"]) == ("not stated", "known")


def test_the_stock_of_peat_over_sand_takes_each_from_its_own_way():
    both = profile("A", layer(0, 30, 50.0, "Oa"), layer(30, 100, 1.0, "C"))
    made = table(WANTED, both)
    stock = made.loc[("d.A", "soc_stock", "0-30")]
    assert stock["value"] == pytest.approx(500 * 0.174 * 30 * 0.1)
    assert stock["observations"].split(", ") == ["d.A.1.soc", "d.A.1.coarse_fragments"]
    way = ("organic_matter_van_bemmelen", HONEYSETT, "peat_density")
    assert tuple(stock["equations"].split(" > ")) == (*way, "soc_stock_by_density")
    assert set(way) <= CATALOG.equations.keys()
    below = density(made, "d.A", "30-60")
    assert below["observations"] == "d.A.2.soc"
    mineral = density(table(WANTED, profile("B", layer(0, 70, 1.0, "C"))), "d.B")
    assert below["value"] == pytest.approx(mineral["value"])


def test_peat_that_was_weighed_or_of_unknown_decomposition_keeps_what_it_had():
    weighed = profile("A", layer(0, 30, 50.0, "Oa", bulk_density=0.3), layer(30, 50, 50.0, "Oi"))
    unknown = profile("B", layer(0, 30, 50.0, "O"))
    made = table(WANTED, weighed, unknown)
    assert (density(made, "d.A")["value"], density(made, "d.A")["equations"]) == (0.3, None)
    assert density(made, "d.A", "30-60")["state"] == "unsampled"
    assert density(made, "d.B")["equations"].endswith(HONEYSETT)
    asked = table(WANTED, profile("A", layer(0, 30, 50.0, "Oa")), peat_density=None)
    assert density(asked, "d.A")["equations"].endswith(HONEYSETT)


def test_a_mineral_profile_beside_peat_is_as_without_it():
    alone = profile("B", layer(0, 20, 2.0, "Ah"), layer(20, 60, 1.0, "Bw"))
    peat = profile("A", layer(0, 50, 50.0, "Hi"))
    without, beside = table(WANTED, alone), table(WANTED, peat, alone)
    for column in ("value", "equations", "observations", "state"):
        pd.testing.assert_series_equal(beside.loc["d.B", column], without.loc["d.B", column])
