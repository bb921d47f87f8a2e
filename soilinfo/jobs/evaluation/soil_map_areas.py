"""Hectares of a soil map's classes by administrative unit, of what of each polygon lies in the unit."""

from collections.abc import Callable
from functools import cache, partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from soilinfo.catalog.names import table_of
from soilinfo.evaluate.components import CLASSES, class_areas
from soilinfo.ingest.vector import polygons
from soilinfo.jobs.evaluation.soil_map_survey import Ground, Survey
from soilinfo.jobs.evaluation.summary import keyed_rows, table_version, with_units
from soilinfo.jobs.evaluation.zones import zones_of
from soilinfo.jobs.runs.versions import keep_table
from soilinfo.store.ledger import Version

PIPELINE = "soil_map_areas/2"


def write_areas(survey: Survey, evaluated: Version, run: str) -> dict[str, str]:
    """Write and record the table of every published level; returns collection -> version."""
    soil_map, published = survey.soil_map.id, survey.published
    ground_of = cache(partial(_ground, survey))
    versions = {}
    for level in survey.catalog.every_level():
        if level in published:
            name = table_of(evaluated.layer, level)
            inputs = {evaluated.layer: evaluated.version, soil_map: published[soil_map]}
            version = table_version(
                survey.catalog,
                name,
                level,
                inputs,
                published,
                run,
                pipeline=PIPELINE,
                parameters={"map": soil_map},
            )
            versions[name] = version.version
            keep_table(survey.store, version, partial(_table, survey, evaluated, level, ground_of))
    return versions


def _ground(survey: Survey, level: str) -> tuple[Ground, NDArray[np.int64]]:
    """What every polygon shares with every unit of a level, and which unit that is (position)."""
    units = survey.store.vector.read(level, survey.published[level])
    polygon, unit, shapes = shared(survey.polygons, units)
    return survey.ground(shapes, polygon), unit


def shared(
    drawn: gpd.GeoDataFrame, units: gpd.GeoDataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], gpd.GeoSeries]:
    """Pairs of polygon and unit (positions), and the land that they share."""
    shapes, places = drawn.geometry.to_numpy(), units.geometry.to_numpy()
    polygon, unit = shapely.STRtree(places).query(shapes, predicate="intersects")
    lands = polygons(shapely.intersection(shapes[polygon], places[unit]))
    share = shapely.area(lands) > 0  # neighbours touch and share nothing
    return polygon[share], unit[share], gpd.GeoSeries(lands[share], crs=drawn.crs)


def _table(
    survey: Survey,
    evaluated: Version,
    level: str,
    ground_of: Callable[[str], tuple[Ground, NDArray[np.int64]]],
) -> gpd.GeoDataFrame:
    ground, unit = ground_of(survey.catalog.level(level).summed_from or level)
    zones = zones_of(survey.store, survey.catalog, survey.published, level)
    groups = unit if zones.groups is None else zones.groups[unit]
    parts = []
    for crop in survey.crops:
        sets = survey.criteria(crop, ground, groups, len(zones.units))
        for scenario, areas in survey.areas(crop, ground):
            classes_ha = zones.gather(class_areas(areas.assign(zone=unit[areas["zone"]]), zones.index.zones))
            rows = _areas(classes_ha, zones.gather(zones.index.area_ha)).assign(
                crop=crop.id,
                scenario=scenario,
                version=evaluated.version,
                boundary_rule=evaluated.metadata["boundary_rule"],
                **sets,
            )
            parts.append(rows)
    return with_units(keyed_rows(parts, ("crop", "scenario")), zones.units)


def _areas(classes_ha: NDArray[np.float64], total_ha: NDArray[np.float64]) -> pd.DataFrame:
    """Hectares and shares of S1..N and of no data; what no polygon of the map covers is no data."""
    # Polygons of one map that overlap count twice; there is never less than no land without data.
    nodata_ha = np.maximum(total_ha - classes_ha.sum(axis=1), 0)
    hectares = dict(zip((*CLASSES, "nodata"), [*classes_ha.T, nodata_ha], strict=True))
    columns = {f"{name}_ha": values for name, values in hectares.items()}
    with np.errstate(invalid="ignore"):
        shares = {f"{name}_pct": 100 * values / total_ha for name, values in hectares.items()}
    return pd.DataFrame(columns | shares | {"total_ha": total_ha})
