"""OWSLib's client of Environmental Data Retrieval reads what is served."""

from typing import Any

import numpy as np
import pytest
from owslib.ogcapi.edr import EnvironmentalDataRetrieval

from tests.interop.conftest import Served


@pytest.fixture(scope="module")
def client(served: Served) -> Any:
    return EnvironmentalDataRetrieval(served.url)


def stored(served: Served, row: int, column: int) -> float:
    """A pH of the store."""
    layer = served.store.cube.open("ph_h2o", served.version("ph_h2o"))
    return float(layer.decode("ph_h2o", layer.read("ph_h2o"))[row, column])


def test_it_finds_the_collections_that_can_be_asked(client: Any):
    found = client.data()
    assert {"soil", "terrain", "climate", "ph_h2o", "suitability"} <= set(found)
    assert "regencies" not in found
    assert "ph_h2o" in client.collection("soil")["parameter_names"]


def test_it_reads_a_position(client: Any, served: Served):
    x, y = 120 + 100.5 / 480, -7 - 40.5 / 480
    coverage = client.query_data("soil", "position", coords=f"POINT({x} {y})", parameter_names=["ph_h2o"])
    assert coverage["ranges"]["ph_h2o"]["values"] == [stored(served, 40, 100)]


def test_it_reads_an_area_and_a_cube(client: Any):
    outline = "POLYGON((120.2 -7.22,120.22 -7.22,120.22 -7.2,120.2 -7.22))"
    area = client.query_data("soil", "area", coords=outline, parameter_names=["ph_h2o"], z="0/30")
    cube = client.query_data("soil", "cube", bbox=[120.2, -7.22, 120.22, -7.2], parameter_names=["ph_h2o"])
    inside, around = (np.array(each["ranges"]["ph_h2o"]["values"], float) for each in (area, cube))
    known = ~np.isnan(inside)
    assert 0 < known.sum() < around.size
    np.testing.assert_array_equal(inside[known], around[known])


def test_it_reads_the_locations_and_one_of_them(client: Any):
    features = client.query_data("soil", "locations")["features"]
    codes = [feature["id"] for feature in features]
    assert "01.02" in codes
    coverage = client.query_data("soil", "locations/01.02", parameter_names=["soc"])
    assert coverage["ranges"]["soc"]["shape"] == [1, 120, 120]


def test_it_reads_a_soil_profile_by_horizon_and_those_of_an_area(client: Any):
    one = client.query_data("profiles", "locations/survey.P1", parameter_names=["ph_h2o"], z="0/30")
    assert one["domain"]["axes"]["z"]["bounds"] == [0, 12, 12, 34]
    assert one["ranges"]["ph_h2o"]["values"] == [5.4, 5.6]
    outline = "POLYGON((120.2 -7.3,120.5 -7.3,120.5 -7.1,120.2 -7.1,120.2 -7.3))"
    near = client.query_data("harmonized_profiles", "area", coords=outline, parameter_names=["ph_h2o"])
    assert {each["id"] for each in near["coverages"]} == {"survey.P1"}
