"""The OpenAPI document, complete in itself: no reference leads to another host."""

from collections.abc import Iterable, Mapping

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import in_language
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.serve.collections import RASTERS, THEMES, VECTORS, Collection
from soilinfo.serve.coverages import openapi as coverages
from soilinfo.serve.documents.openapi_alike import alike, shared
from soilinfo.serve.documents.openapi_parts import (
    HERE,
    PARAMETERS,
    REFUSALS,
    Part,
    get,
    parameter,
    parameters,
)
from soilinfo.serve.documents.openapi_processes import process_paths
from soilinfo.serve.documents.openapi_schemas import SCHEMAS, of
from soilinfo.serve.documents.openapi_tags import tagged, tags
from soilinfo.serve.edr import openapi as edr
from soilinfo.serve.edr.forms import SAMPLED
from soilinfo.serve.edr.profile_parameters import PROFILED
from soilinfo.serve.features import openapi as features
from soilinfo.serve.federation import openapi as federation
from soilinfo.serve.maps import openapi as maps
from soilinfo.serve.maps.tile_matrix_sets import TILE_MATRIX_SETS
from soilinfo.serve.parameters import DOCUMENT, SERVICE
from soilinfo.serve.qgis import openapi as qgis
from soilinfo.serve.records import openapi as records
from soilinfo.serve.reports import openapi as reports
from soilinfo.serve.vector_tiles import openapi as vector_tiles

PAGES = ("application/json", "text/html")
OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.0"

BLOCKS = (
    (VECTORS, features.paths),
    (VECTORS, vector_tiles.paths),
    (RASTERS, coverages.paths),
    (RASTERS, maps.paths),
    (SAMPLED, edr.paths),
)
"""Kinds of collections, and what a standard offers of each of them, below HERE."""


def document(
    catalog: Catalog, collections: Mapping[str, Collection], processes: Mapping[str, Part], base_url: str
) -> Part:
    """OpenAPI 3.0 for these collections and processes at ``base_url``, in the service's first language.

    ``processes``: their descriptions by id, with every language of each title.
    """
    language, services = catalog.services.languages[0], catalog.services
    contact = {
        "name": services.contact.organisation,
        "email": services.contact.email,
        "url": services.contact.url,
    }
    components = {"parameters": _shared(catalog), "schemas": SCHEMAS, "responses": _refusals()}
    if catalog.services.federation.enabled:
        components["securitySchemes"] = federation.SCHEMES
    of_collections = alike(
        (collection, in_language(collection.title, language), _of_collection(collection))
        for collection in collections.values()
    )
    executions = dict(process_paths(parameters(("lang",), ("json", "html")), processes, language))
    common = (
        dict(_common())
        | dict(qgis.paths(catalog.country.id))
        | dict(federation.paths(catalog))
        | reports.paths(catalog)
    )
    paths = common | executions | records.paths("The catalogue") | dict(of_collections)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": in_language(services.title, language),
            "description": in_language(services.description, language),
            "version": "1.0.0",
            "contact": contact,
            "license": {"name": services.licence, "url": services.licence_url},
            "x-OGC-limits": {"maps": {"maxPixels": services.limits.map_pixels}},
        },
        "servers": [{"url": base_url}],
        "tags": tags(),
        "paths": tagged(shared(paths, components)),
        "components": components,
    }


def _refusals() -> Part:
    """What is told of each refusal; those who want HTML are given a page of it."""
    content = {"application/problem+json": {"schema": of("exception")}, "text/html": {}}
    return {name: {"description": text, "content": content} for name, text in REFUSALS.values()}


def _shared(catalog: Catalog) -> Part:
    """Parameters that mean the same everywhere; QGIS reads the largest page from ``limit``."""
    schemas = {name: dict(schema) for name, schema in PARAMETERS.items()}
    schemas["limit"]["maximum"] = catalog.services.limits.page_features
    return {name: parameter(name, schema) for name, schema in schemas.items()}


def _common() -> Iterable[tuple[str, Part]]:
    described = parameters(("lang",), ("json", "html"))
    for path, summary, schema, id_ in (
        ("/", "Landing page", "landingPage", "getLandingPage"),
        ("/conformance", "Conformance classes", "conformance", "getConformance"),
        ("/collections", "All collections", "collections", "getCollectionsList"),
    ):
        yield path, get(summary, described, *PAGES, schema=schema, id_=id_)
    yield "/openapi", get("This document", described, OPENAPI_TYPE, "text/html", id_="getAPI")
    of = parameter("property", {"type": "string"})
    yield "/equations", get("Equations between properties", [*described, of], *PAGES, id_="getEquations")
    which = parameter("equationId", {"type": "string"}, where="path")
    yield "/equations/{equationId}", get("An equation", [*described, which], *PAGES, id_="getEquation")
    yield "/tileMatrixSets", get("Tile matrix sets", described, *PAGES, id_="getTileMatrixSetsList")
    set_ = parameter("tileMatrixSetId", {"type": "string", "enum": [*TILE_MATRIX_SETS]}, where="path")
    squares = get("The squares of tiles", [*described, set_], *PAGES, id_="getTileMatrixSet")
    yield "/tileMatrixSets/{tileMatrixSetId}", squares
    yield from maps.wmts_paths().items()
    unit = [parameter("code", {"type": "string"}, where="path"), {"$ref": "#/components/parameters/lang"}]
    told = parameter("crops", {"type": "string"})
    yield "/factsheets/{code}.pdf", get("Fact sheet of an administrative unit", [*unit, told], PDF)
    version = [parameter(name, {"type": "string"}, where="path") for name in ("layer", "version")]
    yield "/cog/{layer}/{version}.tif", get("A whole layer; answers to Range", version, "image/tiff")
    variable = [*version, parameter("variable", {"type": "string"}, where="path")]
    text = "A further variable of suitability or of a product; answers to Range"
    yield "/cog/{layer}/{version}/{variable}.tif", get(text, variable, "image/tiff")


def _of_collection(collection: Collection) -> Part:
    described = parameters(DOCUMENT, ("json", "html"))
    schema, every = "application/schema+json", parameters(SERVICE, ("json", "html"))
    addresses = {
        HERE: get("Collection", described, *PAGES, schema="collection", id_=".collection.getCollection"),
        f"{HERE}/schema": get("Schema", described, schema, "text/html", schema="jsonSchema"),
    }
    if collection.kind not in THEMES:
        addresses[f"{HERE}/versions"] = get("Versions", every, *PAGES, schema="versions")
    for kinds, paths in BLOCKS:
        addresses |= paths(collection) if collection.kind in kinds else {}
    return addresses | (edr.profile_paths(collection) if collection.id in PROFILED else {})
