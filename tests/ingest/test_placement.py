"""Where a source lies on a grid that reaches across 180 degrees of longitude."""

import numpy as np
import pytest
from pyproj import Transformer

from soilinfo.errors import SourceError
from soilinfo.grid import Grid
from soilinfo.ingest.placement import cell_ratios
from soilinfo.ingest.raster import warp
from soilinfo.ingest.source import Reader, inspect
from soilinfo.ingest.terrain import slopes
from tests.ingest.surveyed import survey
from tests.ingest.test_raster import CLASSES, GRID, PH, TEXTURE, layer, write

FIJI = Grid.covering("EPSG:3832", 5_000.0, (2.7e6, -2.2e6, 3.5e6, -1.6e6))
"""174 E to 178 W."""


def sine(longitude):
    """A field that goes on across 180 degrees."""
    return 6 + np.sin(9 * np.radians(longitude))


def world(path, west, cell=0.25, rows=60):
    """The field from 10 to 25 S, on cells from a longitude on round the whole earth."""
    longitude = west + (np.arange(round(360 / cell)) + 0.5) * cell
    cells = np.broadcast_to(sine(longitude), (rows, longitude.size)).astype("float32")
    return Reader(inspect(write(path, cells, west=west, north=-10, size=cell)), layer(), PH, None)


def longitudes(grid):
    x, y = np.meshgrid(grid.x, grid.y)
    return Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform(x, y)[0]


@pytest.mark.parametrize("west", [-180, 0])
@pytest.mark.parametrize("cell", [0.25, 0.025])
def test_a_world_map_comes_onto_a_grid_across_180_degrees(tmp_path, west, cell):
    reader = world(tmp_path / "world.tif", west, cell, rows=round(15 / cell))
    assert np.abs(warp(reader, FIJI, FIJI.window) - sine(longitudes(FIJI))).max() < 9 * np.radians(cell)
    seen = survey(reader, FIJI)
    assert seen.cells < 1.2 * FIJI.window.cells * cell_ratios(reader.source, FIJI)[0] ** 2
    assert seen.cells == seen.valid


@pytest.mark.parametrize(("west", "eastern"), [(170, False), (-180, True)])
def test_a_map_of_one_side_of_180_degrees_fills_that_side(tmp_path, west, eastern):
    path = write(tmp_path / "side.tif", np.full((60, 40), 5, "float32"), west=west, north=-10, size=0.25)
    filled = np.isfinite(warp(Reader(inspect(path), layer(), PH, None), FIJI, FIJI.window))
    assert (filled == ((longitudes(FIJI) < 0) == eastern)).all()


def test_classes_come_across_180_degrees_too(tmp_path):
    cells = np.ones((60, 1440), "uint8")
    cells[:, :720] = 2
    path = write(tmp_path / "world.tif", cells, west=-180, north=-10, size=0.25)
    known = layer(property="texture", unit=None, codes={1: "clay", 2: "loam"})
    warped = warp(Reader(inspect(path), known, TEXTURE, CLASSES), FIJI, FIJI.window)
    assert (warped == np.where(longitudes(FIJI) < 0, 2, 1)).all()


def test_coordinates_from_the_middle_of_the_earth_show_no_area(tmp_path):
    path = write(tmp_path / "geocentric.tif", np.full((4, 4), 5, "float32"), crs="EPSG:4978")
    with pytest.raises(SourceError, match="shows no area of the national grid"):
        warp(Reader(inspect(path), layer(), PH, None), GRID, GRID.window)


def test_slopes_have_both_sides_of_180_degrees(tmp_path):
    flat = np.full((300, 7200), 5, "float32")
    path = write(tmp_path / "heights.tif", flat, west=-180, north=-10, size=0.05)
    assert (slopes(Reader(inspect(path), layer(), PH, None), FIJI, FIJI.window, (8.0,)).mean == 0).all()
