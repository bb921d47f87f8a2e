"""Geometries simplified for every zoom level, so that no tile is larger than MOST_BYTES.

Areas are simplified together: what two of them share stays shared, so that no gap opens between
neighbours. What is too small to be seen as an area becomes a square of one pixel, so that a small unit does
not vanish. Only where a tile would still be too large is one small feature drawn for all in its square, the
largest of them, the squares growing until the tile is small enough: from afar they are a mosaic.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.store.tiled.index import Index, index
from soilinfo.store.tiled.mvt import EXTENT
from soilinfo.store.tiled.places import Places, places
from soilinfo.store.tiled.shapes import POINTS, POLYGONS, Geometries, Offsets, Shapes, merged
from soilinfo.store.tiled.thin import Thinnable, thinnable

DEEPEST = 14
"""The last zoom level that is kept, to 0.6 m; beyond it clients enlarge its tiles."""
MOST_BYTES = 500_000
"""Bytes of the largest tile of one feature for each geometry, with all its attributes."""

PIXEL = 8.0
"""Units of a pixel, where a tile is shown with 512 of them."""
_FINEST = 1.0
"""Units of what is told apart at the deepest level: its tiles are enlarged, and hold all that they can."""
_COARSER = math.sqrt(2)
"""By how much what is told apart grows at least, where a level has too many features."""
_FULLEST = 0.9 * MOST_BYTES
"""Bytes of a tile by estimate: its margin beyond the tile's sides is not counted."""

Numbers = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Level:
    """What the tiles of a zoom level are cut from; drawn in this order, the largest first."""

    of: NDArray[np.int32]
    """(n,): which of all geometries each shape is of; those that are missing are not drawn from here on."""
    shapes: Shapes

    @cached_property
    def index(self) -> Index:
        """Which of the shapes lie where."""
        return index(self.shapes.bounds)


@dataclass(frozen=True)
class _Base:
    """What all levels are made from, sorted by size, the largest first."""

    of: NDArray[np.int32]
    places: Places
    thinnable: Thinnable

    def small(self, chosen: Rows, pixel: float) -> NDArray[np.bool_]:
        """(chosen,): which are less than a square of ``pixel`` units, or a line of that length."""
        kind, size = self.places.shapes.kind[chosen], self.places.size[chosen]
        return np.asarray((size < np.where(kind == POLYGONS, pixel**2, pixel)) & (kind != POINTS))


def levels(geometries: Geometries, cost: Numbers) -> Iterator[tuple[int, Level]]:
    """As :func:`levels_of`, of geometries (EPSG:4326, (n,), None for none) of any kind."""
    return levels_of(places(geometries, DEEPEST), cost)


def levels_of(found: Places, cost: Numbers) -> Iterator[tuple[int, Level]]:
    """Every zoom level and what is drawn there, from DEEPEST to 0.

    ``found`` are in units of DEEPEST; ``cost`` (n,): bytes of the attributes of each in a tile.
    """
    base = _base(found)
    chosen, square = np.arange(len(base.of)), 0.0
    for zoom in range(DEEPEST, -1, -1):
        # The squares are no smaller on the ground than those of the level before.
        square = max(square / 2, PIXEL) if square else 0.0
        chosen, square, level = _fitting(base, chosen, zoom, square, cost)
        yield zoom, level


def _base(found: Places) -> _Base:
    there = np.flatnonzero(np.diff(found.shapes.parts))
    order = there[np.argsort(-found.size[there], kind="stable")]
    ordered = found.take(order)
    most = (PIXEL / 2 * 2.0**DEEPEST) ** 2
    return _Base(order.astype(np.int32), ordered, thinnable(ordered.shapes, most))


def _fitting(base: _Base, chosen: Rows, zoom: int, square: float, cost: Numbers) -> tuple[Rows, float, Level]:
    """What is drawn, the squares that hold one small shape each, and the level they make.

    A side of 0 stands for no squares: all is drawn. From ``square`` on they grow until the tiles are small
    enough.
    """
    while True:
        some = _first_in_square(base, chosen, square * 2.0 ** (DEEPEST - zoom)) if square else chosen
        pixel = max(square, PIXEL if zoom < DEEPEST else _FINEST)
        level = Level(base.of[some], _drawn(base, some, zoom, pixel))
        largest = _largest_tile(level, cost)
        if largest <= _FULLEST or square > EXTENT:
            return some, square, level
        # Half as many squares as bytes are too many: none is lost without need.
        square = max(PIXEL, square * max(_COARSER, math.sqrt(largest / _FULLEST / 2)))


def _first_in_square(base: _Base, chosen: Rows, side: float) -> Rows:
    """What is not small, and the largest of the small in each square."""
    small = base.small(chosen, side)
    column, row = np.floor(base.places.at[chosen[small]] / side).astype(np.int64).T
    drawn = ~small
    drawn[np.flatnonzero(small)] = ~pd.Series(row << 32 | column).duplicated().to_numpy()
    return chosen[drawn]


def _drawn(base: _Base, chosen: Rows, zoom: int, pixel: float) -> Shapes:
    """What is chosen in whole units of a zoom level, the small as a square of a pixel."""
    scale = 2.0 ** (zoom - DEEPEST)
    lost = base.small(chosen, pixel / scale)
    shapes = base.thinnable.thinned(chosen[~lost], scale, pixel)
    there = np.diff(shapes.parts) > 0
    lost[np.flatnonzero(~lost)[~there]] = True
    if not lost.any():
        return shapes
    at, kind = base.places.at[chosen[lost]] * scale, base.places.shapes.kind[chosen[lost]]
    whole = shapes if there.all() else shapes.take(np.flatnonzero(there))
    return merged(whole, _squares(at, pixel, kind), lost)


def _squares(at: Numbers, pixel: float, kind: NDArray[np.uint8]) -> Shapes:
    """The squares of ``pixel`` that hold points; of lines their diagonals."""
    corner = np.floor(at / pixel)
    west, north = np.rint(corner * pixel).T
    east, south = np.rint((corner + 1) * pixel).T
    rings = np.stack([west, north, east, north, east, south, west, south, west, north], axis=-1)
    of_diagonal = np.array([True, False, True, False, False])
    counts = (kind == POLYGONS)[:, None] | of_diagonal
    one_each = np.arange(len(kind) + 1, dtype=np.int32)
    ends = np.concatenate([[0], np.cumsum(counts.sum(axis=1))]).astype(np.int32)
    return Shapes(kind, one_each, one_each, ends, rings.reshape(-1, 5, 2)[counts].astype(np.int32))


def _largest_tile(level: Level, cost: Numbers) -> float:
    """About how many bytes the largest tile of a level has."""
    shapes = level.shapes
    if not len(shapes.xy):
        return 0.0
    key, shape, size = (np.empty(len(shapes.xy), np.int64) for _ in range(3))
    count = _runs(shapes.ends, shapes.xy, key, shape, size)
    of_run, tiles = pd.factorize(key[:count])
    total = np.bincount(of_run, size[:count], len(tiles))
    pairs = pd.unique(shape[:count] * len(tiles) + of_run)
    # Its messages, and the corners where it is cut.
    total += np.bincount(pairs % len(tiles), cost[level.of[pairs // len(tiles)]] + 30, len(tiles))
    return float(total.max())


@compiled
def _runs(
    ends: Offsets,
    xy: NDArray[np.int32],
    key: NDArray[np.int64],
    shape: NDArray[np.int64],
    size: NDArray[np.int64],
) -> int:
    """Find each run of points that lie in one tile: which tile, of which shape, how many bytes."""
    count = 0
    for at in range(len(ends) - 1):
        for point in range(ends[at], ends[at + 1]):
            tile = np.int64(xy[point, 1] // EXTENT) << 32 | np.int64(xy[point, 0] // EXTENT)
            if point == ends[at] or tile != key[count - 1]:
                key[count], shape[count], size[count] = tile, at, 0
                count += 1
            for axis in range(2):
                step = abs(xy[point, axis] - xy[max(point - 1, 0), axis])
                # A zigzag number of 7, 14 or 21 bits takes 1, 2 or 3 bytes.
                size[count - 1] += 1 + (step > 63) + (step > 8191)
    return count
