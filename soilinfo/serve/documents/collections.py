"""The documents of collections: what they are, where they come from, their schema."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pygeoapi import api as core
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.map_scale import scale_note
from soilinfo.catalog.text import in_language, texts
from soilinfo.grid import smallest_scale
from soilinfo.report.qgis.definition import MEDIA_TYPE as QGIS_LAYERS
from soilinfo.serve import bridge, parameters
from soilinfo.serve.agreement import agreement_of
from soilinfo.serve.answers import JSON, REL, json_text, negotiated
from soilinfo.serve.asking import VERSION, asked_collection, publication_of
from soilinfo.serve.bridge import DOCUMENT_FORMATS, SCHEMA_FORMATS, Document
from soilinfo.serve.collections import EVERY_KIND, RASTERS, Collection, Source, facts_of
from soilinfo.serve.config import COG_TYPE, RECORDS
from soilinfo.serve.coverages import description
from soilinfo.serve.coverages.bands import fields
from soilinfo.serve.documents import versions
from soilinfo.serve.documents.wording import Link, answer, asked, served, spoken, titled
from soilinfo.serve.edr import description as retrieval
from soilinfo.serve.features.schemas import queryables_document, schema_document
from soilinfo.serve.language import language_of
from soilinfo.serve.maps.links import scale_denominator
from soilinfo.serve.records import items as records
from soilinfo.serve.records.catalogue import LANGUAGES
from soilinfo.serve.state import ADDRESSES, Publication
from soilinfo.serve.vector_tiles import description as tiled
from soilinfo.store.ledger import Version

SCHEMAS = (f"{REL}/schema", f"{REL}/queryables")


def collections(request: Request) -> Response:
    """/collections"""
    publication = asked(request)
    negotiated(request, DOCUMENT_FORMATS)
    language = language_of(request, publication.catalog)
    content = listed(publication, language)
    return Response(content, media_type=JSON, headers={"Content-Language": language})


@lru_cache(maxsize=ADDRESSES * LANGUAGES)
def listed(publication: Publication, language: str) -> bytes:
    """The list of collections as JSON: each with all that a client needs to choose it and to ask for data.

    Where its versions come from, and the way home, stand in its own description.
    """

    def described(each: Document) -> Document:
        if each["id"] == RECORDS:
            return records.described(each, publication, language)
        return _in_list(_with_queries(publication, each, publication.collections[each["id"]], language))

    document = bridge.document(publication.api, core.describe_collections, language)
    every = [described(each) for each in document["collections"]]
    whole = document | {"collections": every, "links": served(document["links"])}
    return json_text(titled(whole, texts(language, publication.catalog.directory))).encode()


def _in_list(described: Document) -> Document:
    told = {name: each for name, each in described["soilinfo"].items() if name != "versions"}
    links = [
        link
        for link in described["links"]
        if link["rel"] != "root" and (link["rel"] not in SCHEMAS or link["type"] != "text/html")
    ]
    return described | {"soilinfo": told, "links": links}


def collection(request: Request) -> Response:
    """/collections/{collection}"""
    publication = asked(request, parameters.DOCUMENT)
    found = asked_collection(publication, request, EVERY_KIND)
    version, language = request.query_params.get(VERSION), language_of(request, publication.catalog)
    beside = versions.links(publication, found, version, language)

    def amend(document: Document) -> Document:
        described = retrieval.detailed(_with_queries(publication, document, found, language), found, version)
        links = [*described["links"], *_derived(publication, found, request)]
        if version is not None:
            links = versions.led_to_version(links, publication, found)
        else:
            links.append(_for_qgis(publication, found, language))
        return described | {"links": [*links, *beside]}

    return answer(
        publication_of(publication, found), request, core.describe_collections, found.id, amend=amend
    )


def schema(request: Request) -> Response:
    """/collections/{collection}/schema"""
    publication = asked(request, parameters.DOCUMENT)
    found = asked_collection(publication, request, EVERY_KIND)
    if found.kind == "vector":
        return schema_document(request, found, publication.base_url)
    language = language_of(request, publication.catalog)

    def amend(document: Document) -> Document:
        return document | {"properties": spoken(document["properties"], language)}

    return answer(
        publication_of(publication, found),
        request,
        core.get_collection_schema,
        found.id,
        amend=amend,
        formats=SCHEMA_FORMATS,
    )


# ---- one collection ---------------------------------------------------------------------


def _with_queries(publication: Publication, document: Document, found: Collection, language: str) -> Document:
    """The description of a collection, with what can be asked of it beside its features or coverage."""
    described = retrieval.amended(_described(document, found), found, publication.base_url, language)
    return tiled.amended(described, publication, found, language)


def _described(document: Document, found: Collection) -> Document:
    versions = {
        version.layer: _provenance(version) | _decided(found.source, version)
        for version in found.versions.values()
    }
    stale = [found.source.stale[name].message for name in versions if name in found.source.stale]
    facts: dict[str, Any] = facts_of(found.catalog, found.layer) if found.layer else {}
    if found.kind != "vector":
        facts["map_scale"] = _map_scale(found)
    if compared := agreement_of(found):
        facts["agreement"] = compared
    common = {
        "attribution": found.attribution,
        "soilinfo": {"snapshot": found.source.snapshot.id, "versions": versions, "stale": stale, **facts},
    }
    if found.kind not in RASTERS:
        return document | common | {"links": served(document["links"])}
    links = description.coverage_links(served(document["links"], without=(f"{REL}/queryables",)), found)
    scale = {"scaleDenominator": scale_denominator(found)}
    return description.described(document | common | scale | {"links": links}, found)


def _derived(publication: Publication, found: Collection, request: Request) -> Iterable[Link]:
    """Links to the COGs of the further variables of a coverage, made of what is published when asked for."""
    if found.kind not in RASTERS:
        return
    language = language_of(request, publication.catalog)
    words = texts(language, publication.catalog.directory)
    current = publication.snapshot.layers
    now = {key: each for key, each in found.versions.items() if current.get(each.layer) == each.version}
    for key, version in now.items():
        titled = publication.catalog.crop(key) if found.kind == "suitability" else found
        title = in_language(titled.title, language)
        for name, field in [*fields(found).items()][1:]:
            text = words["serve.link.cog"].format(title=f"{title}: {in_language(field.title, language)}")
            href = f"{publication.base_url}/cog/{version.layer}/{version.version}/{name}.tif"
            yield {"rel": "alternate", "type": COG_TYPE, "title": text, "href": href}


def _for_qgis(publication: Publication, found: Collection, language: str) -> Link:
    """Link to the collection as layers of QGIS, which are those of today."""
    title = texts(language, publication.catalog.directory)["serve.link.qgis_layers"]
    href = f"{publication.base_url}/qgis/{found.id}.qlr?lang={language}"
    return {"rel": "related", "type": QGIS_LAYERS, "title": title, "href": href}


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


ROUTES = [
    Route("/collections", collections),
    Route("/collections/{collection}", collection),
    Route("/collections/{collection}/schema", schema),
    Route("/collections/{collection}/queryables", queryables_document),
    *versions.ROUTES,
]
