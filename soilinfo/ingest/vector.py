"""Administrative units in: read any OGR source, repair what can be repaired, record that it was.

The result has the columns that every level has: ``code, name, parent_code, area_ha``
(geodesic on WGS 84), ``official_area_ha`` (missing where none is stated) and ``repair``
(what was wrong, empty where nothing was), geometry MultiPolygon in EPSG:4326.
"""

import re
from collections.abc import Collection
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import Geod
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from soilinfo import units
from soilinfo.catalog.models import Level
from soilinfo.errors import SourceError
from soilinfo.findings import Finding
from soilinfo.ingest.checks import with_severity

WGS84 = Geod(ellps="WGS84")


def read_source(path: str, layer: str | None = None) -> gpd.GeoDataFrame:
    """A vector file as it is, in EPSG:4326.

    Raises SourceError when it is missing, unreadable, without such a layer, without geometry
    or without a coordinate reference system.
    """
    if not path.startswith("/vsi") and "://" not in path and not Path(path).exists():
        raise SourceError(f"{path}: no such file")
    try:
        frame = pyogrio.read_dataframe(path, layer=layer)
    except (DataSourceError, DataLayerError) as error:
        raise SourceError(f"{path}: not a readable vector source: {error}") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError(f"{path}: has no geometry")
    if frame.crs is None:
        raise SourceError(f"{path}: no coordinate reference system")
    return frame.to_crs("EPSG:4326")


def administrative_units(
    frame: gpd.GeoDataFrame, level_id: str, level: Level
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """One level's current units in soilinfo's columns, with what was found on the way.

    Units that have ended (``valid_to_field``) are left out. Findings of severity 'block' mean
    that the frame must not be published. Raises SourceError when a configured column is missing.
    """
    _require_columns(frame, level_id, level)
    current = frame[frame[level.valid_to_field].isna()] if level.valid_to_field else frame
    findings = [*_ended(len(frame) - len(current), level_id), *_codes(current, level_id, level)]
    empty = (current.geometry.isna() | current.geometry.is_empty).to_numpy()
    findings += _without_geometry(current.loc[empty, level.code_field], level_id)
    current = current[~empty]
    findings += _negative_area(current, level_id, level)
    geometry, repairs = repair(current.geometry.to_numpy())
    findings += _repaired(current[level.code_field], repairs, level_id)
    result = gpd.GeoDataFrame(
        {
            "code": current[level.code_field].astype(str).to_numpy(),
            "name": current[level.name_field].astype(str).to_numpy(),
            "parent_code": _parent_codes(current, level),
            "area_ha": geodesic_hectares(geometry),
            "official_area_ha": _official_hectares(current, level),
            "repair": repairs,
        },
        geometry=geometry,
        crs="EPSG:4326",
    )
    return result.sort_values("code", ignore_index=True), with_severity(findings, level.severity)


def orphans(
    units: gpd.GeoDataFrame, parents: Collection[str], level_id: str, parent_id: str
) -> list[Finding]:
    """A blocking finding when units name parents that the level above lacks: they would belong nowhere."""
    lost = sorted({str(code) for code in units["parent_code"]} - set(parents))
    if not lost:
        return []
    message = f"parents that '{parent_id}' does not have: {_some(lost)}"
    return [Finding("unknown_parent", "block", level_id, message, len(lost), {"codes": lost[:20]})]


def repair(geometry: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], list[str]]:
    """Valid MultiPolygons and, for each, what was wrong before ('' when nothing was).

    Uses GEOS' structure method: rings keep their role as shell or hole, so a hole that pokes
    out does not turn into land. Points and lines left over by a repair are dropped.
    """
    reasons = shapely.is_valid_reason(geometry)
    broken = ~shapely.is_valid(geometry)
    mended = geometry.copy()
    mended[broken] = shapely.make_valid(geometry[broken], method="structure", keep_collapsed=False)
    repairs = [reason if bad else "" for reason, bad in zip(reasons, broken, strict=True)]
    return np.array([_polygons(shape) for shape in shapely.force_2d(mended)], dtype=object), repairs


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    parts = [part for part in shapely.get_parts([shape]) if part.geom_type in ("Polygon", "MultiPolygon")]
    return MultiPolygon([polygon for part in parts for polygon in shapely.get_parts([part])])


def geodesic_hectares(geometry: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Area of each geometry (EPSG:4326) on the WGS 84 ellipsoid in hectares, never negative."""
    oriented = shapely.orient_polygons(geometry)
    return np.array([WGS84.geometry_area_perimeter(shape)[0] / 1e4 for shape in oriented])


def _require_columns(frame: gpd.GeoDataFrame, level_id: str, level: Level) -> None:
    optional = (level.parent_field, level.area_field, level.valid_from_field, level.valid_to_field)
    for column in (level.code_field, level.name_field, *optional):
        if column is not None and column not in frame.columns:
            known = ", ".join(str(name) for name in frame.columns if name != "geometry")
            raise SourceError(f"{level_id}: no column '{column}' in {level.source}; there are: {known}")


def _ended(count: int, level_id: str) -> list[Finding]:
    if not count:
        return []
    return [Finding("ended_units", "note", level_id, f"left out {count} unit(s) that have ended", count)]


def _codes(frame: gpd.GeoDataFrame, level_id: str, level: Level) -> list[Finding]:
    codes = frame[level.code_field].astype(str)
    twice = sorted(set(codes[codes.duplicated()]))
    odd = sorted(code for code in codes if not re.match(level.code_pattern, code))
    found = []
    if twice:
        message = f"codes used by more than one unit: {_some(twice)}"
        found.append(
            Finding("duplicate_codes", "block", level_id, message, len(twice), {"codes": twice[:20]})
        )
    if odd:
        message = f"codes that are not {level.code_system} codes ({level.code_pattern}): {_some(odd)}"
        found.append(Finding("malformed_codes", "block", level_id, message, len(odd), {"codes": odd[:20]}))
    return found


def _without_geometry(codes: pd.Series, level_id: str) -> list[Finding]:
    if codes.empty:
        return []
    names = sorted(codes.astype(str))
    message = f"{len(names)} unit(s) without a geometry: {_some(names)}"
    return [Finding("null_geometry", "block", level_id, message, len(names), {"codes": names[:20]})]


def _negative_area(frame: gpd.GeoDataFrame, level_id: str, level: Level) -> list[Finding]:
    negative = shapely.area(frame.geometry.to_numpy()) < 0
    if not negative.any():
        return []
    names = sorted(frame.loc[negative, level.code_field].astype(str))
    message = f"rings wound so that the planar area is negative: {_some(names)}; areas are taken after repair"
    return [Finding("negative_area", "warn", level_id, message, len(names), {"codes": names})]


def _repaired(codes: pd.Series, repairs: list[str], level_id: str) -> list[Finding]:
    reasons = {str(code): reason for code, reason in zip(codes, repairs, strict=True) if reason}
    if not reasons:
        return []
    message = f"repaired {len(reasons)} of {len(repairs)} invalid geometries: {_some(sorted(reasons))}"
    return [Finding("invalid_geometry", "warn", level_id, message, len(reasons), {"reasons": reasons})]


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _parent_codes(frame: gpd.GeoDataFrame, level: Level) -> list[str | None]:
    if level.parent is None:
        return [None] * len(frame)
    if level.parent_field is not None:
        return [str(code) for code in frame[level.parent_field]]
    return [str(code).rpartition(".")[0] for code in frame[level.code_field]]


def _official_hectares(frame: gpd.GeoDataFrame, level: Level) -> npt.NDArray[np.float64]:
    if level.area_field is None:
        return np.full(len(frame), np.nan)
    areas = pd.to_numeric(frame[level.area_field], errors="coerce").to_numpy(dtype=np.float64)
    return np.asarray(units.convert(areas, level.area_unit, "ha"))
