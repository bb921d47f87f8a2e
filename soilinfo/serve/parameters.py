"""Query parameters: which ones an address knows, and what their texts mean.

Whatever cannot be read is an InputError that says what was expected; an unknown name is one too,
so that a misspelt parameter is never ignored.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from math import isfinite
from typing import Any

import orjson
from starlette.datastructures import QueryParams

from soilinfo.errors import InputError, UnknownNameError

SERVICE = ("f", "lang")
"""Known to every address."""
DOCUMENT = (*SERVICE, "version")
"""Known to every address of a collection; ``version`` is read where the collection is found (asking.py)."""
ITEM = ("crs", *DOCUMENT)
ITEMS = (
    *("bbox", "bbox-crs", "datetime", "limit", "offset", "cursor", "ids", "properties", "sortby"),
    *("skipGeometry", "filter", "filter-lang", "filter-crs"),
    *ITEM,
)
COVERAGE = (
    *("bbox", "bbox-crs", "crs", "datetime", "subset", "subset-crs", "properties", "exclude-properties"),
    # The names of the standard and those of GDAL's OGCAPI driver.
    *("scale-axes", "scaleAxes", "scale-factor", "scaleFactor", "scale-size", "scaleSize"),
    *DOCUMENT,
)
SUITABILITY_COVERAGE = (*COVERAGE, "crop")
WHAT_IF = ("adjust", "compare", "criteria", "irrigated", "what_if")
"""With one of these a map of suitability is computed when it is asked for."""

REPEATED = ("subset",)
"""May be given several times, which is as if all were said in one."""

LARGEST = 10**18
"""Largest whole number that is counted with: databases hold not much more."""
_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""Numbers as everybody writes them; Python reads others as well (1_000, nan, digits of every script)."""


def check(params: QueryParams, allowed: Collection[str]) -> None:
    """InputError when a parameter is not allowed here or is given twice."""
    for name in params:
        if name not in allowed:
            raise InputError(str(UnknownNameError("query parameter", name, allowed)))
        if len(params.getlist(name)) > 1 and name not in REPEATED:
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
    if not _WHOLE.fullmatch(text.strip()) or int(text) < low:
        raise InputError(f"'{name}' must be a whole number from {low}, not '{text}'")
    if high is None and int(text) > LARGEST:
        raise InputError(f"'{name}' is too large a number; at most {LARGEST}")
    return int(text) if high is None else min(int(text), high)


def boolean(params: QueryParams, name: str, default: bool) -> bool:
    """true or false."""
    text = params.get(name)
    return default if text is None else one_of(name, text.lower(), ("true", "false")) == "true"


def document(name: str, text: str | bytes) -> Any:
    """JSON as data; InputError for what is none, or is nested too deeply to be written again."""
    try:
        data = orjson.loads(text)
        orjson.dumps(data)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{name} is not JSON: {error}") from None
    except orjson.JSONEncodeError:
        raise InputError(f"{name} is nested too deeply; at most 250 levels are read") from None
    return data


def numbers(name: str, text: str, count: int) -> tuple[float, ...]:
    """Exactly ``count`` finite numbers separated by commas."""
    parts = text.split(",")
    try:
        values = tuple(number(part) for part in parts)
    except ValueError:
        values = ()
    if len(values) != count:
        raise InputError(f"'{name}' must be {count} numbers separated by commas, not '{text}'")
    return values


def number(text: str) -> float:
    """A finite number; ValueError for any other text."""
    if not _NUMBER.fullmatch(text.strip()) or not isfinite(float(text)):
        raise ValueError(text)
    return float(text)


AXIS = re.compile(r'\s*(\w+)\(\s*("[^"]*"(?:\s*[,:]\s*(?:"[^"]*"|\*))*|[^()"]*(?:"[^"]*")?)\s*\)\s*(?:,|$)')
"""One axis of a subset or scale parameter: Lon(100:101), crop("maize"), crop("maize","cocoa"), Lat(512),
time("2019":"2020")."""


def axes(params: QueryParams, name: str) -> dict[str, str]:
    """``name=A(x),B(y)`` as the text within the brackets, by axis."""
    text, found, at = ",".join(params.getlist(name)), {}, 0
    while at < len(text):
        match = AXIS.match(text, at)
        if not match or match[1] in found:
            raise InputError(f"'{name}' must be like Lon(100:101),Lat(-1:0), each axis once, not '{text}'")
        found[match[1]], at = match[2], match.end()
    return found


def strings(text: str) -> tuple[str, ...]:
    """The quoted (or bare) words within an axis: ``"maize","cocoa"``."""
    return tuple(part.strip().strip('"') for part in text.split(",") if part.strip().strip('"'))


def typed(name: str, text: str, kind: str) -> Any:
    """A property's value as the type of its column: string, integer, number or boolean."""
    readers: Mapping[str, Any] = {
        "integer": _whole,
        "number": number,
        "boolean": _TRUTH.__getitem__,
        "string": str,
    }
    try:
        return readers[kind](text)
    except (ValueError, KeyError):
        article = "an" if kind == "integer" else "a"
        raise InputError(f"'{name}' is {article} {kind}; '{text}' is not") from None


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text.strip()) or abs(int(text)) > LARGEST:
        raise ValueError(text)
    return int(text)


_TRUTH = {"true": True, "false": False}
