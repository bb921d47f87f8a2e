"""The values that answer a question, read from the cube by index arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from math import floor, isfinite

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from soilinfo.evaluate.zonal import ZoneIndex, cells_of_strip
from soilinfo.grid import Grid, Window
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages import decimals
from soilinfo.serve.coverages.raster import frame_of, sample
from soilinfo.serve.edr.observed import Parameter, Sheet
from soilinfo.serve.systems import XY
from soilinfo.store.cube import CubeLayer

Values = NDArray[np.float64]
"""Decoded values, or the codes of classes; NaN where nothing is known."""


@dataclass(frozen=True)
class Cells:
    """A rectangle of cells of the grid, and which of them are asked for."""

    window: Window
    outside: NDArray[np.bool_] | None = None
    """True for cells of the rectangle that are not asked for, shape ``window.shape``; None: all are."""


def values_at(collection: Collection, sheet: Sheet | None, xy: XY) -> Values:
    """The values of a sheet at points (in the grid's CRS), shape (point,); without a sheet there are none.

    A point beyond the grid has no value: never that of the cell at its edge.
    """
    if sheet is None:
        return np.full(len(xy), np.nan)
    cube = _cube(collection, sheet)
    stored, read = cube.variable(sheet.variable), partial(cube.read, sheet.variable)
    cells = (cell_at(cube.grid, x, y) for x, y in xy.tolist())
    found = [stored.nodata if cell is None else read(cell)[0, 0] for cell in cells]
    return cube.decode(sheet.variable, np.array(found, stored.dtype))


def cell_at(grid: Grid, x: float, y: float) -> Window | None:
    """The cell that a point lies in; None beyond the grid."""
    if not (isfinite(x) and isfinite(y)):
        return None
    row, col = floor((grid.north - y) / grid.resolution), floor((x - grid.west) / grid.resolution)
    inside = 0 <= row < grid.height and 0 <= col < grid.width
    return Window(row, col, 1, 1) if inside else None


def on_grid(grid: Grid, shape: BaseGeometry) -> tuple[BaseGeometry, Window | None]:
    """A shape in degrees in the grid's CRS, and the cells around it; None when it lies beyond the grid."""
    placed: BaseGeometry = grid.placed([shape])[0]
    return placed, grid.window_of(shapely.bounds(placed).tolist())


def cells_within(index: ZoneIndex) -> Cells | None:
    """The cells that have a part in the first zone of an index; None when it lies beyond the grid."""
    around = index.window
    if not around.cells:
        return None
    outside = np.ones(around.shape, bool)
    for window, part in index.strips():
        positions, _ = cells_of_strip(index, window, part)
        rows, cols = np.divmod(positions, window.width)
        outside[rows + window.row - around.row, cols + window.col - around.col] = False
    return Cells(around, outside)


def packed(collection: Collection, sheet: Sheet, cells: Cells) -> NDArray[np.integer]:
    """The stored integers of one sheet, shape (y, x), no data beyond what is asked for."""
    cube = _cube(collection, sheet)
    found = sample(cube, sheet.variable, frame_of(collection.grid, cells.window))
    if cells.outside is None:
        return found
    return np.where(cells.outside, found.dtype.type(cube.variable(sheet.variable).nodata), found)


def json_array(collection: Collection, sheets: Iterable[Sheet | None], cells: Cells, coded: bool) -> bytes:
    """The values of sheets, one below the other, as a JSON array of all their cells."""
    return b"[" + b",".join(_numbers(collection, sheet, cells, coded) for sheet in sheets) + b"]"


def _numbers(collection: Collection, sheet: Sheet | None, cells: Cells, coded: bool) -> bytes:
    if sheet is None:
        return b",".join([b"null"] * cells.window.cells)
    cube = _cube(collection, sheet)
    values = np.asarray if coded else partial(cube.decode, sheet.variable)
    nodata = cube.variable(sheet.variable).nodata
    return decimals.json_array(packed(collection, sheet, cells), nodata, values)[1:-1]


def values_in(collection: Collection, sheet: Sheet, cells: Cells) -> Values:
    """The values of one sheet in the cells that are asked for, row by row."""
    found = _cube(collection, sheet).decode(sheet.variable, packed(collection, sheet, cells))
    return found.ravel() if cells.outside is None else found[~cells.outside]


def check_size(collection: Collection, parameters: Iterable[Parameter], window: Window) -> None:
    """RefusedError (413) when an answer would hold more cells than the services allow."""
    limit = collection.catalog.services.limits.coverage_cells
    sheets = sum(len(parameter.sheets) for parameter in parameters)
    asked = window.cells * sheets
    if asked > limit:
        raise RefusedError(
            413,
            "ContentTooLarge",
            f"{window.width:,} x {window.height:,} cells of {sheets} layer(s) are {asked:,}, more "
            f"than the {limit:,} of one answer; ask for a smaller area, fewer parameters (parameter-name) or "
            "depths (z), for its mean (statistic=mean), read the tables by administrative unit, or run the "
            "process zonal-statistics, which becomes a job for areas of any size",
        )


def _cube(collection: Collection, sheet: Sheet) -> CubeLayer:
    return collection.store.cube.open(*sheet.cube)
