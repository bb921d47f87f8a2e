"""Polygons of a person: read by how their rings lie, repaired within limits, left out by name, never lost."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from soilinfo.ingest.checks.polygons import Judged, judge_polygons

SQUARE = box(120.0, -7.2, 120.2, -7.0)
HOLE = box(120.05, -7.15, 120.1, -7.1)
BOW_TIE = Polygon([(120, -7.2), (120.2, -7), (120.2, -7.2), (120, -7)])


def judged(*shapes: shapely.Geometry | None, kind: str = "GPKG", most: int = 1000) -> Judged:
    return judge_polygons(np.array(shapes, dtype=object), kind, most)


@pytest.mark.parametrize(
    "misread",
    [MultiPolygon([SQUARE, HOLE]), Polygon(HOLE.exterior.coords, [SQUARE.exterior.coords])],
    ids=["the hole says to be land", "the land says to be a hole"],
)
def test_a_ring_of_the_wrong_direction_is_read_by_where_it_lies(misread: shapely.Geometry):
    found = judged(misread)
    assert shapely.equals(found.shapes[0], SQUARE.difference(HOLE))
    assert list(found.mended) == ["ring_direction"]
    assert [finding.check for finding in found.findings] == ["ring_direction"]


def test_an_outer_ring_against_the_clock_is_noted_of_a_shapefile_alone():
    backwards = shapely.orient_polygons(SQUARE)  # its outer ring runs against the clock
    assert list(judged(backwards, kind="ESRI Shapefile").mended) == ["ring_direction"]
    assert list(judged(backwards, kind="GeoJSON").mended) == [""]


def test_a_slip_is_repaired_and_a_riddle_is_left_out():
    west, south, east, north = SQUARE.bounds
    loop = [(120.1, north), (120.099, north + 0.001), (120.101, north + 0.001), (120.099, north - 0.0005)]
    slip = Polygon([(west, south), (east, south), (east, north), *loop, (west, north)])
    found = judged(slip, BOW_TIE)
    assert not slip.is_valid
    assert found.shapes[0].is_valid
    assert found.shapes[0].area == pytest.approx(SQUARE.area, rel=0.01)
    assert found.shapes[1] is None
    assert list(found.mended) == ["repaired", ""]
    assert list(found.left_out) == ["", "self_crossing"]
    assert "features 2 cross themselves" in " ".join(each.message for each in found.findings)


def test_what_cannot_be_measured_keeps_its_row_with_the_reason():
    with np.errstate(invalid="ignore"):
        nowhere = shapely.from_wkt("POLYGON ((120 -7, 120 NaN, 121 -7, 120 -7))")
    found = judged(
        None,
        Polygon(),
        Point(120, -7),
        nowhere,
        box(500_000, 9_000_000, 510_000, 9_010_000),
        box(-179, -8, 179, -7),
        Point(120, -7).buffer(0.1, quad_segs=500),
        SQUARE,
    )
    assert list(found.left_out) == [
        *("no_geometry", "empty_geometry", "not_a_polygon", "bad_coordinates", "bad_coordinates"),
        *("crosses_antimeridian", "too_many_vertices", ""),
    ]
    assert [shape is None for shape in found.shapes] == [True] * 7 + [False]


def test_the_same_shape_again_is_told_wherever_its_rings_begin():
    west, south, east, north = SQUARE.bounds
    again = Polygon([(east, north), (west, north), (west, south), (east, south)])
    found = judged(HOLE, SQUARE, None, again, SQUARE)
    assert list(found.duplicate_of) == [0, 0, 0, 2, 2]
    (finding,) = [each for each in found.findings if each.check == "duplicates"]
    assert "4 (as 2), 5 (as 2)" in finding.message


def test_a_tangle_does_not_stall():
    random = np.random.default_rng(1)
    tangle = Polygon(random.uniform(0, 1, (3000, 2)))
    assert list(judged(tangle, most=10_000).left_out) == ["self_crossing"]
