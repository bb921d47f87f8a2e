"""The picture of the ground that answers a selection: its bounds and pixels, and the cells these are."""

from typing import NamedTuple

from soilinfo.grid import Bounds, Grid, Window
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.coverages.raster import Frame
from soilinfo.serve.coverages.selection import Selection, is_native
from soilinfo.serve.systems import System, reprojected

POINT = 1e-6
"""Size in cells that a point is given, so that the cells it touches are found."""


class Framed(NamedTuple):
    """A picture, and the cells that its pixels are; None where these are sampled."""

    frame: Frame
    window: Window | None


def frame_for(grid: Grid, selection: Selection) -> Framed:
    """The picture that answers a selection.

    In the system of the grid unscaled: the cells that touch the bounds, be they a line or a point. Scaled:
    exactly the pixels asked for, over the bounds cut to the grid. In another system as many pixels as there
    are cells. RefusedError (404) when the bounds lie outside the grid.
    """
    asked, own = selection.system, is_native(grid, selection.system)
    of_grid = System(grid.crs)
    extent = grid.bounds if own else reprojected(grid.bounds, of_grid, asked)
    cell = (extent[2] - extent[0]) / grid.width
    bounds = _cut(_widened(selection.bounds or extent, cell * POINT), extent)
    window = bounds and grid.window_of(bounds if own else reprojected(bounds, asked, of_grid))
    if not (bounds and window):
        covered = ",".join(f"{side:.10g}" for side in extent)
        outside = f"the area asked for lies outside the coverage, which covers {covered} in {asked.name}"
        raise RefusedError(404, "NotFound", outside)
    window = _one_cell(window, selection.sliced)
    unscaled = own and selection.size == (None, None)
    cells = Frame(asked.name, grid.bounds_of(window) if unscaled else bounds, window.width, window.height)
    frame = _sized(cells, selection)
    return Framed(frame, window if unscaled and frame == cells else None)


def _sized(whole: Frame, selection: Selection) -> Frame:
    """The frame with the pixels asked for."""
    (columns, rows), (across, up) = selection.size, selection.factors
    width = 1 if "x" in selection.sliced else columns or max(1, round(whole.width / across))
    height = 1 if "y" in selection.sliced else rows or max(1, round(whole.height / up))
    return Frame(whole.crs, whole.bounds, width, height)


def _one_cell(window: Window, sliced: frozenset[str]) -> Window:
    """The window with one cell along each sliced axis: a border belongs to the cell east or south of it."""
    row, col, height, width = window.row, window.col, window.height, window.width
    if "y" in sliced:
        row, height = row + height - 1, 1
    if "x" in sliced:
        col, width = col + width - 1, 1
    return Window(row, col, height, width)


def _widened(bounds: Bounds, size: float) -> Bounds:
    """Bounds that have an area: ``size`` is put around a point or beside a line."""
    west, south, east, north = bounds
    x, y = (size if west == east else 0), (size if south == north else 0)
    return west - x, south - y, east + x, north + y


def _cut(bounds: Bounds, to: Bounds) -> Bounds | None:
    west, south = max(bounds[0], to[0]), max(bounds[1], to[1])
    east, north = min(bounds[2], to[2]), min(bounds[3], to[3])
    return (west, south, east, north) if west < east and south < north else None
