"""Cells of one grid as those of another, by area: exact, as both lie along the same axes.

The weight of a source cell in a target cell is the area on the sphere that they share: the product of a part
along the rows and one along the columns.
"""

from collections.abc import Callable, Iterator
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from soilinfo.errors import InputError
from soilinfo.grid import Grid, Window

Cells = Callable[[Window], NDArray[np.float64]]
"""Values of a window of the national grid, NaN where there is none."""

ROWS = 256
"""Rows of the target that are made at a time: memory is bounded."""
_ALIKE = 1e-9
_SLIVER = 1e-6
"""Share of a cell that is no more than rounding."""


def product_grid(national: Grid, degrees: float, origin: tuple[float, float]) -> Grid:
    """The grid of a product over the extent of the national one, which itself is taken where its cells are of
    the product's size.

    Raises InputError where the national grid does not count in degrees of WGS 84.
    """
    if national.crs not in ("EPSG:4326", "OGC:CRS84"):
        raise InputError(
            f"the national grid is in {national.crs}; the products are made from grids in EPSG:4326 only"
        )
    if abs(national.resolution - degrees) <= _ALIKE * degrees:
        return national
    return Grid.covering("EPSG:4326", degrees, national.bounds, origin)


def averaged(cells: Cells, source: Grid, target: Grid, least_known_pct: float) -> NDArray[np.float32]:
    """Means of ``cells`` by area, shape of ``target``; NaN where less than ``least_known_pct`` is known."""
    out = np.full(target.shape, np.nan, np.float32)
    for part, values, weights in _parts(cells, source, target):
        known = np.isfinite(values)
        sums = weights(np.where(known, values, 0.0))
        share = weights(known.astype(np.float64))
        enough = share >= least_known_pct / 100 - _ALIKE
        np.divide(sums, share, out=out[part.slices], where=enough & (share > 0), casting="same_kind")
    return out


def shared(cells: Cells, source: Grid, target: Grid) -> NDArray[np.float32]:
    """Share of the known area of a cell on which ``cells`` is true (1, else 0); NaN where none is known."""
    return averaged(cells, source, target, 0.0)


def most_frequent(
    cells: Cells, source: Grid, target: Grid, codes: tuple[int, ...], least_known_pct: float
) -> NDArray[np.float32]:
    """The class of the largest area in each cell, the first of ``codes`` where two have as much.

    NaN where less than ``least_known_pct`` is known.
    """
    out = np.full(target.shape, np.nan, np.float32)
    for part, values, weights in _parts(cells, source, target):
        areas = np.stack([weights((values == code).astype(np.float64)) for code in codes])
        known = areas.sum(axis=0)
        enough = (known >= least_known_pct / 100 - _ALIKE) & (known > 0)
        out[part.slices][enough] = np.array(codes, np.float32)[areas.argmax(axis=0)[enough]]
    return out


def _parts(
    cells: Cells, source: Grid, target: Grid
) -> Iterator[tuple[Window, NDArray[np.float64], Callable[[NDArray[np.float64]], NDArray[np.float64]]]]:
    """Bands of the target: its window, the values of the source's cells in it, and what weighs these."""
    across = _overlap(
        _edges(source.west, source.resolution, source.width), target.west, target.resolution, target.width
    )
    for row in range(0, target.height, ROWS):
        part = Window(row, 0, min(ROWS, target.height - row), target.width)
        window = _rows_under(source, target, part)
        if window is None:
            continue
        north = source.north - window.row * source.resolution
        edges = _edges(-north, source.resolution, window.height)
        top = -(target.north - row * target.resolution)
        down = _overlap(edges, top, target.resolution, part.height, sphere=True)

        def weights(values: NDArray[np.float64], down: csr_array = down) -> NDArray[np.float64]:
            return np.asarray(across @ (down @ values).T).T

        yield part, np.asarray(cells(window), np.float64), weights


def _rows_under(source: Grid, target: Grid, part: Window) -> Window | None:
    """The rows of the source under a band of the target, over its whole width."""
    north = target.north - part.row * target.resolution
    south = north - part.height * target.resolution
    first = max(0, floor((source.north - north) / source.resolution + _ALIKE))
    last = min(source.height, ceil((source.north - south) / source.resolution - _ALIKE))
    return Window(first, 0, last - first, source.width) if first < last else None


def _edges(first: float, step: float, count: int) -> NDArray[np.float64]:
    return np.asarray(first + np.arange(count + 1) * step, np.float64)


def _overlap(
    edges: NDArray[np.float64], first: float, step: float, count: int, *, sphere: bool = False
) -> csr_array:
    """Share of each target interval (row) that each source interval (column) takes, shape (count, sources).

    ``sphere``: intervals are of (negative) latitude, whose area goes by the sine.
    """
    ends = _edges(first, step, count)
    # Rounding must not make a sliver of a cell out of two edges that are meant to be one.
    nearest = edges[np.rint((ends - edges[0]) / (edges[1] - edges[0])).astype(int).clip(0, len(edges) - 1)]
    ends = np.where(np.abs(ends - nearest) <= _SLIVER * step, nearest, ends)
    place = np.searchsorted(edges, ends[:-1], side="right") - 1
    most = ceil(step / (edges[1] - edges[0])) + 2
    columns = place[:, None] + np.arange(most)
    inside = (columns >= 0) & (columns < len(edges) - 1)
    held = columns.clip(0, len(edges) - 2)
    low = np.maximum(edges[held], ends[:-1, None])
    high = np.minimum(edges[held + 1], ends[1:, None])
    inside &= high > low
    size = _size(ends[:-1], ends[1:], sphere)[:, None]
    shares = np.where(inside, _size(low, np.maximum(low, high), sphere) / size, 0.0)
    rows = np.broadcast_to(np.arange(count)[:, None], columns.shape)
    return csr_array((shares[inside], (rows[inside], held[inside])), shape=(count, len(edges) - 1))


def _size(low: NDArray[np.float64], high: NDArray[np.float64], sphere: bool) -> NDArray[np.float64]:
    if sphere:
        low, high = np.sin(np.radians(low)), np.sin(np.radians(high))
    return np.asarray(high - low)
