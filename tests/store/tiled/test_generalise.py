"""Simplified for each zoom level: neighbours keep their border, the small stay, tiles stay small."""

import numpy as np
import pytest
import shapely

from soilinfo.store.tiled.generalise import DEEPEST, MOST_BYTES, Level, levels
from soilinfo.store.tiled.mvt import EXTENT, layer
from soilinfo.store.tiled.values import Values
from tests.store.tiled.coverage import districts

WITHOUT_VALUES = Values((), np.empty((3000, 0), np.int32), np.zeros(1, np.int64), np.empty(0, np.uint8))


@pytest.fixture(scope="module")
def levels_of_districts() -> dict[int, Level]:
    areas = districts(8, 10)
    return dict(levels(areas, np.full(len(areas), 50.0)))


@pytest.fixture(scope="module")
def many() -> dict[int, Level]:
    """3,000 squares, 300 bytes of attributes each: too many for one tile."""
    x, y = (each.ravel() for each in np.meshgrid(np.arange(60) / 40 + 110, np.arange(50) / 40 - 2))
    side = np.random.default_rng(2).uniform(0.01, 0.02, len(x))
    return dict(levels(shapely.box(x, y, x + side, y + side), np.full(len(x), 300.0)))


def test_there_is_a_level_for_every_zoom(levels_of_districts: dict[int, Level]):
    assert [*levels_of_districts] == [*range(DEEPEST, -1, -1)]


@pytest.mark.parametrize("zoom", range(DEEPEST + 1))
def test_every_district_is_drawn_at_every_zoom(levels_of_districts: dict[int, Level], zoom: int):
    level = levels_of_districts[zoom]
    assert sorted(level.of) == [*range(80)]
    assert (np.diff(level.shapes.ends) > 3).all()


@pytest.mark.parametrize("zoom", range(6, DEEPEST + 1))
def test_no_gap_opens_between_neighbours(levels_of_districts: dict[int, Level], zoom: int):
    drawn = levels_of_districts[zoom].shapes.geometries()
    assert shapely.is_valid(drawn).all()
    assert shapely.coverage_is_valid(drawn)
    whole = shapely.union_all(drawn)
    assert shapely.get_num_interior_rings(shapely.get_parts(whole)).sum() == 0
    assert shapely.area(drawn).sum() == pytest.approx(whole.area)


def test_from_afar_there_are_fewer_vertices(levels_of_districts: dict[int, Level]):
    vertices = [len(levels_of_districts[zoom].shapes.xy) for zoom in range(2, DEEPEST + 1)]
    assert vertices == sorted(vertices)
    assert vertices[0] < vertices[-1] / 5


def test_what_is_less_than_a_pixel_is_a_square_of_one():
    island = shapely.box(120, -5, 120.0001, -4.9999)
    level = dict(levels(np.array([island]), np.zeros(1)))[3]
    (shape,) = level.shapes.geometries()
    assert shape.area == 64
    assert shapely.box(*shape.bounds).equals(shape)


def test_an_archipelago_keeps_its_largest_island():
    islands = shapely.MultiPolygon(
        [shapely.box(120 + at / 5, -5, 120.01 + at / 5, -4.99 + at / 90) for at in range(9)]
    )
    found = dict(levels(np.array([islands]), np.zeros(1)))
    counts = [len(shapely.get_parts(found[zoom].shapes.geometries())) for zoom in (0, 8, DEEPEST)]
    assert counts[0] == 1
    assert counts[-1] == 9
    assert counts == sorted(counts)


def test_points_and_lines_are_drawn_at_every_zoom():
    both = np.array([shapely.Point(120, -5), shapely.LineString([(120, -5), (120.001, -5), (120.001, -4.9)])])
    for _, level in levels(both, np.zeros(2)):
        assert sorted(level.shapes.kind) == [1, 2]


def test_what_has_no_place_is_left_out():
    none = np.array([None, shapely.Polygon(), shapely.Point(1, 1)], dtype=object)
    assert {tuple(level.of) for _, level in levels(none, np.zeros(3))} == {(2,)}


def test_the_largest_tile_stays_within_its_bytes(many: dict[int, Level]):
    for zoom, level in many.items():
        tiles, counts = np.unique(level.shapes.bounds[:, :2] // EXTENT, axis=0, return_counts=True)
        fullest = tiles[counts.argmax()] * EXTENT
        every = np.arange(len(level.shapes))
        geometry = (
            len(layer("l", level.shapes, tuple(fullest), every, WITHOUT_VALUES.take(every)))
            * counts.max()
            / len(every)
        )
        assert geometry + 300 * counts.max() <= MOST_BYTES, zoom


def test_of_too_many_small_areas_the_largest_of_each_square_stand_for_the_others(many: dict[int, Level]):
    assert len(many[14].of) == 3000
    assert 700 < len(many[7].of) < 1600
    for zoom in range(DEEPEST):
        assert {*many[zoom].of} <= {*many[zoom + 1].of}, "what is seen from afar is seen from near"


def test_a_mosaic_of_squares_has_no_holes_and_no_overlaps(many: dict[int, Level]):
    squares = many[7].shapes.geometries()
    assert shapely.area(squares).sum() == pytest.approx(shapely.union_all(squares).area)
