"""/collections/records: the catalogue, its records, and what these are chosen and sorted by."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any
from urllib.parse import quote, urlencode

from pygeoapi import api as core
from pygeoapi.api import itemtypes
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.schema import DIALECT
from soilinfo.catalog.text import in_language, texts
from soilinfo.errors import InputError
from soilinfo.report.workbook import CSV, harmless
from soilinfo.serve import parameters
from soilinfo.serve.answers import GEOJSON, REL, SCHEMA, Formats, RefusedError, json_answer, negotiated
from soilinfo.serve.bridge import SCHEMA_FORMATS
from soilinfo.serve.bridge import Document as Amended
from soilinfo.serve.config import DEFAULT_PAGE, RECORDS
from soilinfo.serve.documents.wording import Link, answer, asked, served
from soilinfo.serve.instants import instant as as_instant
from soilinfo.serve.instants import rfc3339, span
from soilinfo.serve.language import language_of
from soilinfo.serve.records.catalogue import catalogue
from soilinfo.serve.records.provider import DATES, field
from soilinfo.serve.records.record import TYPES, Document, contacts, instant
from soilinfo.serve.records.search import QUERYABLES, SORTABLES, Search, found, value_of
from soilinfo.serve.state import Publication, pinned
from soilinfo.serve.systems import CRS84, corners

HERE = f"/collections/{RECORDS}"

ITEM_FORMATS: Formats = {"json": (GEOJSON, "application/json"), "html": ("text/html",)}
ITEMS_FORMATS: Formats = {**ITEM_FORMATS, "csv": (CSV,)}
MEDIA_TYPES = {"json": GEOJSON, "html": "text/html", "csv": CSV}

ITEM = parameters.SERVICE
ITEMS = (
    *("bbox", "datetime", "limit", "offset", "q", "words", "ids", "externalIds", "sortby"),
    *QUERYABLES,
    *parameters.SERVICE,
)
"""Query parameters of the records; ``type`` takes several, the other queryables one text as it is written."""


def collection(request: Request) -> Response:
    """/collections/records"""
    publication = asked(request)

    def amend(document: Amended) -> Amended:
        return described(document, publication, language_of(request, publication.catalog))

    return answer(publication, request, core.describe_collections, RECORDS, amend=amend)


def described(document: Amended, publication: Publication, language: str) -> Amended:
    """The catalogue's description, with what OGC API Records asks of one."""
    catalog, title = publication.catalog, texts(language, publication.catalog.directory)
    here = f"{publication.base_url}{HERE}"
    sortables = {"title": title["serve.records.sortables"], "href": f"{here}/sortables"}
    return document | {
        "type": "Catalog",
        "created": instant(publication.source.snapshot.created),
        "updated": instant(publication.source.snapshot.created),
        "language": {"code": language},
        "languages": [{"code": code} for code in catalog.services.languages],
        "contacts": contacts(catalog),
        "license": catalog.services.licence,
        "defaultSortOrder": ["type", "id"],
        "soilinfo": {"snapshot": publication.source.snapshot.id},
        "links": [*served(document["links"]), {"rel": f"{REL}/sortables", "type": SCHEMA} | sortables],
    }


def schema(request: Request) -> Response:
    """/collections/records/schema"""
    publication = asked(request)
    return answer(publication, request, core.get_collection_schema, RECORDS, formats=SCHEMA_FORMATS)


def queryables(request: Request) -> Response:
    """/collections/records/queryables: where a record lies is asked by ``bbox`` alone."""
    publication = asked(request)

    def amend(document: Amended) -> Amended:
        named = {name: each for name, each in document["properties"].items() if name in QUERYABLES}
        return document | {"properties": named, "additionalProperties": False}

    function = itemtypes.get_collection_queryables
    return answer(publication, request, function, RECORDS, amend=amend, formats=SCHEMA_FORMATS)


def sortables(request: Request) -> Response:
    """/collections/records/sortables"""
    publication = asked(request)
    negotiated(request, SCHEMA_FORMATS)
    resource = publication.api.config["resources"][RECORDS]
    document = {
        "$schema": DIALECT,
        "$id": f"{publication.base_url}{HERE}/sortables",
        "type": "object",
        "title": in_language(resource["title"], language_of(request, publication.catalog)),
        "properties": {name: field(name) for name in SORTABLES},
        "additionalProperties": False,
    }
    return json_answer(document, SCHEMA)


def items(request: Request) -> Response:
    """A page of records."""
    publication = pinned()
    # A parameter without a value asks nothing (requirement /req/record-core-query-parameters/empty-value).
    params = QueryParams([(name, text) for name, text in request.query_params.multi_items() if text])
    parameters.check(params, ITEMS)
    form, language = negotiated(request, ITEMS_FORMATS), language_of(request, publication.catalog)
    search = search_of(params)
    limit = parameters.integer(
        params, "limit", DEFAULT_PAGE, low=1, high=publication.catalog.services.limits.page_features
    )
    offset = parameters.integer(params, "offset", 0, low=0)
    records = catalogue(publication, language)
    matched = found(records.values(), search)
    page = matched[offset : offset + limit]
    if form == "csv":
        return Response(
            _csv(page), media_type=CSV, headers={"Content-Disposition": 'inline; filename="records.csv"'}
        )
    links = [*_forms(publication, params), *_pages(publication, params, offset, limit, len(matched))]
    document = {
        "type": "FeatureCollection",
        "numberMatched": len(matched),
        "numberReturned": len(page),
        "links": links,
        "features": [_placed(publication, record) for record in page],
    }
    return _answer(document, language)


def item(request: Request) -> Response:
    """One record."""
    publication = pinned()
    parameters.check(request.query_params, ITEM)
    negotiated(request, ITEM_FORMATS)
    language, name = language_of(request, publication.catalog), request.path_params["record"]
    records = catalogue(publication, language)
    if name not in records:
        raise RefusedError(404, "NotFound", f"there is no record '{name}': see {HERE}/items")
    return _answer(_placed(publication, records[name]), language)


def _answer(document: Document, language: str) -> Response:
    answered = json_answer(document, GEOJSON)
    answered.headers["Content-Language"] = language
    return answered


# ---- what is asked ----------------------------------------------------------------------


def search_of(params: QueryParams) -> Search:
    """What the query parameters ask of the records; InputError if unclear."""
    return Search(
        words=parameters.listed(params, "q"),
        every=params.get("words", "").replace(",", " ").split(),
        ids=parameters.listed(params, "ids"),
        types=[parameters.one_of("type", each, TYPES) for each in parameters.listed(params, "type")],
        external_ids=parameters.listed(params, "externalIds"),
        bbox=corners(params["bbox"], CRS84) if "bbox" in params else None,
        during=span(params["datetime"]) if "datetime" in params else None,
        equal={name: _equal(name, params[name]) for name in QUERYABLES if name != "type" and name in params},
        sort=tuple(_sort(key) for key in parameters.listed(params, "sortby")),
    )


def _equal(name: str, text: str) -> str:
    return rfc3339(as_instant(text)) if name in DATES else text


def _sort(key: str) -> tuple[str, bool]:
    # A '+' in an address arrives as a blank, which is stripped before it comes here.
    name = parameters.one_of("sortable", key.lstrip("+-"), SORTABLES)
    if key.startswith("--"):
        raise InputError(f"'{key}' is no key to sort by; write -{name}")
    return name, key.startswith("-")


# ---- what is answered -------------------------------------------------------------------


def _placed(publication: Publication, record: Document) -> Document:
    """A record with the links that say where it stands."""
    collection = f"{publication.base_url}{HERE}"
    here = f"{collection}/items/{quote(record['id'])}"
    own: list[Link] = [
        {"rel": "self", "type": GEOJSON, "href": here},
        {"rel": "alternate", "type": "text/html", "href": f"{here}?f=html"},
        {"rel": "collection", "type": "application/json", "href": collection},
    ]
    return {**record, "links": [*own, *record["links"]]}


def _forms(publication: Publication, params: QueryParams) -> Iterable[Link]:
    """To this page, in this and in the other formats, and to the catalogue."""
    rest = {name: text for name, text in params.items() if name != "f"}
    for form, media in MEDIA_TYPES.items():
        rel = "self" if form == "json" else "alternate"
        yield {"rel": rel, "type": media, "href": _address(publication, {"f": form, **rest})}
    yield {"rel": "collection", "type": "application/json", "href": f"{publication.base_url}{HERE}"}


def _pages(
    publication: Publication, params: QueryParams, offset: int, limit: int, matched: int
) -> Iterable[Link]:
    """To the page after this one and the one before it, where there are such pages."""
    starts = {"next": offset + limit} if offset + limit < matched else {}
    starts |= {"prev": max(0, offset - limit)} if offset else {}
    for rel, start in starts.items():
        asked = {**params, "limit": str(limit), "offset": str(start)}
        yield {"rel": rel, "type": GEOJSON, "href": _address(publication, asked)}


def _address(publication: Publication, asked: Mapping[str, str]) -> str:
    return f"{publication.base_url}{HERE}/items?{urlencode(asked)}"


def _csv(records: Iterable[Document]) -> str:
    """Records as a table: their texts, and the rectangle that they are about."""
    text = StringIO()
    columns = (*SORTABLES, "description", "west", "south", "east", "north")
    rows = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    rows.writerow(columns)
    rows.writerows(map(_row, records))
    return text.getvalue()


def _row(record: Document) -> list[Any]:
    corners = record["geometry"]["coordinates"][0] if record["geometry"] else None
    told = [value_of(record, name) or "" for name in (*SORTABLES, "description")]
    return [*map(harmless, told), *((*corners[0], *corners[2]) if corners else ("",) * 4)]


ROUTES = [
    Route(HERE, collection),
    Route(f"{HERE}/schema", schema),
    Route(f"{HERE}/queryables", queryables),
    Route(f"{HERE}/sortables", sortables),
    Route(f"{HERE}/items", items),
    Route(f"{HERE}/items/{{record}}", item),
]
"""To be asked before the addresses of all other collections."""
