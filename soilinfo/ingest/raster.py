"""Rasters in: open, survey and bring any GDAL source onto the national grid.

Nothing here writes; the result is arrays of the property's unit and the facts that the
checks (:mod:`soilinfo.ingest.checks`) judge.
"""

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.warp import reproject, transform_bounds

from soilinfo import grid as grids
from soilinfo import units
from soilinfo.catalog.models import ClassTable, Layer, Property
from soilinfo.errors import SourceError
from soilinfo.grid import Grid

SOURCE_CELLS = 16_000_000
"""Most source cells held at once: bounds the memory of a read whatever the raster's size."""

NODATA = {"int16": -32768, "int32": -(2**31), "uint8": 0}
"""Stored no-data value by packed type."""


@dataclass(frozen=True)
class Source:
    """What a raster file says of itself; ``scale`` and ``offset`` are GDAL's for the band."""

    path: str
    band: int
    crs: str
    transform: Affine
    height: int
    width: int
    dtype: str
    nodata: float | None
    scale: float
    offset: float
    driver: str

    @property
    def is_float(self) -> bool:
        """True when cells can hold NaN."""
        return self.dtype.startswith("float")


@dataclass
class Survey:
    """What the cells of a source inside the grid hold, in the property's unit.

    ``examples`` has up to three {x, y, value} of values outside the valid range; ``codes``
    counts source codes of class layers; ``nan`` counts NaN where another nodata is declared.
    """

    cells: int = 0
    valid: int = 0
    nan: int = 0
    declared_nodata: int = 0
    out_of_range: int = 0
    low: float = math.inf
    high: float = -math.inf
    examples: list[dict[str, float]] = field(default_factory=list)
    codes: dict[int, int] = field(default_factory=dict)


def inspect(path: str, band: int = 1) -> Source:
    """Facts of one band of a raster file.

    Raises SourceError when the file is missing, unreadable, lacks the band or a coordinate
    reference system, is rotated, or holds complex numbers.
    """
    if "://" not in path and not path.startswith("/vsi") and not Path(path).exists():
        raise SourceError(f"{path}: no such file")
    try:
        with rasterio.open(path) as dataset:
            source = _describe(dataset, path, band)
    except RasterioError as error:
        raise SourceError(f"{path}: not a readable raster: {error}") from error
    _refuse_unusable(source)
    return source


def _describe(dataset: Any, path: str, band: int) -> Source:
    if not 1 <= band <= dataset.count:
        raise SourceError(f"{path}: no band {band}; there are {dataset.count}")
    return Source(
        path=path,
        band=band,
        crs=dataset.crs.to_wkt() if dataset.crs else "",
        transform=dataset.transform,
        height=dataset.height,
        width=dataset.width,
        dtype=dataset.dtypes[band - 1],
        nodata=dataset.nodatavals[band - 1],
        scale=dataset.scales[band - 1],
        offset=dataset.offsets[band - 1],
        driver=dataset.driver,
    )


def _refuse_unusable(source: Source) -> None:
    if not source.crs:
        raise SourceError(f"{source.path}: no coordinate reference system")
    if source.transform.b or source.transform.d:
        raise SourceError(f"{source.path}: rotated or sheared; warp it to a north-up grid first")
    if source.dtype.startswith("complex"):
        raise SourceError(f"{source.path}: complex numbers ({source.dtype}) are not a soil property")


class Reader:
    """Reads one source as values of the property: masked, scaled, in its unit. Thread-safe.

    Numeric properties come as float64 with NaN for no data; class properties as uint8 class
    codes with 0 for no data, source codes without a class as 255.
    """

    UNKNOWN_CODE = 255

    def __init__(self, source: Source, layer: Layer, prop: Property, classes: ClassTable | None) -> None:
        self.source, self.layer, self.property, self.classes = source, layer, prop, classes
        self._handles = threading.local()

    def _dataset(self) -> Any:
        # GDAL handles must not be shared between threads.
        if not hasattr(self._handles, "dataset"):
            self._handles.dataset = rasterio.open(self.source.path)
        return self._handles.dataset

    def raw(self, window: grids.Window) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Cells as stored in the file and a mask of declared no data, for a window of the source."""
        try:
            cells = self._dataset().read(
                self.source.band,
                window=rasterio.windows.Window(window.col, window.row, window.width, window.height),
            )
        except RasterioError as error:
            raise SourceError(f"{self.source.path}: truncated or corrupt: {error}") from error
        masked = np.zeros(cells.shape, dtype=bool)
        for value in (self.source.nodata, *self.layer.nodata):
            if value is not None and not math.isnan(value):
                masked |= cells == np.asarray(value).astype(cells.dtype, casting="unsafe")
        return cells, masked

    def values(self, window: grids.Window) -> NDArray[Any]:
        """Values of a window of the source, in the property's unit or as class codes."""
        cells, masked = self.raw(window)
        return self.translate(cells, masked)

    def translate(self, cells: NDArray[Any], masked: NDArray[np.bool_]) -> NDArray[Any]:
        """Raw cells and no-data mask as values in the property's unit, or as class codes."""
        if self.property.kind == "class":
            return self._recode(cells, masked)
        values = cells.astype(np.float64)
        values[masked] = np.nan
        values = values * self.source.scale + self.source.offset
        factor, offset = units.factor_offset(self.layer.unit or self.property.unit, self.property.unit)
        # A standard deviation has no zero point: only the factor of its unit applies.
        return values * factor + (0.0 if self.layer.statistic == "sd" else offset)

    def _recode(self, cells: NDArray[Any], masked: NDArray[np.bool_]) -> NDArray[np.uint8]:
        assert self.classes is not None, "a class property has a class table"
        coded = np.full(cells.shape, self.UNKNOWN_CODE, dtype=np.uint8)
        for code, class_id in (self.layer.codes or {}).items():
            coded[cells == code] = self.classes.code_of[class_id]
        coded[masked | (np.isnan(cells) if self.source.is_float else False)] = 0
        return coded


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
    """How many source cells lie along the side of one grid cell, measured in the middle of the source."""
    size = abs(source.transform.a)
    x = source.transform.c + source.width / 2 * source.transform.a
    y = source.transform.f + source.height / 2 * source.transform.e
    west, _, east, _ = transform_bounds(
        source.crs, grid.crs, x - size / 2, y - size / 2, x + size / 2, y + size / 2
    )
    return float(grid.resolution / (east - west))


def source_window(source: Source, grid: Grid, window: grids.Window, margin: int = 0) -> grids.Window | None:
    """The window of the source that covers a window of the grid, widened by ``margin`` cells;
    None when they do not touch. Raises SourceError when the source's projection cannot show the grid."""
    bounds = transform_bounds(grid.crs, source.crs, *grid.bounds_of(window), densify_pts=21)
    if not all(map(math.isfinite, bounds)):
        raise SourceError(f"{source.path}: its projection cannot show the national grid {grid.bounds}")
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


def _strips(window: grids.Window, most_cells: int) -> Iterator[grids.Window]:
    """Horizontal strips of a window with at most ``most_cells`` cells each."""
    rows = max(1, min(window.height, most_cells // window.width))
    for row in range(window.row, window.row + window.height, rows):
        yield grids.Window(row, window.col, min(rows, window.row + window.height - row), window.width)


def survey(reader: Reader, grid: Grid) -> Survey:
    """Read every source cell inside the grid once and say what they hold.

    Judging source cells, not resampled ones, makes counts and places those of the file.
    """
    seen = Survey()
    inside = source_window(reader.source, grid, grid.window)
    if inside is None:
        return seen
    for strip in _strips(inside, SOURCE_CELLS):
        cells, masked = reader.raw(strip)
        values = reader.translate(cells, masked)
        seen.cells += values.size
        seen.declared_nodata += int(masked.sum())
        if reader.source.is_float:
            seen.nan += int(np.isnan(cells).sum())
        if reader.property.kind == "class":
            _survey_classes(seen, cells[(values != 0)], int((values != 0).sum()))
        else:
            _survey_numbers(seen, values, strip, reader)
    return seen


def _survey_classes(seen: Survey, cells: NDArray[Any], valid: int) -> None:
    seen.valid += valid
    for code, count in zip(*np.unique(cells, return_counts=True), strict=True):
        seen.codes[int(code)] = seen.codes.get(int(code), 0) + int(count)


def _survey_numbers(seen: Survey, values: NDArray[np.float64], strip: grids.Window, reader: Reader) -> None:
    finite = ~np.isnan(values)
    seen.valid += int(finite.sum())
    if not finite.any():
        return
    seen.low = min(seen.low, float(np.nanmin(values)))
    seen.high = max(seen.high, float(np.nanmax(values)))
    assert reader.property.valid_range is not None, "a numeric property has a valid range"
    low, high = reader.property.valid_range
    if seen.low >= low and seen.high <= high:
        return
    bad = np.argwhere((values < low) | (values > high))
    seen.out_of_range += len(bad)
    for row, col in bad[: 3 - len(seen.examples)]:
        x, y = reader.source.transform @ (strip.col + col + 0.5, strip.row + row + 0.5)
        seen.examples.append({"x": round(x, 6), "y": round(y, 6), "value": float(values[row, col])})


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
    for strip in _strips(window, max(window.width, int(SOURCE_CELLS / ratio**2))):
        needed = source_window(source, grid, strip, margin=math.ceil(ratio) + 2)
        if needed is None:
            continue
        top = strip.row - window.row
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
    return target


def property_of(layer: Layer, prop: Property) -> Property:
    """The property as a layer stores it: a standard deviation lies between 0 and the width of the range."""
    if layer.statistic != "sd" or prop.valid_range is None:
        return prop
    low, high = prop.valid_range
    spread: Property = prop.model_copy(update={"valid_range": (0.0, high - low)})
    return spread


def packed_type(prop: Property) -> str:
    """Integer type that holds every valid value of a property as a multiple of its scale."""
    if prop.kind == "class":
        return "uint8"
    assert prop.valid_range is not None, "a numeric property has a valid range"
    largest = max(abs(bound) for bound in prop.valid_range) / prop.scale
    return "int16" if largest < 32767 else "int32"


def pack(values: NDArray[Any], prop: Property) -> NDArray[Any]:
    """Values as stored integers: round(value / scale), no data as the type's NODATA value."""
    if prop.kind == "class":
        return values
    dtype = packed_type(prop)
    packed = np.full(values.shape, NODATA[dtype], dtype=dtype)
    valid = ~np.isnan(values)
    packed[valid] = np.rint(values[valid] / prop.scale)
    return packed
