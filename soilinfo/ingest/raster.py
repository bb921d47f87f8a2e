"""Rasters in: bring any source onto the national grid. Nothing here writes; the result is arrays."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.warp import reproject, transform_bounds

from soilinfo import grid as grids
from soilinfo.catalog.models import Property
from soilinfo.errors import SourceError
from soilinfo.grid import Grid
from soilinfo.ingest.source import GDAL_ERRORS, Reader, Source

SOURCE_CELLS = 16_000_000
"""Most source cells held at once: bounds the memory of a read whatever the raster's size."""


def resampling_for(source: Source, prop: Property, asked: str, grid: Grid) -> Resampling:
    """The resampling a property needs: mode or nearest for classes, average when the source is
    finer than the grid, bilinear when it is coarser; ``asked`` overrides unless it is 'auto'."""
    if asked != "auto":
        return Resampling[asked]
    finer = cell_ratio(source, grid) > 1.0 + 1e-6
    if prop.kind == "class":
        return Resampling.mode if finer else Resampling.nearest
    return Resampling.average if finer else Resampling.bilinear


def cell_ratio(source: Source, grid: Grid) -> float:
    """How many source cells lie along the side of one grid cell, in the middle of what both cover."""
    size = abs(source.transform.a)
    whole = grids.Window(0, 0, source.height, source.width)
    seen = source_window(source, grid, grid.window) or whole
    x, y = source.transform @ (seen.col + seen.width / 2, seen.row + seen.height / 2)
    cell = (x - size / 2, y - size / 2, x + size / 2, y + size / 2)
    west, _, east, _ = _bounds_in(source, source.crs, grid.crs, cell)
    return float(grid.resolution / (east - west))


def _bounds_in(source: Source, here: str, there: str, bounds: grids.Bounds) -> grids.Bounds:
    """Bounds in another CRS; SourceError where the source's CRS and the grid's do not meet."""
    try:
        converted: grids.Bounds = transform_bounds(here, there, *bounds, densify_pts=21)
    except GDAL_ERRORS as error:
        raise SourceError(
            f"{source.path}: its coordinate reference system does not lead to that of the national grid"
        ) from error
    if not all(map(math.isfinite, converted)):
        raise SourceError(f"{source.path}: its projection cannot show the national grid (at {bounds})")
    return converted


def source_window(source: Source, grid: Grid, window: grids.Window, margin: int = 0) -> grids.Window | None:
    """The window of the source that covers a window of the grid, widened by ``margin`` cells;
    None when they do not touch. Raises SourceError when the source's projection cannot show the grid."""
    bounds = _bounds_in(source, grid.crs, source.crs, grid.bounds_of(window))
    west, south, east, north = bounds
    inverse = ~source.transform
    cols, rows = zip(*(inverse @ corner for corner in ((west, north), (east, south))), strict=True)
    first_col, last_col = math.floor(min(cols)) - margin, math.ceil(max(cols)) + margin
    first_row, last_row = math.floor(min(rows)) - margin, math.ceil(max(rows)) + margin
    first_col, last_col = max(first_col, 0), min(last_col, source.width)
    first_row, last_row = max(first_row, 0), min(last_row, source.height)
    if first_col >= last_col or first_row >= last_row:
        return None
    return grids.Window(first_row, first_col, last_row - first_row, last_col - first_col)


def strips(window: grids.Window, most_cells: int) -> Iterator[grids.Window]:
    """Horizontal strips of a window with at most ``most_cells`` cells each."""
    rows = max(1, min(window.height, most_cells // window.width))
    for row in range(window.row, window.row + window.height, rows):
        yield grids.Window(row, window.col, min(rows, window.row + window.height - row), window.width)


def warp(reader: Reader, grid: Grid, window: grids.Window) -> NDArray[Any]:
    """One window of the national grid from the source: float64 with NaN, or uint8 class codes with 0.

    No data never bleeds into its neighbours: it is masked before the warp, and weights are
    those of the valid cells alone. Works in strips so that a source much finer than the grid
    does not fill the memory.
    """
    source = reader.source
    resampling = resampling_for(source, reader.property, reader.layer.resampling, grid)
    ratio = max(cell_ratio(source, grid), 1.0)
    missing: float = 0 if reader.property.kind == "class" else np.nan
    dtype = np.uint8 if reader.property.kind == "class" else np.float64
    target = np.full(window.shape, missing, dtype=dtype)
    for strip in strips(window, max(window.width, int(SOURCE_CELLS / ratio**2))):
        needed = source_window(source, grid, strip, margin=math.ceil(ratio) + 2)
        if needed is None:
            continue
        top = strip.row - window.row
        try:
            reproject(
                reader.values(needed),
                target[top : top + strip.height],
                src_crs=source.crs,
                src_transform=source.transform @ Affine.translation(needed.col, needed.row),
                src_nodata=missing,
                dst_crs=grid.crs,
                dst_transform=Affine(*grid.transform_of(strip)),
                dst_nodata=missing,
                resampling=resampling,
            )
        except GDAL_ERRORS as error:
            raise SourceError(f"{source.path}: cannot be warped to the national grid: {error}") from error
    return target
