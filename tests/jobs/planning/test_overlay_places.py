"""In which unit most of a shape lies: the largest share, and by code where two are equal."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from soilinfo.jobs.planning.overlay_places import _shares


@pytest.mark.parametrize("noise", [-1e-12, 0, 1e-12])
def test_of_equal_halves_the_first_code_is_told_whatever_the_last_digit(noise: float):
    halves = [box(120, -8, 120.2 + noise, -7), box(120.2 + noise, -8, 121, -7)]
    units = gpd.GeoDataFrame({"code": ["B", "A"], "name": ["b", "a"]}, geometry=halves, crs="EPSG:4326")
    shares = _shares(np.array([box(120.1, -7.6, 120.3, -7.5)]), units, "code")
    assert list(shares["code"]) == ["A", "B"]
    assert list(shares["pct"]) == [50, 50]
