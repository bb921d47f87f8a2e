"""Maps: the colours of the style where the cells are."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Transformer

from soilinfo.catalog.styles import paint
from soilinfo.grid import Grid
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.raster import Frame, best_overview, positions
from soilinfo.serve.maps.drawing import style_of
from tests.serve.maps.pictures import picture

Refused = Callable[..., str]
Published = dict[str, Collection]

PH = "/collections/ph_h2o/map"
SUITABILITY = "/collections/suitability/map"


@pytest.fixture
def expected(published: Published) -> NDArray[np.uint8]:
    """pH painted cell by cell."""
    collection = published["ph_h2o"]
    layer = collection.store.cube.open("ph_h2o", collection.version)
    return paint(style_of(collection, "ph_h2o"), layer.decode("ph_h2o", layer.read("ph_h2o")))


def test_a_map_of_whole_cells_shows_each_cell_in_the_colour_of_its_style(client: httpx.Client, expected: Any):
    shown = picture(client.get(f"{PH}?bbox=120,-7.5,120.5,-7&width=240&height=240"))
    np.testing.assert_array_equal(shown, expected)


def test_no_data_is_transparent_or_white(client: httpx.Client):
    query = "bbox=119.9,-7.5,120.4,-7&width=50&height=50"
    assert picture(client.get(f"{PH}?{query}"))[0, 0].tolist() == [0, 0, 0, 0]
    assert picture(client.get(f"{PH}?{query}&transparent=false"))[0, 0, :3].tolist() == [255, 255, 255]


def test_a_tile_in_web_mercator_shows_the_cell_under_each_pixel(client: httpx.Client, expected: Any):
    corners = Transformer.from_crs("OGC:CRS84", "EPSG:3857", always_xy=True).transform_bounds(
        120.1, -7.4, 120.4, -7.1
    )
    bbox = ",".join(map(str, corners))
    shown = picture(client.get(f"{PH}?bbox={bbox}&bbox-crs=EPSG:3857&crs=EPSG:3857&width=256&height=256"))
    longitude, latitude = Transformer.from_crs("EPSG:3857", "OGC:CRS84", always_xy=True).transform(
        np.linspace(corners[0], corners[2], 513)[1::2], np.linspace(corners[3], corners[1], 513)[1::2]
    )
    rows, cols = ((-7 - latitude) * 480).astype(int), ((longitude - 120) * 480).astype(int)
    np.testing.assert_array_equal(shown, expected[rows[:, None], cols])


def test_crop_and_scenario_choose_the_map(client: httpx.Client):
    actual = picture(client.get(f"{SUITABILITY}?crop=maize&width=100"))
    improved = picture(client.get(f"{SUITABILITY}?crop=maize&scenario=potential_high&width=100"))
    other = picture(client.get(f"{SUITABILITY}?crop=rice_irrigated&width=100"))
    assert (actual != improved).any()
    assert (actual != other).any()


def test_the_height_follows_from_the_bbox(client: httpx.Client):
    assert picture(client.get(f"{PH}?bbox=120,-7.25,120.5,-7&width=100")).shape == (50, 100, 4)


def test_a_map_far_away_is_empty(client: httpx.Client):
    assert not picture(client.get(f"{PH}?bbox=0,0,1,1&width=10&height=10")).any()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("bbox=1,2,3", "4 numbers"),
        ("bbox=120,-7,120,-7", "no area"),
        ("bbox=0,0,1e-320,1", "too narrow"),
        ("bbox=0,0,1,1e-320&height=5", "too narrow"),
        ("bbox=120,-100,121,100&crs=EPSG:3857", "larger than"),
        ("width=0", "from 1"),
        ("width=wide", "whole number"),
        ("width=100000&height=100000", "larger than"),
        ("crs=EPSG:23999", "no system of code 23999"),
        ("crs=EPSG:4979", "not of a plane"),
        ("crs=beyond", "EPSG has no system of code beyond"),
        ("crs=a b", "like EPSG:4326"),
        ("transparent=perhaps", "true"),
        ("f=gif", "png, jpeg, webp"),
        ("crop=maize", "no query parameter 'crop'"),
        ("style=red", "no query parameter 'style'"),
        ("bbox-crs=IAU_2015:30100&bbox=0,0,1,1", "not of this earth"),
        ("center=0,90&scale-denominator=1e7", "no scale at 0,90"),
        ("center=500,0&scale-denominator=1e7", "no place on earth"),
        ("center=0,-91", "no place on earth"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(refused: Refused, query: str, said: str):
    assert said in refused(f"{PH}?{query}")


def test_unknown_crops_and_scenarios_are_refused_by_name(refused: Refused):
    assert "maize" in refused(f"{SUITABILITY}?crop=durian")
    assert "potential_low" in refused(f"{SUITABILITY}?scenario=future")


GRID = Grid("EPSG:4326", 1 / 480, 120.0, -7.0, 240, 240)


@given(st.integers(0, 239), st.integers(0, 239))
def test_the_centre_of_a_cell_lies_in_that_cell_in_every_system(row: int, col: int):
    size = GRID.resolution
    west, north = GRID.west + col * size, GRID.north - row * size
    bounds = (west, north - size, west + size, north)
    projected = Transformer.from_crs("OGC:CRS84", "EPSG:3857", always_xy=True).transform_bounds(*bounds)
    for crs, box in (("OGC:CRS84", bounds), ("EPSG:3857", projected)):
        rows, cols = positions(Frame(crs, box, 1, 1), GRID)
        assert (int(rows.flat[0]), int(cols.flat[0])) == (row, col)


def test_axes_that_do_not_stay_apart_are_sampled_point_by_point():
    projected = replace(GRID, crs="EPSG:32751", resolution=250.0, west=160_000.0, north=9_230_000.0)
    rows, cols = positions(Frame("OGC:CRS84", (120.0, -7.4, 120.4, -7.0), 9, 5), projected)
    assert rows.shape == cols.shape == (5, 9)
    x, y = Transformer.from_crs("OGC:CRS84", "EPSG:32751", always_xy=True).transform(120.2, -7.2)
    assert rows[2, 4] == pytest.approx((9_230_000 - y) / 250)
    assert cols[2, 4] == pytest.approx((x - 160_000) / 250)


@pytest.mark.parametrize(
    ("size", "overview"), [(0.3, 1), (1.0, 1), (1.99, 1), (2.0, 2), (7.0, 4), (900.0, 8)]
)
def test_the_overview_is_the_coarsest_that_loses_no_pixel(size: float, overview: int):
    assert best_overview((1, 2, 4, 8), size) == overview
