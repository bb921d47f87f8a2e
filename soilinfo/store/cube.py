"""The cube: one immutable Zarr v3 group for each version of a raster layer.

``<cube>/<layer>/<version>/`` holds the variables ``(y, x)`` as packed integers with the CF
attributes ``scale_factor`` and ``_FillValue``, the coordinates ``y`` and ``x``, the grid mapping
``crs`` and the pyramid as groups ``2``, ``4`` ... It is written under a partial name, synced to
disk and renamed, so that a version is whole or not there.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from math import isclose
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Grid, Window
from soilinfo.store import pyramid
from soilinfo.store.cancelling import check_asker
from soilinfo.store.chunks import Chunks
from soilinfo.store.cube_writer import CubeWriter, create
from soilinfo.store.layout import (
    Packed,
    Variable,
    array_path,
    open_group,
    pipeline,
    reading_pipeline,
)
from soilinfo.store.shelf import Place, Shelf, written

_OPEN_LAYERS = 256


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

        Without a window the whole level. A window that reaches beyond the level is a StoreError, and so is
        that nobody waits for the cells any longer.
        """
        check_asker()
        array = self._array(name, overview)
        if window is None:
            window = Window(0, 0, *array.shape)
        if not _inside(window, array.shape):
            raise StoreError(f"{window} does not lie within the {array.shape} cells of overview {overview}")

        def decoded(part: Window) -> Packed:
            return np.asarray(array[part.slices])

        # By this handle and not by a name: a version that is removed has another when it is made again.
        return self._chunks.read((self, name, overview), decoded, window, array.shape)

    def kept(self, name: str, window: Window, overview: int) -> Packed | None:
        """The same cells of a window that lies within the level, if they are decoded already."""
        return self._chunks.kept((self, name, overview), window)

    def decode(self, name: str, packed: Packed) -> NDArray[np.float64]:
        """Values as float64, NaN where no data: the floats nearest to the decimals they stand for."""
        variable, steps = self.variable(name), self._steps(name)
        # 551 / 100 is the float nearest to 5.51; 551 * 0.01 is not.
        values = packed / steps if steps else packed * variable.scale
        return np.where(packed == variable.nodata, np.nan, values)

    def decode_into(self, out: NDArray[np.float32], name: str, packed: Packed) -> None:
        """The same as float32, written where they are wanted."""
        steps = self._steps(name)
        # A float32 holds every 16-bit integer, so that the quotient is rounded once; wider ones it does not.
        if steps is None or packed.dtype.itemsize > 2:
            out[:] = self.decode(name, packed)
            return
        np.divide(packed, np.float32(steps), out=out)
        np.copyto(out, np.float32(np.nan), where=packed == self.variable(name).nodata)

    def _steps(self, name: str) -> int | None:
        """How many stored steps make one unit; None where that is no whole number."""
        scale = self.variable(name).scale
        steps = round(1 / scale)
        return steps if steps >= 1 and isclose(steps * scale, 1.0, rel_tol=1e-12) else None

    def _array(self, name: str, overview: int) -> "zarr.Array[Any]":
        key = (self.variable(name).name, overview)
        if key not in self._arrays:
            self.grid_of(overview)
            with pipeline(self._pipeline):
                self._arrays[key] = self._group[array_path(name, overview)]  # type: ignore[assignment]
        return self._arrays[key]


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

    def opened(self, layer: str, version: str) -> CubeLayer | None:
        """The version, if it was opened lately: nothing is read."""
        with self._lock:
            return self._open.get((layer, version))

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
