"""Hectares by kind of cell, worked out strip by strip: any area in the memory of one strip.

A kind is a whole number in which a cell's class, limits and whatever else an answer counts are packed;
every sum of the answer follows from the hectares of the kinds.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from soilinfo.evaluate import kernel
from soilinfo.evaluate.zonal import Histogram, Read, ZoneIndex

Hectares = Mapping[int, float]
"""Hectares by kind."""


def hectares_by_kind(index: ZoneIndex, read: Read, advance: Callable[[float], None]) -> dict[int, float]:
    """Hectares of each kind of cell in the first zone of an index; what lies off the grid has no kind.

    ``read`` gives the kinds of a window, int64 (y, x). ``advance`` is called with the share done after
    each strip.
    """
    found: dict[int, float] = {}
    strips = list(index.strips())
    for done, (window, part) in enumerate(strips, start=1):
        cells = read(window)
        numbers, kinds = pd.factorize(cells.reshape(-1))
        hectares, none = np.zeros((index.zones, len(kinds))), np.zeros(index.zones)
        spans = tuple(values[part] for values in index.spans)
        origin, weights = (window.row, window.col), index.span_ha[part]
        kernel.add_areas(numbers.reshape(cells.shape), origin, spans, weights, 0, -1, hectares, none)
        for kind, area in zip(kinds, hectares[0], strict=True):
            if area > 0:
                found[int(kind)] = found.get(int(kind), 0.0) + float(area)
        advance(done / len(strips))
    return found


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
