"""Hectares by administrative unit from the shares of a soil map's polygons."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import table_of
from soilinfo.evaluate.components import CLASSES
from soilinfo.evaluate.zonal import added_up
from soilinfo.ingest.vector import geodesic_hectares, polygons
from soilinfo.jobs.evaluation.summary import table_version, with_units
from soilinfo.jobs.runs.versions import remember
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version
from soilinfo.store.vector import Query

PIPELINE = "soil_map_areas/1"
_PERCENT = [f"{name}_pct" for name in CLASSES]


def write_areas(
    store: Store, catalog: Catalog, published: Mapping[str, str], evaluated: Version, run: str
) -> dict[str, str]:
    """Write and record the table of every published level; returns collection -> version."""
    soil_map = evaluated.metadata["soil_map"]
    versions = {}
    for level in catalog.levels:
        if level in published:
            name = table_of(evaluated.layer, level)
            inputs = {evaluated.layer: evaluated.version, soil_map: published[soil_map]}
            version = table_version(
                catalog, name, level, inputs, published, run, pipeline=PIPELINE, parameters={"map": soil_map}
            )
            versions[name] = version.version
            if not store.vector.exists(name, version.version):
                frame = _table(store, catalog, published, evaluated, level)
                store.vector.write(name, version.version, frame, id_field="id", shape_field="code")
            remember(store, version)
    return versions


def _table(
    store: Store, catalog: Catalog, published: Mapping[str, str], evaluated: Version, level: str
) -> gpd.GeoDataFrame:
    soil_map, measured = evaluated.metadata["soil_map"], catalog.level(level).summed_from or level
    units, parts = (store.vector.read(each, published[each]) for each in (level, measured))
    groups = _groups(units, parts, summed=measured != level)
    drawn = store.vector.read(soil_map, published[soil_map])
    polygon, part, hectares = shared_hectares(drawn, parts)
    total_ha = added_up(parts["area_ha"].to_numpy(np.float64), groups, len(units))
    shares = store.vector.read(evaluated.layer, evaluated.version, Query(geometry=False))
    position = pd.Series(np.arange(len(drawn)), index=drawn["id"])
    tables = []
    for (crop, scenario), rows in shares.groupby(["crop", "scenario"]):
        pct = np.zeros((len(drawn), len(CLASSES)))
        pct[position[rows["polygon"]].to_numpy()] = rows[_PERCENT].to_numpy(np.float64)
        areas = added_up(hectares[:, np.newaxis] * pct[polygon] / 100, groups[part], len(units))
        table = _areas(areas, total_ha).assign(crop=crop, scenario=scenario, version=evaluated.version)
        table["boundary_rule"] = evaluated.metadata["boundary_rule"]
        sets = rows.set_index(position[rows["polygon"]].to_numpy())["criteria_set"]
        table["criteria_set"] = _joined(sets.loc[polygon].to_numpy(), groups[part], len(units))
        tables.append(table)
    found = pd.concat(tables)
    found.attrs["key"] = ("crop", "scenario")
    return with_units(found, units)


def shared_hectares(
    drawn: gpd.GeoDataFrame, units: gpd.GeoDataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of polygon and unit (positions) and the geodesic hectares that they share."""
    shapes, places = drawn.geometry.to_numpy(), units.geometry.to_numpy()
    polygon, unit = shapely.STRtree(places).query(shapes, predicate="intersects")
    hectares = geodesic_hectares(polygons(shapely.intersection(shapes[polygon], places[unit])))
    share = hectares > 0  # neighbours touch and share nothing
    return polygon[share], unit[share], hectares[share]


def _groups(units: gpd.GeoDataFrame, parts: gpd.GeoDataFrame, *, summed: bool) -> NDArray[np.int64]:
    """The position in ``units`` that each of the measured units belongs to."""
    if not summed:
        return np.arange(len(units))
    position = pd.Series(np.arange(len(units)), index=units["code"])
    return np.asarray(position[parts["parent_code"]], np.int64)


def _joined(names: NDArray[np.object_], groups: NDArray[np.int64], size: int) -> list[str]:
    """The names met in each of ``size`` groups, each once, with commas."""
    met: list[set[str]] = [set() for _ in range(size)]
    for name, group in zip(names, groups, strict=True):
        met[group].add(name)
    return [", ".join(sorted(each)) for each in met]


def _areas(classes_ha: NDArray[np.float64], total_ha: NDArray[np.float64]) -> pd.DataFrame:
    """Hectares and shares of S1..N and of no data; what no polygon of the map covers is no data."""
    # Polygons of one map that overlap count twice; there is never less than no land without data.
    nodata_ha = np.maximum(total_ha - classes_ha.sum(axis=1), 0)
    hectares = dict(zip((*CLASSES, "nodata"), [*classes_ha.T, nodata_ha], strict=True))
    columns = {f"{name}_ha": values for name, values in hectares.items()}
    shares = {f"{name}_pct": 100 * values / total_ha for name, values in hectares.items()}
    return pd.DataFrame(columns | shares | {"total_ha": total_ha}).round(5)
