"""NetCDF by the conventions CF 1.11: decoded values with their unit, classes with what they mean.

The classic format (64-bit offsets), which every reader of NetCDF understands. Depth and time are scalar
coordinates with bounds where they are known. Values are decoded as in a GeoTIFF, as not every reader
applies scale and offset.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from scipy.io import netcdf_file

from soilinfo.catalog.text import in_language
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import Band, Category
from soilinfo.serve.coverages.extents import depth_of, time_of
from soilinfo.serve.coverages.raster import Frame
from soilinfo.serve.coverages.selection import OF_WGS84
from soilinfo.store.cube import CubeLayer

MEDIA_TYPE = "application/x-netcdf"
EXTENSION = "nc"

GRID_MAPPING = "crs"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGE_OFFSETS = 2
"""scipy's name of the 64-bit-offset variant."""
NO_CLASS = -1
"""No data of classes, which are short integers: the classic format has no unsigned bytes."""

CF_UNITS = {
    "pH": "1",
    "% vol": "%",
    "mg/100 g": "mg/(100 g)",
    "cmol(+)/kg": "cmol/kg",
    "cmol(+)/kg clay": "cmol/kg",
    "mmol(+)/kg": "mmol/kg",
    "mmol(+)/100 g": "cmol/kg",
    "meq/100 g": "cmol/kg",
    "g/100 g": "g/(100 g)",
    "mol(+)/L": "mol/L",
    "cmol(+)/L": "cmol/L",
    "mmol(+)/L": "mmol/L",
    "umol(+)/L": "umol/L",
    "meq/L": "mmol/L",
}
"""Units as UDUNITS reads them, where our symbol is none of its."""

_AXES: Mapping[bool, Mapping[str, Mapping[str, str]]] = {
    True: {
        "y": {"standard_name": "latitude", "long_name": "latitude", "units": "degrees_north", "axis": "Y"},
        "x": {"standard_name": "longitude", "long_name": "longitude", "units": "degrees_east", "axis": "X"},
    },
    False: {
        "y": {"standard_name": "projection_y_coordinate", "long_name": "northing", "axis": "Y"},
        "x": {"standard_name": "projection_x_coordinate", "long_name": "easting", "axis": "X"},
    },
}
_NAMES: Mapping[bool, Mapping[str, str]] = {True: {"y": "lat", "x": "lon"}, False: {"y": "y", "x": "x"}}
"""Names of the coordinates of a geographic (True) or a projected system."""


def encode(
    collection: Collection,
    bands: Sequence[Band],
    arrays: Sequence[NDArray[np.integer]],
    frame: Frame,
    sliced: frozenset[str] = frozenset(),
) -> bytes:
    """One variable for each band, of the coordinates y and x; those of a ``sliced`` axis are scalar."""
    memory = BytesIO()
    file = netcdf_file(memory, "w", version=LARGE_OFFSETS)
    _tell(file, _about(collection))
    dimensions = _horizontal(file, frame, sliced)
    scalars = [*_depth(file, collection), *_time(file, collection)]
    # The coordinates of a sliced axis are no dimension and so must be named.
    scalars += [name for name in _NAMES[CRS(frame.crs).is_geographic].values() if name not in dimensions]
    common = {"grid_mapping": GRID_MAPPING} | ({"coordinates": " ".join(scalars)} if scalars else {})
    for band, packed in zip(bands, arrays, strict=True):
        values, described = _values(collection.store.cube.open(*band.cube), band, packed)
        shape = [file.dimensions[name] for name in dimensions]
        _variable(file, band.name, values.reshape(shape), dimensions, described | common)
    file.flush()
    return memory.getvalue()


def _about(collection: Collection) -> dict[str, Any]:
    language = collection.catalog.services.languages[0]
    return {
        "Conventions": "CF-1.11",
        "title": in_language(collection.title, language),
        "institution": collection.catalog.services.contact.organisation,
        "source": ", ".join(f"{name} {version}" for name, version in collection.cubes.items()),
        "references": in_language(collection.description, language),
        "licence": collection.licence,
        "attribution": collection.attribution,
    }


def _horizontal(file: Any, frame: Frame, sliced: frozenset[str]) -> list[str]:
    """Write the coordinates of the frame and its system; returns the names of the dimensions."""
    # Files have longitude and latitude by name, so that their order is no matter.
    crs = CRS("EPSG:4326" if frame.crs in OF_WGS84 else frame.crs)
    dimensions = []
    for axis, centres in (("y", frame.y), ("x", frame.x)):
        name = _NAMES[crs.is_geographic][axis]
        units = {} if crs.is_geographic else {"units": "m"}
        described = {**_AXES[crs.is_geographic][axis], **units}
        if axis in sliced:
            _variable(file, name, centres[0], (), described)
            continue
        file.createDimension(name, len(centres))
        dimensions.append(name)
        _variable(file, name, centres, (name,), described)
    west, south, east, north = frame.bounds
    step = (east - west) / frame.width, (north - south) / frame.height
    # GDAL's order of coefficients, as its netCDF driver reads them.
    transform = f"{west!r} {step[0]!r} 0 {north!r} 0 {-step[1]!r}"
    mapping = {**crs.to_cf(), "spatial_ref": crs.to_wkt(), "GeoTransform": transform}
    _variable(file, GRID_MAPPING, np.int32(0), (), mapping)
    return dimensions


def _depth(file: Any, collection: Collection) -> list[str]:
    depth = depth_of(collection)
    if depth is None:
        return []
    described = {"standard_name": "depth", "units": "cm", "positive": "down", "axis": "Z"}
    _bounded(file, "depth", (depth[0] + depth[1]) / 2, depth, described)
    return ["depth"]


def _time(file: Any, collection: Collection) -> list[str]:
    time = time_of(collection)
    if time is None:
        return []
    begin, end = ((instant - EPOCH).total_seconds() for instant in time)
    described = {"standard_name": "time", "units": f"seconds since {EPOCH:%Y-%m-%dT%H:%M:%SZ}", "axis": "T"}
    _bounded(file, "time", begin, (begin, end), described | {"calendar": "standard"})
    return ["time"]


def _bounded(
    file: Any, name: str, value: float, bounds: tuple[float, float], described: Mapping[str, str]
) -> None:
    """A scalar coordinate and its ends."""
    if "bnds" not in file.dimensions:
        file.createDimension("bnds", 2)
    _variable(file, name, np.float64(value), (), {**described, "bounds": f"{name}_bnds"})
    _variable(file, f"{name}_bnds", np.array(bounds, np.float64), ("bnds",), {})


def _values(layer: CubeLayer, band: Band, packed: NDArray[np.integer]) -> tuple[NDArray[Any], dict[str, Any]]:
    """The values of a band as they stand in the file, and their attributes."""
    field, nodata = band.field, layer.variable(band.variable).nodata
    described: dict[str, Any] = {"long_name": in_language(band.title, "en")}
    codes = field.categories or field.flags
    if not codes:
        described["units"] = CF_UNITS.get(field.unit or "1", field.unit or "1")
        described["_FillValue"] = np.float32(np.nan)
        values = np.empty(packed.shape, np.float32)
        layer.decode_into(values, band.variable, packed)
        return values, described
    kind = np.dtype(np.int16 if field.categories else np.int32)
    numbers = np.array([each.code for each in codes], kind)
    described["flag_values" if field.categories else "flag_masks"] = numbers
    described["flag_meanings"] = " ".join(map(_word, codes))
    absent = kind.type(NO_CLASS)
    return np.where(packed == nodata, absent, packed).astype(kind), described | {"_FillValue": absent}


def _word(category: Category) -> str:
    """The id of a class as CF wants its meanings: without blanks."""
    return "_".join(category.id.split())


def _variable(
    file: Any, name: str, values: Any, dimensions: Sequence[str], described: Mapping[str, Any]
) -> None:
    array = np.asarray(values)
    variable = file.createVariable(name, array.dtype, tuple(dimensions))
    variable.data[...] = array
    _tell(variable, described)


def _tell(of: Any, described: Mapping[str, Any]) -> None:
    for name, value in described.items():
        # By itself scipy takes ASCII only, and writes a float as one of four bytes.
        exact = np.float64(value) if type(value) is float else value
        setattr(of, name, value.encode() if isinstance(value, str) else exact)
