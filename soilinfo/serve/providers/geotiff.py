"""GeoTIFF: classes as bytes (0 = no data), everything else as decoded float32 (NaN = no data).

Decoded, because clients that read a coverage (GDAL's OGCAPI driver among them) do not see scale
and offset; every stored value has fewer digits than a float32 holds. NaN, because they do not see
the declared no-data value either, and nobody averages a NaN by mistake.
"""

from collections.abc import Sequence

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from soilinfo.serve.collections import Collection
from soilinfo.serve.providers.bands import Band
from soilinfo.serve.providers.raster import Frame

MEDIA_TYPE = "image/tiff; application=geotiff"
EXTENSION = "tif"


def encode(
    collection: Collection, bands: Sequence[Band], arrays: Sequence[NDArray[np.integer]], frame: Frame
) -> bytes:
    """One GeoTIFF with a band for each array, named and with its unit."""
    classes = all(band.field.categories for band in bands)
    west, south, east, north = frame.bounds
    profile = {
        "driver": "GTiff",
        "dtype": "uint8" if classes else "float32",
        "nodata": 0 if classes else np.nan,
        "count": len(bands),
        "width": frame.width,
        "height": frame.height,
        "crs": collection.grid.crs,
        "transform": Affine((east - west) / frame.width, 0, west, 0, (south - north) / frame.height, north),
        "compress": "DEFLATE",
        "interleave": "band",
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as target:
            target.update_tags(
                snapshot=collection.source.snapshot.id,
                attribution=collection.attribution,
                layers=",".join(sorted({band.cube[0] for band in bands})),
            )
            for index, (band, packed) in enumerate(zip(bands, arrays, strict=True), start=1):
                target.write(packed if classes else decoded(collection, band, packed), index)
                target.set_band_description(index, band.name)
                target.set_band_unit(index, band.field.unit or "")
        return bytes(memory.read())


def decoded(collection: Collection, band: Band, packed: NDArray[np.integer]) -> NDArray[np.float32]:
    """Values of a band in its unit, NaN where there are none."""
    return collection.store.cube.open(*band.cube).decode(band.variable, packed).astype(np.float32)
