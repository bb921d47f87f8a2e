"""Places that are asked about: a box, an administrative unit, a polygon of the asker's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.models import Catalog
from soilinfo.errors import GeometryError, InputError, LimitError, UnknownNameError
from soilinfo.findings import Finding
from soilinfo.grid import Grid
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query

WAYS = ("bbox", "region", "geometry")
WIDEST = 180.0
MOST_VERTICES = 200_000
"""Largest polygon accepted: above any published administrative unit, below what could stall a server."""


@dataclass(frozen=True)
class Area:
    """A polygon in the grid's CRS, how it was asked for, and what had to be repaired."""

    shape: BaseGeometry
    asked: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


def resolve_area(store: Store, catalog: Catalog, snapshot: Snapshot, area: Mapping[str, Any]) -> Area:
    """The area named by exactly one of ``bbox`` (lon/lat), ``region`` (code) or ``geometry`` (GeoJSON).

    A self-intersecting polygon is repaired and the repair noted. Raises InputError when not exactly
    one is given, GeometryError with the reason for a geometry that cannot be used, UnknownNameError
    for a region that no published level has.
    """
    given = [way for way in WAYS if area.get(way) is not None]
    if len(given) != 1:
        raise InputError(f"give exactly one of {', '.join(WAYS)}; given: {', '.join(given) or 'none'}")
    match given[0]:
        case "bbox":
            found = Area(_box(area["bbox"]), {"bbox": area["bbox"]})
        case "region":
            _, units = region_of(store, catalog, snapshot, str(area["region"]))
            found = Area(units.geometry.iloc[0], {"region": str(area["region"])})
        case _:
            found = _polygon(area["geometry"])
    _refuse_unbounded(found.shape)
    return Area(to_grid(found.shape, catalog.grid), found.asked, found.findings)


def _refuse_unbounded(shape: BaseGeometry) -> None:
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        given = f"{west:g}, {south:g}, {east:g}, {north:g}"
        raise GeometryError(f"coordinates must be longitude and latitude in degrees; given: {given}")
    if east - west > WIDEST:
        raise GeometryError(f"the area is {east - west:g} degrees wide; at most {WIDEST:g}")
    vertices = shapely.get_num_coordinates(shape)
    if vertices > MOST_VERTICES:
        raise LimitError(f"the geometry has {vertices:,} vertices; at most {MOST_VERTICES:,}. Simplify it")


def _box(numbers: Any) -> BaseGeometry:
    try:
        west, south, east, north = (float(number) for number in numbers)
    except (TypeError, ValueError) as error:
        raise GeometryError(
            f"bbox must be four numbers west, south, east, north; given: {numbers}"
        ) from error
    if not all(map(isfinite, (west, south, east, north))) or not (west < east and south < north):
        raise GeometryError(f"bbox is empty: west, south, east, north = {west}, {south}, {east}, {north}")
    return shapely.box(west, south, east, north)


def region_of(store: Store, catalog: Catalog, snapshot: Snapshot, code: str) -> tuple[str, gpd.GeoDataFrame]:
    """The level that has a unit of that code, and the unit as its one row (EPSG:4326).

    UnknownNameError, naming codes that exist, when no published level has it.
    """
    levels = {level: snapshot.layers[level] for level in catalog.levels if level in snapshot.layers}
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


def _polygon(geojson: Any) -> Area:
    kind = geojson.get("type") if isinstance(geojson, Mapping) else None
    if kind not in ("Polygon", "MultiPolygon"):
        given = kind or type(geojson).__name__
        raise GeometryError(f"the geometry must be a GeoJSON Polygon or MultiPolygon; given: {given}")
    try:
        shape = shapely.from_geojson(json.dumps(geojson))
    except (ShapelyError, TypeError, ValueError) as error:
        raise GeometryError(
            f"the {kind} has no usable 'coordinates' (rings of [longitude, latitude])"
        ) from error
    if shape.is_empty:
        raise GeometryError(f"the {kind} is empty")
    reason = shapely.is_valid_reason(shape)
    if shapely.is_valid(shape):
        return Area(shape, {"geometry": geojson})
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if mended.is_empty or not mended.area:
        raise GeometryError(f"the geometry is not valid and encloses no area: {reason}")
    note = Finding("invalid_geometry", "note", "area", f"the polygon was repaired: {reason}")
    return Area(mended, {"geometry": geojson}, (note,))


def to_grid(shape: BaseGeometry, grid: Grid) -> BaseGeometry:
    """A shape in degrees (EPSG:4326) in the grid's CRS."""
    if grid.crs in ("EPSG:4326", "OGC:CRS84"):
        return shape
    project = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True).transform
    moved: BaseGeometry = shapely.transform(shape, lambda xy: np.column_stack(project(*xy.T)))
    return moved
