"""Overviews: one level of a pyramid from the level below, two by two cells."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.grid import Window

Packed = NDArray[np.integer]
Method = Literal["average", "mode"]

SMALLEST = 512
"""A pyramid goes on until both sides are at most this many cells."""


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
    coarse = np.full(reduced_shape(packed.shape, 2), nodata, packed.dtype)
    _REDUCERS[method](packed, nodata, coarse)
    return coarse


# At an odd edge the last row or column stands for the one that is missing: means and majorities stay as they
# are when every cell counts twice.


@compiled
def _average(packed: Packed, nodata: int, out: Packed) -> None:
    height, width = packed.shape
    for row in range(out.shape[0]):
        top, bottom = packed[2 * row], packed[min(2 * row + 1, height - 1)]
        for col in range(out.shape[1]):
            left, right = 2 * col, min(2 * col + 1, width - 1)
            total, count = np.int64(0), 0
            for cell in (top[left], top[right], bottom[left], bottom[right]):
                if cell != nodata:
                    total, count = total + np.int64(cell), count + 1
            if count:
                out[row, col] = np.int64(np.rint(total / count))


@compiled
def _mode(packed: Packed, nodata: int, out: Packed) -> None:
    height, width = packed.shape
    for row in range(out.shape[0]):
        top, bottom = packed[2 * row], packed[min(2 * row + 1, height - 1)]
        for col in range(out.shape[1]):
            left, right = 2 * col, min(2 * col + 1, width - 1)
            four = (top[left], top[right], bottom[left], bottom[right])
            most = 0
            for cell in four:
                if cell != nodata:
                    votes = 0
                    for other in four:
                        votes += cell == other
                    if votes > most:
                        most, out[row, col] = votes, cell


_REDUCERS: dict[Method, Callable[[Packed, int, Packed], None]] = {"average": _average, "mode": _mode}
