"""Pages of a pack: the map lies within its frame at a round scale that is true."""

import pytest
from pyproj import Geod

from soilinfo.report.pack.sheets import MAP, Sheet, _framed


@pytest.mark.parametrize("south", [-6.8, -0.2, 4.0])
def test_a_map_in_degrees_has_a_round_scale_that_is_true_across_its_middle(south: float):
    bounds = (96.2, south, 96.7, south + 0.7)
    framed = _framed(Sheet("", "", "", (), "EPSG:4326", bounds), MAP)
    west, low, east, high = framed.bounds
    _, _, metres = Geod(ellps="WGS84").inv(west, (low + high) / 2, east, (low + high) / 2)
    assert metres / (MAP.width / 1000) == pytest.approx(framed.scale, rel=1e-4)
    assert framed.scale == 500_000
    assert west < bounds[0] < bounds[2] < east
    assert low < bounds[1] < bounds[3] < high
    assert (east - west) / (high - low) == pytest.approx(MAP.width / MAP.height)


def test_a_map_in_metres_has_the_scale_of_its_paper():
    framed = _framed(Sheet("", "", "", (), "EPSG:32748", (500_000, 9_200_000, 520_000, 9_210_000)), MAP)
    assert framed.scale == 125_000
    assert framed.width == pytest.approx(MAP.width / 1000 * framed.scale, rel=1e-3)
