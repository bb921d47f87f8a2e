"""One tile out of the files of a version: what is near it, cut at its margin, with its attributes."""

import numpy as np
from numpy.typing import NDArray

from soilinfo.store.tiled.files import Tiled
from soilinfo.store.tiled.mvt import EXTENT, layer
from soilinfo.store.tiled.shapes import Box, Shapes, merged

MARGIN = 64
"""Units around a tile that are drawn with it, so that no border shows where two tiles meet."""


def cut(
    tiled: Tiled,
    name: str,
    place: tuple[int, int, int],
    columns: tuple[str, ...] | None = None,
    chosen: NDArray[np.bool_] | None = None,
) -> bytes:
    """The tile at (zoom, row, column) as one layer of that name; empty where nothing lies.

    ``columns`` are the attributes, all when None; ``chosen`` (rows,) is what is drawn, everything when None.
    """
    zoom, row, column = place
    level, origin = tiled.level(zoom), (column * EXTENT, row * EXTENT)
    box = (origin[0] - MARGIN, origin[1] - MARGIN, origin[0] + EXTENT + MARGIN, origin[1] + EXTENT + MARGIN)
    near = level.index.touching(box)
    rows, shape_of = _rows(tiled.first, level.of[near], chosen)
    used, shape_of = np.unique(shape_of, return_inverse=True)
    values = tiled.values.take(rows, columns)
    return layer(name, _within(level.shapes.take(near[used]), box), origin, shape_of, values)


def _rows(
    first: NDArray[np.int32], of: NDArray[np.int32], chosen: NDArray[np.bool_] | None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows of some geometries, and for each row the place of its geometry among them."""
    counts = first[of + 1] - first[of]
    shape_of = np.repeat(np.arange(len(of)), counts)
    rows = np.arange(len(shape_of)) + np.repeat(first[of] - (np.cumsum(counts) - counts), counts)
    if chosen is None:
        return rows, shape_of
    return rows[chosen[rows]], shape_of[chosen[rows]]


def _within(shapes: Shapes, box: Box) -> Shapes:
    """Shapes, those that reach out of a box cut at its sides."""
    west, north, east, south = shapes.bounds.T
    out = (west < box[0]) | (north < box[1]) | (east > box[2]) | (south > box[3])
    if not out.any():
        return shapes
    cut_off = shapes.take(np.flatnonzero(out)).clipped(box)
    return merged(shapes.take(np.flatnonzero(~out)), cut_off, out)
