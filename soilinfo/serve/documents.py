"""The documents that describe the service: pygeoapi writes them, what is missing or untrue is put right."""

from collections.abc import Iterable, Mapping
from typing import Any

from pygeoapi import api as core
from pygeoapi.api import itemtypes, processes
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.catalog.text import in_language, texts
from soilinfo.serve import parameters
from soilinfo.serve.answers import json_answer, negotiated
from soilinfo.serve.bridge import DOCUMENT_FORMATS, Document, call
from soilinfo.serve.collections import CRS84, Collection, collection_of
from soilinfo.serve.conformance import CLASSES
from soilinfo.serve.providers import coveragejson
from soilinfo.serve.providers.bands import bands
from soilinfo.serve.providers.coverage import axis_names
from soilinfo.serve.qgis import MEDIA_TYPE as QGIS_PROJECT
from soilinfo.serve.site import language_of
from soilinfo.serve.state import Publication, pinned
from soilinfo.store.ledger import Version

OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.0"

NOT_SERVED = ("application/ld+json",)
"""Media types that pygeoapi links to and that are not served."""
REL = "http://www.opengis.net/def/rel/ogc/1.0"
EVERY_KIND = ("raster", "suitability", "vector")

Link = Mapping[str, Any]


async def landing(request: Request) -> Response:
    """/"""
    publication = _asked(request)

    def amend(document: Document) -> Document:
        language = language_of(request, publication.catalog)
        links = _served(document["links"], without=(f"{REL}/tiling-schemes",))
        return document | {"links": [*links, *_people(publication, language)]}

    return await call(publication.api, request, core.landing_page, amend=amend)


async def conformance(request: Request) -> Response:
    """/conformance"""
    _asked(request)
    negotiated(request, DOCUMENT_FORMATS)
    return json_answer({"conformsTo": CLASSES})


async def openapi(request: Request) -> Response:
    """/openapi: made once for each publication."""
    publication = _asked(request)
    negotiated(request, {"json": (OPENAPI_TYPE, *DOCUMENT_FORMATS["json"])})
    return Response(publication.openapi, media_type=OPENAPI_TYPE)


async def collections(request: Request) -> Response:
    """/collections"""
    publication = _asked(request)

    def amend(document: Document) -> Document:
        listed = [_described(each, publication.collections[each["id"]]) for each in document["collections"]]
        return document | {"collections": listed, "links": _served(document["links"])}

    return await call(publication.api, request, core.describe_collections, amend=amend)


async def collection(request: Request) -> Response:
    """/collections/{collection}"""
    publication = _asked(request)
    found = collection_of(publication.collections, request.path_params["collection"], EVERY_KIND)

    def amend(document: Document) -> Document:
        return _described(document, found)

    return await call(publication.api, request, core.describe_collections, found.id, amend=amend)


async def schema(request: Request) -> Response:
    """/collections/{collection}/schema"""
    publication = _asked(request)
    found = collection_of(publication.collections, request.path_params["collection"], EVERY_KIND)
    language = language_of(request, publication.catalog)

    def amend(document: Document) -> Document:
        for described in document["properties"].values():
            if "title" in described:
                described["title"] = in_language(described["title"], language)
        return document

    return await call(publication.api, request, core.get_collection_schema, found.id, amend=amend)


async def queryables(request: Request) -> Response:
    """/collections/{collection}/queryables"""
    publication = _asked(request)
    found = collection_of(publication.collections, request.path_params["collection"], ("vector",))
    return await call(publication.api, request, itemtypes.get_collection_queryables, found.id)


async def process_list(request: Request) -> Response:
    """/processes"""
    parameters.check(request.query_params, (*parameters.DOCUMENT, "limit"))
    return await call(pinned().api, request, processes.describe_processes, amend=_without_unserved)


def _without_unserved(document: Document) -> Document:
    return document | {"links": _served(document["links"])}


def _asked(request: Request) -> Publication:
    parameters.check(request.query_params, parameters.DOCUMENT)
    return pinned()


def _served(links: Iterable[Link], without: tuple[str, ...] = ()) -> list[Link]:
    return [link for link in links if link.get("type") not in NOT_SERVED and link["rel"] not in without]


def _people(publication: Publication, language: str) -> list[Link]:
    """Links to the QGIS project and to the map."""
    catalog, base = publication.catalog, publication.base_url
    words = texts(language, catalog.directory)
    project = f"{base}/qgis/{catalog.country.id}.qgs?lang={language}"
    return [
        {"rel": "related", "type": QGIS_PROJECT, "title": words["serve.link.project"], "href": project},
        {"rel": "related", "type": "text/html", "title": words["serve.link.map"], "href": f"{base}/map"},
    ]


# ---- one collection ---------------------------------------------------------------------


def _described(document: Document, found: Collection) -> Document:
    versions = {version.layer: _provenance(version) for version in found.versions.values()}
    common = {
        "attribution": found.attribution,
        "soilinfo": {"snapshot": found.source.snapshot.id, "versions": versions},
    }
    if found.kind == "vector":
        return document | common | {"links": _served(document["links"])}
    links = _coverage_links(_served(document["links"], without=(f"{REL}/queryables",)))
    return (
        document | common | {"links": links, "domainSet": _domain_set(found), "rangeType": _range_type(found)}
    )


def _provenance(version: Version) -> dict[str, Any]:
    """Where a version comes from, without what only the institute should see (paths)."""
    return {
        "version": version.version,
        "created": version.created,
        "source_sha256": version.source_sha256,
        "pipeline": version.pipeline,
        "software": version.software,
        "inputs": dict(version.inputs),
    }


def _coverage_links(links: Iterable[Link]) -> list[Link]:
    """No HTML form of a coverage; CoverageJSON by its registered media type."""
    coverage = f"{REL}/coverage"
    kept = [link for link in links if (link["rel"], link.get("type")) != (coverage, "text/html")]
    renamed = {"application/prs.coverage+json": coveragejson.MEDIA_TYPE}
    return [dict(link) | {"type": renamed.get(link["type"], link["type"])} for link in kept]


def _domain_set(found: Collection) -> dict[str, Any]:
    """CIS JSON, as GDAL's OGCAPI driver reads it: outer edges and cell size of each axis."""
    grid = found.grid
    west, south, east, north = grid.bounds
    names = axis_names(grid)
    unit = "deg" if grid.is_geographic else "m"
    axes = [
        {
            "type": "RegularAxis",
            "axisLabel": name,
            "lowerBound": low,
            "upperBound": high,
            "resolution": grid.resolution,
            "uomLabel": unit,
        }
        for name, low, high in zip(names, (west, south), (east, north), strict=True)
    ]
    return {
        "type": "DomainSet",
        "generalGrid": {
            "type": "GeneralGridCoverage",
            "srsName": CRS84
            if grid.is_geographic
            else f"http://www.opengis.net/def/crs/{grid.crs.replace(':', '/0/')}",
            "axisLabels": list(names),
            "axis": axes,
        },
    }


def _range_type(found: Collection) -> dict[str, Any]:
    """CIS JSON: the bands of an answer that names neither properties nor crops."""
    fields = []
    for band in bands(found):
        kind = "unsignedByte" if band.field.categories else "float32"
        field: dict[str, Any] = {
            "type": "Quantity",
            "id": band.name,
            "name": band.name,
            "description": in_language(band.title, found.catalog.services.languages[0]),
            "definition": f"http://www.opengis.net/def/dataType/OGC/0/{kind}",
        }
        fields.append(
            field | ({"uom": {"type": "UnitReference", "code": band.field.ucum}} if band.field.ucum else {})
        )
    return {"type": "DataRecord", "field": fields}
