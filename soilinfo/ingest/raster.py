"""Rasters in: bring any source onto the national grid. Nothing here writes; the result is arrays."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.warp import reproject

from soilinfo.catalog.models import Property
from soilinfo.errors import SourceError
from soilinfo.grid import Grid, Window
from soilinfo.ingest.placement import SOURCE_CELLS, blocks_of, cell_ratios, offset_on, overlap, source_windows
from soilinfo.ingest.source import GDAL_ERRORS, Reader, Source, value_type
from soilinfo.ingest.survey import Survey, read

BLOCK = 1024
"""Cells along the side of what is warped at once: sea within a shard is left out, and memory is bounded."""


TOLERANCE = 0.01
"""Source cells by which GDAL may miss a place; its own 0.125 is hardly faster and shows in the values."""


def resampling_for(source: Source, prop: Property, asked: str, grid: Grid) -> Resampling:
    """The resampling a property needs: mode or nearest for classes, average when the source is
    finer than the grid, bilinear when it is coarser; ``asked`` overrides unless it is 'auto'."""
    if asked != "auto":
        return Resampling[asked]
    finer = cell_ratios(source, grid)[0] > 1.0 + 1e-6
    if prop.kind == "class":
        return Resampling.mode if finer else Resampling.nearest
    return Resampling.average if finer else Resampling.bilinear


def is_copied(reader: Reader, grid: Grid) -> bool:
    """True when cells of the source are cells of the grid, so that none is resampled.

    Whatever resampling is asked for, it leaves a cell as it is where it lies exactly on one of the grid.
    """
    return offset_on(reader.source, grid) is not None


def copy(reader: Reader, grid: Grid, window: Window) -> tuple[NDArray[Any], Survey]:
    """One window of the national grid from a source that shares its cells, and the survey of these cells."""
    source, offset = reader.source, offset_on(reader.source, grid)
    assert offset is not None, "only a source that is_copied shares the grid's cells"
    shared = overlap(window, Window(*offset, source.height, source.width))
    if shared is None:
        return _empty(reader, window), Survey()
    there = Window(shared.row - offset[0], shared.col - offset[1], *shared.shape)
    if shared == window:
        return read(reader, there)
    target = _empty(reader, window)
    here = Window(shared.row - window.row, shared.col - window.col, *shared.shape)
    target[here.slices], seen = read(reader, there)
    return target, seen


def warp(reader: Reader, grid: Grid, window: Window) -> NDArray[Any]:
    """One window of the national grid from the source: floats with NaN, or uint8 class codes with 0.

    Copied where both share their cells, else resampled. No data never bleeds into its neighbours:
    it is masked before the warp, and weights are those of the valid cells alone. Works in blocks so
    that a source much finer than the grid does not fill the memory; blocks without data cost a read.
    """
    if is_copied(reader, grid):
        return copy(reader, grid, window)[0]
    target, to = _empty(reader, window), _target(reader, grid)
    for block in blocks_of(window, to.side, to.side):
        part = Window(block.row - window.row, block.col - window.col, *block.shape)
        _warp_block(reader, to, block, target[part.slices])
    return target


@dataclass(frozen=True)
class _Target:
    """How a source comes onto a grid: the same for all its blocks, so that they make no seams."""

    grid: Grid
    options: Mapping[str, Any]
    margin: int
    side: int


def _target(reader: Reader, grid: Grid) -> _Target:
    across, down = cell_ratios(reader.source, grid)
    ratio = max(across, down, 1.0)
    options = {
        "resampling": resampling_for(reader.source, reader.property, reader.layer.resampling, grid),
        "tolerance": TOLERANCE,
        # GDAL's own guess of these depends on the shape of the block.
        "XSCALE": 1 / across,
        "YSCALE": 1 / down,
    }
    side = max(1, min(BLOCK, int(math.sqrt(SOURCE_CELLS) / ratio)))
    return _Target(grid, options, math.ceil(ratio) + 2, side)


def _empty(reader: Reader, window: Window) -> NDArray[Any]:
    return np.full(window.shape, _missing(reader), value_type(reader.property))


def _missing(reader: Reader) -> float:
    return 0 if reader.property.kind == "class" else math.nan


def _warp_block(reader: Reader, to: _Target, block: Window, target: NDArray[Any]) -> None:
    for needed in source_windows(reader.source, to.grid, block, to.margin):
        values, seen = read(reader, needed)
        if seen.valid:
            warped = _resampled(reader, to, block, needed, values)
            # Across 180 degrees each side fills its own cells; those on the line are made of the western one.
            np.copyto(target, warped, where=_is_missing(target))


def _is_missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    return np.isnan(values) if values.dtype.kind == "f" else values == 0


def _resampled(
    reader: Reader, to: _Target, block: Window, needed: Window, values: NDArray[Any]
) -> NDArray[Any]:
    """A block of the grid from the values of a window of the source."""
    source, missing = reader.source, _missing(reader)
    try:
        warped: NDArray[Any] = reproject(
            values,
            np.full(block.shape, missing, values.dtype),
            src_crs=source.crs,
            src_transform=source.transform @ Affine.translation(needed.col, needed.row),
            src_nodata=missing,
            dst_crs=to.grid.crs,
            dst_transform=Affine(*to.grid.transform_of(block)),
            dst_nodata=missing,
            **to.options,
        )[0]
    except GDAL_ERRORS as error:
        raise SourceError(f"{source.path}: cannot be warped to the national grid: {error}") from error
    return warped
