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


@compiled
def _average(packed: Packed, nodata: int, out: Packed) -> None:
    height, width = packed.shape
    for row in range(out.shape[0]):
        for col in range(out.shape[1]):
            total, count = 0, 0
            for r in range(2 * row, min(2 * row + 2, height)):
                for c in range(2 * col, min(2 * col + 2, width)):
                    cell = int(packed[r, c])
                    if cell != nodata:
                        total, count = total + cell, count + 1
            if count:
                out[row, col] = np.int64(np.rint(total / count))


@compiled
def _mode(packed: Packed, nodata: int, out: Packed) -> None:
    height, width = packed.shape
    four = np.empty(4, np.int64)
    for row in range(out.shape[0]):
        for col in range(out.shape[1]):
            count, most = 0, 0
            for r in range(2 * row, min(2 * row + 2, height)):
                for c in range(2 * col, min(2 * col + 2, width)):
                    if packed[r, c] != nodata:
                        four[count] = packed[r, c]
                        count += 1
            for i in range(count):
                votes = 0
                for j in range(count):
                    votes += four[i] == four[j]
                if votes > most:
                    most, out[row, col] = votes, four[i]


_REDUCERS: dict[Method, Callable[[Packed, int, Packed], None]] = {"average": _average, "mode": _mode}
