"""OGC API - Maps, Part 1: spatial subsetting."""

import httpx
import numpy as np
import pytest
from pyproj import Transformer

from tests.interop.abstract.maps import CRS84, PH, corners, refused
from tests.serve.maps.pictures import picture


@pytest.mark.parametrize("named", [CRS84, "[OGC:CRS84]", "OGC:CRS84"])
def test_a_bbox_is_in_the_system_that_it_says(api: httpx.Client, named: str):
    """/conf/spatial-subsetting/bbox-crs and bbox-definition: URIs and safe CURIEs, CRS84 when not said"""
    plain = api.get(f"{PH}?bbox=120.1,-7.4,120.3,-7.2&width=96")
    assert api.get(f"{PH}?bbox=120.1,-7.4,120.3,-7.2&width=96&bbox-crs={named}").content == plain.content
    turned = f"{PH}?bbox=-7.4,120.1,-7.2,120.3&width=96&bbox-crs=[EPSG:4326]"
    assert api.get(turned).content == plain.content
    high = api.get(f"{PH}?bbox=120.1,-7.4,0,120.3,-7.2,9&width=96")
    assert high.content == plain.content
    assert api.get(f"{PH}?bbox-crs={named}").content == api.get(PH).content, "without a bbox it is ignored"


@pytest.mark.parametrize("axes", ["Lon(120.1:120.3),Lat(-7.4:-7.2)", "lat(-7.4:-7.2),Longitude(120.1:120.3)"])
def test_a_subset_by_axes_is_the_map_of_the_bbox(api: httpx.Client, axes: str):
    """/conf/spatial-subsetting/subset-definition, subset-response and subset-crs"""
    plain = api.get(f"{PH}?bbox=120.1,-7.4,120.3,-7.2&width=96").content
    assert api.get(f"{PH}?subset={axes}&width=96").content == plain
    assert api.get(f"{PH}?subset={axes}&width=96&subset-crs=[OGC:CRS84]").content == plain
    parts = "&".join(f"subset={part})" for part in axes.removesuffix(")").split("),"))
    assert api.get(f"{PH}?{parts}&width=96").content == plain


def test_a_subset_of_one_axis_leaves_the_other_whole(api: httpx.Client):
    """/conf/spatial-subsetting/subset-response"""
    assert corners(api.get(f"{PH}?subset=Lon(120.1:120.3)")) == pytest.approx((120.1, -7.5, 120.3, -7.0))
    assert corners(api.get(f"{PH}?subset=Lon(120.1:*)")) == pytest.approx((120.1, -7.5, 120.5, -7.0))


def test_a_subset_of_metres_is_by_easting_and_northing(api: httpx.Client):
    """/conf/spatial-subsetting/subset-crs"""
    to_metres = Transformer.from_crs("OGC:CRS84", "EPSG:3857", always_xy=True)
    west, south, east, north = to_metres.transform_bounds(120.1, -7.4, 120.3, -7.2)
    asked = f"subset=E({west}:{east}),N({south}:{north})&subset-crs=EPSG:3857&crs=EPSG:3857&width=50"
    by_bbox = f"bbox={west},{south},{east},{north}&bbox-crs=EPSG:3857&crs=EPSG:3857&width=50"
    assert api.get(f"{PH}?{asked}").content == api.get(f"{PH}?{by_bbox}").content


def test_axes_that_are_none_and_places_that_are_none(api: httpx.Client):
    """/conf/spatial-subsetting/subset-definition: 4xx for another axis, 204 or 404 beyond its values"""
    assert refused(api, "subset=Height(1:2)")
    assert api.get(f"{PH}?subset=Lat(95:99)").status_code in (204, 404)


def test_a_subset_may_cross_the_antimeridian(api: httpx.Client):
    """/conf/spatial-subsetting/subset-definition"""
    answer = api.get(f"{PH}?subset=Lon(170:-170),Lat(-10:10)&width=20&height=20")
    assert corners(answer) == (170, -10, -170, 10)
    assert not picture(answer).any()


@pytest.mark.parametrize(
    "twice",
    [
        "bbox=120,-7.5,120.5,-7&center=120.2,-7.2",
        "bbox=120,-7.5,120.5,-7&subset=Lon(120:121)",
        "center=120.2,-7.2&subset=Lon(120:121)",
    ],
)
def test_a_place_is_said_once(api: httpx.Client, twice: str):
    """/conf/spatial-subsetting/bbox-definition, subset-definition and center-definition"""
    assert refused(api, twice)


def test_a_center_is_in_the_middle_of_the_map(api: httpx.Client):
    """/conf/spatial-subsetting/center-definition, center-crs and width-height"""
    for asked in ("center=120.2,-7.3", "center=-7.3,120.2&center-crs=[EPSG:4326]"):
        answer = api.get(f"{PH}?{asked}&scale-denominator=500000&width=200&height=100")
        west, south, east, north = corners(answer)
        assert ((west + east) / 2, (south + north) / 2) == pytest.approx((120.2, -7.3))
        assert picture(answer).shape == (100, 200, 4)
    wide = corners(api.get(f"{PH}?center=120.2,-7.3&width=400&height=100"))
    small = corners(api.get(f"{PH}?center=120.2,-7.3&width=200&height=100"))
    assert wide[2] - wide[0] == pytest.approx(2 * (small[2] - small[0])), "at one scale"


def test_what_is_drawn_lies_in_the_subset(api: httpx.Client):
    """/conf/spatial-subsetting/map-success"""
    whole = picture(api.get(f"{PH}?bbox=120,-7.5,120.5,-7&width=240&height=240"))
    part = picture(api.get(f"{PH}?subset=Lon(120.125:120.25),Lat(-7.25:-7.125)&width=60&height=60"))
    np.testing.assert_array_equal(part, whole[60:120, 60:120])
