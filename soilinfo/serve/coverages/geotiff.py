"""GeoTIFF: classes as bytes (0 = no data, 255 where 0 is a class), everything else as decoded float32 (NaN).

Decoded, because clients that read a coverage (GDAL's OGCAPI driver among them) do not see scale
and offset; every stored value has fewer digits than a float32 holds. NaN, because they do not see
the declared no-data value either, and nobody averages a NaN by mistake.

GDAL writes what describes the picture; the cells follow as they are, one strip for each band. They are
compressed on the way, as far as a client takes that (Accept-Encoding): within the file DEFLATE would take
ten times as long as all else.
"""

from collections.abc import Sequence

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import Band
from soilinfo.serve.coverages.raster import Frame
from soilinfo.serve.coverages.selection import OF_WGS84
from soilinfo.store import tiff

MEDIA_TYPE = "image/tiff; application=geotiff"
EXTENSION = "tif"


def encode(
    collection: Collection,
    bands: Sequence[Band],
    arrays: Sequence[NDArray[np.integer]],
    frame: Frame,
    sliced: frozenset[str] = frozenset(),  # noqa: ARG001
) -> bytes:
    """One GeoTIFF with a band for each array, named and with its unit; always of two dimensions."""
    dtype, nodata = _kind(bands)
    size = frame.width * frame.height * dtype.itemsize
    described = _description(collection, bands, frame, dtype, nodata)
    start = len(_header(described, np.zeros(len(bands), np.int64), size))
    content = np.empty(start + size * len(bands), np.uint8)
    content[:start] = np.frombuffer(_header(described, start + size * np.arange(len(bands)), size), np.uint8)
    cells = content[start:].view(dtype).reshape(-1, frame.height, frame.width)
    for band, packed, into in zip(bands, arrays, cells, strict=True):
        layer = collection.store.cube.open(*band.cube)
        if dtype == np.uint8:
            into[:] = np.where(packed == layer.variable(band.variable).nodata, nodata, packed)
        else:
            layer.decode_into(into, band.variable, packed)
    return content.tobytes()


def _kind(bands: Sequence[Band]) -> tuple[np.dtype[np.generic], float]:
    """Type and no-data value of all bands: they have one in common, though layers and products have not."""
    if not all(band.field.categories for band in bands):
        return np.dtype("<f4"), np.nan
    codes = {each.code for band in bands for each in band.field.categories}
    return np.dtype("u1"), 255 if 0 in codes else 0


def _header(described: Sequence[tiff.Field], offsets: NDArray[np.int64], size: int) -> bytes:
    """All before the cells; one strip of ``size`` bytes for each band."""
    own = {
        tiff.STRIP_OFFSETS: tiff.places(tiff.STRIP_OFFSETS, offsets, big=False),
        tiff.STRIP_BYTE_COUNTS: tiff.places(tiff.STRIP_BYTE_COUNTS, np.full_like(offsets, size), big=False),
    }
    kept = (field for field in described if field.tag not in own)
    return tiff.header([[*own.values(), *kept]], big=False, ghost=b"")


def _description(
    collection: Collection, bands: Sequence[Band], frame: Frame, dtype: np.dtype[np.generic], nodata: float
) -> Sequence[tiff.Field]:
    """The fields of the file, as GDAL writes them for one without cells."""
    west, south, east, north = frame.bounds
    profile = {
        "driver": "GTiff",
        "dtype": dtype.name,
        "nodata": nodata,
        "count": len(bands),
        "width": frame.width,
        "height": frame.height,
        # GeoTIFF has longitude before latitude whatever the system.
        "crs": "EPSG:4326" if frame.crs in OF_WGS84 else frame.crs,
        "transform": Affine((east - west) / frame.width, 0, west, 0, (south - north) / frame.height, north),
        "blockysize": frame.height,
        "interleave": "band",
        "sparse_ok": True,
        "bigtiff": "NO",
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as target:
            target.update_tags(
                snapshot=collection.source.snapshot.id,
                attribution=collection.attribution,
                layers=",".join(sorted({band.cube[0] for band in bands})),
            )
            for index, band in enumerate(bands, start=1):
                target.set_band_description(index, band.name)
                target.set_band_unit(index, band.field.unit or "")
        return list(tiff.fields_of(memory.read()))
