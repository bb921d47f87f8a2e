"""The documents of collections: what they are, where they come from, their schema."""

from collections.abc import Iterable
from typing import Any

from pygeoapi import api as core
from pygeoapi.api import itemtypes
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.catalog.map_scale import scale_note
from soilinfo.catalog.text import in_language, texts
from soilinfo.grid import smallest_scale
from soilinfo.serve.bridge import Document
from soilinfo.serve.collections import CRS84, Collection, Source, collection_of, facts_of
from soilinfo.serve.config import COG_TYPE
from soilinfo.serve.documents.wording import REL, Link, answer, asked, served, spoken
from soilinfo.serve.language import language_of
from soilinfo.serve.providers import coveragejson
from soilinfo.serve.providers.bands import CROP, fields
from soilinfo.serve.providers.coverage import axis_names
from soilinfo.serve.state import Publication
from soilinfo.store.ledger import Version

EVERY_KIND = ("raster", "suitability", "vector")


async def collections(request: Request) -> Response:
    """/collections"""
    publication = asked(request)

    def amend(document: Document) -> Document:
        listed = [_described(each, publication.collections[each["id"]]) for each in document["collections"]]
        return document | {"collections": listed, "links": served(document["links"])}

    return await answer(publication, request, core.describe_collections, amend=amend)


async def collection(request: Request) -> Response:
    """/collections/{collection}"""
    publication = asked(request)
    found = collection_of(publication.collections, request.path_params["collection"], EVERY_KIND)

    def amend(document: Document) -> Document:
        described = _described(document, found)
        return described | {"links": [*described["links"], *_derived(publication, found, request)]}

    return await answer(publication, request, core.describe_collections, found.id, amend=amend)


async def schema(request: Request) -> Response:
    """/collections/{collection}/schema"""
    publication = asked(request)
    found = collection_of(publication.collections, request.path_params["collection"], EVERY_KIND)
    language = language_of(request, publication.catalog)

    def amend(document: Document) -> Document:
        return document | {"properties": spoken(document["properties"], language)}

    return await answer(publication, request, core.get_collection_schema, found.id, amend=amend)


async def queryables(request: Request) -> Response:
    """/collections/{collection}/queryables"""
    publication = asked(request)
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

    return await answer(publication, request, itemtypes.get_collection_queryables, found.id, amend=amend)


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
        return document | common | {"links": served(document["links"])}
    links = _coverage_links(served(document["links"], without=(f"{REL}/queryables",)))
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
