"""The sample nation with cells of an arc-minute: the same land and the same files, 64 times smaller."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.grid import Grid
from soilinfo.ingest.raster import warp
from soilinfo.ingest.source import Reader, inspect, pack, property_of
from soilinfo.sample.layers import FILES
from soilinfo.sample.rasters import Frame, frames, write_rasters
from soilinfo.sample.regions import Units

COARSER = 8


def coarse_frames() -> dict[str, Frame]:
    """The frames of the nation with larger cells."""
    return {name: replace(frame, grid=_coarser(frame.grid)) for name, frame in frames(1).items()}


def _coarser(grid: Grid) -> Grid:
    return Grid.covering(grid.crs, grid.resolution * COARSER, grid.bounds)


def write_coarse(directory: Path, provinces: Units) -> None:
    """Write every raster of the nation with larger cells."""
    for name, frame in coarse_frames().items():
        names = [layer for layer, form in FILES.items() if form.frame == name]
        done = sum(write_rasters(directory, frame, names, provinces.shapes[4]))
        assert done == frame.grid.window.cells


@dataclass(frozen=True)
class Nation:
    """Its files in ``directory``, read as the configuration says."""

    directory: Path
    catalog: Catalog
    units: dict[str, Units]

    @property
    def grid(self) -> Grid:
        """The national grid with larger cells."""
        return coarse_frames()["national"].grid

    def path(self, layer: str) -> str:
        """The file of a layer."""
        return str(self.directory / f"{layer}.tif")

    def reader(self, layer: str) -> Reader:
        """The layer's file, read as its configuration says."""
        config = self.catalog.layer(layer)
        prop = self.catalog.property(config.property)
        classes = self.catalog.class_table(prop.class_table) if prop.class_table else None
        return Reader(inspect(self.path(layer)), config, property_of(config, prop), classes)

    def values(self, layer: str) -> NDArray[Any]:
        """The layer on the grid in its property's unit, NaN or class 0 for no data."""
        return warp(self.reader(layer), self.grid, self.grid.window)

    def packed(self, layer: str) -> NDArray[Any]:
        """The layer on the grid as a store packs it."""
        return pack(self.values(layer), self.reader(layer).property)

    def classes(self, layer: str) -> NDArray[np.str_]:
        """Class ids of a class layer on the grid, '' for no data."""
        prop = self.catalog.property(self.catalog.layer(layer).property)
        table = self.catalog.class_table(prop.class_table or "")
        names = np.full(256, "", dtype="U24")
        for entry in table.classes:
            names[entry.code] = entry.id
        return names[self.values(layer)]
