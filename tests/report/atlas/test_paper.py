"""Where the map lies on the paper: a true round scale, all of the land, upright where it is larger."""

import numpy as np
import pytest
from pyproj import Geod

from soilinfo.errors import UnknownNameError
from soilinfo.report.atlas.paper import PAPERS, laid_out, metres_per_unit, round_scale

ARCHIPELAGO, TALL, TINY = (
    (95.0, -11.0, 141.0, 6.0),
    (119.8, -5.3, 120.6, -3.0),
    (120.0, -5.0, 120.001, -4.999),
)
UTM = "EPSG:32750"
PLAIN = (300_000.0, 9_400_000.0, 420_000.0, 9_480_000.0)


@pytest.mark.parametrize(
    ("least", "scale"), [(1_000_001, 1_250_000), (999_999, 1_000_000), (8.1e5, 1_000_000)]
)
def test_scales_are_those_of_printed_maps(least, scale):
    assert round_scale(least) == scale


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(
    ("bounds", "crs"), [(ARCHIPELAGO, "EPSG:4326"), (TALL, "EPSG:4326"), (TINY, "EPSG:4326"), (PLAIN, UTM)]
)
def test_all_of_the_land_is_shown_at_the_scale_that_is_told(bounds, crs, paper):
    layout = laid_out(bounds, crs, paper)
    west, south, east, north = layout.frame.bounds
    assert (west < bounds[0], south < bounds[1], east > bounds[2], north > bounds[3]) == (True,) * 4
    across, down = metres_per_unit(crs, (west + east) / 2, (south + north) / 2)
    assert (east - west) * across * 1000 / layout.frame.width == pytest.approx(layout.scale)
    assert (north - south) * down * 1000 / layout.frame.height == pytest.approx(layout.scale)
    assert layout.frame.mm_per_km == pytest.approx(1e6 / layout.scale)


def test_the_scale_is_that_of_the_ellipsoid_at_the_middle_of_the_sheet():
    frame = laid_out((9.0, 59.5, 10.0, 60.5), "EPSG:4326", "A3").frame
    (x1, y), (x2, _) = frame.place(np.array([[9.45, 60.0], [9.55, 60.0]]))
    _, _, metres = Geod(ellps="WGS84").inv(9.45, 60.0, 9.55, 60.0)
    assert (x2 - x1) / frame.mm_per_km * 1000 == pytest.approx(metres, rel=1e-4)
    assert y == pytest.approx(frame.y + frame.height / 2)


def test_tall_land_lies_on_upright_paper():
    assert laid_out(TALL, "EPSG:4326", "A4").upright
    assert not laid_out(ARCHIPELAGO, "EPSG:4326", "A4").upright


def test_larger_paper_shows_land_larger():
    assert laid_out(ARCHIPELAGO, "EPSG:4326", "A3").scale < laid_out(ARCHIPELAGO, "EPSG:4326", "A4").scale


def test_unknown_paper_is_refused_naming_what_there_is():
    with pytest.raises(UnknownNameError, match="no paper 'A9'; there are: A3, A4"):
        laid_out(TALL, "EPSG:4326", "A9")
