"""/collections/{collection}/items: features as GeoJSON, as tables and as files of geodata."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote_plus, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.text import in_language
from soilinfo.serve import downloads, parameters
from soilinfo.serve.answers import GEOJSON, Formats, RefusedError, negotiated
from soilinfo.serve.asking import VERSION, asked_collection
from soilinfo.serve.collections import VECTORS, Collection
from soilinfo.serve.config import DEFAULT_PAGE
from soilinfo.serve.features.files import FILE_FORMATS, ITEM_FORMATS, ITEMS_FORMATS, Contents
from soilinfo.serve.features.paging import Cursor, cursor_of, cursor_text
from soilinfo.serve.features.provider import FeatureProvider, Link, feature_collection
from soilinfo.serve.features.query import asked_system, query_of, queryables
from soilinfo.serve.language import language_of
from soilinfo.serve.state import Publication, pinned
from soilinfo.serve.systems import System
from soilinfo.store.vector import Query


@dataclass(frozen=True)
class Asked:
    """A request for features, as its answer links to it and to its neighbours."""

    request: Request
    publication: Publication
    collection: Collection
    cursor: Cursor | None = None

    @property
    def language(self) -> str:
        """The language of the answer."""
        return language_of(self.request, self.publication.catalog)

    @property
    def _base(self) -> str:
        return f"{self.publication.base_url}/collections/{self.collection.id}"

    def _address(self, path: str, without: tuple[str, ...], **changed: object) -> str:
        """This request's address with other query parameters."""
        return f"{self._base}/{path}?{self._kept(*without, *changed)}{urlencode(changed)}"

    def _kept(self, *without: str) -> str:
        """The other query parameters as they were written, each with the '&' to the next."""
        return "".join(f"{text}&" for name, text in self._parameters if name not in without)

    @cached_property
    def _parameters(self) -> list[tuple[str, str]]:
        """Name of each query parameter, and the parameter as it was written."""
        parts = [part for part in self.request.url.query.split("&") if part]
        return [(unquote_plus(part.partition("=")[0]), part) for part in parts]

    def links(self, path: str, formats: Formats) -> Iterator[Link]:
        """self (JSON), the other formats, the collection."""
        here = f"{self._base}/{path}?"
        # A file holds everything unless it is asked for less.
        page, file = here + self._kept("f"), here + self._kept("f", "limit", "offset", "cursor")
        for format_, (media_type, *_) in formats.items():
            rel = "self" if format_ == "json" else "alternate"
            address = page if format_ in ("json", "html") else file
            yield {"rel": rel, "type": media_type, "href": f"{address}f={format_}"}
        title = in_language(self.collection.title, self.language)
        yield {"rel": "collection", "type": "application/json", "href": self._base, "title": title}

    def pages(self, format_: str, query: Query, last: tuple[Any, ...] | None, matched: int) -> Iterator[Link]:
        """next and prev, where there are such pages, in the version of this one whatever is published since.

        The way on is by key, the way back by number: versions never change, so both meet. All pages are of
        one size, so that the first of all may repeat features of the second.
        """
        position, limit = self.position(query), query.limit
        if limit is None:
            return
        page = {"f": format_, "limit": limit, VERSION: self.collection.version}
        link = {"type": ITEMS_FORMATS[format_][0]}
        following = position + limit
        if following < matched and last is not None:
            cursor = cursor_text(Cursor(last, following), self.collection, self.request.query_params)
            yield {"rel": "next", **link, "href": self._address("items", ("offset",), **page, cursor=cursor)}
        elif following < matched:
            yield {
                "rel": "next",
                **link,
                "href": self._address("items", ("cursor",), **page, offset=following),
            }
        if position > 0:
            before = max(0, position - limit)
            yield {"rel": "prev", **link, "href": self._address("items", ("cursor",), **page, offset=before)}

    def position(self, query: Query) -> int:
        """How many features lie before the query's page."""
        return self.cursor.position if self.cursor else query.offset


def items(request: Request) -> Response:
    """Features: a page of them as GeoJSON, or all of them as a file."""
    publication, params = pinned(), request.query_params
    collection = asked_collection(publication, request, VECTORS)
    provider: FeatureProvider = publication.provider(collection, "feature")
    parameters.check(params, (*parameters.ITEMS, *queryables(collection, provider.types)))
    format_ = negotiated(request, ITEMS_FORMATS)
    asked = Asked(request, publication, collection, cursor_of(collection, params))
    query = query_of(params, collection, provider.types, asked.cursor)
    if format_ in ("json", "html"):
        return _page(asked, provider, query)
    return _file(asked, provider, query, format_)


def item(request: Request) -> Response:
    """One feature."""
    publication, params = pinned(), request.query_params
    collection = asked_collection(publication, request, VECTORS)
    parameters.check(params, parameters.ITEM)
    format_ = negotiated(request, ITEM_FORMATS)
    crs = asked_system(params, "crs", publication.catalog).name
    provider: FeatureProvider = publication.provider(collection, "feature")
    asked, identifier = Asked(request, publication, collection), request.path_params["item"]
    if format_ not in ("json", "html"):
        query = Query(ids=(identifier,), crs=crs)
        return _file(asked, provider, query, format_)
    links = list(asked.links(f"items/{quote(identifier, safe='')}", ITEM_FORMATS))
    return _geojson(provider.feature(identifier, crs, links), crs)


def _page(asked: Asked, provider: FeatureProvider, query: Query) -> Response:
    most = asked.publication.catalog.services.limits.page_features
    query = replace(query, limit=min(query.limit or DEFAULT_PAGE, most))
    page, matched = provider.page_of_all(query, asked.position(query))
    links = [*asked.links("items", ITEMS_FORMATS), *asked.pages("json", query, page.last, matched)]
    return _geojson(feature_collection(page.features, matched, links), query.crs)


def _geojson(content: bytes, crs: str) -> Response:
    return Response(content, media_type=GEOJSON, headers={"Content-Crs": f"<{System(crs).uri}>"})


# ---- files ------------------------------------------------------------------------------


def _file(asked: Asked, provider: FeatureProvider, query: Query, format_: str) -> Response:
    collection, matched = asked.collection, provider.matched(query)
    if "item" in asked.request.path_params and not matched:
        raise provider.missing(asked.request.path_params["item"])
    returned = max(0, min(query.limit or matched, matched - asked.position(query)))
    check_size(returned, asked.publication.catalog.services.limits.file_features)
    # A table has no geometry unless it is asked for.
    is_table = format_ in ("csv", "xlsx") and "skipGeometry" not in asked.request.query_params
    query = replace(query, geometry=query.geometry and not is_table)
    headers = {
        "Content-Disposition": f'attachment; filename="{collection.id}.{format_}"',
        "Content-Crs": f"<{System(query.crs).uri}>",
        "OGC-NumberMatched": str(matched),
        "OGC-NumberReturned": str(returned),
    }
    pages = list(asked.pages(format_, query, None, matched))
    if pages:
        headers["Link"] = ", ".join(map(_in_header, pages))
    if format_ == "xlsx":
        headers["Content-Language"] = asked.language
        content = downloads.rows_as_workbook(collection, query, asked.language)
    else:
        content = FILE_FORMATS[format_].write(_contents(collection, provider, query))
    return Response(content, media_type=ITEMS_FORMATS[format_][0], headers=headers)


def _in_header(link: Link) -> str:
    """A link as RFC 8288 has it; parameters that came unescaped must not end its address."""
    return f'<{link["href"].replace(">", "%3E")}>; rel="{link["rel"]}"'


def check_size(features: int, most: int) -> None:
    """RefusedError where a file would hold more features than the service allows."""
    if features > most:
        raise RefusedError(
            413,
            "ContentTooLarge",
            f"these are {features:,} features; a file is limited to {most:,}. Ask for fewer with 'filter' or "
            f"'bbox', or for parts: limit={most} and then the link 'next' of the header Link",
        )


def _contents(collection: Collection, provider: FeatureProvider, query: Query) -> Contents:
    (version,) = collection.versions.values()
    return Contents(
        provider.frame(query), collection.id, version.created, query.geometry, is_sorted=bool(query.sort)
    )


ROUTES = [
    Route("/collections/{collection}/items", items),
    Route("/collections/{collection}/items/{item}", item),
]
