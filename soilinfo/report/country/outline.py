"""Outlines of units as a report carries them: small, valid, the same digits everywhere."""

from typing import Any, Final

import orjson
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from soilinfo.report.country.rounding import DEGREE_DECIMALS

TOLERANCE_DEG: Final = 0.01
"""How far a simplified line may lie beside what it stands for: a kilometre at the most."""
_WORLD = (-180.0, -90.0, 180.0, 90.0)


def _array(items: dict[str, Any], least: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least}


def _schema(kind: str, coordinates: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"type": {"const": kind}, "coordinates": coordinates},
        "required": ["type", "coordinates"],
        "additionalProperties": False,
    }


_POSITION: Final = {
    "type": "array",
    "prefixItems": [{"type": "number", "minimum": -end, "maximum": end} for end in _WORLD[2:]],
    "minItems": 2,
    "maxItems": 2,
}
_POLYGON: Final = _array(_array(_POSITION, 4), 1)
GEOMETRY_SCHEMA: Final = {
    "oneOf": [_schema("Polygon", _POLYGON), _schema("MultiPolygon", _array(_POLYGON, 1))],
}


def outline(shape: BaseGeometry) -> dict[str, Any] | None:
    """A shape in degrees, simplified and rounded, as GeoJSON, without the islets that nobody would see (some
    100 ha); what is all smaller than that keeps its digits, and an empty shape is None."""
    if shape.is_empty:
        return None
    for tolerance in (TOLERANCE_DEG, TOLERANCE_DEG / 10, 0.0):
        seen = _larger(shape, tolerance**2)
        coarse = _polygons(shapely.set_precision(seen.simplify(tolerance), 10**-DEGREE_DECIMALS))
        if not coarse.is_empty:
            return _geojson(coarse)
    return None


def checked_outline(document: dict[str, Any]) -> dict[str, Any]:
    """The same GeoJSON, of plain lists; ValueError when it is not the valid outline of an area on Earth."""
    if document.keys() != {"type", "coordinates"} or document["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError("an outline is a GeoJSON Polygon or MultiPolygon")
    try:
        text = orjson.dumps(document)
        shape = shapely.from_geojson(text)
    except (shapely.errors.GEOSException, orjson.JSONEncodeError) as error:
        raise ValueError("the outline has no coordinates as GeoJSON has them") from error
    if shape.is_empty or not shape.is_valid:
        raise ValueError(f"the outline is not valid: {shapely.is_valid_reason(shape)}")
    if shape.has_z:
        raise ValueError("the outline has heights: a position is longitude and latitude")
    west, south, east, north = shape.bounds
    if west < _WORLD[0] or south < _WORLD[1] or east > _WORLD[2] or north > _WORLD[3]:
        raise ValueError("the outline leaves the Earth: coordinates are longitude and latitude in degrees")
    return orjson.loads(text)  # type: ignore[no-any-return]  # lists, whatever sequences it was made of


def _larger(shape: BaseGeometry, least: float) -> MultiPolygon:
    """The parts of at least so many square degrees."""
    parts = [part for part in shapely.get_parts([shape]) if isinstance(part, Polygon)]
    return MultiPolygon([part for part in parts if part.area >= least])


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    parts = shapely.get_parts(shapely.make_valid(shape))
    areas = [area for part in parts for area in shapely.get_parts(part) if isinstance(area, Polygon)]
    return shapely.normalize(MultiPolygon([area for area in areas if not area.is_empty]))


def _geojson(shape: MultiPolygon) -> dict[str, Any]:
    rings = [
        [
            [[round(x, DEGREE_DECIMALS) + 0.0, round(y, DEGREE_DECIMALS) + 0.0] for x, y in ring]
            for ring in polygon
        ]
        for polygon in mapping(shape)["coordinates"]
    ]
    return {"type": "MultiPolygon", "coordinates": rings}
