"""Environmental Data Retrieval in the OpenAPI document."""

from collections.abc import Iterable, Sequence

from soilinfo.grid import Bounds, Grid
from soilinfo.serve.answers import Formats
from soilinfo.serve.collections import Collection, lonlat_bounds
from soilinfo.serve.coverages.bands import CROP
from soilinfo.serve.documents.openapi_parts import BBOX, HERE, WORDS, Part, get, parameter, parameters
from soilinfo.serve.edr import forms
from soilinfo.serve.edr.places import systems
from soilinfo.serve.edr.profile_locations import CHOICES
from soilinfo.serve.edr.profile_places import METRES, MOST_PROFILES

EVERY_FORMAT: Formats = {**forms.OF_CELLS, **forms.OF_AREA}
TEXTS = {
    "coords": "Well Known Text in the order of the axes of crs, longitude first without it: {kinds}",
    "z": "Depth in cm below the surface: a level (15), an interval (0/30), levels (5,15,30) or R3/5/10; "
    "it chooses every published depth that contains the level or overlaps the interval",
    "datetime": "Phenomenon time: RFC 3339, a day, a month or a year, or two with '/'; what has no time "
    "always matches",
    "parameter-name": "Parameters to answer with; all without it, each with how uncertain it is beside it",
    "parameter_names": "The same, as OWSLib has it",
    "crs": "System of coords or bbox and of the answer",
    forms.STATISTIC: "mean: one number for the whole area, weighted by true cell areas, with the percent of "
    "it that is known (as GeoJSON or CSV)",
    "bbox": "Four numbers, or six with the depth in cm third and last, in the order of the axes of crs",
    "location": "Code of an administrative unit, as the list of locations has it",
    "profile": "Id of a profile, as the list of locations has it",
    "within": "How far away at most",
    "within-units": "Unit of within: kilometres, metres or miles",
    "level": "Administrative level; all of them without it",
    "f": "Form of the answer; GeoJSON of an area with statistic only",
}


def paths(collection: Collection) -> Part:
    """The addresses of the questions that a collection of cubes answers; it lists its parameters itself."""
    west, south, east, north = _middle(collection.catalog.grid)
    point = _coords("POINT or MULTIPOINT", f"POINT({west} {south})")
    polygon = _coords("POLYGON or MULTIPOLYGON", _triangle(west, south, east, north))
    box = _told("bbox", BBOX) | {"required": True, "example": [west, south, east, north]}
    unit = _told("location", {"type": "string"}, where="path")
    if region := collection.source.example_region:
        unit["example"] = region
    common, of_cells = (list(_common(collection, cells=cells)) for cells in (False, True))
    whole = _told(forms.STATISTIC, {"type": "string", "enum": [forms.MEAN_OF_AREA]})
    location = f"{HERE}/locations/{{location}}"
    return {
        f"{HERE}/position": _get("At points", forms.AT_POINTS, [point, *common]),
        f"{HERE}/area": _get("In a polygon", EVERY_FORMAT, [polygon, whole, *of_cells]),
        f"{HERE}/cube": _get("In a rectangle", forms.OF_CELLS, [box, *of_cells]),
        f"{HERE}/locations": _get("Administrative units", forms.OF_LOCATIONS, _listing(collection)),
        location: _get("In an administrative unit", EVERY_FORMAT, [unit, whole, *of_cells]),
    }


def profile_paths(collection: Collection) -> Part:
    """The addresses of the questions that a collection of soil profiles answers."""
    west, south, east, north = _middle(collection.catalog.grid)
    polygon = _coords("POLYGON or MULTIPOLYGON", _triangle(west, south, east, north))
    box = _told("bbox", BBOX) | {"required": True, "example": [west, south, east, north]}
    common = [each for each in _common(collection, cells=False) if each["name"] != "datetime"]
    time = _told("datetime", {"type": "string"})
    one = parameter("location", {"type": "string"}, "path") | {"description": TEXTS["profile"]}
    distance = [
        _told("within", {"type": "number", "exclusiveMinimum": True, "minimum": 0}) | {"required": True},
        _told("within-units", {"type": "string", "enum": [*METRES]}) | {"required": True},
        parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST_PROFILES}),
    ]
    point = _coords("POINT", f"POINT({west} {south})")
    chosen = [parameter(name, {"type": "string"}) for name in CHOICES]
    listing = [each for each in _listing(collection) if each["name"] != "level"]
    here = f"{HERE}/locations"
    return {
        f"{HERE}/area": _get("Profiles in a polygon", forms.AT_POINTS, [polygon, time, *common]),
        f"{HERE}/cube": _get("Profiles in a rectangle", forms.AT_POINTS, [box, time, *common]),
        f"{HERE}/radius": _get("Nearest profiles", forms.AT_POINTS, [point, *distance, time, *common]),
        here: _get("Profiles", forms.OF_LOCATIONS, [*listing, *chosen]),
        f"{here}/{{location}}": _get("Values of one profile", forms.AT_POINTS, [one, *common]),
    }


def _triangle(west: float, south: float, east: float, north: float) -> str:
    return f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {south}))"


def _middle(grid: Grid) -> Bounds:
    """A rectangle of about a hundredth of the country's sides in its middle, as an example."""
    west, south, east, north = lonlat_bounds(grid)
    x, y = (west + east) / 2, (south + north) / 2
    sides = (x, y, x + (east - west) / 100, y + (north - south) / 100)
    west, south, east, north = (round(side, 4) for side in sides)
    return west, south, east, north


def _get(summary: str, formats: Formats, own: Sequence[Part]) -> Part:
    f = _told("f", {"type": "string", "enum": [*formats]})
    described = [f, *parameters(("lang", "version"), (), own)[1:]]
    operation = get(summary, described, *(types[0] for types in formats.values()))
    responses = operation["get"]["responses"]
    responses["204"] = {"description": "The place lies beyond the extent of the collection"}
    return operation


def _common(collection: Collection, *, cells: bool) -> Iterable[Part]:
    """What every question may choose: parameters, depths, times, the system, of suitability the crops."""
    for name in forms.NAMES:
        yield _told(name, WORDS | {"minItems": 1})
    for name in ("z", "datetime"):
        yield _told(name, {"type": "string"})
    known = [system.uri for system in systems(collection, cells=cells)]
    yield _told("crs", {"type": "string", "enum": known})
    if collection.kind == "suitability":
        crops = {"type": "array", "items": {"type": "string", "enum": [*collection.versions]}}
        yield parameter(CROP, crops)


def _coords(kinds: str, example: str) -> Part:
    described = _told("coords", {"type": "string"}, kinds=kinds)
    return described | {"required": True, "example": example}


def _listing(collection: Collection) -> list[Part]:
    levels = [level for level in collection.catalog.every_level() if level in collection.source.served]
    most = collection.catalog.services.limits.page_features
    return [
        _told("bbox", BBOX),
        _told("datetime", {"type": "string"}),
        _told("level", {"type": "string", "enum": levels}),
        parameter("limit", {"type": "integer", "minimum": 1, "maximum": most, "default": most}),
        parameter("offset", {"type": "integer", "minimum": 0, "default": 0}),
    ]


def _told(name: str, schema: Part, where: str = "query", **parts: str) -> Part:
    """One parameter with our text of it."""
    return parameter(name, schema, where) | {"description": TEXTS[name].format(**parts)}
