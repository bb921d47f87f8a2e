"""One raster source: what its file says of itself, and its cells as values of a property."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from warnings import filterwarnings

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio._err import CPLE_BaseError
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError

from soilinfo import grid as grids
from soilinfo import units
from soilinfo.catalog.models import ClassTable, Layer, Property
from soilinfo.errors import SourceError
from soilinfo.ingest import kernel
from soilinfo.ingest.files import require

# A source without a place is a finding of its own. For the whole process: filters of warnings are not safe
# to change while other threads run.
filterwarnings("ignore", category=NotGeoreferencedWarning)

GDAL_ERRORS = (RasterioError, CRSError, CPLE_BaseError)
"""What rasterio raises: its own errors, and GDAL's where it leaves them as they are."""

CACHE_BYTES = 256 * 2**20
"""Memory of GDAL for blocks it has decoded, in the whole process: its own default grows with the machine."""

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
    bands: int = 1
    """Bands of data: those that are no alpha band."""
    colours: str = ""
    """'palette' or 'photograph' where cells are colours; empty where they are numbers."""
    block: tuple[int, int] = (1, 1)
    """Rows and columns that the file stores, and so reads, together."""
    control: str = ""
    """'ground control points' or 'rational polynomial coefficients' where these alone give a place."""

    @property
    def is_float(self) -> bool:
        """True when cells can hold NaN."""
        return self.dtype.startswith("float")


def inspect(path: str, band: int = 1) -> Source:
    """Facts of one band of a raster file.

    Raises SourceError, with the id of its finding, when the file is missing or unreadable or one of
    REFUSALS says why it cannot be brought onto a map.
    """
    require(path)
    try:
        with rasterio.open(path) as dataset:
            source = _describe(dataset, path, band)
    except GDAL_ERRORS as error:
        raise SourceError(f"{path}: {_unreadable(Path(path), error)}") from error
    for refusal in REFUSALS:
        if reason := refusal(source):
            raise SourceError(f"{path}: {reason}", refusal.__name__)
    return source


def _unreadable(path: Path, error: Exception) -> str:
    if path.is_dir():
        return "a directory; name one file in it, or its tiles by a pattern (*.tif)"
    if path.is_file() and path.stat().st_size == 0:
        return "an empty file of 0 bytes"
    return f"not a readable raster: {error}"


def _describe(dataset: Any, path: str, band: int) -> Source:
    if not 1 <= band <= dataset.count:
        parts = f"; its parts are {', '.join(dataset.subdatasets)}" if dataset.subdatasets else ""
        check = "subdatasets" if parts else "no_such_band"
        raise SourceError(f"{path}: no band {band}; there are {dataset.count}{parts}", check)
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
        bands=sum(meaning != ColorInterp.alpha for meaning in dataset.colorinterp),
        colours=_colours(dataset.colorinterp, band),
        block=dataset.block_shapes[band - 1],
        control=_control(dataset),
    )


def _colours(meanings: tuple[ColorInterp, ...], band: int) -> str:
    if meanings[band - 1] == ColorInterp.palette:
        return "palette"
    photograph = {ColorInterp.red, ColorInterp.green, ColorInterp.blue} <= set(meanings)
    return "photograph" if photograph else ""


def _control(dataset: Any) -> str:
    if not dataset.transform.is_identity:
        return ""
    if dataset.gcps[0]:
        return "ground control points"
    return "rational polynomial coefficients" if dataset.rpcs else ""


# ---- what cannot be used: each names a finding and returns the reason -------------------------


def control_points_only(source: Source) -> str:
    """Its place is given by control points or a camera model, which fit no grid exactly."""
    if not source.control:
        return ""
    return f"georeferenced by {source.control} alone; warp it to a north-up grid first (gdalwarp)"


def no_crs(source: Source) -> str:
    """It does not say in which coordinate reference system its coordinates are."""
    picture = ": a photograph or a drawing, no map" if source.colours and source.transform.is_identity else ""
    return "" if source.crs else f"no coordinate reference system{picture}"


def no_cell_size(source: Source) -> str:
    """Nothing says where its cells lie, or they have no size."""
    if source.transform.is_identity:
        return "no georeferencing: its coordinates are row and column numbers"
    numbers = all(map(math.isfinite, source.transform[:6]))
    return "its cells have no size" if not numbers or source.transform.is_degenerate else ""


def rotated(source: Source) -> str:
    """Its rows do not run along the axes of its coordinate reference system."""
    transform = source.transform
    if not (transform.b or transform.d):
        return ""
    how = "its axes are swapped" if transform.a == transform.e == 0 else "rotated or sheared"
    return f"{how}; warp it to a north-up grid first (gdalwarp)"


def complex_numbers(source: Source) -> str:
    """Its cells are complex numbers, as radar images have."""
    if not source.dtype.startswith("complex"):
        return ""
    return f"complex numbers ({source.dtype}) are not a soil property"


def impossible_scale(source: Source) -> str:
    """Its numbers become one value, or none, by the scale and the offset that it states."""
    if source.scale and math.isfinite(source.scale) and math.isfinite(source.offset):
        return ""
    return f"its scale {source.scale:g} and offset {source.offset:g} make no values of its numbers"


REFUSALS: tuple[Callable[[Source], str], ...] = (
    control_points_only,
    no_crs,
    no_cell_size,
    rotated,
    complex_numbers,
    impossible_scale,
)
"""Why a source cannot be brought onto a map at all; config cannot change their severity."""


class Reader:
    """Reads the cells of one source for one layer. May be shared by threads and sent to other processes."""

    def __init__(self, source: Source, layer: Layer, prop: Property, classes: ClassTable | None) -> None:
        self.source, self.layer, self.property, self.classes = source, layer, prop, classes
        self._handles = threading.local()

    def __reduce__(self) -> tuple[type["Reader"], tuple[Any, ...]]:
        # Another process opens the file itself, and may run in another directory.
        path = Path(self.source.path)
        source = replace(self.source, path=str(path.absolute())) if path.exists() else self.source
        return Reader, (source, self.layer, self.property, self.classes)

    def _dataset(self) -> Any:
        # GDAL handles must not be shared between threads.
        if not hasattr(self._handles, "dataset"):
            with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES):
                self._handles.dataset = rasterio.open(self.source.path)
        return self._handles.dataset

    def raw(self, window: grids.Window) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Cells as stored in the file (half floats as float32) and a mask of no data, for a window of it.

        No data is what the file or the configuration declares, and what the file's own mask or
        alpha band leaves out.
        """
        part = rasterio.windows.Window(window.col, window.row, window.width, window.height)
        dataset, band = self._dataset(), self.source.band
        try:
            cells = dataset.read(band, window=part)
            masked = np.zeros(cells.shape, dtype=bool)
            if self.source.has_mask:
                masked |= dataset.read_masks(band, window=part) == 0
        except GDAL_ERRORS as error:
            # GDAL's own words, where rasterio only says that there are some.
            reason = error.__cause__ or error
            raise SourceError(f"{self.source.path}: truncated or corrupt: {reason}") from error
        for value in (self.source.nodata, *self.layer.nodata):
            if value is not None:
                masked |= holds(cells, value)
        # Compiled loops know no half floats.
        return cells.astype(np.float32) if cells.dtype == np.float16 else cells, masked

    @property
    def linear(self) -> tuple[float, float, float, float]:
        """As :func:`linear_of` the source and the layer."""
        return linear_of(self.source, self.layer, self.property)

    @property
    def class_codes(self) -> dict[float, int]:
        """Source code -> class code, by ascending source code."""
        assert self.classes is not None, "a class property has a class table"
        codes = self.layer.codes or {}
        return {float(code): self.classes.code_of[codes[code]] for code in sorted(codes)}


def linear_of(source: Source, layer: Layer, prop: Property) -> tuple[float, float, float, float]:
    """Scale and offset of the file, factor and offset of the unit, to be applied in this order."""
    factor, offset = units.factor_offset(layer.unit or prop.unit, prop.unit)
    # A standard deviation has no zero point: only the factor of its unit applies.
    shift = 0.0 if layer.statistic == "sd" else offset
    return float(source.scale), float(source.offset), float(factor), float(shift)


def holds(cells: NDArray[Any], value: float) -> NDArray[np.bool_]:
    """Which cells hold exactly this value: none where their type cannot hold it, none for NaN."""
    with np.errstate(over="ignore"):  # beyond float32 is infinite there
        return np.asarray(cells == value)


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
    return "int16" if _largest_step(prop) < 32767 else "int32"


def _largest_step(prop: Property) -> float:
    return max(abs(bound) for bound in valid_range(prop)) / prop.scale


def value_type(prop: Property) -> str:
    """Type of values before they are packed: float32 where it resolves an eighth of a packed step."""
    if prop.kind == "class":
        return "uint8"
    return "float32" if _largest_step(prop) < 2**20 else "float64"


def pack(values: NDArray[Any], prop: Property) -> NDArray[Any]:
    """Values as stored integers: round(value / scale), or the type's NODATA value.

    Values outside the property's valid range become no data; warping never makes one of valid
    values, so only a source that has them loses cells.
    """
    if prop.kind == "class":
        return values
    dtype = packed_type(prop)
    low, high = (round(bound / prop.scale) for bound in valid_range(prop))
    packed = np.empty(values.shape, dtype)
    kernel.pack(np.ravel(values), prop.scale, (low, high), NODATA[dtype], packed.reshape(-1))
    return packed


def valid_range(prop: Property) -> tuple[float, float]:
    """The physically possible values of a numeric property, in its unit."""
    assert prop.valid_range is not None, "a numeric property has a valid range"
    low, high = prop.valid_range
    return low, high
