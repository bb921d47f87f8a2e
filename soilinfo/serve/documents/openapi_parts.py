"""What OpenAPI operations are put together from: query parameters and their texts, answers, refusals."""

from collections.abc import Iterable, Mapping
from typing import Any

from soilinfo.catalog.models import SCENARIOS
from soilinfo.serve.config import DEFAULT_PAGE
from soilinfo.serve.documents.openapi_schemas import of
from soilinfo.serve.systems import CRS84, EVERYWHERE

Part = dict[str, Any]

COLLECTION = "collectionId"
"""The variable of an address that several collections have alike."""
ANY = f"{{{COLLECTION}}}"
HERE = f"/collections/{ANY}"
"""What the addresses of any collection begin with."""

BBOX: Part = {
    "type": "array",
    "items": {"type": "number"},
    "oneOf": [{"minItems": count, "maxItems": count} for count in (4, 6)],
}
"""With or without heights, which are left out."""
CRS: Part = {
    "type": "string",
    "default": CRS84.uri,
    "enum": [each.uri for each in EVERYWHERE],
}
WORDS: Part = {"type": "array", "items": {"type": "string"}}

PARAMETERS: Mapping[str, Part] = {
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
    "filter-crs": {"type": "string", "enum": [CRS84.uri], "default": CRS84.uri},
    "subset": {"type": "string"},
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
    "version": {"type": "string"},
}
"""Schema of each query parameter whose values do not depend on the collection."""

DESCRIPTIONS: Mapping[str, str] = {
    "bbox": "west,south,east,north, in the order of the axes of bbox-crs",
    "datetime": "An instant, a day or an interval (RFC 3339); what has no time matches every time",
    "limit": "Of a file there is no default: without it a file holds everything",
    "cursor": "Where a page begins, as the link 'next' of another page says it",
    "subset": 'Lon(low:high),Lat(low:high); for suitability also crop("maize","cocoa")',
    "crop": "Without it the first crop; of a coverage several, as in subset=crop(...), of which it is short",
    "adjust": "What changes before it is rated: ph_h2o:raise_to:6,drainage:improve:1; also times, add",
    "compare": "Draw the classes gained against a scenario or a saved what-if",
    "criteria": "JSON object of rows that stand in place of the crop's own, as in config/crops",
    "irrigated": "Management may improve rain",
    "Prefer": "respond-async: a job rather than an answer to wait for",
    "what_if": "Id of a saved what-if, in place of adjust, criteria and irrigated",
    "scale-axes": "Lon(2),Lat(3): every other column, every third row",
    "scale-size": "Lon(columns),Lat(rows): exactly so many pixels",
    "scale-factor": "2 halves the number of rows and columns",
    "filter": "CQL2",
    "region": "Code of an administrative unit: only what is about its land",
    "theme": "Only one theme, as on the first page: soil, suitability, fertility",
    "lang": "Language of texts; what is not spoken here is answered in the service's first language",
    "version": "A version that was once published, as /collections/{collectionId}/versions lists them",
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


REFUSALS: Mapping[str, tuple[str, str]] = {
    "400": ("InvalidParameter", "A parameter or input cannot be used; the text says why and what exists"),
    "404": ("NotFound", "There is no such resource; the text names those that exist"),
    "406": ("NotAcceptable", "None of the media types that are accepted exists here"),
    "410": ("Gone", "What was asked for was removed, or dismissed"),
    "413": ("TooLarge", "The answer would be too large; the text says how large it may be"),
    "415": ("NotJson", "The body says itself to be anything but JSON"),
    "429": ("TooManyJobs", "As many jobs wait as may"),
    "503": ("Unavailable", "Too much is asked for at the moment; Retry-After says when to ask again"),
}
"""Name and meaning of each status of a refusal."""

ALWAYS = ("400", "404", "406", "503")
OF_DATA = ("410", "413")
"""Refusals that only what can be asked for in a version knows."""


def refusals(*statuses: str) -> Part:
    """The responses of an operation that refuses with these statuses, each an exception or a page of it."""
    return {status: {"$ref": f"#/components/responses/{REFUSALS[status][0]}"} for status in statuses}


def get(
    summary: str, parameters: list[Part], *media_types: str, schema: str | None = None, id_: str = ""
) -> Part:
    """A GET operation, as the methods of its path; ``schema`` names that of its JSON answers.

    ``id_`` is the operationId, where a standard fixes it or what it ends in.
    """
    of_data = {"$ref": "#/components/parameters/version"} in parameters
    content = {media: {"schema": of(schema)} if schema and "json" in media else {} for media in media_types}
    answers = {
        "200": {"description": "As asked", "content": content},
        **refusals(*ALWAYS, *(OF_DATA if of_data else ())),
    }
    named = {"operationId": id_} if id_ else {}
    return {"get": {"summary": summary, **named, "parameters": parameters, "responses": answers}}
