"""Layers of terrain: slope made from an elevation model, as a raster that is ingested as any other."""

import threading
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, Layer, Terrain
from soilinfo.findings import Finding
from soilinfo.grid import Grid
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.checks.terrain import coarse_elevation
from soilinfo.ingest.placement import blocks
from soilinfo.ingest.source import Reader, inspect
from soilinfo.ingest.terrain import Slopes, slopes
from soilinfo.jobs.run import fingerprint
from soilinfo.store.files import finished
from soilinfo.store.home import Store

METHOD = "horn/1"
"""Name of the method; raising the number makes every slope anew."""
_NODATA = -32768
_MEAN_SCALE = 0.1
_SIDE = 256

_making = threading.Lock()
"""The layers of one elevation model share its raster: the first makes it, the others wait."""


def slope_raster(
    store: Store, catalog: Catalog, layer: Layer, elevation: tuple[str, int], content: str
) -> tuple[str, int]:
    """The raster of slopes on the national grid made from an elevation model, and the layer's band of it.

    ``elevation`` is the model's path and band, ``content`` the hash of its files. The raster stays in
    the store for the other layers of the model, and for later runs, until heights or parameters change.
    """
    assert layer.terrain is not None, "only a layer of terrain is made from heights"
    terrain, grid = layer.terrain, catalog.grid
    name = fingerprint(
        content=content,
        band=elevation[1],
        terrain=terrain.model_dump(mode="json", exclude={"slope_class"}),
        nodata=layer.nodata,
        grid=[grid.crs, grid.resolution, grid.west, grid.north, grid.width, grid.height],
        method=METHOD,
    )
    target = store.directory / "terrain" / f"{name[:16]}.tif"
    with _making:
        if not target.exists():
            with finished(target) as partial:
                _write(partial, grid, _heights(catalog, layer, elevation), terrain)
    return str(target), 1 + (terrain.slope_class or 0)


def judge_elevation(name: str, layer: Layer, elevation: tuple[str, int]) -> list[Finding]:
    """The findings over the elevation model of a layer of terrain; none for other layers."""
    if layer.terrain is None:
        return []
    found = coarse_elevation(name, layer, inspect(*elevation))
    return with_severity([found] if found else [], layer.severity)


def _heights(catalog: Catalog, layer: Layer, elevation: tuple[str, int]) -> Reader:
    """Reads the elevation model in metres."""
    assert layer.terrain is not None, "only a layer of terrain is made from heights"
    described = layer.model_copy(update={"property": "elevation", "unit": layer.terrain.unit})
    return Reader(inspect(*elevation), described, catalog.property("elevation"), None)


def _write(path: Path, grid: Grid, reader: Reader, terrain: Terrain) -> None:
    """Write mean slope (band 1) and the share of each class (further bands), block by block."""
    count = len(terrain.edges) + 2
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=grid.width,
        height=grid.height,
        count=count,
        dtype="int16",
        crs=grid.crs,
        transform=Affine(*grid.transform),
        nodata=_NODATA,
        tiled=True,
        blockxsize=_SIDE,
        blockysize=_SIDE,
        interleave="band",
        compress="deflate",
        sparse_ok=True,
        bigtiff="if_safer",
    ) as file:
        file.scales = (_MEAN_SCALE, *[1.0] * (count - 1))
        for window in blocks(grid.window, _SIDE, _SIDE):
            made = slopes(reader, grid, window, terrain.edges)
            if not np.isnan(made.mean).all():
                there = rasterio.windows.Window(window.col, window.row, window.width, window.height)
                file.write(_bands(made), window=there)


def _bands(made: Slopes) -> NDArray[np.int16]:
    """Slopes of a window as stored: (bands, rows, columns)."""
    measured = ~np.isnan(made.mean)
    mean = np.where(measured, np.rint(np.nan_to_num(made.mean) / _MEAN_SCALE), _NODATA)
    # Steeper than int16 holds is as steep as can be: 3,276 percent.
    stored = np.stack([np.minimum(mean, 32767).astype(np.int16), *made.shares])
    stored[1:, ~measured] = _NODATA
    return stored
