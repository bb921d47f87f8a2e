"""The OpenAPI document, complete in itself: no reference leads to another host."""

from collections.abc import Iterable, Mapping
from typing import Any

from soilinfo.catalog.models import SCENARIOS, Catalog
from soilinfo.catalog.text import in_language
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.report.workbook import XLSX
from soilinfo.serve.collections import CRS84, Collection
from soilinfo.serve.config import DEFAULT_PAGE, PROCESSES
from soilinfo.serve.parameters import (
    COVERAGE,
    CRS_NAMES,
    ITEM,
    ITEMS,
    SUITABILITY_COVERAGE,
)
from soilinfo.serve.providers.bands import CROP, fields
from soilinfo.serve.providers.maps import MATRIX_SET, drawn_by, map_parameters, tile_parameters

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
    "what_if": "Id of a saved what-if, in place of adjust, criteria and irrigated",
    "scale-size": "Lon(columns),Lat(rows): exactly so many pixels",
    "scale-factor": "2 halves the number of rows and columns",
    "filter": "CQL2",
    "sortby": "Properties, each with a leading - for descending order",
}


def document(catalog: Catalog, collections: Mapping[str, Collection], base_url: str) -> Part:
    """OpenAPI 3.0 for these collections at ``base_url``, in the service's first language."""
    language, services = catalog.services.languages[0], catalog.services
    contact = {
        "name": services.contact.organisation,
        "email": services.contact.email,
        "url": services.contact.url,
    }
    paths: Part = dict(_common())
    for collection in collections.values():
        paths |= _of_collection(collection, language)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": in_language(services.title, language),
            "description": in_language(services.description, language),
            "version": "1.0.0",
            "contact": contact,
            "license": {"name": services.licence, "url": services.licence_url},
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "parameters": _shared(catalog),
            "schemas": {"exception": EXCEPTION},
            "responses": REFUSALS,
        },
    }


EXCEPTION: Part = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "description": {"type": "string"},
    },
}

REFUSALS: Part = {
    name: {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/exception"}}},
    }
    for name, text in (
        ("InvalidParameter", "A parameter or input cannot be used; the text says why and what exists"),
        ("NotFound", "There is no such resource; the text names those that exist"),
    )
}


def _shared(catalog: Catalog) -> Part:
    """Parameters that mean the same everywhere; QGIS reads the largest page from ``limit``."""
    schemas = {name: dict(schema) for name, schema in SCHEMAS.items()}
    schemas["limit"]["maximum"] = catalog.services.limits.page_features
    schemas["lang"]["enum"] = [*catalog.services.languages]
    return {name: _parameter(name, schema) for name, schema in schemas.items()}


def _parameter(name: str, schema: Part, where: str = "query") -> Part:
    described = {"name": name, "in": where, "required": where == "path", "schema": schema}
    if schema.get("type") == "array":
        described |= {"style": "form", "explode": False}
    return described | ({"description": DESCRIPTIONS[name]} if name in DESCRIPTIONS else {})


def _parameters(names: Iterable[str], formats: Iterable[str], own: Iterable[Part] = ()) -> list[Part]:
    own = list(own)
    known = {parameter["name"] for parameter in own}
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in names if name not in known | {"f"}]
    return [_parameter("f", {"type": "string", "enum": [*formats]}), *shared, *own]


def _get(summary: str, parameters: list[Part], *media_types: str) -> Part:
    answers = {
        "200": {"description": "As asked", "content": {media: {} for media in media_types}},
        "400": {"$ref": "#/components/responses/InvalidParameter"},
        "404": {"$ref": "#/components/responses/NotFound"},
    }
    return {"get": {"summary": summary, "parameters": parameters, "responses": answers}}


def _common() -> Iterable[tuple[str, Part]]:
    described = _parameters(("lang",), ("json", "html"))
    for path, summary in (
        ("/", "Landing page"),
        ("/openapi", "This document"),
        ("/conformance", "Conformance classes"),
        ("/collections", "All collections"),
    ):
        yield path, _get(summary, described, "application/json", "text/html")
    limit = {"$ref": "#/components/parameters/limit"}
    yield "/processes", _get("All processes", [*described, limit], "application/json", "text/html")
    for name in PROCESSES:
        yield f"/processes/{name}", _get(f"What {name} needs", described, "application/json", "text/html")
        yield f"/processes/{name}/execution", _execution(name)
    yield "/tileMatrixSets", _get("Tile matrix sets", described, "application/json")
    yield f"/tileMatrixSets/{MATRIX_SET}", _get("The squares of tiles", described, "application/json")
    unit = [_parameter("code", {"type": "string"}, where="path"), {"$ref": "#/components/parameters/lang"}]
    yield "/factsheets/{code}.pdf", _get("Fact sheet of an administrative unit", unit, PDF)
    version = [_parameter(name, {"type": "string"}, where="path") for name in ("layer", "version")]
    yield "/cog/{layer}/{version}.tif", _get("A whole layer; answers to Range", version, "image/tiff")
    variable = [*version, _parameter("variable", {"type": "string"}, where="path")]
    text = "A further variable of suitability or of a product; answers to Range"
    yield "/cog/{layer}/{version}/{variable}.tif", _get(text, variable, "image/tiff")


def _execution(name: str) -> Part:
    inputs = {"type": "object", "required": ["inputs"], "properties": {"inputs": {"type": "object"}}}
    operation: Part = _get(f"Run {name}", _parameters(("lang",), ("json",)), "application/json")["get"]
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": inputs}}}
    return {"post": operation}


def _of_collection(collection: Collection, language: str) -> Part:
    base, title = f"/collections/{collection.id}", in_language(collection.title, language)
    described = _parameters(("lang",), ("json", "html"))
    paths = {
        base: _get(title, described, "application/json", "text/html"),
        f"{base}/schema": _get(f"{title}: schema", described, "application/schema+json"),
    }
    return paths | (_features if collection.kind == "vector" else _raster)(collection, base, title)


def _features(collection: Collection, base: str, title: str) -> Part:
    columns = collection.store.vector.fields(collection.id, collection.version)
    own = [_parameter(name, {"type": kind}) for name, kind in columns.items()]
    item = _parameter("item", {"type": "string"}, where="path")
    described = _parameters(("lang",), ("json", "html"))
    one = [item, *_parameters(ITEM, ("json", "html"))]
    every = _parameters(ITEMS, ("json", "html", "csv", "xlsx"), own)
    tables = ("application/geo+json", "text/html", "text/csv", XLSX)
    return {
        f"{base}/queryables": _get(f"{title}: queryables", described, "application/schema+json"),
        f"{base}/items": _get(f"{title}: features", every, *tables),
        f"{base}/items/{{item}}": _get(f"{title}: one feature", one, "application/geo+json", "text/html"),
    }


def _raster(collection: Collection, base: str, title: str) -> Part:
    several = collection.kind == "suitability"
    names = {"type": "array", "items": {"type": "string", "enum": [*fields(collection)]}}
    one = {"type": "string", "enum": [*collection.versions]}
    crop = [_parameter(CROP, one)] if several else []
    crops = [_parameter(CROP, {"type": "array", "items": one})] if several else []
    values = _parameters(
        SUITABILITY_COVERAGE if several else COVERAGE,
        ("json", "tiff", "html"),
        [_parameter("properties", names), *crops],
    )
    name, drawn = drawn_by(collection)
    chosen = [_parameter(name, {"type": "string", "enum": [*drawn]})] if collection.product else []
    picture = _parameters(map_parameters(collection), ("png",), [*crop, *chosen])
    paths = {
        f"{base}/coverage": _get(f"{title}: values", values, "application/vnd.cov+json", "image/tiff"),
        f"{base}/map": _get(f"{title}: map", picture, "image/png"),
    }
    return paths | _tiles(collection, base, title, [*crop, *chosen])


def _tiles(collection: Collection, base: str, title: str, own: list[Part]) -> Part:
    """The tiles of a map and their description."""
    described = _parameters(("lang",), ("json", "html"))
    places = ("tileMatrix", "tileRow", "tileCol")
    numbers = [_parameter(name, {"type": "integer", "minimum": 0}, where="path") for name in places]
    tile = _parameters(tile_parameters(collection), ("png",), [*own, *numbers])
    tiles = f"{base}/map/tiles"
    return {
        tiles: _get(f"{title}: tile sets", described, "application/json"),
        f"{tiles}/{MATRIX_SET}": _get(f"{title}: tile set", described, "application/json"),
        f"{tiles}/{MATRIX_SET}/{'/'.join(f'{{{name}}}' for name in places)}": _get(
            f"{title}: tile", tile, "image/png"
        ),
    }
