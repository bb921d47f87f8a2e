"""The OpenAPI document, complete in itself: no reference leads to another host."""

from collections.abc import Iterable, Mapping

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import in_language
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.report.workbook import XLSX
from soilinfo.serve.collections import Collection
from soilinfo.serve.openapi_parts import SCHEMAS, Part, get, parameter, parameters
from soilinfo.serve.openapi_processes import process_paths
from soilinfo.serve.parameters import COVERAGE, ITEM, ITEMS, SUITABILITY_COVERAGE
from soilinfo.serve.providers.bands import CROP, fields
from soilinfo.serve.providers.maps import MATRIX_SET, drawn_by, map_parameters, tile_parameters


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
    return {name: parameter(name, schema) for name, schema in schemas.items()}


def _common() -> Iterable[tuple[str, Part]]:
    described = parameters(("lang",), ("json", "html"))
    for path, summary in (
        ("/", "Landing page"),
        ("/openapi", "This document"),
        ("/conformance", "Conformance classes"),
        ("/collections", "All collections"),
    ):
        yield path, get(summary, described, "application/json", "text/html")
    yield from process_paths(described)
    yield "/tileMatrixSets", get("Tile matrix sets", described, "application/json")
    yield f"/tileMatrixSets/{MATRIX_SET}", get("The squares of tiles", described, "application/json")
    unit = [parameter("code", {"type": "string"}, where="path"), {"$ref": "#/components/parameters/lang"}]
    told = parameter("crops", {"type": "string"})
    yield "/factsheets/{code}.pdf", get("Fact sheet of an administrative unit", [*unit, told], PDF)
    version = [parameter(name, {"type": "string"}, where="path") for name in ("layer", "version")]
    yield "/cog/{layer}/{version}.tif", get("A whole layer; answers to Range", version, "image/tiff")
    variable = [*version, parameter("variable", {"type": "string"}, where="path")]
    text = "A further variable of suitability or of a product; answers to Range"
    yield "/cog/{layer}/{version}/{variable}.tif", get(text, variable, "image/tiff")


def _of_collection(collection: Collection, language: str) -> Part:
    base, title = f"/collections/{collection.id}", in_language(collection.title, language)
    described = parameters(("lang",), ("json", "html"))
    paths = {
        base: get(title, described, "application/json", "text/html"),
        f"{base}/schema": get(f"{title}: schema", described, "application/schema+json"),
    }
    return paths | (_features if collection.kind == "vector" else _raster)(collection, base, title)


def _features(collection: Collection, base: str, title: str) -> Part:
    columns = collection.store.vector.fields(collection.id, collection.version)
    own = [parameter(name, {"type": kind}) for name, kind in columns.items()]
    item = parameter("item", {"type": "string"}, where="path")
    described = parameters(("lang",), ("json", "html"))
    one = [item, *parameters(ITEM, ("json", "html"))]
    every = parameters(ITEMS, ("json", "html", "csv", "xlsx"), own)
    tables = ("application/geo+json", "text/html", "text/csv", XLSX)
    return {
        f"{base}/queryables": get(f"{title}: queryables", described, "application/schema+json"),
        f"{base}/items": get(f"{title}: features", every, *tables),
        f"{base}/items/{{item}}": get(f"{title}: one feature", one, "application/geo+json", "text/html"),
    }


def _raster(collection: Collection, base: str, title: str) -> Part:
    several = collection.kind == "suitability"
    names = {"type": "array", "items": {"type": "string", "enum": [*fields(collection)]}}
    one = {"type": "string", "enum": [*collection.versions]}
    crop = [parameter(CROP, one)] if several else []
    crops = [parameter(CROP, {"type": "array", "items": one})] if several else []
    values = parameters(
        SUITABILITY_COVERAGE if several else COVERAGE,
        ("json", "tiff", "html"),
        [parameter("properties", names), *crops],
    )
    name, drawn = drawn_by(collection)
    chosen = [parameter(name, {"type": "string", "enum": [*drawn]})] if collection.product else []
    picture = parameters(map_parameters(collection), ("png",), [*crop, *chosen])
    paths = {
        f"{base}/coverage": get(f"{title}: values", values, "application/vnd.cov+json", "image/tiff"),
        f"{base}/map": get(f"{title}: map", picture, "image/png"),
    }
    return paths | _tiles(collection, base, title, [*crop, *chosen])


def _tiles(collection: Collection, base: str, title: str, own: list[Part]) -> Part:
    """The tiles of a map and their description."""
    described = parameters(("lang",), ("json", "html"))
    places = ("tileMatrix", "tileRow", "tileCol")
    numbers = [parameter(name, {"type": "integer", "minimum": 0}, where="path") for name in places]
    tile = parameters(tile_parameters(collection), ("png",), [*own, *numbers])
    tiles = f"{base}/map/tiles"
    return {
        tiles: get(f"{title}: tile sets", described, "application/json"),
        f"{tiles}/{MATRIX_SET}": get(f"{title}: tile set", described, "application/json"),
        f"{tiles}/{MATRIX_SET}/{'/'.join(f'{{{name}}}' for name in places)}": get(
            f"{title}: tile", tile, "image/png"
        ),
    }
