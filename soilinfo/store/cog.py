"""The COG twin of a raster version: the same packed integers as a Cloud Optimized GeoTIFF."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import rasterio
import rasterio.shutil
from rasterio.windows import Window as RasterioWindow

from soilinfo.grid import SHARD
from soilinfo.store.cube import CubeLayer
from soilinfo.store.files import finished, partial_of, remove
from soilinfo.store.layout import Variable

Rgb = tuple[int, int, int]

_COG = {
    "driver": "COG",
    "compress": "DEFLATE",
    "predictor": "YES",
    "blocksize": 512,
    "bigtiff": "IF_SAFER",
    "num_threads": "ALL_CPUS",
}


def write_cog(
    layer: CubeLayer,
    variable: str,
    target: Path,
    *,
    tags: Mapping[str, str],
    colours: Mapping[int, Rgb] | None = None,
    category_names: Mapping[int, str] | None = None,
    unit: str | None = None,
) -> None:
    """Write one variable of a cube version as a COG, whole or not at all; StoreError when it exists.

    The band has the packed integers with scale, offset, no-data and unit set; ``colours`` become
    its colour table (8 and 16 bit without sign) and ``category_names`` its tags ``CLASS_<code>``.
    Overviews are averages, or for classes the mode. Memory is bounded by one row of shards.
    """
    described = layer.variable(variable)
    with finished(target) as partial:
        plain = partial_of(target)
        try:
            with rasterio.open(plain, "w", **_profile(layer, described)) as dataset:
                dataset.update_tags(**tags)
                dataset.update_tags(1, **{f"CLASS_{code}": name for code, name in (category_names or {}).items()})
                _describe(dataset, described, colours, unit)
                _copy(layer, variable, dataset)
            rasterio.shutil.copy(plain, partial, overview_resampling=described.overview, **_COG)
        finally:
            remove(plain)
