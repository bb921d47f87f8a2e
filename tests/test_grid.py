"""Cells of the national grid: where they are and how much land they hold."""

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import Point, box

from soilinfo.errors import GeometryError
from soilinfo.grid import Grid
from tests.geodesic import hectares

PROJECTED = {
    "UTM zone 48 S": Grid("EPSG:32748", 250.0, 300_000.0, 9_400_000.0, 2000, 1200),
    "Web Mercator": Grid("EPSG:3857", 250.0, 11_000_000.0, -300_000.0, 2000, 3000),
    "across the antimeridian": Grid("EPSG:32701", 1000.0, 0.0, 8_200_000.0, 600, 300),
    "US feet": Grid("EPSG:2264", 1000.0, 1_000_000.0, 900_000.0, 800, 600),
}


@pytest.mark.parametrize("grid", PROJECTED.values(), ids=PROJECTED.keys())
def test_the_area_of_a_projected_cell_is_its_area_on_the_ellipsoid(grid: Grid):
    rows, cols = np.array([0, grid.height // 2, grid.height - 1]), np.array([grid.width - 1, 7, 0])
    np.testing.assert_allclose(grid.cell_areas(rows, cols), geodesic_areas(grid, rows, cols), rtol=1e-6)


def test_the_area_of_a_geographic_cell_is_that_of_its_row():
    grid = Grid.covering("EPSG:4326", 1 / 480, (109.0, -8.0, 111.5, -5.5))
    rows, cols = np.array([0, 1199]), np.array([5, 700])
    np.testing.assert_allclose(grid.cell_areas(rows, cols), geodesic_areas(grid, rows, cols), rtol=1e-6)


def test_rows_of_a_globe_add_up_to_the_sphere_and_to_the_ellipsoid():
    for crs, earth in (("EPSG:4326", 51_006_562_172.4), ("+proj=longlat +R=6371000", 51_006_447_190.97)):
        grid = Grid.covering(crs, 0.5, (-180, -90, 180, 90))
        assert grid.row_areas().sum() * grid.width == pytest.approx(earth, rel=1e-9)


def test_edges_of_shapes_stay_straight_in_degrees_on_a_projected_grid():
    bhutan = Grid("EPSG:32646", 250.0, 0.0, 3_200_000.0, 2_400, 1_200)
    asked = box(88.7, 26.7, 92.2, 28.4)
    x, y = Transformer.from_crs("EPSG:4326", bhutan.crs, always_xy=True).transform(90.45, 26.7)
    placed = bhutan.placed([asked])[0]
    assert placed.exterior.distance(Point(x, y)) < 0.1
    # By its corners alone the middle of the southern edge is half a kilometre off.
    corners = transform(asked, bhutan)
    assert corners.exterior.distance(Point(x, y)) > 500
    assert placed.symmetric_difference(corners).area / 1e4 > 1_000


def transform(shape, grid):
    move = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True).transform
    return shapely.transform(shape, lambda xy: np.column_stack(move(*xy.T)))


def test_shapes_of_a_grid_in_degrees_are_left_as_they_are():
    asked = box(88.7, 26.7, 92.2, 28.4)
    assert Grid("EPSG:4326", 0.1, 88.0, 29.0, 50, 30).placed([asked, asked])[1] is asked


def test_a_place_that_is_not_on_the_earth_is_refused():
    with pytest.raises(GeometryError, match="beyond the part of the earth that EPSG:4326 shows"):
        Grid.covering("EPSG:4326", 1, (0, 0, 1, 1)).equal_area(np.zeros(1), np.full(1, 91.0))
    with pytest.raises(GeometryError, match="EPSG:32748"):
        PROJECTED["UTM zone 48 S"].equal_area(np.full(1, 1e9), np.zeros(1))


def geodesic_areas(grid: Grid, rows: np.ndarray, cols: np.ndarray) -> list[float]:
    size = grid.resolution
    corners = [(grid.west + col * size, grid.north - row * size) for row, col in zip(rows, cols, strict=True)]
    return [hectares(box(west, north - size, west + size, north), grid.crs) for west, north in corners]


def test_cells_are_counted_from_an_origin_where_the_grid_has_to_be_that_of_a_given_map():
    west, north, side = 88.7499989, 28.2494148, 0.0022457
    grid = Grid.covering(
        "EPSG:4326", side, (west, north - 690 * side, west + 1503 * side, north), (west, north)
    )
    assert (grid.west, grid.north, grid.shape) == (west, north, (690, 1503))
    inner = Grid.covering("EPSG:4326", side, (89.0, 27.0, 89.1, 27.1), (west, north))
    assert ((inner.west - west) / side) % 1 == pytest.approx(0, abs=1e-6)
