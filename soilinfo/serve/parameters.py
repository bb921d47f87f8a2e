"""Query parameters: which ones an address knows, and what their texts mean.

Whatever cannot be read is an InputError that says what was expected; an unknown name is one too,
so that a misspelt parameter is never ignored.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pyproj import Transformer
from starlette.datastructures import QueryParams

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.grid import Bounds

DOCUMENT = ("f", "lang")
ITEM = ("crs", "f", "lang")
ITEMS = (
    *("bbox", "bbox-crs", "datetime", "limit", "offset", "ids", "properties", "sortby", "skipGeometry"),
    *("filter", "filter-lang", "filter-crs"),
    *ITEM,
)
COVERAGE = (
    *("bbox", "bbox-crs", "subset", "properties"),
    # The names of the standard and those of GDAL's OGCAPI driver.
    *("scale-size", "scaleSize", "scale-factor", "scaleFactor"),
    *DOCUMENT,
)
SUITABILITY_COVERAGE = (*COVERAGE, "crop")
WINDOW = ("bbox", "bbox-crs", "crs", "width", "height")
MAP = (*WINDOW, "transparent", *DOCUMENT)
WHAT_IF = ("adjust", "compare", "criteria", "irrigated", "what_if")
"""With one of these a map of suitability is computed when it is asked for."""
SUITABILITY_MAP = (*MAP, "crop", "scenario", *WHAT_IF)
PRODUCT_MAP = (*MAP, "variable")
PRODUCT_MAP_OF_CROPS = (*PRODUCT_MAP, "crop")

CRS_NAMES = {
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84": "OGC:CRS84",
    "OGC:CRS84": "OGC:CRS84",
    "CRS84": "OGC:CRS84",
    "http://www.opengis.net/def/crs/EPSG/0/4326": "EPSG:4326",
    "EPSG:4326": "EPSG:4326",
    "4326": "EPSG:4326",
    "http://www.opengis.net/def/crs/EPSG/0/3857": "EPSG:3857",
    "EPSG:3857": "EPSG:3857",
    "3857": "EPSG:3857",
}
"""Coordinate reference systems by the ways clients name them; safe CURIEs ([EPSG:4326]) are read too."""

NORTHING_FIRST = ("EPSG:4326",)
"""Systems whose first axis is latitude, also in a bbox."""


LARGEST = 10**18
"""Largest whole number that is counted with: databases hold not much more."""


def check(params: QueryParams, allowed: Collection[str]) -> None:
    """InputError when a parameter is not allowed here or is given twice."""
    for name in params:
        if name not in allowed:
            raise InputError(str(UnknownNameError("query parameter", name, allowed)))
        if len(params.getlist(name)) > 1:
            raise InputError(f"query parameter '{name}' is given more than once")


def one_of(name: str, value: str, known: Iterable[str]) -> str:
    """``value``, or InputError naming the values that ``name`` can have."""
    known = list(known)
    if value not in known:
        raise InputError(str(UnknownNameError(name, value, known)))
    return value


def listed(params: QueryParams, name: str) -> tuple[str, ...]:
    """A comma-separated parameter as its parts; empty when it is not given."""
    return tuple(part.strip() for part in params.get(name, "").split(",") if part.strip())


def integer(params: QueryParams, name: str, default: int, *, low: int, high: int | None = None) -> int:
    """A whole number of at least ``low``; what is above ``high`` is lowered to it."""
    text = params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[+-]?[0-9]{1,4000}", text.strip()) or int(text) < low:
        raise InputError(f"'{name}' must be a whole number from {low}, not '{text}'")
    if high is None and int(text) > LARGEST:
        raise InputError(f"'{name}' is too large a number; at most {LARGEST}")
    return int(text) if high is None else min(int(text), high)


def boolean(params: QueryParams, name: str, default: bool) -> bool:
    """true or false."""
    text = params.get(name)
    return default if text is None else one_of(name, text.lower(), ("true", "false")) == "true"


def crs(params: QueryParams, name: str, default: str = "OGC:CRS84", known: Iterable[str] = ()) -> str:
    """A coordinate reference system as pyproj names it, out of ``known`` (all of CRS_NAMES when empty)."""
    text = params.get(name)
    if text is None:
        return default
    found = CRS_NAMES.get(text.strip("[]"))
    known = tuple(known) or tuple(CRS_NAMES.values())
    if found not in known:
        raise InputError(
            str(UnknownNameError(name, text, [uri for uri, is_ in CRS_NAMES.items() if is_ in known]))
        )
    return found


def bbox(params: QueryParams, name: str = "bbox") -> Bounds | None:
    """Four finite numbers in the order of the axes of ``bbox-crs``, returned as west, south, east, north."""
    text = params.get(name)
    if text is None:
        return None
    first, second, third, fourth = numbers(name, text, 4)
    if crs(params, "bbox-crs") in NORTHING_FIRST:
        first, second, third, fourth = second, first, fourth, third
    if second > fourth:
        raise InputError(f"'{name}' is upside down: its south ({second:g}) is above its north ({fourth:g})")
    return first, second, third, fourth


def bbox_in(params: QueryParams, target: str) -> Bounds | None:
    """The bbox as the rectangle that holds it in the CRS ``target`` (easting first)."""
    bounds, source = bbox(params), crs(params, "bbox-crs")
    if bounds is None:
        return None
    if bounds[0] > bounds[2]:
        raise InputError(f"'bbox' must have its west ({bounds[0]:g}) left of its east ({bounds[2]:g})")
    return bounds if source == target else reprojected(bounds, source, target)


def reprojected(bounds: Bounds, source: str, target: str) -> Bounds:
    """The rectangle in ``target`` that holds a rectangle in ``source``; both easting first."""
    result = Transformer.from_crs(source, target, always_xy=True).transform_bounds(*bounds)
    if not all(map(_finite, result)):
        raise InputError(f"bbox {','.join(f'{side:g}' for side in bounds)} has no place in {target}")
    return result


def numbers(name: str, text: str, count: int) -> tuple[float, ...]:
    """Exactly ``count`` finite numbers separated by commas."""
    parts = text.split(",")
    try:
        values = tuple(float(part) for part in parts)
    except ValueError:
        values = ()
    if len(values) != count or not all(map(_finite, values)):
        raise InputError(f"'{name}' must be {count} numbers separated by commas, not '{text}'")
    return values


def _finite(value: float) -> bool:
    return abs(value) < float("inf")


AXIS = re.compile(r'\s*(\w+)\(\s*("[^"]*"(?:\s*,\s*"[^"]*")*|[^()"]*)\s*\)\s*(?:,|$)')
"""One axis of a subset or scale parameter: Lon(100:101), crop("maize"), crop("maize","cocoa"), Lat(512)."""


def axes(params: QueryParams, name: str) -> dict[str, str]:
    """``name=A(x),B(y)`` as the text within the brackets, by axis."""
    text, found, at = params.get(name, ""), {}, 0
    while at < len(text):
        match = AXIS.match(text, at)
        if not match or match[1] in found:
            raise InputError(f"'{name}' must be like Lon(100:101),Lat(-1:0), each axis once, not '{text}'")
        found[match[1]], at = match[2], match.end()
    return found


def range_of(axis: str, text: str) -> tuple[float, float]:
    """``low:high`` of one axis as two numbers in order."""
    parts = text.split(":")
    if len(parts) != 2:
        raise InputError(f"'{axis}' must be low:high, not '{text}'")
    low, high = numbers(axis, ",".join(parts), 2)
    if low > high:
        raise InputError(f"'{axis}' must have its lower bound first, not '{text}'")
    return low, high


def strings(text: str) -> tuple[str, ...]:
    """The quoted (or bare) words within an axis: ``"maize","cocoa"``."""
    return tuple(part.strip().strip('"') for part in text.split(",") if part.strip().strip('"'))


def typed(name: str, text: str, kind: str) -> Any:
    """A property's value as the type of its column: string, integer, number or boolean."""
    readers: Mapping[str, Any] = {
        "integer": _whole,
        "number": float,
        "boolean": _TRUTH.__getitem__,
        "string": str,
    }
    try:
        return readers[kind](text)
    except (ValueError, KeyError):
        article = "an" if kind == "integer" else "a"
        raise InputError(f"'{name}' is {article} {kind}; '{text}' is not") from None


def _whole(text: str) -> int:
    if abs(int(text)) > LARGEST:
        raise ValueError
    return int(text)


_TRUTH = {"true": True, "false": False}
