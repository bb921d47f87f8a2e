"""Overviews: one level of a pyramid from the level below, two by two cells."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from soilinfo.grid import Window

Packed = NDArray[np.integer]
Method = Literal["average", "mode"]

SMALLEST = 512
"""A pyramid goes on until both sides are at most this many cells."""
_STRIP = 256
"""Rows reduced at a time, which bounds the memory of the wide intermediate sums."""


def factors(shape: tuple[int, int]) -> tuple[int, ...]:
    """The levels of a grid's pyramid: 1, 2, 4 ... until both sides are at most ``SMALLEST``."""
    levels = [1]
    while max(reduced_shape(shape, levels[-1])) > SMALLEST:
        levels.append(levels[-1] * 2)
    return tuple(levels)


def reduced_shape(shape: tuple[int, int], factor: int) -> tuple[int, int]:
    """(height, width) of a level: a cell that reaches past the edge counts."""
    return -(-shape[0] // factor), -(-shape[1] // factor)


def below(window: Window, shape: tuple[int, int]) -> Window:
    """The cells of the level below (of ``shape``) that a window is made from, cut at the edges."""
    row, col = window.row * 2, window.col * 2
    return Window(row, col, min(window.height * 2, shape[0] - row), min(window.width * 2, shape[1] - col))


def reduce(packed: Packed, method: Method, nodata: int) -> Packed:
    """Half the resolution, shape (ceil(h/2), ceil(w/2)), same dtype.

    'average': mean of the cells that have data, rounded (half to even) to the packed step.
    'mode': the value most frequent among those; of equally frequent ones the first in reading
    order. No data only where none of the (up to four) cells has any.
    """
    pick = _REDUCERS[method]
    strips = [
        pick(_quarters(packed[row : row + 2 * _STRIP], nodata), nodata)
        for row in range(0, len(packed), 2 * _STRIP)
    ]
    return np.concatenate(strips).astype(packed.dtype, copy=False)


def _quarters(packed: Packed, nodata: int) -> Packed:
    """The four cells under each new cell: shape (4, ceil(h/2), ceil(w/2)), padded with no data."""
    height, width = packed.shape
    padded = np.pad(packed, ((0, height % 2), (0, width % 2)), constant_values=nodata)
    return np.stack([padded[row::2, col::2] for row in (0, 1) for col in (0, 1)])


def _average(quarters: Packed, nodata: int) -> Packed:
    valid = quarters != nodata
    count = valid.sum(axis=0, dtype=np.int64)
    total = np.where(valid, quarters, 0).sum(axis=0, dtype=np.int64)
    mean = np.rint(total / np.maximum(count, 1)).astype(np.int64)
    return np.where(count > 0, mean, nodata)


def _mode(quarters: Packed, nodata: int) -> Packed:
    votes = np.stack([(quarters == quarter).sum(axis=0, dtype=np.int8) for quarter in quarters])
    votes[quarters == nodata] = 0
    winner = votes.argmax(axis=0)
    return np.asarray(np.take_along_axis(quarters, winner[np.newaxis], axis=0)[0])


_REDUCERS: dict[Method, Callable[[Packed, int], Packed]] = {"average": _average, "mode": _mode}
