"""Rasters of a product as files: Cloud Optimized GeoTIFFs as its systems keep them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.errors import RasterioIOError
from rasterio.io import MemoryFile
from rasterio.shutil import copy

from soilinfo.errors import SourceError
from soilinfo.grid import Grid

RASTERS = (".tif", ".tiff")
"""Endings of rasters."""
TAG = "LAYER"
"""Tag of a file by which it says itself what it is."""


def write_raster(
    target: Path,
    values: NDArray[np.float32],
    grid: Grid,
    *,
    nodata: float,
    description: str,
    unit: str,
    tags: Mapping[str, str],
) -> str:
    """Write values (NaN where none) as a COG of 32-bit floats; returns the file's sha256.

    DEFLATE with predictor 2, tiles of 512, overviews by the nearest cell, as layers of GloSIS are.
    """
    profile = {
        "driver": "GTiff",
        "height": grid.height,
        "width": grid.width,
        "count": 1,
        "dtype": "float32",
        "crs": grid.crs,
        "transform": Affine(*grid.transform),
        "nodata": nodata,
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as dataset:
            dataset.write(np.where(np.isnan(values), np.float32(nodata), values), 1)
            dataset.update_tags(**tags)
            dataset.descriptions, dataset.units = (description,), (unit,)
        with memory.open() as dataset:
            options = {"COMPRESS": "DEFLATE", "PREDICTOR": "STANDARD", "OVERVIEW_RESAMPLING": "NEAREST"}
            copy(dataset, target, driver="COG", BLOCKSIZE=512, **options)
    return sha256_of(target)


def sha256_of(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_cells(path: Path) -> NDArray[Any]:
    """The cells of a raster's first band as they stand; SourceError where not all can be read."""
    try:
        with rasterio.open(path) as dataset:
            return np.asarray(dataset.read(1))
    except RasterioIOError as error:
        raise SourceError(f"{path.name} cannot be read: {error.__cause__ or error}") from error


def known_values(cells: NDArray[Any], nodata: float | None) -> NDArray[np.float32]:
    """Cells as 32-bit floats, NaN where there is no data."""
    values = cells.astype(np.float32)
    if nodata is not None:
        values[values == np.float32(nodata)] = np.nan
    return values


def read_values(path: Path) -> NDArray[np.float32]:
    """The cells of a raster's first band, NaN where there is no data; SourceError as ``read_cells``."""
    cells = read_cells(path)
    with rasterio.open(path) as dataset:
        return known_values(cells, dataset.nodata)
