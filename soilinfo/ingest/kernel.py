"""The inner loops of a read: mask, scale, count and pack the cells of a source in one pass each.

Every loop releases the GIL, so threads that hold different blocks run side by side.
"""

import math

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled

UNKNOWN_CODE = 255
"""Class code of source cells whose code has no class."""


@compiled
def _place_in(ordered: NDArray[np.float64], value: float) -> int:
    """Where a value stands in ascending numbers, -1 where it does not."""
    place = int(np.searchsorted(ordered, value))
    return place if place < len(ordered) and ordered[place] == value else -1


@compiled
def numbers(
    cells: NDArray[np.generic],
    masked: NDArray[np.bool_],
    linear: tuple[float, float, float, float],
    bounds: tuple[float, float],
    declared: float,
    sentinels: NDArray[np.float64],
    out: NDArray[np.floating],
    found: NDArray[np.int64],
    places: NDArray[np.int64],
) -> tuple[int, int, int, int, float, float, float]:
    """Values of raw cells into ``out``, NaN where masked or outside ``bounds``, and what was seen.

    ``linear``: scale and offset of the file, factor and offset of the unit. ``sentinels``
    (ascending) are counted into ``found``, the first cells outside the bounds named in ``places``
    (row, column). Returns (valid, NaN cells, cells of the ``declared`` value, outside, lowest, highest, sum),
    the last three of finite values.
    """
    scale, offset, factor, shift = linear
    low, high = bounds
    valid, nan, empty, outside = 0, 0, 0, 0
    least, most, total = math.inf, -math.inf, 0.0
    for row in range(cells.shape[0]):
        subtotal = 0.0  # by rows: one long sum would lose digits
        for col in range(cells.shape[1]):
            cell = np.float64(cells[row, col])
            nan += cell != cell
            empty += cell == declared
            out[row, col] = np.nan
            value = (cell * scale + offset) * factor + shift
            if masked[row, col] or value != value:
                continue
            valid += 1
            if math.isfinite(value):
                least, most = min(least, value), max(most, value)
                subtotal += value
            if low <= value <= high:
                out[row, col] = value
            else:
                if outside < len(places):
                    places[outside, 0], places[outside, 1] = row, col
                outside += 1
            if cell <= -999.0 or cell >= 999.0:  # no sentinel lies between: spares most cells the search
                place = _place_in(sentinels, cell)
                if place >= 0:
                    found[place] += 1
        total += subtotal
    return valid, nan, empty, outside, least, most, total


@compiled
def tabulated(
    cells: NDArray[np.integer],
    masked: NDArray[np.bool_],
    low: int,
    table: NDArray[np.floating],
    declared: float,
    out: NDArray[np.floating],
    counts: NDArray[np.int64],
) -> int:
    """``out = table[cell - low]``, NaN where masked; ``counts`` of the others by the same place.

    Returns how many cells are of the ``declared`` value.
    """
    empty = 0
    for row in range(cells.shape[0]):
        for col in range(cells.shape[1]):
            cell = cells[row, col]
            empty += cell == declared
            if masked[row, col]:
                out[row, col] = np.nan
            else:
                place = np.int64(cell) - low
                counts[place] += 1
                out[row, col] = table[place]
    return empty


@compiled
def classes(
    cells: NDArray[np.generic],
    masked: NDArray[np.bool_],
    codes: NDArray[np.float64],
    class_codes: NDArray[np.uint8],
    out: NDArray[np.uint8],
    found: NDArray[np.int64],
) -> tuple[int, int]:
    """Class codes of raw cells into ``out``: 0 where masked or NaN, UNKNOWN_CODE where a code has no class.

    ``codes`` (ascending) are the source codes of ``class_codes``, counted into ``found``. Returns
    how many cells are valid and how many NaN.
    """
    valid, nan = 0, 0
    last, place = math.nan, -1
    for row in range(cells.shape[0]):
        for col in range(cells.shape[1]):
            cell = np.float64(cells[row, col])
            out[row, col] = 0
            nan += cell != cell
            if masked[row, col] or cell != cell:
                continue
            valid += 1
            if cell != last:  # classes lie in patches: most cells repeat the one before
                last, place = cell, _place_in(codes, cell)
            if place < 0:
                out[row, col] = UNKNOWN_CODE
            else:
                out[row, col] = class_codes[place]
                found[place] += 1
    return valid, nan


@compiled
def pack(
    values: NDArray[np.floating], scale: float, bounds: tuple[int, int], nodata: int, out: NDArray[np.integer]
) -> None:
    """Values as steps of ``scale`` into ``out`` (both flat); ``nodata`` for NaN and outside ``bounds``."""
    low, high = bounds
    for i in range(len(values)):
        step = np.rint(np.float64(values[i]) / scale)
        out[i] = np.int64(step) if low <= step <= high else nodata
