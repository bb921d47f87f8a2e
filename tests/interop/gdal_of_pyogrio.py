"""Rasters read by the GDAL that pyogrio brings, newer than Debian's: it has no Python interface to them."""

import ctypes
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
from numpy.typing import NDArray

READ_RASTER = 0x02 | 0x40
"""GDAL_OF_RASTER and GDAL_OF_VERBOSE_ERROR."""
FLOAT32 = 6


def read(name: str, options: Mapping[str, str]) -> NDArray[np.float32]:
    """The first band of what GDAL opens by this name, shape (height, width)."""
    gdal = _library()
    words = [f"{key}={value}".encode() for key, value in options.items()]
    given = (ctypes.c_char_p * (len(words) + 1))(*words, None)
    dataset = gdal.GDALOpenEx(name.encode(), READ_RASTER, None, given, None)
    assert dataset, gdal.CPLGetLastErrorMsg().decode()
    try:
        width, height = gdal.GDALGetRasterXSize(dataset), gdal.GDALGetRasterYSize(dataset)
        cells = np.empty((height, width), np.float32)
        band = gdal.GDALGetRasterBand(dataset, 1)
        into = cells.ctypes.data_as(ctypes.c_void_p)
        failed = gdal.GDALRasterIO(band, 0, 0, 0, width, height, into, width, height, FLOAT32, 0, 0)
        assert not failed, gdal.CPLGetLastErrorMsg().decode()
        return cells
    finally:
        gdal.GDALClose(dataset)


@cache
def _library() -> Any:
    libraries = Path(pyogrio.__file__).parents[1] / "pyogrio.libs"
    gdal = ctypes.CDLL(str(next(libraries.glob("libgdal*"))))
    gdal.GDALAllRegister()
    gdal.CPLGetLastErrorMsg.restype = ctypes.c_char_p
    gdal.GDALOpenEx.restype = gdal.GDALGetRasterBand.restype = ctypes.c_void_p
    handle, number = ctypes.c_void_p, ctypes.c_int
    gdal.GDALGetRasterXSize.argtypes = gdal.GDALGetRasterYSize.argtypes = gdal.GDALClose.argtypes = [handle]
    gdal.GDALGetRasterBand.argtypes = [handle, number]
    gdal.GDALRasterIO.argtypes = [handle, *[number] * 5, handle, *[number] * 5]
    return gdal
