"""Questions about one area: a box, an administrative unit or a polygon of the asker's own.

The same pure functions that evaluate the nation answer here, straight from the published cubes.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.models import SCENARIOS, Catalog, Scenario, SuitabilityClass
from soilinfo.errors import GeometryError, InputError, LimitError, UnknownNameError
from soilinfo.evaluate.suitability import Evaluation, compile_tables, subclass
from soilinfo.evaluate.suitability import evaluate as evaluate_window
from soilinfo.evaluate.zonal import Read, ZoneIndex, build_index, flagged_area, histogram, statistics
from soilinfo.findings import Finding
from soilinfo.grid import Grid, Window
from soilinfo.jobs.inputs import choose_inputs, crop_findings, meanings, reader, too_little_known
from soilinfo.jobs.rasters import outdated
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query

Answer = dict[str, Any]
WAYS = ("bbox", "region", "geometry")
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
            found = Area(
                _region(store, catalog, snapshot, str(area["region"])), {"region": str(area["region"])}
            )
        case _:
            found = _polygon(area["geometry"])
    _refuse_unbounded(found.shape)
    return Area(_to_grid(found.shape, catalog.grid), found.asked, found.findings)


def _refuse_unbounded(shape: BaseGeometry) -> None:
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        given = f"{west:g}, {south:g}, {east:g}, {north:g}"
        raise GeometryError(f"coordinates must be longitude and latitude in degrees; given: {given}")
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


def _region(store: Store, catalog: Catalog, snapshot: Snapshot, code: str) -> BaseGeometry:
    levels = {level: snapshot.layers[level] for level in catalog.levels if level in snapshot.layers}
    for level, version in levels.items():
        units = store.vector.read(level, version, Query(ids=(code,)))
        if len(units):
            shape: BaseGeometry = units.geometry.iloc[0]
            return shape
    known = [
        unit
        for level, version in levels.items()
        for unit in store.vector.read(level, version, Query(fields=("code",), geometry=False))["code"]
    ]
    raise UnknownNameError("region", code, known)


def _polygon(geojson: Any) -> Area:
    try:
        shape = shapely.from_geojson(json.dumps(geojson))
    except (ShapelyError, TypeError, ValueError) as error:
        raise GeometryError(f"not a GeoJSON geometry: {error}") from error
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        kind = "nothing" if shape is None else f"{'an empty ' if shape.is_empty else 'a '}{shape.geom_type}"
        raise GeometryError(f"the geometry must be a Polygon or a MultiPolygon with an area; given: {kind}")
    reason = shapely.is_valid_reason(shape)
    if shapely.is_valid(shape):
        return Area(shape, {"geometry": geojson})
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if mended.is_empty or not mended.area:
        raise GeometryError(f"the geometry is not valid and encloses no area: {reason}")
    note = Finding("invalid_geometry", "note", "area", f"the polygon was repaired: {reason}")
    return Area(mended, {"geometry": geojson}, (note,))


def _to_grid(shape: BaseGeometry, grid: Grid) -> BaseGeometry:
    if grid.crs in ("EPSG:4326", "OGC:CRS84"):
        return shape
    project = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True).transform
    moved: BaseGeometry = shapely.transform(shape, lambda xy: np.column_stack(project(*xy.T)))
    return moved


def _indexed(catalog: Catalog, area: Area) -> ZoneIndex:
    west, south, east, north = area.shape.bounds
    window = catalog.grid.window_of((west, south, east, north))
    most = catalog.services.limits.process_cells
    if window and window.cells > most:
        raise LimitError(
            f"the area spans {window.cells:,} cells; a synchronous answer is limited to {most:,}. "
            "Ask for a smaller area, or use the tables by administrative unit or the layer's COG download"
        )
    return build_index([area.shape], catalog.grid)


def _reads(array: NDArray[Any], origin: Window) -> Read:
    """A window reader over an array that begins at ``origin``."""

    def read(window: Window) -> NDArray[Any]:
        row, col = window.row - origin.row, window.col - origin.col
        return array[row : row + window.height, col : col + window.width]

    return read


def _share(hectares: float, total: float) -> float | None:
    return round(100 * hectares / total, 3) if total else None


# ---- land suitability -------------------------------------------------------------------


def land_suitability(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    *,
    area: Mapping[str, Any],
    crop: str,
    scenario: str = "actual",
) -> Answer:
    """Hectares of an area by suitability class for one crop, what limits it, and what was not known.

    ``area`` as in :func:`resolve_area`; ``scenario`` one of SCENARIOS. Where there are no data the
    answer says so in ``nodata_ha``. Raises UnknownNameError, GeometryError, InputError or LimitError.
    """
    table = catalog.crop(crop)
    if scenario not in SCENARIOS:
        raise UnknownNameError("scenario", scenario, SCENARIOS)
    place = resolve_area(store, catalog, snapshot, area)
    inputs, outdated_layers = choose_inputs(store, catalog, snapshot)
    if doubt := too_little_known(catalog, table, inputs):
        raise InputError(doubt.message)
    tables = compile_tables([table], catalog.evaluation, meanings(catalog, sorted(inputs)))
    index = _indexed(catalog, place)
    used = {name: inputs[name] for name in tables.inputs}
    if index.window.cells:
        result = evaluate_window(tables, reader(store, used)(index.window), scenarios=(scenario,))
        answer = _suitability_areas(catalog, index, result, scenario)
    else:
        answer = _nothing(index)
    findings = [
        *place.findings,
        *outdated_layers,
        *crop_findings(catalog, table, inputs, tables.unused[crop]),
    ]
    return {
        "crop": crop,
        "title": dict(table.title),
        "scenario": scenario,
        "criteria_set": table.criteria_set,
        "edition": table.edition,
        "boundary_rule": tables.rule,
        "snapshot": snapshot.id,
        "area": dict(place.asked),
        **answer,
        "used": [
            {"characteristic": name, "layer": one.layer, "version": one.version, "depth_cm": one.depth}
            for name, one in sorted(used.items())
        ],
        "unused": list(tables.unused[crop]),
        "findings": [asdict(finding) for finding in findings],
    }


def _nothing(index: ZoneIndex) -> Answer:
    total = round(float(index.area_ha[0]), 4)
    return {
        "total_ha": total,
        "nodata_ha": total,
        "nodata_pct": 100.0,
        "classes": [],
        "note": "the area lies outside the national grid; there are no data",
    }


def _suitability_areas(catalog: Catalog, index: ZoneIndex, result: Evaluation, scenario: Scenario) -> Answer:
    qualities = catalog.evaluation.qualities
    titles = {str(name): title for name, title in catalog.evaluation.class_titles.items()}
    classes, masks = result.classes[scenario][0], result.limiting[scenario][0]
    areas = histogram(index, _reads(classes, index.window), low=1, high=4, nodata=0)
    total, nodata = float(index.area_ha[0]), float(areas.nodata_ha[0])
    limits = flagged_area(index, _reads(masks, index.window), len(qualities))[0]
    partial = histogram(index, _reads(result.lacking[0], index.window), low=1, high=255, nodata=0)
    return {
        "total_ha": round(total, 4),
        "nodata_ha": round(nodata, 4),
        "nodata_pct": _share(nodata, total),
        "partial_ha": round(float(partial.valid_ha[0]), 4),
        "classes": [
            {
                "class": one.name,
                "title": dict(titles[one.name]),
                "ha": round(float(hectares), 4),
                "pct": _share(float(hectares), total),
            }
            for one, hectares in zip(SuitabilityClass, areas.area_ha[0], strict=True)
        ],
        "limiting": [
            {
                "quality": qualities[at].code,
                "title": dict(qualities[at].title),
                "ha": round(float(limits[at]), 4),
            }
            for at in np.argsort(-limits)
            if limits[at] > 0
        ],
        "subclasses": _subclasses(catalog, index, classes, masks, total),
    }


def _subclasses(
    catalog: Catalog, index: ZoneIndex, classes: NDArray[np.uint8], masks: NDArray[np.uint16], total: float
) -> list[Answer]:
    """Hectares per subclass (S3nr, S2wa,nr ...), the largest first."""
    codes = [quality.code for quality in catalog.evaluation.qualities]
    kinds, at = np.unique(classes.astype(np.int32) << 16 | masks, return_inverse=True)
    areas = histogram(
        index, _reads(at.reshape(classes.shape), index.window), low=0, high=len(kinds) - 1, nodata=-1
    ).area_ha[0]
    found = [
        (subclass(int(kind) >> 16, int(kind) & 0xFFFF, codes), float(ha))
        for kind, ha in zip(kinds, areas, strict=True)
    ]
    return [
        {"subclass": name, "ha": round(hectares, 4), "pct": _share(hectares, total)}
        for name, hectares in sorted(found, key=lambda one: -one[1])
        if name and hectares > 0
    ]


# ---- zonal statistics -------------------------------------------------------------------


def zonal_statistics(
    store: Store, catalog: Catalog, snapshot: Snapshot, *, area: Mapping[str, Any], layer: str
) -> Answer:
    """Statistics of one published raster layer in an area: quantiles and mean, or shares of classes.

    ``area`` as in :func:`resolve_area`. Areas are true hectares; the mean is arithmetic. Raises
    UnknownNameError, GeometryError, InputError or LimitError.
    """
    published = [name for name in catalog.layers if name in snapshot.layers]
    if layer not in published:
        raise UnknownNameError("published layer", layer, published)
    if layer in outdated(store, catalog, snapshot):
        raise InputError(
            f"layer '{layer}' was ingested under another grid, scale or class table; ingest it again"
        )
    spec = catalog.layer(layer)
    prop = catalog.property(spec.property)
    place = resolve_area(store, catalog, snapshot, area)
    index = _indexed(catalog, place)
    head = {
        "layer": layer,
        "title": catalog.title_of(spec),
        "unit": prop.unit,
        "version": snapshot.layers[layer],
        "snapshot": snapshot.id,
        "area": dict(place.asked),
        "findings": [asdict(finding) for finding in place.findings],
    }
    if not index.window.cells:
        return head | _nothing(index)
    cube = store.cube.open(layer, snapshot.layers[layer])
    cells, stored = cube.read(layer, index.window), cube.variable(layer)
    if prop.class_table:
        return head | _class_shares(catalog, prop.class_table, index, cells)
    return head | _numbers(index, cells, stored.nodata, stored.scale)


def _numbers(index: ZoneIndex, cells: NDArray[Any], nodata: int, scale: float) -> Answer:
    valid = cells[cells != nodata]
    low, high = (int(valid.min()), int(valid.max())) if valid.size else (0, 0)
    areas = histogram(index, _reads(cells, index.window), low=low, high=high, nodata=nodata)
    row = statistics(areas, scale).iloc[0]
    numbers = {str(name): None if np.isnan(value) else round(float(value), 6) for name, value in row.items()}
    return {"total_ha": round(float(index.area_ha[0]), 4), **numbers}


def _class_shares(catalog: Catalog, table_id: str, index: ZoneIndex, cells: NDArray[Any]) -> Answer:
    table, total = catalog.class_table(table_id), float(index.area_ha[0])
    areas = histogram(index, _reads(cells, index.window), low=1, high=254, nodata=0)
    nodata = float(areas.nodata_ha[0])
    return {
        "total_ha": round(total, 4),
        "nodata_ha": round(nodata, 4),
        "nodata_pct": _share(nodata, total),
        "classes": [
            {
                "class": entry.id,
                "title": dict(entry.title),
                "ha": round(hectares, 4),
                "pct": _share(hectares, total),
            }
            for entry in table.classes
            if (hectares := float(areas.area_ha[0, entry.code - 1])) > 0
        ],
    }
