"""Sampling: of a picture never much more is read than it has pixels."""

from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from soilinfo.grid import Grid, Window
from soilinfo.serve.coverages.raster import Frame, sample
from soilinfo.store.cube import CubeLayer
from soilinfo.store.layout import Variable


class Large:
    """A layer of 256 million cells that counts those read from it; all hold their overview's number."""

    grid = Grid("EPSG:4326", 1 / 480, 100.0, 5.0, 16384, 16384)
    overviews = (1, 2, 4, 8, 16, 32)

    def __init__(self) -> None:
        self.cells = 0

    def grid_of(self, overview: int) -> Grid:
        size, cells = self.grid.resolution * overview, self.grid.width // overview
        return replace(self.grid, resolution=size, height=cells, width=cells)

    def variable(self, _: str) -> Variable:
        return Variable("soc", "int16", -1)

    def read(self, _: str, window: Window, overview: int) -> NDArray[np.int16]:
        self.cells += window.cells
        return np.full(window.shape, overview, np.int16)


def test_a_long_and_narrow_picture_does_not_read_the_whole_grid():
    layer = Large()
    frame = Frame(layer.grid.crs, layer.grid.bounds, 2, 2_000)
    picture = sample(cast(CubeLayer, layer), "soc", frame)
    assert picture.shape == (2_000, 2)
    assert layer.cells <= 1_000_000


def test_a_square_picture_reads_the_overview_of_its_pixels():
    layer = Large()
    picture = sample(cast(CubeLayer, layer), "soc", Frame(layer.grid.crs, layer.grid.bounds, 2_048, 2_048))
    assert np.unique(picture) == [8]
