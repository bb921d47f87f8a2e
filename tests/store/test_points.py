"""Values at many points: those of their own cells, whatever piece of the cube these lie in."""

import numpy as np
import pytest

from soilinfo.grid import CHUNK, Grid, Window
from soilinfo.store.cube import Cube
from soilinfo.store.layout import Variable
from soilinfo.store.points import values_at
from soilinfo.store.shelf import Directory

GRID = Grid("EPSG:4326", 1 / 480, 120.0, -7.0, CHUNK + 40, CHUNK + 30)


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    cube = Cube(Directory(tmp_path_factory.mktemp("cube")))
    random = np.random.default_rng(1)
    packed = random.integers(0, 900, GRID.shape).astype("int16")
    packed[:, :3] = -1
    with cube.writer("ph", "v1", GRID, [Variable("ph", "int16", -1, 0.01)], {}) as writer:
        writer.write("ph", Window(0, 0, *GRID.shape), packed)
    return cube.open("ph", "v1"), packed


def test_each_point_has_the_value_of_its_cell_in_the_order_asked(layer):
    opened, packed = layer
    random = np.random.default_rng(2)
    rows, cols = random.integers(0, GRID.height, 500), random.integers(0, GRID.width, 500)
    x = GRID.west + (cols + random.uniform(0.01, 0.99, 500)) * GRID.resolution
    y = GRID.north - (rows + random.uniform(0.01, 0.99, 500)) * GRID.resolution
    expected = np.where(packed[rows, cols] < 0, np.nan, packed[rows, cols] / 100)
    np.testing.assert_array_equal(values_at(opened, "ph", x, y), expected)


def test_beyond_the_grid_and_nowhere_there_is_no_value(layer):
    opened, _ = layer
    east = GRID.west + (GRID.width + 0.5) * GRID.resolution
    x = np.array([GRID.west - 1e-6, east, 120.1, np.nan])
    y = np.array([-7.1, -7.1, GRID.north + 1e-6, -7.1])
    assert np.isnan(values_at(opened, "ph", x, y)).all()
    assert values_at(opened, "ph", np.array([]), np.array([])).shape == (0,)
