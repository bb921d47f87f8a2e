"""The COG twin of a raster version: the same packed integers as a Cloud Optimized GeoTIFF.

GDAL writes what describes the map (CRS, place, scale, colours, tags) into a file without cells in memory,
and its fields are taken over as they are. The cells are written here: GDAL tells late, or not at all, that a
disk is full, and a twin is whole or not there.
"""

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, groupby
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
from rasterio import Affine
from rasterio.io import MemoryFile

from soilinfo.grid import CHUNK, Grid, Window
from soilinfo.store import tiff
from soilinfo.store.layout import Packed, Variable

Rgb = tuple[int, int, int]
Tiles = list[list[bytes]]
"""Rows of tiles as they stand in the file; empty where all is no data."""

_CLASSIC_BYTES = 2**32
_GROWTH = 1.01
"""More than DEFLATE and the bytes around a tile ever add to its cells."""
_AHEAD = 8
"""Shards that are read and compressed before those in front of them are written."""


class Cells(Protocol):
    """What a COG is written from: a cube version, or a part of one."""

    @property
    def grid(self) -> Grid:
        """Of the finest level."""
        ...

    @property
    def overviews(self) -> Sequence[int]:
        """Levels, 1 the finest."""
        ...

    def variable(self, name: str) -> Variable:
        """How a variable is packed."""
        ...

    def grid_of(self, overview: int) -> Grid:
        """The grid of a level."""
        ...

    def read(self, name: str, window: Window | None = None, overview: int = 1) -> Packed:
        """Packed integers of a window of a level."""
        ...


def write_cog(
    layer: Cells,
    variable: str,
    target: Path,
    *,
    tags: Mapping[str, str],
    colours: Mapping[int, Rgb] | None = None,
    category_names: Mapping[int, str] | None = None,
    unit: str | None = None,
) -> None:
    """Write one variable of a cube version, or of a part of it, as a COG at ``target``.

    The band has the packed integers with scale, offset, no-data and unit set; ``colours`` become
    its colour table (8 and 16 bit without sign) and ``category_names`` its tags ``CLASS_<code>``.
    Overviews are the cube's own. Works shard by shard; equal cells give equal bytes. Raises OSError when
    the disk does not take it.
    """
    described = layer.variable(variable)
    names = {f"CLASS_{code}": name for code, name in (category_names or {}).items()}
    fields = _description(layer.grid, described, tags, names, colours, unit)
    levels = [_Level(overview, layer.grid_of(overview)) for overview in layer.overviews]
    with target.open("wb") as file:
        file.seek(len(_header(fields, levels, described)))
        for level, row, shards in _compressed(layer, described, levels[::-1]):
            level.write(file, row, shards)
        file.seek(0)
        file.write(_header(fields, levels, described))


def _description(
    grid: Grid,
    variable: Variable,
    tags: Mapping[str, str],
    band_tags: Mapping[str, str],
    colours: Mapping[int, Rgb] | None,
    unit: str | None,
) -> list[tiff.Field]:
    """The fields of a file of this grid and variable, as GDAL writes them."""
    profile = {
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
        "compress": "DEFLATE",
        "predictor": 2,
        "sparse_ok": True,
        "bigtiff": "NO",
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as dataset:
            dataset.update_tags(**tags)
            dataset.update_tags(1, **band_tags)
            dataset.descriptions = (variable.name,)
            dataset.scales, dataset.offsets = (variable.scale,), (0.0,)
            if unit:
                dataset.units = (unit,)
            if colours:
                shown = {code: (*rgb, 255) for code, rgb in colours.items()}
                dataset.write_colormap(1, shown | {variable.nodata: (0, 0, 0, 0)})
        return list(tiff.fields_of(memory.read()))


# ---- cells ------------------------------------------------------------------------------------


class _Level:
    """One resolution of the file, and where its tiles (row, column) lie in it: 0 where they are left out."""

    def __init__(self, overview: int, grid: Grid) -> None:
        self.overview, self.grid = overview, grid
        shape = -(-grid.height // CHUNK), -(-grid.width // CHUNK)
        self._offsets, self._sizes = np.zeros(shape, np.int64), np.zeros(shape, np.int64)

    @property
    def tiles(self) -> int:
        """Number of tiles."""
        return self._offsets.size

    def write(self, file: BinaryIO, first: int, shards: Sequence[Tiles]) -> None:
        """Write the tiles of a row of shards; ``first`` is the place of its uppermost row of tiles."""
        for row, across in enumerate(zip(*shards, strict=True), start=first):
            for col, tile in enumerate(chain.from_iterable(across)):
                if tile:
                    self._offsets[row, col] = file.tell() + tiff.LEADER
                    self._sizes[row, col] = len(tile) - tiff.LEADER - tiff.TRAILER
                    file.write(tile)

    def directory(self, described: Sequence[tiff.Field], *, big: bool) -> list[tiff.Field]:
        """The fields of this level; what is said of the file as a whole stands with the finest."""
        own = {
            tiff.IMAGE_WIDTH: tiff.number(tiff.IMAGE_WIDTH, self.grid.width),
            tiff.IMAGE_LENGTH: tiff.number(tiff.IMAGE_LENGTH, self.grid.height),
            tiff.TILE_OFFSETS: tiff.places(tiff.TILE_OFFSETS, self._offsets, big=big),
            tiff.TILE_BYTE_COUNTS: tiff.places(tiff.TILE_BYTE_COUNTS, self._sizes, big=big),
        }
        left_out: Collection[int] = ()
        if self.overview > 1:
            own[tiff.NEW_SUBFILE_TYPE] = tiff.number(tiff.NEW_SUBFILE_TYPE, tiff.REDUCED)
            left_out = tiff.OF_THE_FILE
        return [*own.values(), *(one for one in described if one.tag not in own and one.tag not in left_out)]


def _header(described: Sequence[tiff.Field], levels: Sequence[_Level], variable: Variable) -> bytes:
    """What stands before the tiles: of the same length before and after these are written."""
    tiles = sum(level.tiles for level in levels)
    big = tiles * CHUNK**2 * np.dtype(variable.dtype).itemsize * _GROWTH > _CLASSIC_BYTES
    return tiff.header([level.directory(described, big=big) for level in levels], big=big)


def _compressed(
    layer: Cells, variable: Variable, levels: Sequence[_Level]
) -> Iterator[tuple[_Level, int, list[Tiles]]]:
    """Rows of shards, compressed, level by level in the order given: (level, first row of tiles, shards)."""
    shards = [(level, window) for level in levels for window in level.grid.shards()]

    def compress(place: tuple[_Level, Window]) -> Tiles:
        level, window = place
        return _tiles(layer.read(variable.name, window, level.overview), variable.nodata)

    parts = zip(shards, _in_order(compress, shards), strict=True)
    for (level, row), across in groupby(parts, lambda part: (part[0][0], part[0][1].row)):
        yield level, row // CHUNK, [tiles for _, tiles in across]


def _tiles(cells: Packed, nodata: int) -> Tiles:
    """The tiles of a shard, row by row."""
    height, width = cells.shape
    return [
        [
            tiff.tile(cells[row : row + CHUNK, col : col + CHUNK], CHUNK, nodata)
            for col in range(0, width, CHUNK)
        ]
        for row in range(0, height, CHUNK)
    ]


def _in_order[T, R](work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """What threads make of the items, in their order, never far ahead of what is taken: memory is bounded."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        waiting: deque[Future[R]] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
