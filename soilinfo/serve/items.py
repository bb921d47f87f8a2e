"""/collections/{collection}/items: features as GeoJSON, written without passing through Python objects."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from anyio import to_thread
from lark.exceptions import LarkError
from pygeofilter.parsers.cql2_json import parse as parse_cql2_json
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.catalog.models import SCENARIOS, Catalog
from soilinfo.catalog.names import FINDINGS
from soilinfo.catalog.text import in_language
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.findings import SEVERITIES
from soilinfo.grid import Bounds
from soilinfo.report.workbook import XLSX
from soilinfo.serve import downloads, parameters
from soilinfo.serve.answers import Formats, negotiated
from soilinfo.serve.collections import CRS84, Collection, collection_of
from soilinfo.serve.config import DEFAULT_PAGE
from soilinfo.serve.cql2 import parse_cql2_text
from soilinfo.serve.language import language_of
from soilinfo.serve.providers.features import FeatureProvider, Link
from soilinfo.serve.state import Publication, pinned
from soilinfo.store.vector import Query

GEOJSON = "application/geo+json"

ITEM_FORMATS: Formats = {"json": (GEOJSON, "application/json"), "html": ("text/html",)}
ITEMS_FORMATS: Formats = {**ITEM_FORMATS, "csv": ("text/csv",), "xlsx": (XLSX,)}
MEDIA_TYPES = {"json": GEOJSON, "html": "text/html", "csv": "text/csv", "xlsx": XLSX}
"""Media type by format as linked; HTML is the page of the same address."""

FILTER_LANGUAGES = {"cql2-text": parse_cql2_text, "cql2-json": parse_cql2_json}
NO_FILTER = (LarkError, ValueError, TypeError, LookupError, NotImplementedError, RecursionError)
"""What pygeofilter's parsers raise for a text that is no filter."""


@dataclass(frozen=True)
class Asked:
    """A request for features, as its answer links to it and to its neighbours."""

    request: Request
    publication: Publication
    collection: Collection

    @property
    def _base(self) -> str:
        return f"{self.publication.base_url}/collections/{self.collection.id}"

    def _rest(self, *names: str) -> list[tuple[str, str]]:
        """The query parameters other than these."""
        return [(name, value) for name, value in self.request.query_params.multi_items() if name not in names]

    def links(self, path: str, formats: tuple[str, ...]) -> Iterator[Link]:
        """self (JSON), the other formats, the collection."""
        for format_ in formats:
            rel = "self" if format_ == "json" else "alternate"
            href = f"{self._base}/{path}?{urlencode([('f', format_), *self._rest('f')])}"
            yield {"rel": rel, "type": MEDIA_TYPES[format_], "href": href}
        language = language_of(self.request, self.publication.catalog)
        title = in_language(self.collection.title, language)
        yield {"rel": "collection", "type": "application/json", "href": self._base, "title": title}

    def pages(self, query: Query, matched: int) -> Iterator[Link]:
        """next and prev, where there are such pages."""
        limit = query.limit or DEFAULT_PAGE
        if query.offset + limit < matched:
            yield self._page("next", query.offset + limit, limit)
        if query.offset > 0:
            yield self._page("prev", max(0, query.offset - limit), limit)

    def _page(self, rel: str, offset: int, limit: int) -> Link:
        asked = urlencode([*self._rest("offset", "limit"), ("limit", limit), ("offset", offset)])
        return {"rel": rel, "type": GEOJSON, "href": f"{self._base}/items?{asked}"}


async def items(request: Request) -> Response:
    """A page of features as GeoJSON, or as a table."""
    publication, params = pinned(), request.query_params
    collection = collection_of(publication.collections, request.path_params["collection"], ("vector",))
    provider: FeatureProvider = publication.provider(collection, "feature")
    parameters.check(params, (*parameters.ITEMS, *provider.fields))
    _check_names(params, publication.catalog, collection)
    query = query_of(params, provider.types, publication.catalog.services.limits.page_features)
    write = {"csv": _csv, "xlsx": _xlsx}.get(negotiated(request, ITEMS_FORMATS), _geojson)
    try:
        return await to_thread.run_sync(write, Asked(request, publication, collection), provider, query)
    except (UnknownNameError, RecursionError) as error:
        # A name within a filter is part of a parameter's value, not an address.
        raise InputError(str(error)) from None


async def item(request: Request) -> Response:
    """One feature."""
    publication = pinned()
    collection = collection_of(publication.collections, request.path_params["collection"], ("vector",))
    parameters.check(request.query_params, parameters.ITEM)
    _only_crs84(request.query_params, "crs")
    negotiated(request, ITEM_FORMATS)
    identifier, asked = request.path_params["item"], Asked(request, publication, collection)
    links = list(asked.links(f"items/{quote(identifier, safe='')}", ("json", "html")))
    provider: FeatureProvider = publication.provider(collection, "feature")
    return _answer(await to_thread.run_sync(provider.feature, identifier, links))


def _geojson(asked: Asked, provider: FeatureProvider, query: Query) -> Response:
    matched = provider.matched(query)
    links = [*asked.links("items", tuple(MEDIA_TYPES)), *asked.pages(query, matched)]
    return _answer(provider.page(query, matched, links))


def _answer(content: bytes) -> Response:
    return Response(content, media_type=GEOJSON, headers={"Content-Crs": f"<{CRS84}>"})


def _csv(asked: Asked, provider: FeatureProvider, query: Query) -> Response:
    name = {"Content-Disposition": f'attachment; filename="{asked.collection.id}.csv"'}
    return Response(provider.table(query), media_type=MEDIA_TYPES["csv"], headers=name)


def _xlsx(asked: Asked, _provider: FeatureProvider, query: Query) -> Response:
    language = language_of(asked.request, asked.publication.catalog)
    return downloads.rows_as_workbook(asked.publication, asked.collection.id, query, language)


# ---- what is asked ----------------------------------------------------------------------


def query_of(params: QueryParams, types: Mapping[str, str], most: int) -> Query:
    """What the query parameters ask of a collection whose columns have these types; InputError if unclear."""
    _only_crs84(params, "crs")
    _check_datetime(params)
    chosen = [parameters.one_of("property", name, types) for name in parameters.listed(params, "properties")]
    return Query(
        bbox=_bbox(params),
        ids=parameters.listed(params, "ids"),
        equal={name: parameters.typed(name, params[name], types[name]) for name in params if name in types},
        where=_filter(params),
        fields=tuple(chosen) or None,
        sort=tuple(_sort(key, types) for key in parameters.listed(params, "sortby")),
        limit=parameters.integer(params, "limit", DEFAULT_PAGE, low=1, high=most),
        offset=parameters.integer(params, "offset", 0, low=0),
        geometry=not parameters.boolean(params, "skipGeometry", False),
    )


def _check_names(params: QueryParams, catalog: Catalog, collection: Collection) -> None:
    """InputError for a severity, crop, scenario or layer that nothing can have: that is not no rows."""
    if collection.id == FINDINGS and "severity" in params:
        parameters.one_of("severity", params["severity"], SEVERITIES)
    if collection.id in (*catalog.every_level(), *catalog.tables, FINDINGS):
        return
    closed: Mapping[str, Iterable[str]] = {
        "crop": catalog.every_crop(),
        "scenario": SCENARIOS,
        "layer": catalog.layers,
    }
    for name, known in closed.items():
        if name in params:
            parameters.one_of(name, params[name], known)


def _only_crs84(params: QueryParams, name: str) -> None:
    parameters.crs(params, name, known=("OGC:CRS84",))


def _bbox(params: QueryParams) -> Bounds | None:
    bounds, source = parameters.bbox(params), parameters.crs(params, "bbox-crs")
    return parameters.reprojected(bounds, source, "OGC:CRS84") if bounds and source == "EPSG:3857" else bounds


def _sort(key: str, types: Mapping[str, str]) -> tuple[str, bool]:
    # A '+' in an address arrives as a blank, which is stripped before it comes here.
    return parameters.one_of("property", key.lstrip("+-"), types), key.startswith("-")


def _check_datetime(params: QueryParams) -> None:
    """Nothing here has a time, so every time matches; but it must be one."""
    text = params.get("datetime")
    for instant in text.split("/") if text is not None else ():
        try:
            if instant not in ("", ".."):
                datetime.fromisoformat(instant)
        except ValueError:
            raise InputError(f"'datetime' must be a time of RFC 3339 or two with '/', not '{text}'") from None


def _filter(params: QueryParams) -> Any:
    text, language = params.get("filter"), params.get("filter-lang", "cql2-text")
    _only_crs84(params, "filter-crs")
    parse = FILTER_LANGUAGES[parameters.one_of("filter-lang", language, FILTER_LANGUAGES)]
    if text is None:
        return None
    try:
        return parse(text)
    except NO_FILTER as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise InputError(f"the filter is not {language}: {reason}") from None
