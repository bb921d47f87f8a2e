"""Areas and statistics of rasters by zone, exact to the share of each cell that a zone covers.

Where each zone lies is worked out once (:func:`build_index`); each further layer is then one pass
over its cells into a histogram of hectares per zone, from which mean, quantiles and class areas
all follow. Histograms add up: a province is the sum of its regencies.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from soilinfo.evaluate import kernel
from soilinfo.evaluate.coverage import Spans, area_outside, cover
from soilinfo.grid import CHUNK, Grid, Window

Read = Callable[[Window], NDArray[np.integer]]
"""Packed integers (y, x) of one layer in a window of the grid."""

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

    ``spans`` are ordered by row. ``span_ha``: hectares of one cell of each span that lie in its
    zone. ``area_ha``, ``outside_ha`` per zone: its whole area, and what of it lies off the grid.
    """

    window: Window
    spans: Spans
    span_ha: NDArray[np.float64]
    area_ha: NDArray[np.float64]
    outside_ha: NDArray[np.float64]

    @property
    def zones(self) -> int:
        """Number of zones."""
        return len(self.area_ha)

    def strips(self) -> Iterator[tuple[Window, slice]]:
        """Windows of whole rows of chunks, cut to the cells that zones need, and their spans."""
        first, last = self.window.row // CHUNK, -(-(self.window.row + self.window.height) // CHUNK)
        edges = np.searchsorted(self.spans.row, np.arange(first, last + 1) * CHUNK)
        for begin, end in pairwise(edges):
            if begin < end:
                yield self._around(slice(begin, end)), slice(begin, end)

    def _around(self, part: slice) -> Window:
        rows, columns, lengths, _ = (values[part] for values in self.spans)
        row, column = int(rows[0]), int(columns.min())
        return Window(row, column, int(rows[-1]) - row + 1, int((columns + lengths).max()) - column)


def build_index(shapes: Sequence[BaseGeometry], grid: Grid) -> ZoneIndex:
    """Index of polygons (in the grid's CRS, valid) on a grid; zones may overlap and may be empty.

    Coverage fractions are exact in the plane of the grid (exactextract); each cell weighs as much as
    its area on the ellipsoid. Raises GeometryError, with the reason, for a shape that is not a valid
    polygon or reaches beyond the earth.
    """
    spans, span_ha = cover(shapes, grid)
    outside_ha = np.array([area_outside(shape, grid) for shape in shapes])
    inside_ha = np.bincount(spans.zone, span_ha * spans.length, len(shapes))
    return ZoneIndex(_extent(spans), spans, span_ha, inside_ha + outside_ha, outside_ha)


def _extent(spans: Spans) -> Window:
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
    """Hectares of each packed value ``low .. high`` in each zone, read in strips of chunk rows.

    Cells that are ``nodata`` or outside ``low .. high`` count as no data.
    """
    area_ha = np.zeros((index.zones, high - low + 1))
    nodata_ha = index.outside_ha.copy()
    for window, part in index.strips():
        spans = tuple(values[part] for values in index.spans)
        origin, weights = (window.row, window.col), index.span_ha[part]
        kernel.add_areas(read(window), origin, spans, weights, low, nodata, area_ha, nodata_ha)
    return Histogram(low, area_ha, nodata_ha)


def flagged_area(index: ZoneIndex, read: Read, flags: int) -> NDArray[np.float64]:
    """Hectares (zone, flag) of the cells in which bit ``flag`` is set, for a layer of bit masks."""
    area_ha = np.zeros((index.zones, flags))
    for window, part in index.strips():
        spans = tuple(values[part] for values in index.spans)
        kernel.add_flagged(read(window), (window.row, window.col), spans, index.span_ha[part], area_ha)
    return area_ha


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
