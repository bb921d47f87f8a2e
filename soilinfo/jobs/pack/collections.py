"""The collections of a pack: a unit, the units within it, their soil map units and every table about them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.legends import UnitLine
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION, components_of_map
from soilinfo.catalog.text import DEFAULT_LANGUAGE
from soilinfo.catalog.titles import titles
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import GEOMETRY, Query

CODE, PARENT, UNIT = "code", "parent_code", "unit_code"
_ALL = Query()


class Rows(NamedTuple):
    """What is packed of one collection."""

    name: str
    frame: pd.DataFrame
    areas: str | None = None
    """The collection that has the shapes of these rows; None where they have their own, or none."""
    key: str = CODE
    """The column that they share with it."""
    legend: tuple[UnitLine, ...] = ()
    """Of a soil map, as far as its units are packed."""


@dataclass(frozen=True)
class Published:
    """What one snapshot publishes of one unit."""

    store: Store
    catalog: Catalog
    snapshot: Snapshot
    level: str
    unit: gpd.GeoDataFrame
    """Its one row, in EPSG:4326."""

    @property
    def created(self) -> datetime:
        """When the snapshot was published."""
        assert self.snapshot.created is not None, "a snapshot that publishes a level has a date"
        return self.snapshot.created

    @property
    def shape(self) -> BaseGeometry:
        """Where it lies, in EPSG:4326."""
        shape: BaseGeometry = self.unit.geometry.iloc[0]
        return shape

    def areas(self) -> dict[str, gpd.GeoDataFrame]:
        """The unit by its level, and the units within it by theirs, from coarse to fine."""
        found, last = {self.level: self.unit}, self.level
        while below := self._below(last):
            units = self._read(below)
            of_them = units if last == NATION else units[units[PARENT].isin({*found[last][CODE]})]
            found[below], last = of_them.reset_index(drop=True), below
        return found

    def _below(self, level: str) -> str | None:
        """The published level whose units belong to those of a level."""
        above = None if level == NATION else level
        levels = self.catalog.levels.values()
        return next((each.id for each in levels if each.parent == above and each.id in self._layers), None)

    def tables(self, areas: Mapping[str, gpd.GeoDataFrame]) -> Iterator[Rows]:
        """Every published table about these areas that has rows of them."""
        for level, units in areas.items():
            for name in self._tables_of(level):
                rows = self._rows(name, [*units[CODE]])
                if len(rows):
                    yield Rows(name, rows, level)

    def _tables_of(self, level: str) -> list[str]:
        own = {name for name, table in self.catalog.tables.items() if table.unit_level == level}
        known = titles(self.catalog, DEFAULT_LANGUAGE)
        made = {name for name in known if name.endswith(f"_by_{level}")}
        return sorted((own | made) & {*self._layers})

    def _rows(self, table: str, codes: list[str]) -> pd.DataFrame:
        """The rows of these areas; of one asked for by its code, of many picked from all."""
        one = {CODE: codes[0]} if len(codes) == 1 else {}
        rows = self.store.vector.read(table, self._layers[table], Query(equal=one, geometry=False))
        return _bare(rows[rows[CODE].isin(codes)])

    def soil_maps(self) -> Iterator[Rows]:
        """Every published soil map's whole polygons that touch the unit, and the soils of its map units."""
        for name in self.catalog.soil_maps:
            if name in self._layers:
                near = self._read(name, Query(bbox=self.shape.bounds))
                units = near[near.intersects(self.shape)].reset_index(drop=True)
                codes = {*units[UNIT]}
                if codes:
                    yield Rows(name, units, legend=self._legend(name, codes))
                    yield from self._components(components_of_map(name), codes)

    def _components(self, name: str, codes: set[str]) -> Iterator[Rows]:
        if name in self._layers:
            rows = self._read(name, Query(geometry=False))
            yield Rows(name, _bare(rows[rows[UNIT].isin(codes)]))

    def _legend(self, soil_map: str, codes: set[str]) -> tuple[UnitLine, ...]:
        version = self.store.ledger.version(soil_map, self._layers[soil_map])
        lines = version.metadata["legend"] if version else ()
        return tuple(UnitLine(**line) for line in lines if line["code"] in codes)

    def _read(self, name: str, query: Query = _ALL) -> gpd.GeoDataFrame:
        return self.store.vector.read(name, self._layers[name], query)

    @property
    def _layers(self) -> Mapping[str, str]:
        return self.snapshot.layers


def _bare(rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Rows without places."""
    return pd.DataFrame(rows.drop(columns=GEOMETRY, errors="ignore")).reset_index(drop=True)
