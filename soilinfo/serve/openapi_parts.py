"""What OpenAPI operations are put together from: query parameters and their texts, answers, refusals."""

from collections.abc import Iterable, Mapping
from typing import Any

from soilinfo.catalog.models import SCENARIOS
from soilinfo.serve.collections import CRS84
from soilinfo.serve.config import DEFAULT_PAGE
from soilinfo.serve.parameters import CRS_NAMES

Part = dict[str, Any]

BBOX: Part = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}
CRS: Part = {
    "type": "string",
    "default": CRS84,
    "enum": [name for name in CRS_NAMES if name.startswith("http")],
}
WORDS: Part = {"type": "array", "items": {"type": "string"}}

SCHEMAS: Mapping[str, Part] = {
    "bbox": BBOX,
    "bbox-crs": CRS,
    "crs": CRS,
    "datetime": {"type": "string"},
    "limit": {"type": "integer", "minimum": 1, "default": DEFAULT_PAGE},
    "offset": {"type": "integer", "minimum": 0, "default": 0},
    "ids": WORDS,
    "properties": WORDS,
    "sortby": WORDS,
    "skipGeometry": {"type": "boolean", "default": False},
    "filter": {"type": "string"},
    "filter-lang": {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
    "filter-crs": {"type": "string", "enum": [CRS84], "default": CRS84},
    "subset": {"type": "string"},
    "scale-size": {"type": "string"},
    "scaleSize": {"type": "string"},
    "scale-factor": {"type": "number", "exclusiveMinimum": True, "minimum": 0, "default": 1},
    "scaleFactor": {"type": "number", "exclusiveMinimum": True, "minimum": 0, "default": 1},
    "width": {"type": "integer", "minimum": 1},
    "height": {"type": "integer", "minimum": 1},
    "transparent": {"type": "boolean", "default": True},
    "scenario": {"type": "string", "enum": [*SCENARIOS], "default": SCENARIOS[0]},
    "adjust": {"type": "string"},
    "compare": {"type": "string"},
    "criteria": {"type": "string"},
    "irrigated": {"type": "boolean"},
    "what_if": {"type": "string"},
    "lang": {"type": "string"},
}
"""Schema of each query parameter whose values do not depend on the collection."""

DESCRIPTIONS: Mapping[str, str] = {
    "bbox": "west,south,east,north, in the order of the axes of bbox-crs",
    "datetime": "Accepted for all collections; their features have no time, so every time matches",
    "subset": 'Lon(low:high),Lat(low:high); for suitability also crop("maize","cocoa")',
    "crop": "Without it the first crop; of a coverage several, as in subset=crop(...), of which it is short",
    "adjust": "What changes before it is rated: ph_h2o:raise_to:6,drainage:improve:1; also times, add",
    "compare": "Draw the classes gained against a scenario or a saved what-if",
    "criteria": "JSON object of rows that stand in place of the crop's own, as in config/crops",
    "irrigated": "Management may improve rain",
    "Prefer": "respond-async: a job rather than an answer to wait for",
    "what_if": "Id of a saved what-if, in place of adjust, criteria and irrigated",
    "scale-size": "Lon(columns),Lat(rows): exactly so many pixels",
    "scale-factor": "2 halves the number of rows and columns",
    "filter": "CQL2",
    "sortby": "Properties, each with a leading - for descending order",
}


def parameter(name: str, schema: Part, where: str = "query") -> Part:
    """One parameter of an operation, with the text that is known of its name."""
    described = {"name": name, "in": where, "required": where == "path", "schema": schema}
    if schema.get("type") == "array":
        described |= {"style": "form", "explode": False}
    return described | ({"description": DESCRIPTIONS[name]} if name in DESCRIPTIONS else {})


def parameters(names: Iterable[str], formats: Iterable[str], own: Iterable[Part] = ()) -> list[Part]:
    """The parameters of an operation: ``f``, those that mean the same everywhere, its ``own``."""
    own = list(own)
    known = {each["name"] for each in own}
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in names if name not in known | {"f"}]
    return [parameter("f", {"type": "string", "enum": [*formats]}), *shared, *own]


def get(summary: str, parameters: list[Part], *media_types: str) -> Part:
    """A GET operation, as the methods of its path."""
    answers = {
        "200": {"description": "As asked", "content": {media: {} for media in media_types}},
        "400": {"$ref": "#/components/responses/InvalidParameter"},
        "404": {"$ref": "#/components/responses/NotFound"},
    }
    return {"get": {"summary": summary, "parameters": parameters, "responses": answers}}
