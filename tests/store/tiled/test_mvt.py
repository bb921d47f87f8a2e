"""Tiles as the specification of Mapbox Vector Tiles 2.1 wants them, read by a reader of its own."""

import numpy as np
import pandas as pd
import pytest
import shapely

from soilinfo.store.tiled.mvt import layer
from soilinfo.store.tiled.shapes import rounded
from soilinfo.store.tiled.values import values_of
from tests.mvt import Feature, area, read

NOTHING = values_of(pd.DataFrame(index=range(9)), {})


def drawn(*geometries: shapely.Geometry, origin: tuple[int, int] = (0, 0)) -> list[Feature]:
    every = np.arange(len(geometries))
    tile = layer("name", rounded(np.array(geometries, dtype=object)), origin, every, NOTHING.take(every))
    return read(tile)["name"] if tile else []


def test_exteriors_run_clockwise_on_the_screen_and_holes_against_it():
    holed = shapely.Polygon(shapely.box(0, 0, 100, 100).exterior, [shapely.box(10, 10, 20, 20).exterior])
    for ring_order in (
        holed,
        shapely.orient_polygons(holed),
        shapely.orient_polygons(holed, exterior_cw=True),
    ):
        (feature,) = drawn(ring_order)
        assert feature.areas == [10000, -100]
        assert feature.kind == 3


def test_rings_are_closed_by_command_and_repeat_no_point():
    (feature,) = drawn(shapely.Polygon([(0, 0), (0, 0.2), (10, 0), (10, 10), (10, 10.3), (0, 10)]))
    (ring,) = feature.paths
    assert len(ring) == len({*ring}) == 4


def test_a_spike_is_cut_off():
    (feature,) = drawn(shapely.Polygon([(0, 0), (10, 0), (10, 30), (10.2, 10), (0, 10)]))
    assert (10, 30) in feature.paths[0]
    (feature,) = drawn(shapely.Polygon([(0, 0), (10, 0), (10, 10), (10, 30), (10.2, 10), (0, 10)]))
    assert (10, 30) not in feature.paths[0]
    (feature,) = drawn(shapely.Polygon([(10, 30), (10.2, 10), (0, 10), (0, 0), (10, 0), (10, 10)]))
    assert feature.areas == [100]


def test_what_has_no_area_is_not_drawn():
    assert drawn(shapely.box(5, 5, 5.2, 5.2), shapely.Polygon([(0, 0), (5, 5), (9, 9.1)])) == []
    small_hole = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(5, 5, 5.2, 5.2).exterior])
    assert drawn(small_hole)[0].areas == [81]


def test_coordinates_count_from_the_corner_of_the_tile():
    (feature,) = drawn(shapely.MultiPoint([(4100, 8200), (4090, 8190)]), origin=(4096, 8192))
    assert [point for path in feature.paths for point in path] == [(4, 8), (-6, -2)]
    assert feature.kind == 1


def test_lines_have_two_points_or_are_not_drawn():
    (feature,) = drawn(shapely.MultiLineString([[(0, 0), (5, 5), (0, 0)], [(7, 7), (7.1, 7.1)]]))
    assert feature.paths == [[(0, 0), (5, 5), (0, 0)]]
    assert feature.kind == 2


def test_far_coordinates_are_exact():
    square = shapely.box(2**26 - 9, 2**26 - 9, 2**26, 2**26)
    (feature,) = drawn(square)
    assert {*feature.paths[0]} == {(x, y) for x in (2**26 - 9, 2**26) for y in (2**26 - 9, 2**26)}
    assert area(feature.paths[0]) == 81


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("integer", [0, 1, -1, 127, 128, 2**53 + 1, -(2**62), None]),
        ("number", [0.1, -1e300, 395_830.123456789, None]),
        ("boolean", [True, False, None]),
        ("string", ["", "é" * 200, 'O\'Brien "x"', None]),
    ],
)
def test_every_value_comes_back_as_it_is(kind: str, values: list[object]):
    frame = pd.DataFrame({"a": pd.array(values, dtype=_DTYPES[kind]), "b": pd.array([1] * len(values))})
    shapes = rounded(np.array([shapely.box(0, 0, 9, 9)]))
    rows = np.arange(len(values))
    tile = layer("l", shapes, (0, 0), np.zeros_like(rows), values_of(frame, {"a": kind, "b": "integer"}))
    found = [feature.properties for feature in read(tile)["l"]]
    assert [each.get("a") for each in found] == values
    assert [type(each.get("a")) for each in found] == [type(value) for value in values]
    assert {each["b"] for each in found} == {1}


_DTYPES = {"integer": "Int64", "number": "float64", "boolean": "boolean", "string": "str"}


def test_a_value_stands_in_a_tile_once():
    frame = pd.DataFrame({"a": ["long enough to be seen"] * 9, "b": ["long enough to be seen"] * 9})
    every = np.arange(9)
    shapes = rounded(shapely.box(every * 10, 0, every * 10 + 5, 5))
    tile = layer("l", shapes, (0, 0), every, values_of(frame, {"a": "string", "b": "string"}))
    assert tile.count(b"long enough to be seen") == 1
