"""How a raster version is laid out as a Zarr v3 group: arrays, codecs, coordinates, CF attributes."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
import zarr
from numpy.typing import NDArray
from pyproj import CRS
from zarr.codecs import BloscCodec

from soilinfo.grid import CHUNK, SHARD, Grid
from soilinfo.store import pyramid
from soilinfo.store.shelf import Place

Packed = NDArray[np.integer]

OWN_PIPELINE = "zarr.core.codec_pipeline.BatchedCodecPipeline"
_FAST_PIPELINE = "zarrs.ZarrsCodecPipeline"
_OPENING = threading.Lock()
"""zarr takes the codec pipeline from its process-wide configuration when an array is opened."""
_COMPRESSOR = BloscCodec(cname="zstd", clevel=1, shuffle="bitshuffle")
"""Shuffled bits leave nothing to find for higher levels: level 3 takes twice the time for the same size."""


@dataclass(frozen=True)
class Variable:
    """One stored variable: ``value = packed * scale``, ``nodata`` where there is no value."""

    name: str
    dtype: Literal["uint8", "uint16", "int16", "int32"]
    nodata: int
    scale: float = 1.0
    overview: pyramid.Method = "average"
    attrs: Mapping[str, Any] = field(default_factory=dict)


def reading_pipeline(place: Place) -> str:
    """Name of the codec pipeline for reads: zarr's own, or on a disk the compiled one where installed."""
    return _FAST_PIPELINE if isinstance(place, Path) and find_spec("zarrs") else OWN_PIPELINE


@contextmanager
def pipeline(name: str) -> Iterator[None]:
    """Open or create arrays that use the codec pipeline of that name."""
    with _OPENING, zarr.config.set({"codec_pipeline.path": name}):
        yield


def open_group(place: Place, mode: Literal["r", "r+"]) -> zarr.Group:
    """The Zarr group of a version, where it lies."""
    # While a version is written its index of all metadata does not exist yet.
    return zarr.open_group(zarr_place(place, mode == "r"), mode=mode, use_consolidated=mode == "r")


def zarr_place(place: Place, read_only: bool = False) -> Any:
    """The place of a version as zarr takes it."""
    return place if isinstance(place, Path) else place.zarr(read_only=read_only)


def array_path(name: str, overview: int) -> str:
    """Path of an array inside the group of a version."""
    return name if overview == 1 else f"{overview}/{name}"


def create_array(group: zarr.Group, variable: Variable, shape: tuple[int, int]) -> "zarr.Array[Any]":
    """A new array of one variable at one level, with its CF attributes."""
    packing = {} if variable.scale == 1.0 else {"scale_factor": variable.scale}
    return group.create_array(
        variable.name,
        shape=shape,
        dtype=variable.dtype,
        chunks=(CHUNK, CHUNK),
        shards=(SHARD, SHARD),
        compressors=_COMPRESSOR,
        fill_value=variable.nodata,
        dimension_names=("y", "x"),
        attributes={**variable.attrs, **packing, "_FillValue": variable.nodata, "grid_mapping": "crs"},
    )


_AXES: dict[bool, dict[str, dict[str, str]]] = {
    True: {
        "y": {"standard_name": "latitude", "units": "degrees_north", "axis": "Y"},
        "x": {"standard_name": "longitude", "units": "degrees_east", "axis": "X"},
    },
    False: {
        "y": {"standard_name": "projection_y_coordinate", "axis": "Y"},
        "x": {"standard_name": "projection_x_coordinate", "axis": "X"},
    },
}
"""CF attributes of the coordinates of a geographic (True) or projected grid."""


def write_coordinates(group: zarr.Group, grid: Grid, overview: int) -> None:
    """Coordinates ``y`` and ``x`` (cell centres) and the grid mapping ``crs`` of one level."""
    size = grid.resolution * overview
    height, width = pyramid.reduced_shape(grid.shape, overview)
    level = replace(grid, resolution=size, height=height, width=width)
    crs = CRS.from_user_input(grid.crs)
    for name, values in (("y", level.y), ("x", level.x)):
        attributes: dict[str, Any] = dict(_AXES[grid.is_geographic][name])
        if not grid.is_geographic:
            attributes["units"] = crs.axis_info[0].unit_name
        group.create_array(name, data=values, dimension_names=(name,), attributes=attributes)
    # GDAL's order of coefficients, as its netCDF and Zarr drivers read them.
    transform = f"{grid.west!r} {size!r} 0 {grid.north!r} 0 {-size!r}"
    mapping: dict[str, Any] = {**crs.to_cf(), "spatial_ref": crs.to_wkt(), "GeoTransform": transform}
    group.create_array("crs", data=np.array(0, dtype="int32"), attributes=mapping)
