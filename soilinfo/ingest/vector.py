"""Administrative units in: read any OGR source, repair what can be repaired, record that it was.

The result has the columns that every level has: ``code, name, parent_code, area_ha``
(geodesic on WGS 84), ``official_area_ha`` (missing where none is stated) and ``repair``
(what was wrong, empty where nothing was), geometry MultiPolygon in EPSG:4326.
"""

import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import Geod
from pyproj.exceptions import CRSError, ProjError
from shapely import MultiPolygon
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from soilinfo import units
from soilinfo.catalog.models import Level
from soilinfo.errors import SourceError
from soilinfo.findings import Finding, Severity
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.files import require

WGS84 = Geod(ellps="WGS84")


def read_source(path: str, layer: str | None = None) -> gpd.GeoDataFrame:
    """A vector file as it is, in EPSG:4326.

    Raises SourceError when it is missing, unreadable, without such a layer, without geometry
    or without a coordinate reference system.
    """
    require(path)
    try:
        frame = pyogrio.read_dataframe(path, layer=layer)
    except (DataSourceError, DataLayerError, ShapelyError, CRSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: not a readable vector source: {error}") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError(f"{path}: has no geometry")
    if frame.crs is None:
        raise SourceError(f"{path}: no coordinate reference system")
    try:
        return frame.to_crs("EPSG:4326")
    except ProjError as error:
        message = f"{path}: its coordinate reference system does not lead to longitude and latitude"
        raise SourceError(message) from error


def administrative_units(
    frame: gpd.GeoDataFrame, level_id: str, level: Level, *, on: date | None = None
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """One level's units as they are ``on`` a day (today), in soilinfo's columns, and what was found.

    Units that have ended by then (``valid_to_field``), begin later (``valid_from_field``) or have no
    area are left out. Findings of severity 'block' mean that the frame must not be published.
    Raises SourceError when a configured column is missing.
    """
    on = on or date.today()
    _require_columns(frame, level_id, level)
    current, findings = _current(frame, level_id, level, on)
    findings += _codes(current, level_id, level)
    empty = (current.geometry.isna() | current.geometry.is_empty).to_numpy()
    findings += _without_geometry(current.loc[empty, level.code_field], level_id)
    current = current[~empty]
    findings += _negative_area(current, level_id, level)
    geometry, repairs = repair(current.geometry.to_numpy())
    findings += _repaired(current[level.code_field], current.geometry.to_numpy(), geometry, repairs, level_id)
    left = ~shapely.is_empty(geometry)
    findings += _without_area(current.loc[~left, level.code_field], level_id)
    result = _in_columns(current[left], geometry[left], list(np.array(repairs, object)[left]), level)
    if result.empty:
        findings.append(Finding("no_units", "block", level_id, f"{level.source} has no unit on {on}"))
    return result, with_severity(findings, level.severity)


def _in_columns(
    current: gpd.GeoDataFrame, geometry: npt.NDArray[np.object_], repairs: list[str], level: Level
) -> gpd.GeoDataFrame:
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
    return result.sort_values("code", ignore_index=True)


def orphans(
    units: gpd.GeoDataFrame, parents: Collection[str], level_id: str, parent_id: str
) -> list[Finding]:
    """A blocking finding when units name a parent that the level above does not have.

    ``units``: as :func:`administrative_units` gives them; ``parents``: the codes of level ``parent_id``.
    """
    lost = units[~units["parent_code"].isin(list(parents))]
    if lost.empty:
        return []
    named = dict(zip(lost["code"].astype(str), lost["parent_code"].fillna("").astype(str), strict=True))
    pairs = [f"{parent or 'none'} (of {code})" for code, parent in sorted(named.items())]
    message = f"parents that '{parent_id}' does not have: {_some(pairs)}"
    return [Finding("unknown_parent", "block", level_id, message, len(lost), {"parents": named})]


# ---- validity ---------------------------------------------------------------------------


State = Literal["current", "ended", "future", "unreadable"]
_LEFT_OUT: dict[State, tuple[str, Severity, str]] = {
    "ended": ("ended_units", "note", "left out {} unit(s) that have ended: {}"),
    "future": ("future_units", "note", "left out {} unit(s) that are yet to begin: {}"),
    "unreadable": ("unreadable_dates", "block", "{} unit(s) with a date that is not YYYY-MM-DD: {}"),
}


def _current(
    frame: gpd.GeoDataFrame, level_id: str, level: Level, on: date
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """The units that stand on a day, and a finding for each reason why others do not."""
    states = np.array([_state(begin, end, on) for begin, end in _validity(frame, level)], dtype=object)
    findings = []
    for state, (check, severity, message) in _LEFT_OUT.items():
        names = sorted(frame.loc[states == state, level.code_field].astype(str))
        if names:
            text = message.format(len(names), _some(names))
            findings.append(Finding(check, severity, level_id, text, len(names), {"codes": names[:20]}))
    return frame[states == "current"], findings


def last_change(frame: gpd.GeoDataFrame, level: Level, *, on: date | None = None) -> date | None:
    """The last day, up to ``on`` (today), on which a unit of a source began or ended.

    While it stays the same, so do the units that stand; None when there is no such day. Dates that
    cannot be read count for nothing here: they block.
    """
    on = on or date.today()
    past: set[date] = set()
    for value in (value for pair in _validity(frame, level) for value in pair):
        with suppress(ValueError):
            past |= {day for day in [_day(value)] if day is not None and day <= on}
    return max(past, default=None)


def _validity(frame: gpd.GeoDataFrame, level: Level) -> Iterable[tuple[Any, Any]]:
    begin, end = (
        frame[column] if column else [None] * len(frame)
        for column in (level.valid_from_field, level.valid_to_field)
    )
    return zip(begin, end, strict=True)


def _state(begin: Any, end: Any, on: date) -> State:
    """What a unit valid from the day ``begin`` until the day before ``end`` is on a day."""
    try:
        first, until = _day(begin), _day(end)
    except ValueError:
        return "unreadable"
    if until is not None and until <= on:
        return "ended"
    return "future" if first is not None and first > on else "current"


def _day(value: Any) -> date | None:
    """The day in a cell of a date or text column (OGR writes 2024/07/01 into texts), None where empty."""
    text = "" if pd.isna(value) else str(value).strip()
    return date.fromisoformat(text[:10].replace("/", "-")) if text else None


# ---- geometry ---------------------------------------------------------------------------


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
    # A ring that crosses itself has no direction, so that its area may come out negative all the same.
    return np.array([abs(WGS84.geometry_area_perimeter(shape)[0]) / 1e4 for shape in oriented])


def _require_columns(frame: gpd.GeoDataFrame, level_id: str, level: Level) -> None:
    optional = (level.parent_field, level.area_field, level.valid_from_field, level.valid_to_field)
    for column in (level.code_field, level.name_field, *optional):
        if column is not None and column not in frame.columns:
            known = ", ".join(str(name) for name in frame.columns if name != "geometry")
            raise SourceError(f"{level_id}: no column '{column}' in {level.source}; there are: {known}")


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


def _without_area(codes: pd.Series, level_id: str) -> list[Finding]:
    if codes.empty:
        return []
    names = sorted(codes.astype(str))
    message = f"{len(names)} unit(s) whose geometry is no polygon, or none once repaired: {_some(names)}"
    return [Finding("empty_geometry", "block", level_id, message, len(names), {"codes": names[:20]})]


def _negative_area(frame: gpd.GeoDataFrame, level_id: str, level: Level) -> list[Finding]:
    negative = shapely.area(frame.geometry.to_numpy()) < 0
    if not negative.any():
        return []
    names = sorted(frame.loc[negative, level.code_field].astype(str))
    message = f"rings wound so that the planar area is negative: {_some(names)}; areas are taken after repair"
    return [Finding("negative_area", "warn", level_id, message, len(names), {"codes": names})]


def _repaired(
    codes: pd.Series,
    before: npt.NDArray[np.object_],
    after: npt.NDArray[np.object_],
    repairs: list[str],
    level_id: str,
) -> list[Finding]:
    broken = np.array([bool(reason) for reason in repairs], dtype=bool)
    if not broken.any():
        return []
    reasons = {str(code): reason for code, reason in zip(codes, repairs, strict=True) if reason}
    changed = _changed_areas(list(reasons), before[broken], after[broken])
    message = f"repaired {len(reasons)} of {len(repairs)} geometries, as invalid: {_some(sorted(reasons))}"
    if changed:
        message += f"; that changed the area of {_some(sorted(changed))} by more than 1 %"
    evidence = {"reasons": reasons, "area_ha": changed}
    return [Finding("invalid_geometry", "warn", level_id, message, len(reasons), evidence)]


def _changed_areas(
    codes: list[str], before: npt.NDArray[np.object_], after: npt.NDArray[np.object_]
) -> dict[str, dict[str, float]]:
    """Hectares before and after a repair by code, where they differ by more than 1 %."""
    old, new = (
        geodesic_hectares(np.array([_polygons(shape) for shape in shapes])) for shapes in (before, after)
    )
    return {
        code: {"before": round(was, 2), "after": round(became, 2)}
        for code, was, became in zip(codes, old.tolist(), new.tolist(), strict=True)
        if abs(became - was) > 0.01 * abs(was)
    }


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


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
