"""Rasters in: open, survey and bring any GDAL source onto the national grid.

Nothing here writes; the result is arrays of the property's unit and the facts that the
checks (:mod:`soilinfo.ingest.checks`) judge.
"""

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio._err import CPLE_BaseError
from rasterio.enums import MaskFlags, Resampling
from rasterio.errors import CRSError, RasterioError
from rasterio.warp import reproject, transform_bounds

from soilinfo import grid as grids
from soilinfo import units
from soilinfo.catalog.models import ClassTable, Layer, Property
from soilinfo.errors import SourceError
from soilinfo.grid import Grid
from soilinfo.ingest.files import require

SOURCE_CELLS = 16_000_000
"""Most source cells held at once: bounds the memory of a read whatever the raster's size."""

GDAL_ERRORS = (RasterioError, CRSError, CPLE_BaseError)
"""What rasterio raises: its own errors, and GDAL's where it leaves them as they are."""

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
    has_mask: bool
    """True when a mask or an alpha band says what has no data, beyond the declared value."""

    @property
    def is_float(self) -> bool:
        """True when cells can hold NaN."""
        return self.dtype.startswith("float")


@dataclass
class Survey:
    """What the cells of a source inside the grid hold, in the property's unit.

    ``examples`` has up to three {x, y, value} of values outside the valid range; ``codes``
    counts source codes of class layers; ``nan`` counts NaN where another nodata is declared;
    ``declared_nodata`` counts the file's declared value; ``low`` and ``high`` are of finite values.
    """

    cells: int = 0
    valid: int = 0
    nan: int = 0
    declared_nodata: int = 0
    out_of_range: int = 0
    low: float = math.inf
    high: float = -math.inf
    examples: list[dict[str, float | str]] = field(default_factory=list)
    codes: dict[float, int] = field(default_factory=dict)


def inspect(path: str, band: int = 1) -> Source:
    """Facts of one band of a raster file.

    Raises SourceError when the file is missing, unreadable, lacks the band, a coordinate
    reference system or a cell size, is rotated, or holds complex numbers.
    """
    require(path)
    try:
        with rasterio.open(path) as dataset:
            source = _describe(dataset, path, band)
    except GDAL_ERRORS as error:
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
        has_mask=dataset.mask_flag_enums[band - 1] not in ([MaskFlags.all_valid], [MaskFlags.nodata]),
    )


def _refuse_unusable(source: Source) -> None:
    if not source.crs:
        raise SourceError(f"{source.path}: no coordinate reference system")
    if source.transform.is_degenerate:
        raise SourceError(f"{source.path}: its cells have no size")
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
        """Cells as stored in the file and a mask of no data, for a window of the source.

        No data is what the file or the configuration declares, and what the file's own mask or
        alpha band leaves out.
        """
        part = rasterio.windows.Window(window.col, window.row, window.width, window.height)
        dataset, band = self._dataset(), self.source.band
        try:
            cells = dataset.read(band, window=part)
            own = self.source.has_mask and dataset.read_masks(band, window=part) == 0
        except GDAL_ERRORS as error:
            raise SourceError(f"{self.source.path}: truncated or corrupt: {error}") from error
        masked = np.broadcast_to(own, cells.shape).copy()
        for value in (self.source.nodata, *self.layer.nodata):
            masked |= holds(cells, value)
        return cells, masked

    def values(self, window: grids.Window) -> NDArray[Any]:
        """Values of a window of the source, in the property's unit or as class codes.

        What cannot be (outside the valid range, a code without a class) is no data: a layer that is
        published despite such cells must not blend them into their neighbours.
        """
        values = self.translate(*self.raw(window))
        if self.property.kind == "class":
            return np.where(values == self.UNKNOWN_CODE, np.uint8(0), values)
        low, high = _valid_range(self.property)
        return np.where((values >= low) & (values <= high), values, np.nan)

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


def holds(cells: NDArray[Any], value: float | None) -> NDArray[np.bool_]:
    """Which cells hold exactly this value: none where their type cannot hold it, none for None and NaN."""
    if value is None:
        return np.zeros(cells.shape, dtype=bool)
    with np.errstate(over="ignore"):  # beyond float32 is infinite there
        return np.asarray(cells == value)


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
        seen.declared_nodata += int(holds(cells, reader.source.nodata).sum())
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
        code = int(code) if float(code).is_integer() else float(code)
        seen.codes[code] = seen.codes.get(code, 0) + int(count)


def _survey_numbers(seen: Survey, values: NDArray[np.float64], strip: grids.Window, reader: Reader) -> None:
    finite = values[np.isfinite(values)]
    seen.valid += int((~np.isnan(values)).sum())
    seen.low = min(seen.low, float(finite.min(initial=math.inf)))
    seen.high = max(seen.high, float(finite.max(initial=-math.inf)))
    low, high = _valid_range(reader.property)
    bad = np.argwhere((values < low) | (values > high))
    seen.out_of_range += len(bad)
    for row, col in bad[: 3 - len(seen.examples)]:
        x, y = reader.source.transform @ (strip.col + col + 0.5, strip.row + row + 0.5)
        value = float(values[row, col])
        shown = value if math.isfinite(value) else str(value)  # JSON has no infinity
        seen.examples.append({"x": round(x, 6), "y": round(y, 6), "value": shown})


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
    largest = max(abs(bound) for bound in _valid_range(prop)) / prop.scale
    return "int16" if largest < 32767 else "int32"


def pack(values: NDArray[Any], prop: Property) -> NDArray[Any]:
    """Values as stored integers: round(value / scale), or the type's NODATA value.

    Values outside the property's valid range become no data; warping never makes one of valid
    values, so only a source that has them loses cells.
    """
    if prop.kind == "class":
        return values
    dtype = packed_type(prop)
    low, high = (round(bound / prop.scale) for bound in _valid_range(prop))
    steps = np.rint(values / prop.scale)
    return np.where((steps >= low) & (steps <= high), steps, NODATA[dtype]).astype(dtype)


def _valid_range(prop: Property) -> tuple[float, float]:
    assert prop.valid_range is not None, "a numeric property has a valid range"
    valid_range: tuple[float, float] = prop.valid_range
    return valid_range
