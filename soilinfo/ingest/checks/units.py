"""Checks of one level's units, each one small named function that looks and, perhaps, finds.

A check gets what was read and returns one finding or None. Its own severity can be changed per
level in config (``severity: {check: warn}``).
"""

from collections.abc import Callable

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from soilinfo.findings import Finding, some
from soilinfo.grid import Bounds
from soilinfo.ingest.checks import codes, coverage, official
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.checks.unit_evidence import UnitEvidence
from soilinfo.ingest.vector import geodesic_hectares, polygons

UnitCheck = Callable[[UnitEvidence], Finding | None]


# ---- which units stand ------------------------------------------------------------------


def ended_units(seen: UnitEvidence) -> Finding | None:
    """Note units left out because they ended before the day."""
    rows = seen.source[seen.states == "ended"]
    return seen.about("ended_units", "note", f"left out {len(rows)} unit(s) that have ended: {{}}", rows)


def future_units(seen: UnitEvidence) -> Finding | None:
    """Note units left out because they begin after the day."""
    rows = seen.source[seen.states == "future"]
    text = f"left out {len(rows)} unit(s) that are yet to begin: {{}}"
    return seen.about("future_units", "note", text, rows)


def unreadable_dates(seen: UnitEvidence) -> Finding | None:
    """Block units whose dates cannot be read: nobody knows whether they stand."""
    rows = seen.source[seen.states == "unreadable"]
    text = f"{len(rows)} unit(s) with a date that is not YYYY-MM-DD: {{}}"
    return seen.about("unreadable_dates", "block", text, rows)


def no_units(seen: UnitEvidence) -> Finding | None:
    """Block a level of which no unit is left."""
    if len(seen.units):
        return None
    return Finding("no_units", "block", seen.level_id, f"{seen.level.source} has no unit on {seen.on}")


# ---- shapes -----------------------------------------------------------------------------


def null_geometry(seen: UnitEvidence) -> Finding | None:
    """Block units without a geometry: they would be missing on the map."""
    rows = seen.standing[seen.standing.geometry.isna()]
    return seen.about("null_geometry", "block", f"{len(rows)} unit(s) without a geometry: {{}}", rows)


def empty_geometry(seen: UnitEvidence) -> Finding | None:
    """Block units whose geometry is empty or no polygon: they would be missing on the map."""
    shapes = seen.standing.geometry
    rows = seen.standing[~shapes.isna() & shapely.is_empty(polygons(shapes.fillna(_NOTHING).to_numpy()))]
    text = f"{len(rows)} unit(s) whose geometry is empty or no polygon: {{}}"
    return seen.about("empty_geometry", "block", text, rows)


_NOTHING = shapely.Point()


def collapsed_geometry(seen: UnitEvidence) -> Finding | None:
    """Block units of whose polygons the repair left nothing: they never had an area."""
    gone = shapely.is_empty(seen.repaired) & ~shapely.is_empty(polygons(seen.drawn.geometry.to_numpy()))
    rows = seen.drawn[gone]
    text = f"{len(rows)} unit(s) of whose polygons nothing is left once repaired: {{}}"
    return seen.about("collapsed_geometry", "block", text, rows)


def invalid_geometry(seen: UnitEvidence) -> Finding | None:
    """Warn of shapes that had to be repaired, and where that changed the area by more than 1 %."""
    broken = np.array([bool(reason) for reason in seen.repairs], dtype=bool)
    rows = seen.drawn[broken]
    reasons = dict(zip(seen.codes(rows), (reason for reason in seen.repairs if reason), strict=True))
    changed = _changed_areas(seen, broken)
    message = f"repaired {len(reasons)} of {len(broken)} geometries, as invalid: {{}}"
    if changed:
        message += f"; that changed the area of {some(sorted(changed))} by more than 1 %"
    return seen.about("invalid_geometry", "warn", message, rows, reasons=reasons, area_ha=changed)


def _changed_areas(seen: UnitEvidence, broken: np.ndarray) -> dict[str, dict[str, float]]:
    """Hectares before and after a repair by code, where they differ by more than 1 %."""
    rows = seen.drawn[broken]
    old = geodesic_hectares(polygons(rows.geometry.to_numpy()))
    new = geodesic_hectares(seen.repaired[broken])
    return {
        code: {"before": round(was, 2), "after": round(became, 2)}
        for code, was, became in zip(seen.codes(rows), old.tolist(), new.tolist(), strict=True)
        if abs(became - was) > 0.01 * abs(was)
    }


def negative_area(seen: UnitEvidence) -> Finding | None:
    """Warn of rings that cross so that their planar area is negative; areas are taken after repair."""
    rows = seen.drawn[shapely.area(seen.drawn.geometry.to_numpy()) < 0]
    text = "rings wound so that the planar area is negative: {}; areas are taken after repair"
    return seen.about("negative_area", "warn", text, rows)


# ---- places -----------------------------------------------------------------------------


def swapped_coordinates(seen: UnitEvidence) -> Finding | None:
    """Block units that lie outside the country but in it once latitude and longitude change places."""
    if seen.country is None:
        return None
    country, boxes = _rectangle(seen.country), _boxes(seen)
    mirrored = shapely.transform(boxes, lambda points: points[:, ::-1])
    swapped = ~shapely.intersects(country, boxes) & shapely.intersects(country, mirrored)
    text = "latitude and longitude have changed places: {} lie(s) in the country only the other way round"
    return seen.about("swapped_coordinates", "block", text, seen.drawn[swapped])


def impossible_coordinates(seen: UnitEvidence) -> Finding | None:
    """Block coordinates beyond 180 degrees of longitude or 90 of latitude, or that are no numbers: they are
    nowhere on Earth."""
    bounds = shapely.bounds(seen.drawn.geometry.to_numpy())
    beyond = (np.abs(bounds) > [180, 90, 180, 90]).any(axis=1)
    no_number = np.array([reason.startswith("Invalid Coordinate") for reason in seen.repairs], dtype=bool)
    rows = seen.drawn[beyond | no_number]
    text = "coordinates beyond longitude -180 to 180 or latitude -90 to 90, or no numbers: {}"
    return seen.about("impossible_coordinates", "block", text, rows)


def crosses_antimeridian(seen: UnitEvidence) -> Finding | None:
    """Block a polygon wider than half the earth: it crosses 180 degrees of longitude, is not cut, and so
    runs round the other way (RFC 7946, 3.1.9)."""
    parts, unit = shapely.get_parts(seen.drawn.geometry.to_numpy(), return_index=True)
    west, _, east, _ = shapely.bounds(parts).T
    rows = seen.drawn.iloc[np.unique(unit[east - west > 180])]
    text = "wider than 180 degrees of longitude: {}; cut what crosses the antimeridian there"
    return seen.about("crosses_antimeridian", "block", text, rows)


def outside_country(seen: UnitEvidence) -> Finding | None:
    """Warn of units that do not touch the national grid: no map of the country shows them."""
    if seen.country is None:
        return None
    rows = seen.drawn[~shapely.intersects(_rectangle(seen.country), _boxes(seen))]
    text = f"{len(rows)} unit(s) lie outside the national grid: {{}}"
    return seen.about("outside_country", "warn", text, rows)


def _rectangle(country: Bounds) -> BaseGeometry:
    """Bounds as a shape; west > east goes across 180 degrees, so that it has two parts."""
    west, south, east, north = country
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.union_all([shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)])


def _boxes(seen: UnitEvidence) -> np.ndarray:
    return np.asarray(shapely.envelope(seen.drawn.geometry.to_numpy()))


UNIT_CHECKS: tuple[UnitCheck, ...] = (
    ended_units,
    future_units,
    unreadable_dates,
    no_units,
    codes.duplicate_codes,
    codes.malformed_codes,
    codes.foreign_codes,
    codes.lost_zeros,
    codes.codes_as_numbers,
    codes.missing_names,
    codes.garbled_names,
    null_geometry,
    empty_geometry,
    collapsed_geometry,
    invalid_geometry,
    negative_area,
    swapped_coordinates,
    impossible_coordinates,
    crosses_antimeridian,
    outside_country,
    official.unreadable_areas,
    official.area_differs,
    official.listed_area_differs,
    official.unlisted_units,
    official.missing_units,
    official.names_disagree,
    coverage.overlaps,
    coverage.land_counted_twice,
    coverage.units_drawn_twice,
    coverage.slivers,
    coverage.enclosed_gaps,
)


def judge_units(seen: UnitEvidence) -> list[Finding]:
    """The findings of every check of units, with the severities the level's config asks for."""
    found = [finding for check in UNIT_CHECKS if (finding := check(seen)) is not None]
    return with_severity(found, seen.level.severity)
