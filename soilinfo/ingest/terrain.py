"""Slope from an elevation model on its own cells, and what lies of it in each cell of the national grid.

A coarse elevation model flattens steep land, so slope is computed where heights are finest and carried
to the grid as its mean and as the share of each slope class.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from soilinfo.compiled import compiled
from soilinfo.grid import Grid, Window
from soilinfo.ingest.placement import cell_ratios, source_windows
from soilinfo.ingest.source import Reader, Source
from soilinfo.ingest.survey import read

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Slopes:
    """Slope in a window of the national grid, arrays of its shape.

    ``mean`` in percent, NaN for no data; ``shares`` (classes, rows, columns) in whole percent of the
    cell's land with heights, 100 in all, -1 for no data.
    """

    mean: Floats
    shares: NDArray[np.int16]


def slopes(reader: Reader, grid: Grid, window: Window, edges: Sequence[float]) -> Slopes:
    """Mean slope and shares of slope classes in a window of the national grid.

    ``reader`` reads heights in metres; ``edges`` are the upper ends of all classes but the last, in
    percent, each belonging to the class above it. A cell of the elevation model counts where its
    middle lies; one that is not much smaller than a grid cell is counted in parts. Raises SourceError
    as reading does.
    """
    total, counts = np.zeros(window.shape), np.zeros((len(edges) + 1, *window.shape), np.int64)
    for needed in source_windows(reader.source, grid, window, margin=1):
        slope = slope_percent(_with_border(reader, needed), *cell_metres(reader.source, needed))
        parts = math.ceil(2 / max(min(cell_ratios(reader.source, grid)), 0.25) - 1e-6)
        rows, cols = _cells(reader.source, needed, grid, window, max(parts, 1))
        parted = np.repeat(np.repeat(slope, max(parts, 1), axis=0), max(parts, 1), axis=1)
        _tally(parted, rows, cols, np.array(edges, np.float64), total, counts)
    measured = counts.sum(axis=0)
    with np.errstate(invalid="ignore"):  # 0 / 0 where there are no heights
        return Slopes(total / measured, whole_shares(counts))


@compiled
def slope_percent(heights: Floats, east: Floats, north: Floats) -> Floats:
    """Steepest slope in percent (rows, columns) of heights in metres (rows + 2, columns + 2), by Horn (1981).

    ``east`` and ``north`` are the sides of a cell in metres, by row. NaN where the cell has no height.
    A neighbour without one (at a coast) is taken to continue the slope from the opposite
    neighbour; where that has none either, both are as high as the cell.
    """
    slope = np.full((heights.shape[0] - 2, heights.shape[1] - 2), np.nan)
    near = np.empty((3, 3))
    for row in range(slope.shape[0]):
        for col in range(slope.shape[1]):
            middle = heights[row + 1, col + 1]
            if middle != middle:
                continue
            for i in range(3):
                for j in range(3):
                    height, opposite = heights[row + i, col + j], heights[row + 2 - i, col + 2 - j]
                    if height != height:
                        height = middle if opposite != opposite else 2 * middle - opposite
                    near[i, j] = height
            rise_east = near[0, 2] + 2 * near[1, 2] + near[2, 2] - near[0, 0] - 2 * near[1, 0] - near[2, 0]
            rise_north = near[0, 0] + 2 * near[0, 1] + near[0, 2] - near[2, 0] - 2 * near[2, 1] - near[2, 2]
            across, along = rise_east / (8 * east[row]), rise_north / (8 * north[row])
            slope[row, col] = 100 * math.sqrt(across * across + along * along)
    return slope


def cell_metres(source: Source, window: Window) -> tuple[Floats, Floats]:
    """Sides (east, north) in metres of the cells of each row of a window of a source.

    Geographic cells on the CRS's ellipsoid: radii of curvature of the parallel and the meridian (Snyder
    1987, eq. 4-18 to 4-21). Projected cells as their CRS measures them: its scale, within some
    tenths of a percent in UTM, goes into the slope.
    """
    crs = CRS.from_user_input(source.crs)
    wide, high = abs(source.transform.a), abs(source.transform.e)
    if not crs.is_geographic:
        metre = crs.axis_info[0].unit_conversion_factor
        return np.full(window.height, wide * metre), np.full(window.height, high * metre)
    assert crs.ellipsoid is not None, "a geographic CRS has an ellipsoid"
    major, minor = crs.ellipsoid.semi_major_metre, crs.ellipsoid.semi_minor_metre
    squared = 1 - (minor / major) ** 2
    rows = window.row + np.arange(window.height) + 0.5
    latitude = np.radians(source.transform.f + rows * source.transform.e)
    bulge = 1 - squared * np.sin(latitude) ** 2
    parallel, meridian = major / np.sqrt(bulge) * np.cos(latitude), major * (1 - squared) / bulge**1.5
    return np.radians(wide) * parallel, np.radians(high) * meridian


def largest_side(source: Source) -> float:
    """The longer side in metres of a cell in the middle of a source."""
    east, north = cell_metres(source, Window(source.height // 2, 0, 1, 1))
    return float(max(east[0], north[0]))


def whole_shares(counts: Integers) -> NDArray[np.int16]:
    """Counts (classes, ...) as whole percents that add up to 100, by largest remainder; -1 where all are 0.

    Of equal remainders that of the lower class is rounded up.
    """
    measured = counts.sum(axis=0)
    hundreds = counts * 100
    shares, remainders = np.divmod(hundreds, np.maximum(measured, 1))
    left = 100 - shares.sum(axis=0)
    rank = np.argsort(np.argsort(-remainders, axis=0, kind="stable"), axis=0, kind="stable")
    shares += rank < left
    return np.where(measured > 0, shares, -1).astype(np.int16)


def _with_border(reader: Reader, window: Window) -> Floats:
    """Heights of a window and one cell around it; NaN for no data and beyond the file."""
    source = reader.source
    top, left = max(window.row - 1, 0), max(window.col - 1, 0)
    bottom = min(window.row + window.height + 1, source.height)
    right = min(window.col + window.width + 1, source.width)
    heights = np.full((window.height + 2, window.width + 2), np.nan)
    row, col = top - window.row + 1, left - window.col + 1
    values, _ = read(reader, Window(top, left, bottom - top, right - left))
    heights[row : row + bottom - top, col : col + right - left] = values
    return heights


def _cells(
    source: Source, needed: Window, grid: Grid, window: Window, parts: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column within a grid window of each of ``parts`` x ``parts`` parts of the source's cells.

    Shape (parts * rows, parts * columns).
    """
    cols = needed.col + (np.arange(parts * needed.width) + 0.5) / parts
    rows = needed.row + (np.arange(parts * needed.height) + 0.5) / parts
    to = source.transform
    x, y = np.meshgrid(to.c + cols * to.a, to.f + rows * to.e)
    there = CRS.from_user_input(grid.crs)
    if CRS.from_user_input(source.crs) != there:
        x, y = Transformer.from_crs(source.crs, there, always_xy=True).transform(x, y)
    west, _, _, north = grid.bounds_of(window)
    # A part on the line between two cells belongs to the eastern and southern one.
    inside = np.floor((north - y) / grid.resolution + 1e-9), np.floor((x - west) / grid.resolution + 1e-9)
    return inside[0].astype(np.int64), inside[1].astype(np.int64)


@compiled
def _tally(
    slope: Floats, rows: Integers, cols: Integers, edges: Floats, total: Floats, counts: Integers
) -> None:
    """Add each slope to the sum and to the count of its class in its grid cell; NaN counts nowhere."""
    for i in range(slope.shape[0]):
        for j in range(slope.shape[1]):
            value, row, col = slope[i, j], rows[i, j], cols[i, j]
            inside = 0 <= row < total.shape[0] and 0 <= col < total.shape[1]
            if inside and value == value:
                total[row, col] += value
                counts[np.searchsorted(edges, value, side="right"), row, col] += 1
