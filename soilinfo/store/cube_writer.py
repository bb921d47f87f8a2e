"""Writing a version of the cube: shard by shard, then its pyramid."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import cached_property
from typing import Any
from warnings import filterwarnings

import numpy as np
import zarr

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Grid, Window
from soilinfo.store import pyramid
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
from soilinfo.store.shelf import Place

Levels = Mapping[tuple[str, int], "zarr.Array[Any]"]
"""(variable, overview) -> its array."""

# Zarr's specification has no word on consolidated metadata yet; xarray opens faster with it. Set once for
# the process: filters of warnings are not safe to change while other threads run.
filterwarnings("ignore", "Consolidated metadata", zarr.errors.ZarrUserWarning)


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
