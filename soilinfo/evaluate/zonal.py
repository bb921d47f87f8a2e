"""Areas and statistics of rasters by zone, exact to the share of each cell that a zone covers.

Where each zone lies is worked out once (:func:`build_index`); each further layer is then one pass
over its cells into a histogram of hectares per zone, from which mean, quantiles and class areas
all follow. Histograms add up: a province is the sum of its regencies.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from soilinfo.evaluate import kernel
from soilinfo.evaluate.coverage import Spans, area_outside, block_of, cover
from soilinfo.grid import Grid, Window

Read = Callable[[Window], NDArray[np.integer]]
"""Packed integers (y, x) of one layer in a window of the grid."""

type Strip[C] = tuple[C, tuple[int, int], Spans, NDArray[np.float64]]
"""Cells of a strip, the grid cell where they begin, the spans in it and the hectares of a cell of each."""

AHEAD = 2
"""Strips read ahead, each in a thread of its own."""
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


def reads(array: NDArray[np.integer], origin: Window) -> Read:
    """A window reader over an array that begins at ``origin``."""

    def read(window: Window) -> NDArray[np.integer]:
        row, col = window.row - origin.row, window.col - origin.col
        return array[row : row + window.height, col : col + window.width]

    return read


@dataclass(frozen=True)
class ZoneIndex:
    """Which cells of a grid belong to which zone, and with how much of their area.

    ``spans`` are ordered by strip: a row of chunks of one shard, which no span leaves. ``span_ha``:
    hectares of one cell of each span that lie in its zone. ``area_ha``, ``outside_ha`` per zone: its
    whole area, and what of it lies off the grid.
    """

    spans: Spans
    span_ha: NDArray[np.float64]
    area_ha: NDArray[np.float64]
    outside_ha: NDArray[np.float64]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "ZoneIndex":
        """The opposite of :meth:`arrays`; KeyError when one is missing."""
        spans = Spans(*(arrays[name] for name in Spans._fields))
        return cls(spans, *(arrays[name] for name in ("span_ha", "area_ha", "outside_ha")))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that the index consists of, to be kept: spans and areas by name, each of one dimension."""
        areas = {"span_ha": self.span_ha, "area_ha": self.area_ha, "outside_ha": self.outside_ha}
        return {**self.spans._asdict(), **areas}

    @property
    def zones(self) -> int:
        """Number of zones."""
        return len(self.area_ha)

    @cached_property
    def window(self) -> Window:
        """The smallest window around all zones; empty where none lies on the grid."""
        return _around(self.spans)

    def strips(self) -> Iterator[tuple[Window, slice]]:
        """Windows of at most a row of chunks of one shard, cut to what zones need, and their spans."""
        return iter(self._strips)

    @cached_property
    def _strips(self) -> tuple[tuple[Window, slice], ...]:
        edges = np.flatnonzero(np.diff(block_of(self.spans), prepend=-1, append=-1))
        parts = (slice(int(begin), int(end)) for begin, end in pairwise(edges))
        return tuple((_around(Spans(*(values[part] for values in self.spans))), part) for part in parts)


def cells_of_strip(
    index: ZoneIndex, window: Window, part: slice
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Position in the window (row-major) of each cell of each span of a strip, and the span it is of.

    ``window``, ``part``: one of :meth:`ZoneIndex.strips`; a span is counted from the first of ``part``.
    """
    row, column, length = (values[part].astype(np.int64) for values in index.spans[:3])
    begins = (row - window.row) * window.width + column - window.col
    span = np.repeat(np.arange(len(length)), length)
    return np.arange(len(span)) + (begins - (np.cumsum(length) - length))[span], span


def build_index(shapes: Sequence[BaseGeometry], grid: Grid) -> ZoneIndex:
    """Index of polygons (in the grid's CRS, valid) on a grid; zones may overlap and may be empty.

    Coverage fractions are exact in the plane of the grid (exactextract); each cell weighs as much as
    its area on the ellipsoid. Raises GeometryError, with the reason, for a shape that is not a valid
    polygon or reaches beyond the earth.
    """
    spans, span_ha = cover(shapes, grid)
    outside_ha = np.array([area_outside(shape, grid) for shape in shapes])
    inside_ha = np.bincount(spans.zone, span_ha * spans.length, len(shapes))
    return ZoneIndex(spans, span_ha, inside_ha + outside_ha, outside_ha)


def _around(spans: Spans) -> Window:
    if not len(spans.row):
        return Window(0, 0, 0, 0)
    row, column = int(spans.row.min()), int(spans.column.min())
    bottom, right = int(spans.row.max()) + 1, int((spans.column + spans.length).max())
    return Window(row, column, bottom - row, right - column)


@dataclass(frozen=True)
class Histogram:
    """Hectares per zone and packed value: ``area_ha[zone, packed - low]``.

    ``nodata_ha`` per zone: cells without data and whatever lies off the grid, so that valid and
    no-data area add up to the zone.
    """

    low: int
    area_ha: NDArray[np.float64]
    nodata_ha: NDArray[np.float64]

    @property
    def valid_ha(self) -> NDArray[np.float64]:
        """Hectares with data, per zone."""
        return self.area_ha.sum(axis=1)


def added_up(areas: NDArray[np.float64], groups: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Areas (zone, ...) of zones put together as (size, ...); ``groups[zone]`` is a position below ``size``.

    A position that no zone belongs to has no area.
    """
    total = np.zeros((size, *areas.shape[1:]))
    np.add.at(total, groups, areas)
    return total


def histogram(index: ZoneIndex, read: Read, *, low: int, high: int, nodata: int) -> Histogram:
    """Hectares of each packed value ``low .. high`` in each zone, read strip by strip.

    ``read`` is called by several threads, some strips ahead. Cells that are ``nodata`` or outside
    ``low .. high`` count as no data.
    """
    area_ha = np.zeros((index.zones, high - low + 1))
    nodata_ha = index.outside_ha.copy()
    for cells, origin, spans, weights in read_ahead(index, read):
        kernel.add_areas(cells, origin, spans, weights, low, nodata, area_ha, nodata_ha)
    return Histogram(low, area_ha, nodata_ha)


def flagged_area(index: ZoneIndex, read: Read, flags: int) -> NDArray[np.float64]:
    """Hectares (zone, flag) of the cells in which bit ``flag`` is set, for a layer of bit masks."""
    area_ha = np.zeros((index.zones, flags))
    for cells, origin, spans, weights in read_ahead(index, read):
        kernel.add_flagged(cells, origin, spans, weights, area_ha)
    return area_ha


def read_ahead[C](index: ZoneIndex, read: Callable[[Window], C]) -> Iterator[Strip[C]]:
    """The strips of an index in their order; the next ones are read while one is worked on.

    They are added one after the other: sums of floats in another order would be other sums.
    """
    with ThreadPoolExecutor(max_workers=AHEAD) as pool:
        parts: deque[tuple[Future[C], Window, slice]] = deque()
        for window, part in index.strips():
            parts.append((pool.submit(read, window), window, part))
            if len(parts) > AHEAD:
                yield _strip(index, *parts.popleft())
        while parts:
            yield _strip(index, *parts.popleft())


def _strip[C](index: ZoneIndex, cells: "Future[C]", window: Window, part: slice) -> Strip[C]:
    spans = Spans(*(values[part] for values in index.spans))
    return cells.result(), (window.row, window.col), spans, index.span_ha[part]


def statistics(histogram: Histogram, scale: float) -> pd.DataFrame:
    """Area-weighted statistics per zone, one row each, in units of ``scale`` (value = packed * scale).

    ``mean`` arithmetic (pH too); ``sd`` of the population of area; a quantile is the smallest value
    at which the cumulative share of the valid area reaches it; ``covered_pct`` = valid area in
    percent of the zone. NaN instead of a value where a zone has no valid area.
    """
    occurring = np.union1d(0, np.flatnonzero(histogram.area_ha.any(axis=0)))
    values = np.round((histogram.low + occurring) * scale, max(0, round(-np.log10(scale))))
    valid_ha = histogram.valid_ha
    with np.errstate(invalid="ignore"):
        share = histogram.area_ha[:, occurring] / valid_ha[:, np.newaxis]
        covered_pct = 100 * valid_ha / (valid_ha + histogram.nodata_ha)
    columns = _moments(share, values) | _quantiles(share, values)
    known = {name: np.where(valid_ha > 0, column, np.nan) for name, column in columns.items()}
    areas = {"valid_ha": valid_ha, "nodata_ha": histogram.nodata_ha, "covered_pct": covered_pct}
    return pd.DataFrame(known | areas)


def _moments(share: NDArray[np.float64], values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    mean = share @ values
    spread = (values - mean[:, np.newaxis]) ** 2
    present = share > 0
    return {
        "mean": mean,
        "sd": np.sqrt((share * spread).sum(axis=1)),
        "min": values[present.argmax(axis=1)],
        "max": values[::-1][present[:, ::-1].argmax(axis=1)],
    }


def _quantiles(share: NDArray[np.float64], values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    reached = share.cumsum(axis=1) + 1e-12  # rounding of a sum must not carry a quantile one step up
    return {name: values[(reached >= level).argmax(axis=1)] for name, level in QUANTILES.items()}
