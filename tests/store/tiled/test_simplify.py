"""Vertices by how long they are needed: shared borders stay shared, and nothing comes to cross."""

import numpy as np
import pytest
import shapely

from soilinfo.store.tiled.shapes import flat
from soilinfo.store.tiled.simplify import weights
from soilinfo.store.tiled.thin import thinnable
from tests.store.tiled.coverage import districts

EVERYTHING = 1e12


def weight_at(*geometries: shapely.Geometry) -> dict[tuple[float, float], float]:
    shapes = flat(np.array(geometries, dtype=object))
    found = weights(shapes, EVERYTHING)
    return dict(zip(map(tuple, shapes.xy.tolist()), found.tolist(), strict=True))


def test_a_vertex_weighs_the_triangle_with_its_neighbours():
    found = weight_at(shapely.LineString([(0, 0), (50, 4), (100, 0), (100, 100)]))
    assert found == {(0, 0): np.inf, (50, 4): 200, (100, 0): 5000, (100, 100): np.inf}


def test_three_vertices_of_a_ring_stay():
    found = weight_at(shapely.box(0, 0, 10, 10))
    assert sorted(found.values()) == [50, np.inf, np.inf, np.inf]


def test_where_three_areas_meet_the_vertex_stays():
    found = weight_at(shapely.box(0, 0, 9, 9), shapely.box(9, 0, 20, 9), shapely.box(0, 9, 20, 20))
    assert found[0, 9] == found[9, 9] == found[20, 9] == np.inf


def test_a_vertex_that_holds_a_border_off_another_stays_as_long_as_that():
    bay = shapely.Polygon([(0, 0), (50, 30), (100, 0), (100, 100), (0, 100)])
    alone = weight_at(bay)[50, 30]
    assert weight_at(bay, shapely.box(45, 10, 55, 20))[50, 30] > alone


@pytest.mark.parametrize("pixel", [0.2, 0.5, 1.0])
def test_areas_that_cover_the_ground_go_on_covering_it(pixel: float):
    areas = shapely.transform(districts(6, 6), lambda xy: (xy - (110, -8)) * 100_000)
    thinned = thinnable(flat(areas), EVERYTHING).thinned(np.arange(36), 1.0, pixel * 10_000)
    drawn = thinned.geometries()
    assert len(thinned.xy) < 0.9 * shapely.get_num_coordinates(areas).sum()
    assert shapely.coverage_is_valid(drawn)
    assert shapely.area(drawn).sum() == pytest.approx(shapely.union_all(areas).area, rel=0.02)


def test_geometries_that_repeat_each_other_are_thinned_alike():
    area = districts(1, 1)[0]
    shapes = flat(np.array([area] * 3))
    first, second, third = np.split(weights(shapes, EVERYTHING), 3)
    assert (first == second).all()
    assert (first == third).all()
    assert np.isfinite(first).any()
