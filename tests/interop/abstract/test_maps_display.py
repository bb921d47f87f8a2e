"""OGC API - Maps, Part 1: scaling, systems, background."""

from typing import Any

import httpx
import numpy as np
import pytest
from pyproj import Transformer

from tests.interop.abstract.maps import (
    MERCATOR,
    NATIONAL,
    PH,
    corners,
    refused,
)
from tests.serve.maps.pictures import picture

# ---- scaling -----------------------------------------------------------------------------


def test_width_and_height_are_the_size_in_pixels(api: httpx.Client):
    """/conf/scaling/width-definition and height-definition"""
    box = "bbox=120,-7.5,120.5,-7.25"
    assert picture(api.get(f"{PH}?{box}&width=80&height=30")).shape == (30, 80, 4)
    assert picture(api.get(f"{PH}?{box}&width=80")).shape == (40, 80, 4)
    assert picture(api.get(f"{PH}?{box}&height=40")).shape == (40, 80, 4)


@pytest.mark.parametrize(
    "query", ["width=0", "height=-1", "width=1.5", "width=99999", "width=9999&height=9999"]
)
def test_sizes_that_are_none_or_too_large(api: httpx.Client, query: str):
    """/conf/scaling/width-definition and height-definition"""
    assert refused(api, query)


def test_the_largest_map_is_told(api: httpx.Client):
    """/conf/scaling/width-definition: maxPixels of x-OGC-limits"""
    most = api.get("/openapi").json()["info"]["x-OGC-limits"]["maps"]["maxPixels"]
    assert refused(api, f"width={most + 1}&height=1")
    side = int(most**0.5)
    assert api.get(f"{PH}?width={side}&height={side}").status_code == 200


def test_a_scale_and_a_size_contradict_a_place(api: httpx.Client):
    """/conf/scaling/scale-denominator-definition"""
    assert refused(api, "bbox=120,-7.5,120.5,-7&scale-denominator=500000&width=100")
    assert refused(api, "subset=Lon(120:120.5)&scale-denominator=500000&height=100")
    assert refused(api, "scale-denominator=0")
    assert refused(api, "scale-denominator=large")


@pytest.mark.parametrize("system", ["OGC:CRS84", "EPSG:3857", "EPSG:32751"])
def test_a_scale_is_of_the_ground_whatever_the_system(api: httpx.Client, system: str):
    """/conf/scaling/scale-denominator-definition: a pixel of 0.28 mm"""
    answer = api.get(f"{PH}?center=120.25,-7.25&scale-denominator=1000000&width=100&height=100&crs={system}")
    west, south, east, north = corners(answer)
    to_degrees = Transformer.from_crs(system, "OGC:CRS84", always_xy=True)
    (x1, x2), (y1, y2) = to_degrees.transform((west, east), ((south + north) / 2,) * 2)
    metres = 111_320 * np.cos(np.radians(7.25)) * (x2 - x1)
    assert metres == pytest.approx(100 * 280, rel=0.01)
    assert y1 == pytest.approx(y2, abs=0.01)


def test_a_scale_alone_gives_the_size_of_the_whole(api: httpx.Client):
    """/conf/scaling/scale-denominator-definition"""
    height, width, _ = picture(api.get(f"{PH}?scale-denominator=1000000")).shape
    assert height == pytest.approx(0.5 * 110_600 / 280, rel=0.01)
    assert width == pytest.approx(0.5 * 111_320 * np.cos(np.radians(7.25)) / 280, rel=0.01)


# ---- crs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["EPSG:32751", NATIONAL, "[EPSG:3857]", MERCATOR, "EPSG:3395", "9470"])
def test_a_map_is_drawn_in_the_system_asked(api: httpx.Client, system: str):
    """/conf/crs/crs-definition and /conf/crs/map-success"""
    answer = api.get(f"{PH}?crs={system}&width=120")
    code = system.strip("[]").rpartition("/")[2].rpartition(":")[2]
    assert answer.headers["content-crs"].endswith(f"/EPSG/0/{code}>")
    shown, whole = picture(answer), picture(api.get(f"{PH}?bbox=120,-7.5,120.5,-7&width=240&height=240"))
    bounds = corners(answer)
    if system == "9470":  # latitude first
        bounds = (bounds[1], bounds[0], bounds[3], bounds[2])
    height, width, _ = shown.shape
    x = np.linspace(bounds[0], bounds[2], 2 * width + 1)[1::2]
    y = np.linspace(bounds[3], bounds[1], 2 * height + 1)[1::2]
    longitude, latitude = Transformer.from_crs(f"EPSG:{code}", "OGC:CRS84", always_xy=True).transform(
        *np.meshgrid(x, y)
    )
    rows, cols = np.floor((-7 - latitude) * 480).astype(int), np.floor((longitude - 120) * 480).astype(int)
    inside = (rows >= 0) & (rows < 240) & (cols >= 0) & (cols < 240)
    assert not shown[~inside].any()
    same = (shown[inside] == whole[rows[inside], cols[inside]]).all(axis=-1)
    assert same.mean() > 0.97, "but for pixels on the edge of a cell"


def test_systems_that_are_none_are_refused(api: httpx.Client):
    """/conf/crs/crs-definition"""
    for system in ("EPSG:99999", "EPSG:4979", "EPSG:5773", "somewhere else"):
        assert refused(api, f"crs={system}"), system


# ---- background --------------------------------------------------------------------------

OUTSIDE = "bbox=119.9,-7.5,120.4,-7&width=50&height=50"
"""Its first column lies beyond the data."""


@pytest.mark.parametrize(
    ("query", "colour"),
    [
        ("", (0, 0, 0, 0)),
        ("transparent=true", (0, 0, 0, 0)),
        ("transparent=false", (255, 255, 255, 255)),
        ("bgcolor=0xFF8800", (255, 136, 0, 255)),
        ("bgcolor=RebeccaPurple", (102, 51, 153, 255)),
        ("bgcolor=Tomato", (255, 99, 71, 255)),
        ("bgcolor=tomato&transparent=false", (255, 99, 71, 255)),
        ("bgcolor=tomato&transparent=true", (255, 99, 71, 0)),
        ("bgcolor=mud", None),
        ("transparent=perhaps", None),
    ],
)
def test_where_there_are_no_data_there_is_the_background(api: httpx.Client, query: str, colour: Any):
    """/conf/background/bgcolor-definition, transparent-definition and map-success"""
    answer = api.get(f"{PH}?{OUTSIDE}&{query}")
    if colour is None:
        assert answer.status_code == 400
    else:
        assert tuple(picture(answer)[0, 0].tolist()) == colour


@pytest.mark.parametrize(
    ("query", "colour"),
    [
        ("", (0, 0, 0, 0)),
        ("bgcolor=tomato", (255, 99, 71, 255)),
        ("void-color=navy", (0, 0, 128, 0)),
        ("void-color=navy&bgcolor=tomato", (0, 0, 128, 255)),
        ("void-color=navy&void-transparent=false", (0, 0, 128, 255)),
        ("bgcolor=tomato&void-transparent=true", (255, 99, 71, 0)),
    ],
)
def test_where_the_system_shows_no_place_there_is_the_void(api: httpx.Client, query: str, colour: Any):
    """/conf/background/void-color-definition, void-transparent-definition and map-success"""
    beyond = "bbox=-180,-120,180,120&width=30&height=30"
    assert tuple(picture(api.get(f"{PH}?{beyond}&{query}"))[0, 0].tolist()) == colour
