"""A part of a cube version, to be read as if it were the whole: the same cells, the same overviews."""

from dataclasses import replace

from soilinfo.grid import Bounds, Grid, Window
from soilinfo.store.cube import CubeLayer
from soilinfo.store.layout import Packed, Variable
from soilinfo.store.pyramid import factors, reduced_shape


class CubeCut:
    """The cells of a version that lie in a window of its grid.

    The window grows to whole cells of the coarsest overview, so that every overview of the part is cut from
    the same overview of the whole and not made anew.
    """

    def __init__(self, layer: CubeLayer, window: Window) -> None:
        self._layer = layer
        self.overviews = tuple(each for each in factors(window.shape) if each in layer.overviews)
        self._window = _grown(window, self.overviews[-1], layer.grid)
        self.grid = part_of(layer.grid, self._window)

    def variable(self, name: str) -> Variable:
        """See :class:`soilinfo.store.cube.CubeLayer`."""
        return self._layer.variable(name)

    def grid_of(self, overview: int) -> Grid:
        """See :class:`soilinfo.store.cube.CubeLayer`."""
        height, width = reduced_shape(self.grid.shape, overview)
        return replace(self.grid, resolution=self.grid.resolution * overview, height=height, width=width)

    def read(self, name: str, window: Window | None = None, overview: int = 1) -> Packed:
        """See :class:`soilinfo.store.cube.CubeLayer`; the window is one of the part."""
        part = window or self.grid_of(overview).window
        row, col = self._window.row // overview, self._window.col // overview
        return self._layer.read(name, replace(part, row=row + part.row, col=col + part.col), overview)


def cut(layer: CubeLayer, bounds: Bounds) -> CubeCut | None:
    """The part of a version around ``bounds`` in its CRS; None where they lie outside it."""
    window = layer.grid.window_of(bounds)
    return CubeCut(layer, window) if window else None


def part_of(grid: Grid, window: Window) -> Grid:
    """The grid of a window's cells."""
    west, _, _, north = grid.bounds_of(window)
    return replace(grid, west=west, north=north, height=window.height, width=window.width)


def _grown(window: Window, step: int, grid: Grid) -> Window:
    """The window out to multiples of ``step``, as far as the grid goes."""
    row, col = window.row // step * step, window.col // step * step
    last_row = min(-(-(window.row + window.height) // step) * step, grid.height)
    last_col = min(-(-(window.col + window.width) // step) * step, grid.width)
    return Window(row, col, last_row - row, last_col - col)
