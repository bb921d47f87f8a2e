"""The cube: one immutable Zarr v3 group for each version of a raster layer.

``<cube>/<layer>/<version>/`` holds the variables ``(y, x)`` as packed integers with the CF
attributes ``scale_factor`` and ``_FillValue``, the coordinates ``y`` and ``x``, the grid mapping
``crs`` and the pyramid as groups ``2``, ``4`` ... It is written under a partial name, synced to
disk and renamed, so that a version is whole or not there.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from warnings import filterwarnings

import numpy as np
import zarr
from numpy.typing import NDArray

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Grid, Window
from soilinfo.store import pyramid
from soilinfo.store.chunks import Chunks
from soilinfo.store.layout import (
    OWN_PIPELINE,
    Packed,
    Variable,
    array_path,
    create_array,
    open_group,
    pipeline,
    reading_pipeline,
    write_coordinates,
    zarr_place,
)
from soilinfo.store.shelf import Place, Shelf, written

__all__ = ["Cube", "CubeLayer", "CubeWriter", "Variable"]

_OPEN_LAYERS = 256
Levels = Mapping[tuple[str, int], "zarr.Array[Any]"]
"""(variable, overview) -> its array."""

# Zarr's specification has no word on consolidated metadata yet; xarray opens faster with it. Set once for
# the process: filters of warnings are not safe to change while other threads run.
filterwarnings("ignore", "Consolidated metadata", zarr.errors.ZarrUserWarning)


class CubeLayer:
    """One version of a layer, open for reading; may be shared by threads."""

    def __init__(self, place: Place, chunks: Chunks) -> None:
        """``chunks``: where decoded chunks are kept for the next reader."""
        self._pipeline, self._chunks = reading_pipeline(place), chunks
        with pipeline(self._pipeline):
            self._group = open_group(place, "r")
        self.attrs: dict[str, Any] = dict(self._group.attrs)
        described = self.attrs.pop("soilinfo")
        self.grid = Grid(**described["grid"])
        self.variables = {each["name"]: Variable(**each) for each in described["variables"]}
        self.overviews: tuple[int, ...] = tuple(described["overviews"])
        self._arrays: dict[tuple[str, int], zarr.Array[Any]] = {}

    def variable(self, name: str) -> Variable:
        """The variable of that name, or UnknownNameError naming those that exist."""
        if name not in self.variables:
            raise UnknownNameError("variable", name, self.variables)
        return self.variables[name]

    def grid_of(self, overview: int) -> Grid:
        """The grid of a level: same corner, cells ``overview`` times as large."""
        if overview not in self.overviews:
            raise UnknownNameError("overview", overview, self.overviews)
        height, width = pyramid.reduced_shape(self.grid.shape, overview)
        return replace(self.grid, resolution=self.grid.resolution * overview, height=height, width=width)

    def read(self, name: str, window: Window | None = None, overview: int = 1) -> Packed:
        """Packed integers of a window, shape ``window.shape``, in that overview's own cells.

        Without a window the whole level. A window that reaches beyond the level is a StoreError.
        """
        array = self._array(name, overview)
        if window is None:
            window = Window(0, 0, *array.shape)
        if not _inside(window, array.shape):
            raise StoreError(f"{window} does not lie within the {array.shape} cells of overview {overview}")

        def decoded(part: Window) -> Packed:
            return np.asarray(array[part.slices])

        # By this handle and not by a name: a version that is removed has another when it is made again.
        return self._chunks.read((self, name, overview), decoded, window, array.shape)

    def decode(self, name: str, packed: Packed) -> NDArray[np.float64]:
        """Values as float64, NaN where no data: the floats nearest to the decimals they stand for."""
        variable = self.variable(name)
        steps = round(1 / variable.scale)
        # 551 / 100 is the float nearest to 5.51; 551 * 0.01 is not.
        exact = steps >= 1 and np.isclose(steps * variable.scale, 1.0, rtol=1e-12)
        values = packed / steps if exact else packed * variable.scale
        return np.where(packed == variable.nodata, np.nan, values)

    def _array(self, name: str, overview: int) -> "zarr.Array[Any]":
        key = (self.variable(name).name, overview)
        if key not in self._arrays:
            self.grid_of(overview)
            with pipeline(self._pipeline):
                self._arrays[key] = self._group[array_path(name, overview)]  # type: ignore[assignment]
        return self._arrays[key]


def create(place: Place, grid: Grid, variables: Sequence[Variable], attrs: Mapping[str, Any]) -> None:
    """A version without any cell at ``place``: all levels, coordinates and attributes."""
    overviews = pyramid.factors(grid.shape)
    described = {
        "grid": asdict(grid),
        "variables": [asdict(variable) for variable in variables],
        "overviews": list(overviews),
    }
    attributes = {"Conventions": "CF-1.11", **attrs, "soilinfo": described}
    root = zarr.create_group(zarr_place(place), attributes=attributes)
    for overview in overviews:
        group = root if overview == 1 else root.create_group(str(overview))
        write_coordinates(group, grid, overview)
        for variable in variables:
            create_array(group, variable, pyramid.reduced_shape(grid.shape, overview))


class CubeWriter:
    """A version being written, opened where it lies: any thread, process or machine that reaches it may.

    Different shards may be written at the same time; ``finish`` comes when all are there.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        group = open_group(place, "r+")
        described: dict[str, Any] = group.attrs["soilinfo"]  # type: ignore[assignment]
        self._grid = Grid(**described["grid"])
        self._variables = {each["name"]: Variable(**each) for each in described["variables"]}
        self._overviews: tuple[int, ...] = tuple(described["overviews"])
        self._group = group
        self._arrays: dict[tuple[str, int], zarr.Array[Any]] = {}

    def _array(self, name: str, overview: int) -> "zarr.Array[Any]":
        """Opened when first written to: who writes one shard needs one array."""
        key = (name, overview)
        if key not in self._arrays:
            with pipeline(OWN_PIPELINE):
                self._arrays[key] = self._group[array_path(name, overview)]  # type: ignore[assignment]
        return self._arrays[key]

    def _readable(self) -> Levels:
        group = open_group(self.place, "r+")
        with pipeline(reading_pipeline(self.place)):
            return {
                (name, overview): group[array_path(name, overview)]  # type: ignore[misc]
                for name in self._variables
                for overview in self._overviews
            }

    @cached_property
    def _shards(self) -> frozenset[Window]:
        return frozenset(self._grid.shards())

    def write(self, name: str, window: Window, packed: Packed) -> None:
        """Write one whole shard (cut at the grid's edges) of one variable; without data it takes no space.

        Raises UnknownNameError for the variable, StoreError when window, shape or dtype do not fit.
        """
        if name not in self._variables:
            raise UnknownNameError("variable", name, self._variables)
        variable = self._variables[name]
        if window not in self._shards:
            raise StoreError(f"{window} is not a shard of the grid; a writer owns whole shards")
        if packed.shape != window.shape or packed.dtype != variable.dtype:
            raise StoreError(
                f"'{name}' needs {variable.dtype} of shape {window.shape}, "
                f"not {packed.dtype} of shape {packed.shape}"
            )
        self._put(variable, 1, window, packed)

    def finish(self) -> None:
        """Build the pyramid and the index of all metadata."""
        levels = self._readable()
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for overview in self._overviews[1:]:
                list(pool.map(lambda task: self._reduce(levels, *task), self._tasks(overview)))
        zarr.consolidate_metadata(zarr_place(self.place))

    def _tasks(self, overview: int) -> Iterator[tuple[Variable, int, Window]]:
        height, width = pyramid.reduced_shape(self._grid.shape, overview)
        level = replace(self._grid, height=height, width=width)
        for variable in self._variables.values():
            for window in level.shards():
                yield variable, overview, window

    def _reduce(self, levels: Levels, variable: Variable, overview: int, window: Window) -> None:
        finer = levels[variable.name, overview // 2]
        source = np.asarray(finer[pyramid.below(window, finer.shape).slices])  # type: ignore[arg-type]
        self._put(variable, overview, window, pyramid.reduce(source, variable.overview, variable.nodata))

    def _put(self, variable: Variable, overview: int, window: Window, packed: Packed) -> None:
        if (packed != variable.nodata).any():
            self._array(variable.name, overview)[window.slices] = packed


class Cube:
    """Every raster version of a store."""

    def __init__(self, shelf: Shelf, keep: int = 0) -> None:
        """``keep``: most bytes of decoded cells kept for the next reader."""
        self._shelf, self._chunks = shelf, Chunks(keep)
        self._open: OrderedDict[tuple[str, str], CubeLayer] = OrderedDict()
        self._lock = threading.Lock()

    def place(self, layer: str, version: str) -> Place:
        """Where the Zarr group of a version lies."""
        return self._shelf.place(layer, version)

    def exists(self, layer: str, version: str) -> bool:
        """True when the version is there, whole."""
        return self._shelf.has(layer, version)

    def on_disk(self) -> Iterator[tuple[str, str]]:
        """(layer, version) of every whole version."""
        return self._shelf.names()

    @contextmanager
    def writer(
        self,
        layer: str,
        version: str,
        grid: Grid,
        variables: Sequence[Variable],
        attrs: Mapping[str, Any],
    ) -> Iterator[CubeWriter]:
        """Write a new version; on clean exit it has its pyramid, is synced to disk and visible to ``open``.

        On an exception nothing remains. Raises StoreError when the version exists.
        """
        with self._shelf.finished(layer, version) as partial:
            create(partial, grid, variables, attrs)
            writer = CubeWriter(partial)
            yield writer
            writer.finish()

    def open(self, layer: str, version: str) -> CubeLayer:
        """The version, ready to read, kept for the next caller; UnknownNameError when it is not there."""
        key = (layer, version)
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key]
        if not self.exists(layer, version):
            raise UnknownNameError("raster version", f"{layer}/{version}", map("/".join, self.on_disk()))
        handle = CubeLayer(self.place(layer, version), self._chunks)
        with self._lock:
            self._open[key] = handle
            while len(self._open) > _OPEN_LAYERS:
                self._open.popitem(last=False)
        return handle

    def written(self, layer: str, version: str) -> datetime | None:
        """When a version was finished; None when it is not there."""
        return written(self.place(layer, version))

    def remove(self, layer: str, version: str) -> None:
        """Remove a version; one that is not there is no error."""
        with self._lock:
            self._open.pop((layer, version), None)
        self._shelf.remove(layer, version)

    def remove_partials(self) -> list[str]:
        """Remove what was begun and never finished; returns what it was called."""
        return self._shelf.remove_partials()


def _inside(window: Window, shape: tuple[int, ...]) -> bool:
    fits = window.row + window.height <= shape[0] and window.col + window.width <= shape[1]
    return fits and min(window.row, window.col, window.height, window.width) >= 0
