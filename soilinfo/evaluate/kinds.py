"""Hectares by kind of cell, worked out strip by strip: any area in the memory of one strip.

A kind is a whole number in which a cell's class, limits and whatever else an answer counts are packed;
every sum of the answer follows from the hectares of the kinds.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.evaluate import kernel
from soilinfo.evaluate.zonal import Histogram, Read, ZoneIndex
from soilinfo.grid import Window

Hectares = Mapping[int, float]
"""Hectares by kind."""


def hectares_by_kind(index: ZoneIndex, read: Read, advance: Callable[[float], None]) -> dict[int, float]:
    """Hectares of each kind of cell in the first zone of an index; what lies off the grid has no kind.

    ``read`` gives the kinds of a window, int64 (y, x). ``advance`` is called with the share done after
    each strip.
    """
    (found,) = hectares_by_kinds(index, lambda window: [read(window)], 1, advance)
    return found


def hectares_by_kinds(
    index: ZoneIndex,
    read: Callable[[Window], Iterable[NDArray[np.integer]]],
    ways: int,
    advance: Callable[[float], None],
) -> list[dict[int, float]]:
    """Hectares of each kind of cell in each of several ways of telling kinds, as :func:`hectares_by_kind`.

    ``read`` gives the kinds of a window in each of ``ways`` ways, one after the other.
    """
    found: list[dict[int, float]] = [{} for _ in range(ways)]
    strips = list(index.strips())
    for done, (window, part) in enumerate(strips, start=1):
        for sums, cells in zip(found, read(window), strict=True):
            _add(sums, index, window, part, cells)
        advance(done / len(strips))
    return found


def _add(
    sums: dict[int, float], index: ZoneIndex, window: Window, part: slice, cells: NDArray[np.integer]
) -> None:
    """Add the hectares of the kinds of one strip."""
    numbers, kinds = pd.factorize(cells.reshape(-1))
    hectares, none = np.zeros((index.zones, len(kinds))), np.zeros(index.zones)
    spans = tuple(values[part] for values in index.spans)
    origin, weights = (window.row, window.col), index.span_ha[part]
    kernel.add_areas(numbers.reshape(cells.shape), origin, spans, weights, 0, -1, hectares, none)
    for kind, area in zip(kinds, hectares[0], strict=True):
        if area > 0:
            sums[int(kind)] = sums.get(int(kind), 0.0) + float(area)


def summed(hectares: Hectares, part: Callable[[int], int]) -> dict[int, float]:
    """Hectares by a part of the kind, such as one of the numbers packed into it."""
    sums: dict[int, float] = {}
    for kind, area in hectares.items():
        sums[part(kind)] = sums.get(part(kind), 0.0) + area
    return sums


def as_histogram(hectares: Hectares, nodata: int, outside_ha: float) -> Histogram:
    """The histogram of one zone whose kinds are the packed values of a layer."""
    values = {value: area for value, area in hectares.items() if value != nodata}
    low, high = (min(values), max(values)) if values else (0, 0)
    areas = np.zeros((1, high - low + 1))
    for value, area in values.items():
        areas[0, value - low] = area
    return Histogram(low, areas, np.array([hectares.get(nodata, 0.0) + outside_ha]))
