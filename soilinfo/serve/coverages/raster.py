"""Sampling the cube for a picture of the ground: by index arithmetic, from the best overview."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from soilinfo.grid import Bounds, Grid, Window
from soilinfo.serve.systems import transformer
from soilinfo.store.cube import CubeLayer

Positions = NDArray[np.float64]
Indices = NDArray[np.int64]

AXES_STAY_APART = ("OGC:CRS84", "EPSG:4326", "EPSG:3857")
"""Systems in which x depends on longitude alone and y on latitude alone."""

CELLS_PER_PIXEL = 5
"""Most cells read for a pixel: four when the next overview is just too coarse, and the edges."""
ALWAYS_READ = 1_000_000
"""Cells that may be read for however few pixels."""

SLACK = 1.0001
"""An overview whose cells are larger than a pixel by no more than rounding is used."""


@dataclass(frozen=True)
class Frame:
    """A picture of ``width`` x ``height`` pixels over ``bounds`` (easting first) in ``crs``."""

    crs: str
    bounds: Bounds
    width: int
    height: int

    @property
    def x(self) -> Positions:
        """Pixel-centre eastings, shape (width,)."""
        west, _, east, _ = self.bounds
        return np.asarray(west + (np.arange(self.width) + 0.5) * ((east - west) / self.width), np.float64)

    @property
    def y(self) -> Positions:
        """Pixel-centre northings from north to south, shape (height,)."""
        _, south, _, north = self.bounds
        return np.asarray(
            north - (np.arange(self.height) + 0.5) * ((north - south) / self.height), np.float64
        )


def frame_of(grid: Grid, window: Window) -> Frame:
    """The frame whose pixels are the cells of a window."""
    return Frame(grid.crs, grid.bounds_of(window), window.width, window.height)


@dataclass(frozen=True)
class Placing:
    """Which cells each pixel of a frame shows: those at ``row`` and ``col`` of a level, where ``inside``.

    ``window`` holds all of these cells; the arrays broadcast to (height, width) of the frame.
    """

    overview: int
    window: Window
    row: Indices
    col: Indices
    inside: NDArray[np.bool_]

    def picked(self, cells: NDArray[np.integer], nodata: int) -> NDArray[np.integer]:
        """The cell of each pixel, shape (height, width), out of those of the window; no data outside."""
        shown = cells[self.row - self.window.row, self.col - self.window.col]
        return np.where(self.inside, shown, cells.dtype.type(nodata))


def place(layer: CubeLayer, frame: Frame) -> Placing | None:
    """The cells of a layer (and of all others on its grid) that a frame shows; None when it shows none.

    They are those of the coarsest overview whose cells are no larger than a pixel; for a picture whose
    pixels are very long and narrow of a coarser one, so that never much more is read than answered.
    """
    rows, cols = positions(frame, layer.grid)
    # In cells of level 0, so that a pixel beyond the grid never falls into a padded overview cell.
    inside = _within(rows, layer.grid.height) & _within(cols, layer.grid.width)
    if not inside.any():
        return None
    most = max(ALWAYS_READ, CELLS_PER_PIXEL * frame.width * frame.height)
    overview, row, col = next(
        (overview, row, col)
        for overview, row, col in _readings(layer, rows, cols)
        if _extent(row, col).cells <= most or overview == max(layer.overviews)
    )
    return Placing(overview, _extent(row, col), row, col, inside)


def sample(layer: CubeLayer, name: str, frame: Frame) -> NDArray[np.integer]:
    """Packed integers for each pixel, shape (height, width): the cell that its centre lies in, of the
    overview that :func:`place` chooses. Outside the grid: no data.
    """
    return placed(layer, name, place(layer, frame), frame)


def placed(layer: CubeLayer, name: str, placing: Placing | None, frame: Frame) -> NDArray[np.integer]:
    """The same, of a frame that was placed on the layer's grid before."""
    variable = layer.variable(name)
    if placing is None:
        return np.full((frame.height, frame.width), variable.nodata, variable.dtype)
    return placing.picked(layer.read(name, placing.window, placing.overview), variable.nodata)


def _readings(layer: CubeLayer, rows: Positions, cols: Positions) -> Iterator[tuple[int, Indices, Indices]]:
    """(overview, row, col of each pixel) from the best overview on to ever coarser ones."""
    best = best_overview(layer.overviews, pixel_size(rows, cols))
    for overview in (each for each in layer.overviews if each >= best):
        height, width = layer.grid_of(overview).shape
        yield overview, _index(rows, overview, height), _index(cols, overview, width)


def _extent(row: Indices, col: Indices) -> Window:
    return Window(int(row.min()), int(col.min()), int(np.ptp(row)) + 1, int(np.ptp(col)) + 1)


def positions(frame: Frame, grid: Grid) -> tuple[Positions, Positions]:
    """(rows, cols) of the pixel centres in cells of the grid, as floats that broadcast to (height, width)."""
    if axes_stay_apart(frame, grid):
        return _axes(frame, grid)
    x, y = transformer(frame.crs, grid.crs).transform(*np.meshgrid(frame.x, frame.y))
    return (grid.north - y) / grid.resolution, (x - grid.west) / grid.resolution


def axes_stay_apart(frame: Frame, grid: Grid) -> bool:
    """True when each column of a frame shows one column of the grid, and each row one row."""
    return frame.crs == grid.crs or (grid.is_geographic and frame.crs in AXES_STAY_APART)


@lru_cache(maxsize=1024)
def _axes(frame: Frame, grid: Grid) -> tuple[Positions, Positions]:
    """(rows, cols) of a frame whose axes stay apart; the maps of many layers have the same frame."""
    to_grid = transformer(frame.crs, grid.crs)
    x, _ = to_grid.transform(frame.x, np.full(frame.width, frame.y[0]))
    _, y = to_grid.transform(np.full(frame.height, frame.x[0]), frame.y)
    rows, cols = (grid.north - y[:, None]) / grid.resolution, (x[None, :] - grid.west) / grid.resolution
    rows.flags.writeable = cols.flags.writeable = False
    return rows, cols


def pixel_size(rows: Positions, cols: Positions) -> float:
    """The smaller side of a pixel in cells, on average over the picture; 1 for a single pixel."""
    sides = [np.ptp(each) / (max(each.shape) - 1) for each in (rows, cols) if max(each.shape) > 1]
    return float(min(sides, default=1.0))


def best_overview(overviews: tuple[int, ...], size: float) -> int:
    """The coarsest overview whose cells are no larger than ``size`` cells of level 0."""
    return max((overview for overview in overviews if overview <= size * SLACK), default=1)


def _within(positions: Positions, count: int) -> NDArray[np.bool_]:
    return (positions >= 0) & (positions < count)


def _index(positions: Positions, overview: int, count: int) -> Indices:
    return np.clip(np.floor(positions / overview), 0, count - 1).astype(np.int64)
