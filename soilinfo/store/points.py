"""What a cube holds at many points: each piece of it that has any of them is decoded once."""

import numpy as np
from numpy.typing import NDArray

from soilinfo.grid import CHUNK, Window
from soilinfo.store.cube import CubeLayer

Floats = NDArray[np.float64]


def values_at(cube: CubeLayer, name: str, x: Floats, y: Floats) -> Floats:
    """Values of a variable at points in the CRS of the cube's grid, shape (point,).

    NaN where there is no data, and beyond the grid: never the value of the cell at its edge.
    """
    rows = np.floor((cube.grid.north - y) / cube.grid.resolution)
    cols = np.floor((x - cube.grid.west) / cube.grid.resolution)
    with np.errstate(invalid="ignore"):
        inside = (rows >= 0) & (rows < cube.grid.height) & (cols >= 0) & (cols < cube.grid.width)
    packed = np.full(len(x), cube.variable(name).nodata, cube.variable(name).dtype)
    packed[inside] = _cells(cube, name, rows[inside].astype(np.int64), cols[inside].astype(np.int64))
    return cube.decode(name, packed)


def _cells(
    cube: CubeLayer, name: str, rows: NDArray[np.int64], cols: NDArray[np.int64]
) -> NDArray[np.integer]:
    """Packed cells of the grid, chunk by chunk."""
    found = np.empty(len(rows), cube.variable(name).dtype)
    chunks = rows // CHUNK * (cube.grid.width // CHUNK + 1) + cols // CHUNK
    order = np.argsort(chunks, kind="stable")
    ends = np.flatnonzero(np.diff(chunks[order])) + 1
    for here in np.split(order, ends) if len(order) else ():
        around = _around(rows[here], cols[here])
        found[here] = cube.read(name, around)[rows[here] - around.row, cols[here] - around.col]
    return found


def _around(rows: NDArray[np.int64], cols: NDArray[np.int64]) -> Window:
    """The smallest window with these cells."""
    top, left = int(rows.min()), int(cols.min())
    return Window(top, left, int(rows.max()) - top + 1, int(cols.max()) - left + 1)
