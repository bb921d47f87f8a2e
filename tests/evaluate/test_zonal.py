"""Areas and statistics by zone, beside exactextract and by hand."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pyproj import Geod
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, mapping

from soilinfo.errors import GeometryError
from soilinfo.evaluate.zonal import (
    Histogram,
    ZoneIndex,
    added_up,
    build_index,
    flagged_area,
    histogram,
    statistics,
)
from soilinfo.grid import SHARD, Grid, Window
from tests.geodesic import hectares

GRID = Grid.covering("EPSG:4326", 1 / 480, (109.0, -8.0, 111.5, -5.5))
PLANE = Grid("EPSG:6933", 1000.0, 0.0, 4000.0, 4, 4)
"""Square kilometres, so that areas can be counted by hand (a cell is 100 ha)."""
NODATA = -1


def layer(grid: Grid, seed: int = 1) -> np.ndarray:
    """A smooth layer with steps and a hole of no data."""
    y, x = np.mgrid[: grid.height, : grid.width]
    values = (550 + 200 * np.sin(x / 90) * np.cos(y / 70)).astype(np.int16)
    values[np.random.default_rng(seed).random(grid.shape) < 0.05] = NODATA
    return values


def shapes() -> list[shapely.Geometry]:
    """Overlapping zones, one with a hole, one of two parts, one smaller than a cell, one off the edge."""
    round_zone = Point(109.9, -6.7).buffer(0.5)
    return [
        round_zone,
        Point(110.3, -6.6).buffer(0.45).difference(Point(110.3, -6.6).buffer(0.1)),
        MultiPolygon([box(109.1, -7.9, 109.3, -7.5), box(109.5, -7.9, 109.9, -7.6)]),
        Point(110.0, -6.0).buffer(0.0004),
        Polygon([(111.2, -6.0), (112.5, -7.3), (111.0, -8.9)]),
    ]


def histogram_of(index: ZoneIndex, values: np.ndarray, low: int = 0, high: int = 1400) -> Histogram:
    return histogram(index, lambda window: values[window.slices], low=low, high=high, nodata=NODATA)


def by_exactextract(zones: list[shapely.Geometry], values: np.ndarray) -> pd.DataFrame:
    """Mean, sd and extremes weighted by true cell area; each zone alone, cut to the grid."""
    edges = dict(zip(("xmin", "ymin", "xmax", "ymax"), GRID.bounds, strict=True))
    areas = np.repeat(GRID.row_areas()[:, np.newaxis], GRID.width, axis=1)
    raster = NumPyRasterSource(values, **edges, nodata=NODATA)
    clipped = [shapely.intersection(zone, box(*GRID.bounds)) for zone in zones]
    features = [
        {"type": "Feature", "properties": {"zone_id": i}, "geometry": mapping(zone)}
        for i, zone in enumerate(clipped)
    ]
    names = ["weighted_mean", "weighted_stdev", "min", "max"]
    weights = NumPyRasterSource(areas, **edges)
    found = exact_extract(raster, features, names, weights=weights, output="pandas")
    ones = NumPyRasterSource(np.where(values == NODATA, NODATA, 1), **edges, nodata=NODATA)
    valid = exact_extract(ones, features, "weighted_sum", weights=weights, output="pandas")
    return found.assign(valid_ha=valid["weighted_sum"])


def test_statistics_equal_those_of_exactextract_weighted_by_cell_area():
    values = layer(GRID)
    given = statistics(histogram_of(build_index(shapes(), GRID), values), 1.0)
    expected = by_exactextract(shapes(), values)
    for name, theirs in {
        "mean": "weighted_mean",
        "sd": "weighted_stdev",
        "min": "min",
        "max": "max",
        "valid_ha": "valid_ha",
    }.items():
        np.testing.assert_allclose(given[name], expected[theirs], rtol=1e-6, atol=1e-6, err_msg=name)


def test_zones_that_overlap_count_as_each_does_alone():
    values = layer(GRID)
    together = histogram_of(build_index(shapes(), GRID), values)
    for place, zone in enumerate(shapes()):
        alone = histogram_of(build_index([zone], GRID), values)
        np.testing.assert_allclose(together.area_ha[place], alone.area_ha[0], rtol=1e-12)
        np.testing.assert_allclose(together.nodata_ha[place], alone.nodata_ha[0], rtol=1e-12)


def test_the_area_of_a_zone_is_its_area_on_the_ellipsoid():
    index = build_index(shapes(), GRID)
    geod = Geod(ellps="WGS84")
    zones = [shapely.segmentize(shapely.orient_polygons(zone), 0.01) for zone in shapes()]
    areas = [abs(geod.geometry_area_perimeter(zone)[0]) / 1e4 for zone in zones]
    np.testing.assert_allclose(index.area_ha, areas, rtol=2e-5)


PROJECTED = {
    "UTM zone 48 S": Grid("EPSG:32748", 1000.0, 200_000.0, 9_400_000.0, 700, 500),
    "Web Mercator": Grid("EPSG:3857", 1000.0, 11_000_000.0, 5_000_000.0, 700, 500),
}


@pytest.mark.parametrize("grid", PROJECTED.values(), ids=PROJECTED.keys())
def test_a_zone_of_a_projected_grid_has_its_true_area_inside_and_outside(grid: Grid):
    west, south, east, north = grid.bounds
    inside = Polygon([(west + 3e4, south + 2e4), (east - 7e4, south + 9e4), (west + 2e5, north - 5e4)])
    across = Polygon([(west - 5e4, south + 2e4), (east + 2e4, south - 9e4), (west + 2e5, north + 1e5)])
    index = build_index([inside, across], grid)
    areas = [hectares(zone, grid.crs) for zone in (inside, across)]
    np.testing.assert_allclose(index.area_ha, areas, rtol=1e-6)
    assert 0 == index.outside_ha[0] < index.outside_ha[1] < index.area_ha[1]


def test_the_outline_of_a_huge_zone_is_cut_into_few_pieces():
    world = box(-180, -90, 180, 90)
    fine = Grid.covering("EPSG:4326", 1e-6, (109.0, -8.0, 109.001, -7.999))
    tracemalloc.start()
    index = build_index([world], fine)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert index.area_ha[0] == pytest.approx(51_006_562_172.4, rel=1e-5)
    assert peak < 100e6


@pytest.mark.parametrize("grid", [GRID, PROJECTED["UTM zone 48 S"]], ids=lambda grid: grid.crs)
def test_a_zone_that_reaches_beyond_the_earth_is_refused(grid: Grid):
    with pytest.raises(GeometryError, match="beyond the part of the earth"):
        build_index([box(*(side * 1e9 for side in (-1, -1, 1, 1)))], grid)


def test_valid_and_nodata_area_make_up_the_zone_and_what_pokes_out_of_the_grid_is_without_data():
    index = build_index(shapes(), GRID)
    result = histogram_of(index, layer(GRID))
    np.testing.assert_allclose(result.valid_ha + result.nodata_ha, index.area_ha, rtol=1e-12)
    assert index.outside_ha[:4].tolist() == [0, 0, 0, 0]
    assert result.nodata_ha[4] > index.outside_ha[4] > 0.4 * index.area_ha[4]


def test_a_zone_wholly_off_the_grid_or_empty_has_no_data():
    index = build_index([box(120, 0, 121, 1), Polygon()], GRID)
    table = statistics(histogram_of(index, layer(GRID)), 0.01)
    assert table["nodata_ha"].tolist() == pytest.approx([1_230_000, 0], rel=1e-3)
    assert table["covered_pct"].fillna(-1).tolist() == [0, -1]
    assert table[["mean", "sd", "min", "max", "median"]].isna().all(axis=None)


def test_a_province_is_the_sum_of_its_regencies():
    values = layer(GRID)
    west, middle, east = (box(109.2 + i / 2, -7, 109.7 + i / 2, -6) for i in range(3))
    parts = histogram_of(build_index([west, middle, east], GRID), values)
    provinces = [west, shapely.union(middle, east)]
    whole = histogram_of(build_index(provinces, GRID), values)
    groups = np.array([0, 1, 1])
    summed = added_up(parts.area_ha, groups, 2)
    np.testing.assert_allclose(summed, whole.area_ha, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(added_up(parts.nodata_ha, groups, 2), whole.nodata_ha, rtol=1e-9)


def test_only_the_cells_that_zones_need_are_read():
    read: list[Window] = []

    def blank(window: Window) -> np.ndarray:
        read.append(window)
        return np.zeros(window.shape, np.int16)

    zones = [box(109.0, -5.6, 109.1, -5.5), box(109.0, -8.0, 109.1, -7.9)]
    histogram(build_index(zones, GRID), blank, low=0, high=0, nodata=NODATA)
    assert sum(window.cells for window in read) == 2 * 48 * 48


def test_hectares_and_statistics_of_a_zone_counted_by_hand():
    values = np.array([[1, 1, 2, 9], [1, 3, 2, 9], [9, 9, 9, 9], [9, 9, NODATA, 9]], np.int16)
    zones = [box(0, 2000, 2500, 4000), box(2000, 0, 3000, 1000)]
    result = histogram_of(build_index(zones, PLANE), values, low=0, high=9)
    assert result.area_ha[0].round(6).tolist() == [0, 300, 100, 100, 0, 0, 0, 0, 0, 0]
    table = statistics(result, 0.1).round(9)
    assert table.loc[0].to_dict() == {
        "mean": 0.16,
        "sd": 0.08,
        "min": 0.1,
        "max": 0.3,
        "q05": 0.1,
        "q25": 0.1,
        "median": 0.1,
        "q75": 0.2,
        "q95": 0.3,
        "valid_ha": 500.0,
        "nodata_ha": 0.0,
        "covered_pct": 100.0,
    }
    assert table.loc[1, ["valid_ha", "nodata_ha", "covered_pct"]].tolist() == [0, 100, 0]


def test_a_quantile_is_the_smallest_value_whose_share_of_area_reaches_it():
    area_ha = np.array([[0.0, 50.0, 50.0], [0.1, 0.1, 0.1], [49.9, 0.0, 50.1]])
    table = statistics(Histogram(0, area_ha, np.zeros(3)), 1.0)
    assert table["median"].tolist() == [1, 1, 2]
    assert table["q05"].tolist() == [1, 0, 0]
    assert table["q75"].tolist() == [2, 2, 2]


def test_a_value_outside_the_histogram_counts_as_no_data():
    values = np.full(PLANE.shape, 12, np.int16)
    result = histogram_of(build_index([box(0, 0, 4000, 4000)], PLANE), values, low=0, high=9)
    assert result.nodata_ha.tolist() == pytest.approx([1600])


def test_the_area_of_every_flag_is_counted_by_itself():
    masks = np.array([[0b01, 0b11, 0b10, 0b00]] * 4, np.uint16)
    zones = [box(0, 0, 4000, 4000), box(500, 0, 1000, 4000)]
    areas = flagged_area(build_index(zones, PLANE), lambda window: masks[window.slices], 3)
    np.testing.assert_allclose(areas, [[800, 800, 0], [200, 0, 0]])


def test_a_shape_that_is_no_valid_polygon_is_refused_with_the_reason():
    with pytest.raises(GeometryError, match="Self-intersection"):
        build_index([Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])], PLANE)
    with pytest.raises(GeometryError, match="not a LineString"):
        build_index([LineString([(0, 0), (1000, 1000)])], PLANE)


def test_a_zone_larger_than_a_tile_is_indexed_without_seams():
    wide = Grid.covering("EPSG:4326", 1 / 480, (100.0, -5.0, 110.0, 0.0))
    zone = Polygon([(100.1, -0.3), (109.8, -2.1), (105.0, -4.9)])
    index = build_index([zone], wide)
    columns = index.spans.column + index.spans.length
    assert columns.max() - index.spans.column.min() > 2 * SHARD
    plane = index.span_ha / wide.row_areas()[index.spans.row] * wide.resolution**2
    assert plane @ index.spans.length == pytest.approx(zone.area, rel=1e-7)
    result = histogram(index, lambda window: np.zeros(window.shape, np.uint8), low=0, high=0, nodata=255)
    assert result.valid_ha == pytest.approx(index.area_ha)


def test_a_zone_that_only_touches_the_grid_lies_off_it():
    index = build_index([box(4000, 0, 5000, 1000)], PLANE)
    assert index.outside_ha == index.area_ha == pytest.approx([100])
    assert histogram_of(index, np.zeros(PLANE.shape, np.int16)).nodata_ha == pytest.approx([100])
