"""Places that are asked about: a box, an administrative unit, the nation, a polygon or a point."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION as NATION
from soilinfo.errors import GeometryError, InputError, LimitError, UnknownNameError
from soilinfo.evaluate.zonal import ZoneIndex, build_index
from soilinfo.findings import Finding
from soilinfo.grid import Grid, Window
from soilinfo.ingest.crossings import MOST_CROSSINGS, crosses_too_often
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.runs.zone_index import index_of
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query

WAYS = ("bbox", "region", "geometry")
GEOMETRIES = ("Polygon", "MultiPolygon", "Point")
WIDEST = 180.0
MOST_VERTICES = 200_000
"""Largest polygon accepted: above any published administrative unit, below what could stall a server."""


@dataclass(frozen=True)
class Area:
    """A polygon in the grid's CRS, how it was asked for, and what had to be repaired.

    A point is the cell of the grid that it lies in (``cell``, of one row and column). ``index``: where the
    area lies on the grid, when that is known; ``shape`` then is but its bounding box.
    """

    shape: BaseGeometry
    asked: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    cell: Window | None = None
    index: ZoneIndex | None = None


def resolve_area(store: Store, catalog: Catalog, snapshot: Snapshot, area: Mapping[str, Any]) -> Area:
    """The area named by exactly one of ``bbox`` (lon/lat), ``region`` (code) or ``geometry`` (GeoJSON).

    ``region`` may be NATION; ``geometry`` a Polygon, a MultiPolygon, a Point, which stands for the cell that
    it lies in, or a Feature or a collection of one feature that has such a geometry. A self-intersecting
    polygon is repaired and the repair noted; a box whose west lies east of its east crosses the antimeridian.
    Raises InputError when not exactly one is given, GeometryError with the reason for a geometry that cannot
    be used or has no land of the nation in it, UnknownNameError for a region that no published level has.
    """
    given = [way for way in WAYS if area.get(way) is not None]
    if len(given) != 1:
        raise InputError(f"give exactly one of {', '.join(WAYS)}; given: {', '.join(given) or 'none'}")
    if area.get("region") == NATION:
        return _nation(store, catalog, snapshot)
    match given[0]:
        case "bbox":
            found = Area(_box(area["bbox"]), {"bbox": area["bbox"]})
        case "region":
            _, units = region_of(store, catalog, snapshot, str(area["region"]))
            found = Area(units.geometry.iloc[0], {"region": str(area["region"])})
        case _:
            geometry = geometry_of(area["geometry"])
            if geometry.get("type") == "Point":
                return _cell(catalog.grid, geometry)
            found = _polygon(geometry)
    _refuse_unbounded(found.shape)
    if given[0] != "region":
        _refuse_elsewhere(store, catalog, snapshot, found.shape)
    return Area(to_grid(found.shape, catalog.grid), found.asked, found.findings)


def _refuse_unbounded(shape: BaseGeometry) -> None:
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        bounds = (west, south) if isinstance(shape, shapely.Point) else shape.bounds
        given = ", ".join(f"{number:g}" for number in bounds)
        raise GeometryError(
            f"coordinates must be longitude and latitude in degrees, in this order; given: {given}"
        )
    # The parts of a shape that is cut at the antimeridian lie at both ends of the world.
    widest = max(right - left for left, _, right, _ in shapely.bounds(shapely.get_parts(shape)))
    if widest > WIDEST:
        raise GeometryError(f"the area is {widest:g} degrees wide; at most {WIDEST:g}")


def _refuse_elsewhere(store: Store, catalog: Catalog, snapshot: Snapshot, shape: BaseGeometry) -> None:
    """An area that no unit of the coarsest published level touches is not of this nation."""
    published = [level for level in catalog.levels if level in snapshot.layers]
    parts = shapely.get_parts(shape)
    # Two may lie at both ends of the world, where a box around both would be that of all units.
    boxes = [part.bounds for part in parts] if len(parts) <= 2 else [shape.bounds]
    for level in published[:1]:
        version = snapshot.layers[level]
        for box in boxes:
            units = store.vector.read(level, version, Query(bbox=box, fields=("code",)))
            if units.intersects(shape).any():
                return
        raise GeometryError(f"no land of the nation lies in the area: it touches no unit of '{level}'")


def _box(numbers: Any) -> BaseGeometry:
    """A box in degrees; where its west lies east of its east, it is cut in two at the antimeridian."""
    try:
        west, south, east, north = (float(number) for number in numbers)
    except (TypeError, ValueError) as error:
        raise GeometryError(
            f"bbox must be four numbers west, south, east, north; given: {numbers}"
        ) from error
    if not all(map(isfinite, (west, south, east, north))) or west == east or not south < north:
        raise GeometryError(f"bbox is empty: west, south, east, north = {west}, {south}, {east}, {north}")
    if west < east:
        return shapely.box(west, south, east, north)
    if (width := east + 360 - west) > WIDEST:
        raise GeometryError(
            f"the bbox from {west:g} over the antimeridian to {east:g} is {width:g} degrees wide; at most "
            f"{WIDEST:g}. The order is west, south, east, north"
        )
    return shapely.union_all([shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)])


def region_of(store: Store, catalog: Catalog, snapshot: Snapshot, code: str) -> tuple[str, gpd.GeoDataFrame]:
    """The level that has a unit of that code, and the unit as its one row (EPSG:4326).

    UnknownNameError, naming codes that exist, when no published level has it.
    """
    levels = {level: snapshot.layers[level] for level in catalog.every_level() if level in snapshot.layers}
    for level, version in levels.items():
        units = store.vector.read(level, version, Query(ids=(code,)))
        if len(units):
            return level, units
    known = [
        unit
        for level, version in levels.items()
        for unit in store.vector.read(level, version, Query(fields=("code",), geometry=False))["code"]
    ]
    raise UnknownNameError("region", code, known)


def _nation(store: Store, catalog: Catalog, snapshot: Snapshot) -> Area:
    """All units as one zone, by the index of the level that the nation's tables are measured on."""
    nation = catalog.every_level().get(NATION)
    measured = nation.summed_from or nation.id if nation else None
    if measured is None or measured not in snapshot.layers:
        wanted = f"the level '{measured}'" if measured else "an administrative level"
        raise InputError(f"the nation is measured on {wanted}, which is not published")
    version = snapshot.layers[measured]
    units = store.vector.read(measured, version, Query(fields=("code",)))
    parts = index_of(store, catalog.grid, measured, version, units)
    whole = replace(
        parts,
        spans=parts.spans._replace(zone=np.zeros_like(parts.spans.zone)),
        area_ha=parts.area_ha.sum(keepdims=True),
        outside_ha=parts.outside_ha.sum(keepdims=True),
    )
    around = shapely.box(*shapely.total_bounds(catalog.grid.placed(units.geometry.to_numpy())))
    return Area(around, {"region": NATION}, index=whole)


def geometry_of(geojson: Any) -> Mapping[str, Any]:
    """The geometry of GeoJSON: itself, that of a Feature, or that of a collection's only feature."""
    kind = geojson.get("type") if isinstance(geojson, Mapping) else None
    if kind == "FeatureCollection":
        features = geojson.get("features")
        count = len(features) if isinstance(features, Sequence) else 0
        if count != 1:
            raise GeometryError(f"a FeatureCollection must have one feature; given: {count}")
        return geometry_of(features[0])
    if kind == "Feature":
        return geometry_of(geojson.get("geometry"))
    if kind not in GEOMETRIES:
        given = kind or type(geojson).__name__
        raise GeometryError(
            f"the geometry must be a GeoJSON {' or '.join(GEOMETRIES)}, or one Feature of it; given: {given}"
        )
    found: Mapping[str, Any] = geojson
    return found


def _cell(grid: Grid, point: Mapping[str, Any]) -> Area:
    """The cell that a point lies in; GeometryError for no point and for one off the grid."""
    try:
        longitude, latitude = (float(number) for number in point["coordinates"][:2])
    except (KeyError, TypeError, ValueError) as error:
        raise GeometryError("the Point has no usable 'coordinates' (longitude, latitude)") from error
    at = shapely.Point(longitude, latitude)
    if not isfinite(longitude + latitude):
        raise GeometryError("the Point has no usable 'coordinates' (longitude, latitude)")
    _refuse_unbounded(at)
    x, y = to_grid(at, grid).coords[0]
    west, _, _, north = grid.bounds
    cell = Window(int((north - y) // grid.resolution), int((x - west) // grid.resolution), 1, 1)
    if not (0 <= cell.row < grid.shape[0] and 0 <= cell.col < grid.shape[1]):
        raise GeometryError(f"the point {longitude:g}, {latitude:g} lies outside the national grid")
    # A hair within the cell, so that no neighbour has a part of it.
    shape = shapely.box(*grid.bounds_of(cell)).buffer(-1e-6 * grid.resolution, join_style="mitre")
    return Area(shape, {"geometry": dict(point)}, cell=cell)


def _polygon(geojson: Mapping[str, Any]) -> Area:
    kind = geojson["type"]
    try:
        shape = shapely.from_geojson(json.dumps(geojson))
    except (ShapelyError, TypeError, ValueError) as error:
        raise GeometryError(
            f"the {kind} has no usable 'coordinates' (rings of [longitude, latitude])"
        ) from error
    if shape.is_empty:
        raise GeometryError(f"the {kind} is empty")
    vertices = shapely.get_num_coordinates(shape)
    if vertices > MOST_VERTICES:
        raise LimitError(f"the geometry has {vertices:,} vertices; at most {MOST_VERTICES:,}. Simplify it")
    reason = shapely.is_valid_reason(shape)
    if shapely.is_valid(shape):
        return Area(shape, {"geometry": geojson})
    if crosses_too_often(shape):
        raise LimitError(
            f"the geometry crosses itself more than {MOST_CROSSINGS:,} times; repair it: {reason}"
        )
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if mended.is_empty or not mended.area:
        raise GeometryError(f"the geometry is not valid and encloses no area: {reason}")
    note = Finding("invalid_geometry", "note", "area", f"the polygon was repaired: {reason}")
    return Area(mended, {"geometry": geojson}, (note,))


def cells_of(catalog: Catalog, area: Area) -> int:
    """Cells of the grid that an area spans, those of its bounding box."""
    west, south, east, north = area.shape.bounds
    window = catalog.grid.window_of((west, south, east, north))
    return window.cells if window else 0


def indexed(catalog: Catalog, area: Area, effort: Effort | None = None) -> ZoneIndex:
    """The index of an area on the grid; LimitError when it spans more cells than an answer may.

    ``effort``: by default that of an answer that somebody waits for.
    """
    (effort or Effort.at_once(catalog)).check(cells_of(catalog, area))
    return area.index or build_index([area.shape], catalog.grid)


def to_grid(shape: BaseGeometry, grid: Grid) -> BaseGeometry:
    """A shape in degrees (EPSG:4326) in the grid's CRS."""
    moved: BaseGeometry = grid.placed([shape])[0]
    return moved
