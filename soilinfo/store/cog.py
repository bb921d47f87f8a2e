"""The COG twin of a raster version: the same packed integers as a Cloud Optimized GeoTIFF."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import rasterio
import rasterio.shutil
from rasterio import Affine
from rasterio._err import CPLE_BaseError
from rasterio.errors import RasterioError
from rasterio.io import DatasetWriter
from rasterio.windows import Window as RasterioWindow

from soilinfo.errors import StoreError
from soilinfo.grid import CHUNK
from soilinfo.store.cube import CubeLayer
from soilinfo.store.files import PARTIAL
from soilinfo.store.layout import Variable

Rgb = tuple[int, int, int]

_COG = {
    "driver": "COG",
    "compress": "DEFLATE",
    # A third of the time of the usual level for a tenth more bytes.
    "level": 1,
    "predictor": "YES",
    "blocksize": CHUNK,
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
    """Write one variable of a cube version as a COG at ``target``, which a shelf is about to finish.

    The band has the packed integers with scale, offset, no-data and unit set; ``colours`` become
    its colour table (8 and 16 bit without sign) and ``category_names`` its tags ``CLASS_<code>``.
    Overviews are the cube's own. Works shard by shard.
    """
    described = layer.variable(variable)
    with _explained(target), TemporaryDirectory(prefix=PARTIAL, dir=target.parent) as directory:
        levels = Path(directory)
        for overview in layer.overviews:
            _write_level(layer, described, overview, _file(levels, overview))
        with rasterio.open(_file(levels, 1), "r+") as dataset:
            dataset.update_tags(**tags)
            dataset.update_tags(1, **{f"CLASS_{code}": name for code, name in (category_names or {}).items()})
            _describe(dataset, described, colours, unit)
        rasterio.shutil.copy(_joined(levels, layer.overviews), target, **_COG)


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    """Say as a StoreError what GDAL met; it knows the reason of a failed write only as text."""
    try:
        yield
    except (RasterioError, CPLE_BaseError) as error:
        room = disk_usage(target.parent).free
        raise StoreError(f"the GeoTIFF cannot be written ({room / 1e6:,.1f} MB are free): {error}") from error


def _file(levels: Path, overview: int) -> Path:
    return levels / f"{overview}.tif"


def _joined(levels: Path, overviews: Iterable[int]) -> Path:
    """A virtual raster of the finest level with the others as its overviews: what the COG driver takes."""
    joined = levels / "levels.vrt"
    rasterio.shutil.copy(_file(levels, 1), joined, driver="VRT")
    document = ElementTree.parse(joined)
    band = document.find("VRTRasterBand")
    assert band is not None, "a virtual raster has a band"
    for overview in overviews:
        if overview > 1:
            source = ElementTree.SubElement(band, "Overview")
            ElementTree.SubElement(source, "SourceFilename").text = str(_file(levels, overview).absolute())
            ElementTree.SubElement(source, "SourceBand").text = "1"
    document.write(joined)
    return joined


def _profile(layer: CubeLayer, variable: Variable, overview: int) -> dict[str, Any]:
    """A plain tiled file: the COG driver needs random access to what it rearranges."""
    grid = layer.grid_of(overview)
    return {
        "driver": "GTiff",
        "height": grid.height,
        "width": grid.width,
        "count": 1,
        "dtype": variable.dtype,
        "nodata": variable.nodata,
        "crs": grid.crs,
        "transform": Affine(*grid.transform),
        "tiled": True,
        "blockxsize": CHUNK,
        "blockysize": CHUNK,
        "sparse_ok": True,
        "bigtiff": "IF_SAFER",
    }


def _describe(
    dataset: DatasetWriter, variable: Variable, colours: Mapping[int, Rgb] | None, unit: str | None
) -> None:
    dataset.descriptions = (variable.name,)
    dataset.scales, dataset.offsets = (variable.scale,), (0.0,)
    if unit:
        dataset.units = (unit,)
    if colours:
        transparent = {variable.nodata: (0, 0, 0, 0)}
        dataset.write_colormap(1, {**{code: (*rgb, 255) for code, rgb in colours.items()}, **transparent})


def _write_level(layer: CubeLayer, variable: Variable, overview: int, target: Path) -> None:
    with rasterio.open(target, "w", **_profile(layer, variable, overview)) as dataset:
        for window in layer.grid_of(overview).shards():
            packed = layer.read(variable.name, window, overview)
            if (packed != variable.nodata).any():
                place = RasterioWindow(window.col, window.row, window.width, window.height)
                dataset.write(packed, 1, window=place)
