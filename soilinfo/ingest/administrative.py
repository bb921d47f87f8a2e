"""Administrative units in: the units of one level that stand today, in soilinfo's columns.

The result has the columns that every level has: ``code, name, parent_code, area_ha``
(geodesic on WGS 84), ``official_area_ha`` (missing where none is stated) and ``repair``
(what was wrong, empty where nothing was), geometry MultiPolygon in EPSG:4326.
"""

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from soilinfo import units
from soilinfo.catalog.models import Level
from soilinfo.errors import SourceError
from soilinfo.findings import Finding
from soilinfo.grid import Bounds
from soilinfo.ingest.checks.unit_evidence import NO_LISTS, Official, UnitEvidence
from soilinfo.ingest.checks.units import judge_units
from soilinfo.ingest.validity import states
from soilinfo.ingest.vector import Shapes, geodesic_hectares, repair


def administrative_units(
    frame: gpd.GeoDataFrame,
    level_id: str,
    level: Level,
    *,
    on: date | None = None,
    official: Official = NO_LISTS,
    country: Bounds | None = None,
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """One level's units as they are ``on`` a day (today), in soilinfo's columns, and what was found.

    Units that have ended by then (``valid_to_field``), begin later (``valid_from_field``) or have no
    area are left out. ``official``: the lists configured for the level; ``country``: bounds of the
    national grid in degrees. Findings of severity 'block' mean that the frame must not be published.
    Raises SourceError when a configured column is missing.
    """
    on = on or date.today()
    _require_columns(frame, level_id, level)
    state = states(frame, level, on)
    standing = frame[state == "current"]
    drawn = standing[~(standing.geometry.isna() | standing.geometry.is_empty)]
    geometry, repairs = repair(drawn.geometry.to_numpy())
    left = ~shapely.is_empty(geometry)
    result = _in_columns(drawn[left], geometry[left], list(np.array(repairs, object)[left]), level)
    seen = UnitEvidence(
        level_id, level, on, frame, state, standing, drawn, geometry, repairs, result, official, country
    )
    return result, judge_units(seen)


def _require_columns(frame: gpd.GeoDataFrame, level_id: str, level: Level) -> None:
    optional = (level.parent_field, level.area_field, level.valid_from_field, level.valid_to_field)
    for column in (level.code_field, level.name_field, *optional):
        if column is not None and column not in frame.columns:
            known = ", ".join(str(name) for name in frame.columns if name != "geometry")
            raise SourceError(f"{level_id}: no column '{column}' in {level.source}; there are: {known}")


def _in_columns(
    drawn: gpd.GeoDataFrame, geometry: Shapes, repairs: list[str], level: Level
) -> gpd.GeoDataFrame:
    result = gpd.GeoDataFrame(
        {
            "code": _texts(drawn[level.code_field]),
            "name": _texts(drawn[level.name_field]),
            "parent_code": _parent_codes(drawn, level),
            "area_ha": geodesic_hectares(geometry),
            "official_area_ha": _official_hectares(drawn, level),
            "repair": repairs,
        },
        geometry=geometry,
        crs="EPSG:4326",
    )
    return result.drop_duplicates("code").sort_values("code", ignore_index=True)


def _texts(column: "pd.Series[Any]") -> list[str]:
    """What a column says; "" where it says nothing, which the checks then name."""
    return ["" if pd.isna(each) else str(each) for each in column]


def _parent_codes(frame: gpd.GeoDataFrame, level: Level) -> list[str | None]:
    if level.parent is None:
        return [None] * len(frame)
    if level.parent_field is not None:
        return [None if pd.isna(code) else str(code) for code in frame[level.parent_field]]
    return [str(code).rpartition(".")[0] for code in frame[level.code_field]]


def _official_hectares(frame: gpd.GeoDataFrame, level: Level) -> npt.NDArray[np.float64]:
    if level.area_field is None:
        return np.full(len(frame), np.nan)
    areas = pd.to_numeric(frame[level.area_field], errors="coerce").to_numpy(dtype=np.float64)
    return np.asarray(units.convert(areas, level.area_unit, "ha"))
