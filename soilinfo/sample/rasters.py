"""Writes the rasters of the sample nation, block by block, so that memory does not grow with the nation."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.features import rasterize
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from soilinfo.grid import Grid
from soilinfo.sample.layers import UNSURVEYED_SHEET, Form
from soilinfo.sample.noise import Array
from soilinfo.sample.relief import ARC_SECONDS, BOUNDS, METRES_PER_DEGREE, Relief, survey
from soilinfo.sample.soils import Soilscape

PROJECTED = "EPSG:32747"
"""UTM zone 47 south, in which the whole nation lies."""
_PROJECTED_METRES = 250.0
_CLIMATE_ARC_SECONDS = 30.0
_BLOCK_ROWS = 256


@dataclass(frozen=True)
class Frame:
    """The grid of some files: ``reach`` is how far over the sea, in its cells, their values go on.

    Other grids than the national one reach beyond the shore, so that no cell on land lacks their value.
    """

    grid: Grid
    reach: float = 0.0

    def relief(self, row: int, rows: int) -> tuple[Relief, NDArray[np.bool_]]:
        """Terrain of the block of rows, and which of its cells hold values; arrays (rows, width)."""
        size = self.grid.resolution
        x = self.grid.west + (np.arange(-1, self.grid.width + 1) + 0.5) * size
        y = self.grid.north - (np.arange(row - 1, row + rows + 1) + 0.5) * size
        lon, lat = np.meshgrid(x, y)
        metres = size * METRES_PER_DEGREE
        if not self.grid.is_geographic:
            lon, lat = _to_degrees(self.grid.crs, lon, lat)
            metres = size
        # A border of one cell gives every slope its neighbours.
        terrain = survey(lon, lat, (metres, metres)).inner()
        return terrain, terrain.coast > -self.reach * metres / METRES_PER_DEGREE


def frames(scale: int) -> dict[str, Frame]:
    """The three grids that the files lie on; ``scale`` makes each cell that many times smaller."""
    degrees = 1 / 3600 / scale
    west, south, east, north = Transformer.from_crs("EPSG:4326", PROJECTED, always_xy=True).transform_bounds(
        *BOUNDS
    )
    projected = Grid.covering(PROJECTED, _PROJECTED_METRES / scale, (west, south, east, north))
    return {
        "national": Frame(Grid.covering("EPSG:4326", ARC_SECONDS * degrees, BOUNDS)),
        "climate": Frame(Grid.covering("EPSG:4326", _CLIMATE_ARC_SECONDS * degrees, BOUNDS), reach=3.0),
        "projected": Frame(projected, reach=3.0),
    }


def write_rasters(
    directory: Path, frame: Frame, forms: Mapping[str, Form], no_potassium: BaseGeometry
) -> Iterator[int]:
    """Write the files of one frame into ``directory``; yields the number of rows done with each block.

    ``no_potassium`` is the shape, in degrees, in which layers that a province lacks hold no data.
    """
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(_create(directory / f"{name}.tif", frame.grid, form))
            for name, form in forms.items()
        }
        for row in range(0, frame.grid.height, _BLOCK_ROWS):
            rows = min(_BLOCK_ROWS, frame.grid.height - row)
            terrain, land = frame.relief(row, rows)
            soilscape = Soilscape.of(terrain.at(land))
            gaps = _gaps(frame.grid, terrain, row, no_potassium)
            for name, form in forms.items():
                block = _block(form, soilscape, land, gaps)
                files[name].write(block, 1, window=Window(0, row, frame.grid.width, rows))
            yield rows


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
    )
    file.scales, file.offsets = (form.scale,), (form.offset,)
    file.update_tags(TIFFTAG_IMAGEDESCRIPTION="Synthetic data of the soilinfo sample nation; no real place")
    return file


def _gaps(grid: Grid, terrain: Relief, row: int, no_potassium: BaseGeometry) -> dict[str, NDArray[np.bool_]]:
    """Cells (rows, width) in which files of each kind of gap hold no data."""
    west, south, east, north = UNSURVEYED_SHEET
    x, y = terrain.x, terrain.y
    province = np.zeros(x.shape, bool)
    if grid.is_geographic:
        transform = Affine(*grid.transform) @ Affine.translation(0, row)
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
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    return np.asarray(lon), np.asarray(lat)
