"""Land as scorings see it: the values of published layers, and the soils of the published soil map."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.zoning import SOIL, ScoreClass, Scoring, SoilCrosswalk
from soilinfo.evaluate.zonal import Read, histogram
from soilinfo.evaluate.zoning import Kinds, Member, Values
from soilinfo.findings import Finding
from soilinfo.grid import Grid, Window
from soilinfo.jobs.evaluation.inputs import Input, choose_inputs
from soilinfo.jobs.evaluation.places import to_grid
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.store.home import Store


@dataclass(frozen=True)
class Soils:
    """The polygons of a soil map in the grid's CRS, the number of each one's map unit, and its soils.

    ``unmapped``: soil names that the crosswalk does not have; units with one have no soils here.
    """

    layer: str
    version: str
    shapes: NDArray[np.object_]
    units: NDArray[np.int32]
    members: Mapping[int, tuple[Member, ...]]
    unmapped: tuple[str, ...]

    def read(self, grid: Grid, window: Window) -> Kinds:
        """The map unit at the middle of each cell of a window."""
        near = shapely.STRtree(self.shapes).query(shapely.box(*grid.bounds_of(window)))
        codes = np.zeros(window.shape, np.int32)
        if len(near):
            drawn = list(zip(self.shapes[near], self.units[near].tolist(), strict=True))
            rasterize(drawn, out=codes, transform=Affine(*grid.transform_of(window)))
        return Kinds(codes, self.members)


@dataclass(frozen=True)
class Land:
    """The published inputs of scorings, by property; None where there is no soil map they could read."""

    store: Store
    catalog: Catalog
    layers: Mapping[str, Input]
    soils: Soils | None

    @property
    def known(self) -> set[str]:
        """The inputs that there are."""
        return {*self.layers, *([SOIL] if self.soils else [])}

    @property
    def versions(self) -> dict[str, str]:
        """Layer -> version of every input."""
        soils = {self.soils.layer: self.soils.version} if self.soils else {}
        return {one.layer: one.version for one in self.layers.values()} | soils

    def read(self, window: Window) -> dict[str, Values]:
        """The values of every input in a window."""
        found: dict[str, Values] = {name: self._values(one, window) for name, one in self.layers.items()}
        return found | ({SOIL: self.soils.read(self.catalog.grid, window)} if self.soils else {})

    def _values(self, one: Input, window: Window) -> Values:
        cube = self.store.cube.open(one.layer, one.version)
        packed = cube.read(one.layer, window)
        table = self.catalog.property(one.property).class_table
        if table is None:
            return cube.decode(one.layer, packed)
        entries = self.catalog.class_table(table).classes
        groups = {each.code: (each.id, *([each.group] if each.group else [])) for each in entries}
        return Kinds(packed, {code: (names,) for code, names in groups.items()})


def land_of(store: Store, catalog: Catalog, published: Mapping[str, str], wanted: Collection[str]) -> Land:
    """The wanted inputs as far as they are published (:mod:`soilinfo.jobs.evaluation.inputs`)."""
    chosen, _ = choose_inputs(store, catalog, replace(store.ledger.current(), layers=published))
    layers = {name: one for name, one in sorted(chosen.items()) if name in wanted}
    soils = _soils(store, catalog, published) if SOIL in wanted else None
    return Land(store, catalog, layers, soils)


def _soils(store: Store, catalog: Catalog, published: Mapping[str, str]) -> Soils | None:
    """The soils of the most detailed published map that the crosswalk of zoning.yaml can read."""
    named = catalog.zoning.soil_crosswalk if catalog.zoning else None
    if named is None:
        return None
    crosswalk = catalog.soil_crosswalks[named]
    maps = [
        each
        for each in catalog.soil_maps.values()
        if each.id in published and crosswalk.classification in each.classifications
    ]
    if not maps:
        return None
    chosen = min(maps, key=lambda each: each.scale).id
    polygons = store.vector.read(chosen, published[chosen])
    codes, units = np.unique(polygons["unit_code"].to_numpy(dtype=str), return_inverse=True)
    components = dict(zip(polygons["unit_code"], polygons["components"], strict=True))
    names = {at: _names(components[code], crosswalk) for at, code in enumerate(codes, start=1)}
    shapes = np.array([to_grid(shape, catalog.grid) for shape in polygons.geometry], dtype=object)
    return Soils(
        chosen,
        published[chosen],
        shapes,
        (units + 1).astype(np.int32),
        *_members(names, crosswalk),
    )


def _names(components: str, crosswalk: SoilCrosswalk) -> list[str]:
    column = f"soil_{crosswalk.classification}"
    return [str(each.get(column) or "(no name)") for each in json.loads(components)]


def _members(
    names: Mapping[int, list[str]], crosswalk: SoilCrosswalk
) -> tuple[dict[int, tuple[Member, ...]], tuple[str, ...]]:
    """The soils of each unit as the crosswalk calls them, and the names that it does not have."""
    called = {name: crosswalk.soil_of(name) for soils in names.values() for name in soils}
    unmapped = {name for name, soil in called.items() if soil is None}
    members: dict[int, tuple[Member, ...]] = {
        unit: tuple(dict.fromkeys((str(called[name]),) for name in soils))
        for unit, soils in names.items()
        if soils and not unmapped & set(soils)
    }
    return members, tuple(sorted(unmapped))


# ---- what a reader must know --------------------------------------------------------------


def not_made(layer: str, what: str, land: Land, needed: Iterable[str]) -> Finding | None:
    """A finding when inputs are lacking without which there is no score."""
    lacking = [name for name in needed if name not in land.known]
    if not lacking:
        return None
    named = ", ".join("a soil map that the crosswalk reads" if name == SOIL else name for name in lacking)
    message = f"{what} is not made: there is no published layer of {named}"
    return Finding("inputs_lacking", "warn", layer, message, len(lacking), {"lacking": lacking})


def score_findings(layer: str, land: Land, scorings: Mapping[str, Scoring]) -> list[Finding]:
    """What was left out of scorings: conditions without a layer, soil names without a soil."""
    found = []
    left = {
        f"{id}.{rule}": sorted(set(when) - land.known)
        for id, scoring in scorings.items()
        for rule, when in scoring.conditions.items()
        if set(when) - land.known
    }
    if left:
        named = "; ".join(f"{rule} ({', '.join(names)})" for rule, names in left.items())
        message = f"left out, as there is no published layer for them: {named}"
        found.append(Finding("rules_left_out", "note", layer, message, len(left), {"rules": left}))
    if land.soils and land.soils.unmapped:
        names = land.soils.unmapped
        message = (
            f"{len(names)} soil names of '{land.soils.layer}' are not in the crosswalk, so that map units "
            f"with them have no score: {', '.join(names)}"
        )
        found.append(Finding("unmapped_soils", "warn", layer, message, len(names), {"names": list(names)}))
    return found


# ---- tables -------------------------------------------------------------------------------


def class_rows(
    zones: Zones, read: Read, classes: Iterable[ScoreClass], key: str, further: Mapping[str, Read]
) -> list[pd.DataFrame]:
    """A frame for each class, indexed by unit position: hectares, share of the unit, and no data.

    ``key`` is the column of the class id. ``further``: column -> reader of the classes where something else
    holds too, 0 elsewhere.
    """
    areas = histogram(zones.index, read, low=1, high=254, nodata=0)
    hectares, nodata_ha = zones.gather(areas.area_ha), zones.gather(areas.nodata_ha)
    more = {
        column: zones.gather(histogram(zones.index, also, low=1, high=254, nodata=0).area_ha)
        for column, also in further.items()
    }
    total_ha = hectares.sum(axis=1) + nodata_ha
    share = np.where(total_ha > 0, total_ha, np.nan)
    return [
        pd.DataFrame(
            {
                "area_ha": hectares[:, each.code - 1],
                "share_pct": 100 * hectares[:, each.code - 1] / share,
                **{column: values[:, each.code - 1] for column, values in more.items()},
                "nodata_ha": nodata_ha,
                "total_ha": total_ha,
            }
        ).assign(**{key: each.id})
        for each in classes
    ]
