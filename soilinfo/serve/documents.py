"""The documents that describe the service: pygeoapi writes them, what is missing or untrue is put right."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pygeoapi import api as core
from pygeoapi.api import itemtypes, processes
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.catalog.map_scale import scale_note
from soilinfo.catalog.names import FINDINGS
from soilinfo.catalog.text import in_language, texts
from soilinfo.grid import smallest_scale
from soilinfo.serve import parameters
from soilinfo.serve.answers import json_answer, negotiated
from soilinfo.serve.bridge import DOCUMENT_FORMATS, Amend, Answer, Document, call
from soilinfo.serve.collections import CRS84, Collection, Source, collection_of, facts_of
from soilinfo.serve.config import COG_TYPE
from soilinfo.serve.conformance import CLASSES
from soilinfo.serve.executions import known_process
from soilinfo.serve.providers import coveragejson
from soilinfo.serve.providers.bands import CROP, fields
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

    return await _call(publication, request, core.landing_page, amend=amend)


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

    return await _call(publication, request, core.describe_collections, amend=amend)


async def collection(request: Request) -> Response:
    """/collections/{collection}"""
    publication = _asked(request)
    found = collection_of(publication.collections, request.path_params["collection"], EVERY_KIND)

    def amend(document: Document) -> Document:
        described = _described(document, found)
        return described | {"links": [*described["links"], *_derived(publication, found, request)]}

    return await _call(publication, request, core.describe_collections, found.id, amend=amend)


async def schema(request: Request) -> Response:
    """/collections/{collection}/schema"""
    publication = _asked(request)
    found = collection_of(publication.collections, request.path_params["collection"], EVERY_KIND)
    language = language_of(request, publication.catalog)

    def amend(document: Document) -> Document:
        return document | {"properties": _spoken(document["properties"], language)}

    return await _call(publication, request, core.get_collection_schema, found.id, amend=amend)


async def queryables(request: Request) -> Response:
    """/collections/{collection}/queryables"""
    publication = _asked(request)
    found = collection_of(publication.collections, request.path_params["collection"], ("vector",))
    language = language_of(request, publication.catalog)
    words = texts(language, publication.catalog.directory)
    table = publication.catalog.tables.get(found.id)
    columns = table.columns.items() if table else ()
    own = {f"column.{name}": column.title.get(language, column.title["en"]) for name, column in columns}
    known = {**words, **own}

    def amend(document: Document) -> Document:
        named = {
            name: described | ({"title": known.get(f"column.{name}", name)} if "title" in described else {})
            for name, described in document["properties"].items()
        }
        return document | {"properties": named}

    return await _call(publication, request, itemtypes.get_collection_queryables, found.id, amend=amend)


async def process_list(request: Request) -> Response:
    """/processes"""
    parameters.check(request.query_params, (*parameters.DOCUMENT, "limit"))
    publication = pinned()
    return await _call(publication, request, processes.describe_processes, amend=_without_unserved)


async def process(request: Request) -> Response:
    """/processes/{process}"""
    publication = _asked(request)
    name = known_process(publication, request)
    return await _call(publication, request, processes.describe_processes, name)


def _without_unserved(document: Document) -> Document:
    return document | {"links": _served(document["links"])}


async def _call(
    publication: Publication,
    request: Request,
    function: Callable[..., Answer],
    *arguments: Any,
    amend: Amend | None = None,
) -> Response:
    """pygeoapi's document, amended, the titles of its links in the language asked for."""
    catalog = publication.catalog
    words = texts(language_of(request, catalog), catalog.directory)

    def worded(document: Document) -> Document:
        titled: Document = _titled(amend(document) if amend else document, words)
        return titled

    return await call(publication.api, request, function, *arguments, amend=worded)


def _titled(part: Any, words: Mapping[str, str]) -> Any:
    """A part of a document with our words in place of pygeoapi's English titles of links."""
    if isinstance(part, list):
        return [_titled(each, words) for each in part]
    if not isinstance(part, dict):
        return part
    if "href" in part and "title" in part:
        return part | {"title": words.get(f"link.{part['title']}", part["title"])}
    return {name: _titled(each, words) for name, each in part.items()}


def _spoken(part: Any, language: str) -> Any:
    """A part of a schema with one language's text of every title and description."""
    if isinstance(part, list):
        return [_spoken(each, language) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: in_language(each, language)
        if name in ("title", "description") and isinstance(each, dict)
        else _spoken(each, language)
        for name, each in part.items()
    }


def _asked(request: Request) -> Publication:
    parameters.check(request.query_params, parameters.DOCUMENT)
    return pinned()


def _served(links: Iterable[Link], without: tuple[str, ...] = ()) -> list[Link]:
    return [link for link in links if link.get("type") not in NOT_SERVED and link["rel"] not in without]


def _people(publication: Publication, language: str) -> list[Link]:
    """Links to the findings, to the QGIS project and to the map."""
    catalog, base = publication.catalog, publication.base_url
    published = FINDINGS in publication.collections
    words = texts(language, catalog.directory)
    project = f"{base}/qgis/{catalog.country.id}.qgs?lang={language}"
    findings = {"title": words["serve.link.findings"], "href": f"{base}/collections/{FINDINGS}"}
    squares = {"title": words["serve.link.tiling_schemes"], "href": f"{base}/tileMatrixSets"}
    return [
        *([{"rel": "quality", "type": "application/json"} | findings] if published else []),
        {"rel": "related", "type": QGIS_PROJECT, "title": words["serve.link.project"], "href": project},
        {"rel": "related", "type": "text/html", "title": words["serve.link.map"], "href": f"{base}/map"},
        {"rel": f"{REL}/tiling-schemes", "type": "application/json"} | squares,
    ]


# ---- one collection ---------------------------------------------------------------------


def _described(document: Document, found: Collection) -> Document:
    versions = {
        version.layer: _provenance(version) | _decided(found.source, version)
        for version in found.versions.values()
    }
    stale = [found.source.stale[name].message for name in versions if name in found.source.stale]
    facts: dict[str, Any] = facts_of(found.catalog, found.layer) if found.layer else {}
    if found.kind != "vector":
        facts["map_scale"] = _map_scale(found)
    common = {
        "attribution": found.attribution,
        "soilinfo": {"snapshot": found.source.snapshot.id, "versions": versions, "stale": stale, **facts},
    }
    if found.kind == "vector":
        return document | common | {"links": _served(document["links"])}
    links = _coverage_links(_served(document["links"], without=(f"{REL}/queryables",)))
    return (
        document | common | {"links": links, "domainSet": _domain_set(found), "rangeType": _range_type(found)}
    )


def _derived(publication: Publication, found: Collection, request: Request) -> Iterable[Link]:
    """Links to the COGs of the further variables of a coverage, made when they are asked for."""
    if found.kind == "vector":
        return
    language = language_of(request, publication.catalog)
    words = texts(language, publication.catalog.directory)
    for key, version in found.versions.items():
        titled = publication.catalog.crop(key) if found.kind == "suitability" else found
        title = in_language(titled.title, language)
        for name, field in [*fields(found).items()][1:]:
            text = words["serve.link.cog"].format(title=f"{title}: {in_language(field.title, language)}")
            href = f"{publication.base_url}/cog/{version.layer}/{version.version}/{name}.tif"
            yield {"rel": "alternate", "type": COG_TYPE, "title": text, "href": href}


def _map_scale(found: Collection) -> dict[str, Any]:
    """The smallest usable map scale, as its denominator and in words."""
    note = scale_note(found.grid, found.catalog.directory)
    return {"denominator": smallest_scale(found.grid), "note": note}


def _provenance(version: Version) -> dict[str, Any]:
    """Where a version comes from, without what only the institute should see (paths)."""
    notes = {"notes": version.metadata["notes"]} if version.metadata.get("notes") else {}
    return notes | {
        "version": version.version,
        "created": version.created,
        "source_sha256": version.source_sha256,
        "pipeline": version.pipeline,
        "software": version.software,
        "inputs": dict(version.inputs),
    }


def _decided(source: Source, version: Version) -> dict[str, Any]:
    """Who released a version, when and why, where a person did."""
    decision = source.releases.get((version.layer, version.version))
    if decision is None:
        return {}
    return {"release": {"by": decision.actor, "created": decision.created, "reason": decision.reason}}


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
    names: tuple[str, ...] = axis_names(grid)
    unit = "deg" if grid.is_geographic else "m"
    axes: list[dict[str, Any]] = [
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
    if found.kind == "suitability":
        names = (*names, CROP)
        axes.append({"type": "IrregularAxis", "axisLabel": CROP, "coordinate": [*found.versions]})
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
    """CIS JSON: the fields, the same as in the schema."""
    described = []
    for name, field in fields(found).items():
        kind = "unsignedByte" if field.categories else "float32"
        one: dict[str, Any] = {
            "type": "Quantity",
            "id": name,
            "name": name,
            "description": in_language(field.title, found.catalog.services.languages[0]),
            "definition": f"http://www.opengis.net/def/dataType/OGC/0/{kind}",
        }
        described.append(one | ({"uom": {"type": "UnitReference", "code": field.ucum}} if field.ucum else {}))
    return {"type": "DataRecord", "field": described}
