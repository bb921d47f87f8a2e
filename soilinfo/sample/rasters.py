"""Writes the rasters of the sample nation, block by block, so that memory does not grow with the nation."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio import windows
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

from soilinfo.grid import Bounds, Grid, Window
from soilinfo.sample.archipelago import EXTENTS, Extent, place
from soilinfo.sample.layers import FILES, UNSURVEYED_SHEET, Form
from soilinfo.sample.noise import Array
from soilinfo.sample.relief import ARC_SECONDS, METRES_PER_DEGREE, Relief, coast, survey
from soilinfo.sample.soils import Soilscape

_PROJECTED_METRES = 250.0
_CLIMATE_ARC_SECONDS = 30.0
_TERRAIN_ARC_SECONDS = 1.0
_TERRAIN: Bounds = (96.6, -6.75, 97.05, -6.3)
"""The high volcano and its feet, of which heights are known finer than on the grid."""
_BLOCK = (256, 512)
"""Rows and columns made at once: whole tiles of the files."""
_SPARSE = 16
_OPEN_SEA = -0.25
"""The coast function changes by less than this over half of _SPARSE national cells."""
_CACHE_MB = 256

Blocks = Mapping[str, NDArray[Any]]
"""One block of each file, as stored."""


@dataclass(frozen=True)
class Frame:
    """The grid of some files: ``reach`` is how far over the sea, in its cells, their values go on.

    Other grids than the national one reach beyond the shore, so that no cell on land lacks their value.
    """

    grid: Grid
    reach: float = 0.0

    def relief(self, window: Window) -> tuple[Relief, NDArray[np.bool_]]:
        """Terrain of the window, and which of its cells hold values; arrays of the window's shape."""
        size = self.grid.resolution
        metres = size * METRES_PER_DEGREE if self.grid.is_geographic else size
        # A border of one cell gives every slope its neighbours.
        here = place(*self._degrees(window, border=1))
        terrain = survey(here, (metres, metres)).inner()
        return terrain, terrain.coast > -self.reach * metres / METRES_PER_DEGREE

    def is_open_sea(self, window: Window) -> bool:
        """True when even a sparse look shows that no cell of the window is near land."""
        return bool(coast(place(*self._degrees(window, sparse=_SPARSE))).max() < _OPEN_SEA)

    def _degrees(self, window: Window, *, border: int = 0, sparse: int = 1) -> tuple[Array, Array]:
        """Longitude and latitude of cell centres; of every ``sparse``-th cell, the last ones included."""
        columns = np.arange(window.col - border, window.col + window.width + border + sparse - 1, sparse)
        rows = np.arange(window.row - border, window.row + window.height + border + sparse - 1, sparse)
        size = self.grid.resolution
        x, y = np.meshgrid(self.grid.west + (columns + 0.5) * size, self.grid.north - (rows + 0.5) * size)
        return (x, y) if self.grid.is_geographic else _to_degrees(self.grid.crs, x, y)


def frames(scale: int, extent: Extent = EXTENTS["sample"]) -> dict[str, Frame]:
    """The four grids that the files lie on; ``scale`` makes each cell that many times smaller."""
    degrees = 1 / 3600 / scale
    to_metres = Transformer.from_crs("EPSG:4326", extent.projected, always_xy=True)
    around = to_metres.transform_bounds(*extent.bounds)
    projected = Grid.covering(extent.projected, _PROJECTED_METRES / scale, around)
    return {
        "national": Frame(Grid.covering("EPSG:4326", ARC_SECONDS * degrees, extent.bounds)),
        "climate": Frame(
            Grid.covering("EPSG:4326", _CLIMATE_ARC_SECONDS * degrees, extent.bounds), reach=3.0
        ),
        "projected": Frame(projected, reach=3.0),
        "terrain": Frame(Grid.covering("EPSG:4326", _TERRAIN_ARC_SECONDS * degrees, _TERRAIN)),
    }


def write_rasters(
    directory: Path, frame: Frame, names: Sequence[str], no_potassium: BaseGeometry, processes: int = 1
) -> Iterator[int]:
    """Write the files of one frame into ``directory``; yields the number of cells done with each block.

    ``no_potassium`` is the shape, in degrees, in which layers that a province lacks hold no data.
    Other processes make the blocks and this one writes them, always in the same order, so that the
    files do not depend on how many there are.
    """
    make = partial(_blocks, frame, names, no_potassium)
    # A fixed cache: it bounds the memory, and the order of a file's tiles hangs on it.
    with rasterio.Env(GDAL_CACHEMAX=_CACHE_MB), ExitStack() as stack:
        files = {
            name: stack.enter_context(_create(directory / f"{name}.tif", frame.grid, FILES[name]))
            for name in names
        }
        for window, blocks in _in_order(make, _windows(frame.grid), processes):
            _write(files, window, blocks)
            yield window.cells


def _windows(grid: Grid) -> Iterator[Window]:
    """The blocks of a grid, row by row."""
    height, width = _BLOCK
    for row in range(0, grid.height, height):
        for col in range(0, grid.width, width):
            yield Window(row, col, min(height, grid.height - row), min(width, grid.width - col))


def _in_order(
    make: "partial[Blocks | None]", windows: Iterable[Window], processes: int
) -> Iterator[tuple[Window, Blocks | None]]:
    """Each window with its blocks; a few are made ahead, never all."""
    if processes == 1:
        yield from ((window, make(window)) for window in windows)
        return
    # Not forked: this process has threads, which a fork would leave half dead.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        ahead: deque[tuple[Window, Any]] = deque()
        for window in windows:
            ahead.append((window, pool.submit(make, window)))
            if len(ahead) > 4 * processes:
                first, future = ahead.popleft()
                yield first, future.result()
        yield from ((window, future.result()) for window, future in ahead)


def _blocks(frame: Frame, names: Sequence[str], no_potassium: BaseGeometry, window: Window) -> Blocks | None:
    """One block of each file; None in the open sea."""
    if frame.is_open_sea(window):
        return None
    terrain, land = frame.relief(window)
    soilscape = Soilscape.of(terrain.at(land))
    gaps = _gaps(frame.grid, terrain, window, no_potassium)
    return {name: _block(FILES[name], soilscape, land, gaps) for name in names}


def _write(files: Mapping[str, Any], window: Window, blocks: Blocks | None) -> None:
    """Write a block into each file. Tiles in the open sea are left out of a file that declares no data."""
    there = windows.Window(window.col, window.row, window.width, window.height)
    for name, file in files.items():
        if blocks is not None:
            file.write(blocks[name], 1, window=there)
        elif not FILES[name].declared:
            file.write(np.full(window.shape, FILES[name].nodata, FILES[name].dtype), 1, window=there)


def _create(path: Path, grid: Grid, form: Form) -> Any:
    """A new GeoTIFF that says it is synthetic; nothing in it tells when it was made."""
    file = rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=grid.width,
        height=grid.height,
        count=1,
        dtype=form.dtype,
        crs=grid.crs,
        transform=Affine(*grid.transform),
        nodata=form.nodata if form.declared else None,
        tiled=True,
        blockxsize=256,
        blockysize=256,
        compress="deflate",
        predictor=3 if form.dtype == "float32" else 2,
        sparse_ok=True,
        bigtiff="if_safer",
    )
    file.scales, file.offsets = (form.scale,), (form.offset,)
    file.update_tags(TIFFTAG_IMAGEDESCRIPTION="Synthetic data of the soilinfo sample nation; no real place")
    return file


def _gaps(
    grid: Grid, terrain: Relief, window: Window, no_potassium: BaseGeometry
) -> dict[str, NDArray[np.bool_]]:
    """Cells of the window in which files of each kind of gap hold no data."""
    west, south, east, north = UNSURVEYED_SHEET
    x, y = terrain.x, terrain.y
    province = np.zeros(x.shape, bool)
    if grid.is_geographic:
        transform = Affine(*grid.transform_of(window))
        province = rasterize([no_potassium], x.shape, transform=transform, dtype="uint8").astype(bool)
    return {
        "": np.zeros(x.shape, bool),
        "sheet": (west <= x) & (x < east) & (south < y) & (y <= north),
        "province": province,
    }


def _block(
    form: Form, soilscape: Soilscape, land: NDArray[np.bool_], gaps: Mapping[str, NDArray[np.bool_]]
) -> NDArray[Any]:
    """One block as its file holds it, no data at sea, in gaps and where the field has none (NaN)."""
    stored = (form.field(soilscape) * form.factor - form.offset) / form.scale
    block = np.full(land.shape, form.nodata, dtype=form.dtype)
    block[land] = np.where(np.isnan(stored), form.nodata, np.round(stored, form.decimals)).astype(form.dtype)
    block[gaps[form.gap]] = form.nodata
    return block


def _to_degrees(crs: str, x: Array, y: Array) -> tuple[Array, Array]:
    lon, lat = _transformer(crs).transform(x, y)
    return np.asarray(lon), np.asarray(lat)


@lru_cache
def _transformer(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
