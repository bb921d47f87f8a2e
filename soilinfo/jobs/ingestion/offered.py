"""What would be served: published versions, some replaced by candidates, and a look at their cells."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from soilinfo.catalog.models import Catalog, Layer
from soilinfo.evaluate.zonal import ZoneIndex, build_index
from soilinfo.grid import Grid, Window
from soilinfo.ingest.checks import comparison
from soilinfo.ingest.checks.comparison import Place, Tally
from soilinfo.jobs.ingestion.profiles import Profile, in_threads, profile
from soilinfo.jobs.ingestion.rasters import is_outdated
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version
from soilinfo.store.vector import Query

Versions = Mapping[str, Version]
"""Layer or level -> version."""
Profiles = dict[tuple[str, str], Profile]
"""(layer, version) -> its profile, of those looked at so far."""


def comparable(store: Store, catalog: Catalog, layers: Mapping[str, str]) -> Versions:
    """The layers and levels of config among those published, without layers of an outdated form."""
    known = {name: store.ledger.version(name, version) for name, version in layers.items()}
    return {
        name: version
        for name, version in known.items()
        if version
        and (name in catalog.levels or (name in catalog.layers and not is_outdated(catalog, version)))
    }


class Offered:
    """Versions as they would be served together (``versions``), and as they are (``served``).

    ``candidates``: names of those that are on trial, the others being there anyway.
    """

    def __init__(self, store: Store, catalog: Catalog, served: Versions, profiles: Profiles) -> None:
        self.store, self.catalog, self.served, self.versions = store, catalog, served, served
        self.candidates: frozenset[str] = frozenset()
        self._profiles = profiles

    def updated(self, candidates: Versions) -> "Offered":
        """The same with candidates in the place of other versions."""
        offered = Offered(self.store, self.catalog, self.served, self._profiles)
        offered.versions, offered.candidates = {**self.versions, **candidates}, frozenset(candidates)
        return offered

    def open(self, name: str) -> CubeLayer:
        """The offered version of a layer."""
        return self.store.cube.open(name, self.versions[name].version)

    def units(self, name: str, query: Query | None = None) -> gpd.GeoDataFrame:
        """The offered units of a level."""
        return self.store.vector.read(name, self.versions[name].version, query or Query())

    def place(self, at: Place) -> list[float]:
        """Longitude and latitude of the middle of a cell of the national grid."""
        return place_of(self.catalog.grid, at)

    def alike(self, layer: Layer, **differing: str) -> str | None:
        """The offered layer of the same property, statistic, depth and time but for what differs."""
        wanted = layer.model_copy(update=differing)
        keys = ("property", "statistic", "depth", "time")
        for name in self.versions:
            other = self.catalog.layers.get(name)
            if other and all(getattr(other, key) == getattr(wanted, key) for key in keys):
                return name
        return None

    def over(
        self, names: Sequence[str], look: Callable[[Sequence[NDArray[np.float64]], Window], Tally]
    ) -> Tally:
        """A tally over the decoded values (NaN: no data) of several layers, shard by shard."""
        layers = {name: self.open(name) for name in names}

        def one(window: Window) -> Tally:
            return look([cube.decode(name, cube.read(name, window)) for name, cube in layers.items()], window)

        return comparison.total(in_threads(one, self.catalog.grid))

    def profile(self, name: str, version: Version | None = None) -> Profile:
        """The profile of the offered version of a layer, or of another one, looked at once."""
        key = (name, (version or self.versions[name]).version)
        if key not in self._profiles:
            self._profiles[key] = profile(self.store.cube.open(*key), name)
        return self._profiles[key]

    def digest(self, name: str) -> str:
        """The digest of a layer's cells: as recorded when it was a candidate, else from its cells."""
        recorded = self.versions[name].metadata.get("cells_sha256")
        return str(recorded) if recorded else self.profile(name).digest

    @cached_property
    def territory(self) -> list[Any]:
        """The shapes of the top administrative level in the grid's CRS; empty when none is offered."""
        tops = [name for name, level in self.catalog.levels.items() if level.parent is None]
        for name in tops:
            if name in self.versions:
                return list(self.catalog.grid.placed(self.units(name).geometry.to_numpy()))
        return []

    @cached_property
    def territory_index(self) -> ZoneIndex:
        """Which cells of the national grid the territory covers."""
        return build_index(self.territory, self.catalog.grid)


def place_of(grid: Grid, at: Place) -> list[float]:
    """Longitude and latitude of the middle of a cell, to 6 decimals."""
    to_degrees = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True)
    x = grid.west + (at[1] + 0.5) * grid.resolution
    y = grid.north - (at[0] + 0.5) * grid.resolution
    return [round(float(degrees), 6) for degrees in to_degrees.transform(x, y)]


def first_place(table: Offered, name: str, low: float, high: float) -> list[float] | None:
    """The first cell of a layer whose value lies outside ``low .. high``."""
    cube = table.open(name)
    for window in cube.grid.shards():
        values = cube.decode(name, cube.read(name, window))
        odd = np.argwhere((values < low) | (values > high))
        if len(odd):
            return table.place((window.row + int(odd[0, 0]), window.col + int(odd[0, 1])))
    return None
