"""Cells of one grid as those of another, against sums over the overlaps of rectangles."""

import numpy as np
import pytest

from soilinfo.errors import InputError
from soilinfo.grid import Grid
from soilinfo.jobs.gsp.aggregate import averaged, most_frequent, product_grid

FINE = Grid.covering("EPSG:4326", 1 / 480, (120.0, -7.1, 120.1, -7.0))


def cells_of(values):
    return lambda window: values[window.slices]


def by_hand(values, source, target, row, col):
    """Sum of value x area and of area over every source cell, by the spherical areas of the overlaps."""
    west, north = target.west + col * target.resolution, target.north - row * target.resolution
    total = area = 0.0
    for i, j in np.ndindex(source.shape):
        left, top = source.west + j * source.resolution, source.north - i * source.resolution
        width = min(west + target.resolution, left + source.resolution) - max(west, left)
        upper, lower = min(north, top), max(north - target.resolution, top - source.resolution)
        if width > 0 and upper > lower and not np.isnan(values[i, j]):
            part = width * (np.sin(np.radians(upper)) - np.sin(np.radians(lower)))
            total, area = total + part * values[i, j], area + part
    return total / area if area else np.nan


def test_a_mean_is_that_of_the_overlaps_by_area():
    values = np.random.default_rng(1).uniform(0, 100, FINE.shape)
    values[5:9, 11:14] = np.nan
    target = product_grid(FINE, 0.0083333, (0.0, 0.0))
    found = averaged(cells_of(values), FINE, target, 0.0)
    assert found.shape == target.shape
    for row, col in [(0, 0), (1, 2), (3, 3), (target.height - 1, target.width - 1)]:
        assert found[row, col] == pytest.approx(by_hand(values, FINE, target, row, col), rel=1e-6)


def test_the_cells_of_the_product_itself_are_left_as_they_are():
    grid = Grid("EPSG:4326", 0.0022457, 88.7499989, 28.2494148, 30, 20)
    assert product_grid(grid, 0.0022457, (0.0, 0.0)) is grid
    values = np.random.default_rng(2).uniform(0, 9, grid.shape)
    values[3, 4] = np.nan
    found = averaged(cells_of(values), grid, grid, 50)
    np.testing.assert_array_equal(found, values.astype(np.float32))


def test_a_cell_of_which_too_little_is_known_has_no_value():
    target = Grid("EPSG:4326", 4 / 480, FINE.west, FINE.north, 3, 3)
    values = np.ones(FINE.shape)
    values[:4, :4] = np.nan
    values[0, :4] = values[1, :3] = 5
    assert np.isnan(averaged(cells_of(values), FINE, target, 50)[0, 0])
    assert averaged(cells_of(values), FINE, target, 40)[0, 0] == pytest.approx(5)


def test_of_classes_the_one_with_most_land_counts():
    target = Grid("EPSG:4326", 4 / 480, FINE.west, FINE.north, 1, 1)
    values = np.full(FINE.shape, np.nan)
    values[:4, :4] = 30
    values[:2, :4] = 11
    values[2, 0] = 11
    assert most_frequent(cells_of(values), FINE, target, (11, 30), 50)[0, 0] == 11


def test_a_grid_in_metres_is_refused_by_name():
    metres = Grid("EPSG:32750", 250.0, 0.0, 0.0, 4, 4)
    with pytest.raises(InputError, match="EPSG:32750"):
        product_grid(metres, 0.0083333, (0.0, 0.0))
