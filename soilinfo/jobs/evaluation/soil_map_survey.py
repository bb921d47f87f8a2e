"""What a soil map and the rasters of the place say together: hectares of each soil by class and limits.

A component has its own properties, which are the same wherever it is. Climate, terrain and land are those
of the published rasters, cell by cell.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import batched

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.mapunits import SoilMap
from soilinfo.catalog.models import SCENARIOS, Catalog, Crop, Scenario
from soilinfo.catalog.names import components_of_map
from soilinfo.evaluate.components import KEY, Ratings, Side, at_depth, components_of, composition, worse_of
from soilinfo.evaluate.conditions import Conditions, ReadAll, gather, summed_by, together
from soilinfo.evaluate.suitability import compile_tables
from soilinfo.evaluate.tables import Lookup, Meaning
from soilinfo.evaluate.zonal import build_index
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.criteria import Regional
from soilinfo.jobs.evaluation.inputs import TOPSOIL, Input, meanings, reader
from soilinfo.jobs.evaluation.places import to_grid
from soilinfo.store.home import Store

ZONES_AT_A_TIME = 1000
"""Bounds the memory of the index of zones; they are taken in an order in which neighbours are together."""
_CLASS, _HELD = 16, 20
"""First bit in a kind of place of its class, below which are its limits, and of whose criteria hold."""


def own_properties(soil_map: SoilMap) -> list[str]:
    """The properties that a soil map's table of components has."""
    return sorted({each.property for each in soil_map.properties})


def from_rasters(catalog: Catalog, soil_map: SoilMap, properties: Collection[str]) -> list[str]:
    """Those of these properties that a soil map takes from rasters: what is not a property of the soil.

    A property of the soil that the table lacks is not known of any component. The raster shows what the
    place has on average, which one soil among others need not have; only where the file of the soil map
    says so does it stand for all of them.
    """
    own = own_properties(soil_map)
    return sorted(
        name
        for name in properties
        if name not in own and (catalog.property(name).theme != "soil" or name in soil_map.from_rasters)
    )


@dataclass(frozen=True)
class Ground:
    """Zones that lie each in one polygon (position), their hectares, and what conditions they have."""

    polygon: NDArray[np.int64]
    area_ha: NDArray[np.float64]
    conditions: Conditions

    def percent(self, hectares: NDArray[np.float64], zone: NDArray[np.int64]) -> NDArray[np.float64]:
        """Hectares (..., i) in percent of the zones (i,) that they are of; 0 in a zone without any area."""
        whole = self.area_ha[zone]
        return 100 * hectares / np.where(whole > 0, whole, np.inf)


@dataclass(frozen=True)
class Survey:
    """A published soil map, the crops that it is evaluated for, and the rasters of the place by property."""

    store: Store
    catalog: Catalog
    published: Mapping[str, str]
    soil_map: SoilMap
    crops: Sequence[Crop]
    regional: Sequence[Regional]
    rasters: Mapping[str, Input]

    @cached_property
    def polygons(self) -> gpd.GeoDataFrame:
        """The polygons as published (EPSG:4326)."""
        return self.store.vector.read(self.soil_map.id, self.published[self.soil_map.id])

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The table of components as published."""
        name = components_of_map(self.soil_map.id)
        return pd.DataFrame(self.store.vector.read(name, self.published[name]))

    @cached_property
    def soils(self) -> pd.DataFrame:
        """As :func:`components_of` gives them."""
        return components_of(self.rows)

    @cached_property
    def composition(self) -> pd.DataFrame:
        """As :func:`composition` gives it."""
        return composition(self.polygons["unit_code"], self.soils)

    @cached_property
    def of_soils(self) -> dict[str, Meaning]:
        """What packed integers of the components' own properties mean."""
        return meanings(self.catalog, own_properties(self.soil_map))

    @cached_property
    def of_places(self) -> dict[str, Meaning]:
        """What packed integers of the rasters mean."""
        return meanings(self.catalog, sorted(self.rasters))

    def tables(self, crop: Crop) -> list[Crop]:
        """The table of a crop and, the coarsest level first, those of units with criteria of their own."""
        return [crop, *(each.crop for each in self.regional if each.crop.id == crop.id)]

    def soil_values(self, crop: Crop) -> dict[str, NDArray[np.int64]]:
        """Packed integers (soil,) of all own properties, at the depths that a table's rows are about."""
        found, order = {}, pd.MultiIndex.from_frame(self.soils[KEY])
        for name, meaning in self.of_soils.items():
            row = crop.characteristics.get(name)
            packed = at_depth(self.rows, name, meaning, (row and row.depth) or TOPSOIL)
            found[name] = np.asarray(packed.loc[order], np.int64)
        return found

    def ground(self, shapes: gpd.GeoSeries, polygon: NDArray[np.int64]) -> Ground:
        """What the rasters say of zones (EPSG:4326), each within one polygon of the map."""
        lookups, read = self._lookups(), self._reader()
        area_ha, found = np.zeros(len(shapes)), []
        order = np.argsort(shapes.hilbert_distance(), kind="stable") if len(shapes) else ()
        for batch in batched(order, ZONES_AT_A_TIME):
            zones = np.array(batch)
            index = build_index(
                [to_grid(shape, self.catalog.grid) for shape in shapes.iloc[zones]], self.catalog.grid
            )
            area_ha[zones] = index.area_ha
            part = gather(index, read, lookups)
            found.append(replace(part, zone=zones[part.zone]))
        return Ground(polygon, area_ha, together(found))

    def _lookups(self) -> list[Lookup]:
        """What tells conditions apart: the bands of all tables together, and which units they lie in."""
        every = [*self.crops, *(each.crop for each in self.regional)]
        tables = compile_tables(every, self.catalog.evaluation, self.of_places)
        inside = np.array([0, 1, 0], np.uint16)
        units = {_unit(each): Lookup(_unit(each), 0, inside) for each in self.regional}
        return [*tables.factors, *([tables.protected] if tables.protected else []), *units.values()]

    def _reader(self) -> ReadAll:
        """A reader of the rasters, and for each unit with criteria of its own of what lies in it (1)."""
        read, grid = reader(self.store, self.rasters), self.catalog.grid
        units = {_unit(each): each for each in self.regional}

        def everything(window: Window) -> dict[str, NDArray[np.integer]]:
            masks = {name: each.mask(grid, window).astype(np.uint8) for name, each in units.items()}
            return read(window) | masks

        return everything

    def held(self, crop: Crop, ground: Ground) -> NDArray[np.int64]:
        """Which of a crop's :meth:`tables` holds under each condition."""
        held = np.zeros(ground.conditions.size, np.int64)
        own = [each for each in self.regional if each.crop.id == crop.id]
        for number, each in enumerate(own, start=1):
            held[ground.conditions.values[_unit(each)] == 1] = number
        return held

    def criteria(
        self, crop: Crop, ground: Ground, groups: NDArray[np.int64], size: int
    ) -> dict[str, list[str]]:
        """``criteria_set`` and ``edition`` of each group of zones: of all tables that hold somewhere in it.

        ``groups``: of each zone, a position below ``size``.
        """
        tables, met = self.tables(crop), ground.conditions
        found: list[list[Crop]] = [[] for _ in range(size)]
        held = self.held(crop, ground)[met.condition]
        for pair in np.unique(groups[met.zone] * len(tables) + held).tolist():
            at, table = divmod(pair, len(tables))
            found[at].append(tables[table])
        names = ("criteria_set", "edition")
        return {
            name: [_each_once(getattr(table, name) for table in group) for group in found] for name in names
        }

    def areas(self, crop: Crop, ground: Ground) -> Iterator[tuple[Scenario, pd.DataFrame]]:
        """By scenario the hectares of each soil in each zone, by ``class`` (0: none) and ``limiting``.

        Columns ``zone``, ``soil`` (positions), ``class``, ``limiting``, ``area_ha``. Each soil of a polygon
        counts with its share on every place of it alike. Land without a soil, and what lies off the grid,
        is in no row.
        """
        soils, places = [], []
        for table in self.tables(crop):
            own = compile_tables([table], self.catalog.evaluation, self.of_soils)
            soils.append(Ratings.of(own, self.soil_values(table), len(self.soils)))
            around = compile_tables([table], self.catalog.evaluation, self.of_places)
            places.append(Ratings.of(around, ground.conditions.values, ground.conditions.size))
        held = self.held(crop, ground)
        for scenario in SCENARIOS:
            yield scenario, _areas(ground, self.composition, soils, places, held, scenario)


def _each_once(names: Iterable[str]) -> str:
    return ", ".join(sorted({*names}))


def _unit(regional: Regional) -> str:
    return f"{regional.level}/{regional.criteria.region}"


def _areas(
    ground: Ground,
    parts: pd.DataFrame,
    soils: Sequence[Ratings],
    places: Sequence[Ratings],
    held: NDArray[np.int64],
    scenario: Scenario,
) -> pd.DataFrame:
    """Places are put together by kind first: few kinds meet the soils, not the many conditions."""
    conditions = ground.conditions
    rated = Side.of(places, scenario, held, np.arange(len(held)))
    kind = held << _HELD | rated.classes.astype(np.int64) << _CLASS | rated.limiting.astype(np.int64)
    sums = summed_by(conditions.zone, kind[conditions.condition], conditions.area_ha)
    rows = sums.assign(polygon=ground.polygon[sums["zone"]]).merge(parts, on="polygon")
    kinds, which = rows["kind"].to_numpy(), rows["kind"].to_numpy() >> _HELD
    silent = np.array([each.silent for each in places])[which]
    place = Side(kinds >> _CLASS & 0xF, kinds & 0xFFFF, silent)
    classes, limiting = worse_of(Side.of(soils, scenario, which, rows["soil"].to_numpy()), place)
    hectares = rows["area_ha"] * rows["weight"]
    met = pd.DataFrame({"zone": rows["zone"], "soil": rows["soil"], "class": classes, "limiting": limiting})
    return met.assign(area_ha=hectares).groupby(["zone", "soil", "class", "limiting"], as_index=False).sum()
