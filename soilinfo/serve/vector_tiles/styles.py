"""Styles of vector tiles as MapLibre and QGIS read them (draft OGC API Styles; MapLibre style 8).

A style is complete in itself: it names no font, no glyphs and no pictures, so that it works offline.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.text import in_language
from soilinfo.errors import UnknownNameError
from soilinfo.report.look import Expression, Look, Rule
from soilinfo.serve import parameters
from soilinfo.serve.answers import STYLE, STYLE_FORMATS, json_answer, negotiated
from soilinfo.serve.asking import VERSION, asked_collection
from soilinfo.serve.collections import EVERY_KIND, VECTORS, Collection
from soilinfo.serve.language import language_of
from soilinfo.serve.maps import styles as maps
from soilinfo.serve.state import Publication, pinned
from soilinfo.serve.vector_tiles.asked import asked_drawn, asked_version
from soilinfo.serve.vector_tiles.drawn import (
    LIST_FORMATS,
    XYZ,
    conditions,
    described,
    style_of,
    tile_address,
)
from soilinfo.serve.vector_tiles.looks import looks, title_of
from soilinfo.store.tiled.generalise import DEEPEST

Part = dict[str, Any]


def styles(request: Request) -> Response:
    """/collections/{collection}/styles: of features those of their tiles, of rasters those of their maps."""
    publication = pinned()
    if asked_collection(publication, request, EVERY_KIND).kind not in VECTORS:
        return maps.styles(request)
    collection = asked_drawn(publication, request)
    parameters.check(request.query_params, parameters.DOCUMENT)
    negotiated(request, LIST_FORMATS)
    language = language_of(request, publication.catalog)
    found = looks(publication, collection)
    asked = {"f": "mbs", **asked_version(request)}
    listed = [_listed(publication, collection, look, language, asked) for look in found]
    return json_answer({"default": found[0].id, "styles": listed})


def _listed(
    publication: Publication, collection: Collection, look: Look, language: str, asked: dict[str, str]
) -> Part:
    title = title_of(collection, look, language)
    href = f"{publication.base_url}{style_of(collection.id, look.id)}?{urlencode(asked)}"
    return {
        "id": look.id,
        "title": title,
        "links": [{"rel": "stylesheet", "type": STYLE, "title": title, "href": href}],
    }


def style(request: Request) -> Response:
    """/collections/{collection}/styles/{style}: of features values of columns choose the rows drawn."""
    publication, params = pinned(), request.query_params
    if asked_collection(publication, request, EVERY_KIND).kind not in VECTORS:
        return maps.style(request)
    collection = asked_drawn(publication, request)
    parameters.check(params, style_parameters(collection))
    negotiated(request, STYLE_FORMATS)
    found = {look.id: look for look in looks(publication, collection)}
    name = request.path_params["style"]
    if name not in found:
        raise UnknownNameError("style", name, found)
    given = {column: params[column] for column in conditions(collection) if column in params}
    language = language_of(request, publication.catalog)
    return json_answer(document(publication, collection, found[name], language, given), STYLE)


def style_parameters(collection: Collection) -> tuple[str, ...]:
    """The query parameters that styles of a collection know."""
    return (*parameters.DOCUMENT, *conditions(collection))


def document(
    publication: Publication, collection: Collection, look: Look, language: str, given: dict[str, str]
) -> Part:
    """A style of the tiles of this version, so that a map never mixes two.

    ``given`` are values of columns that choose the rows, before those of the look. InputError for a value
    of another type than its column's.
    """
    rows = {**look.rows, **given}
    tiles = tile_address(publication.base_url, collection.id, XYZ, {**rows, VERSION: collection.version})
    west, south, east, north = described(collection).known_bounds(collection.id)
    source = {
        "type": "vector",
        "tiles": [tiles],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "bounds": [west, south, east, north],
        "attribution": collection.attributed(language),
    }
    types = described(collection).fields
    chosen = [
        ["==", ["get", name], parameters.typed(name, value, types[name])] for name, value in rows.items()
    ]
    return {
        "version": 8,
        "name": f"{in_language(collection.title, language)}: {title_of(collection, look, language, rows)}",
        "center": [(west + east) / 2, (south + north) / 2],
        "sources": {collection.id: source},
        "layers": [_layer(collection, look, rule, chosen, language) for rule in look.rules],
    }


def _layer(collection: Collection, look: Look, rule: Rule, chosen: list[Expression], language: str) -> Part:
    kind, paint = _PAINT[look.kind](rule.colour)
    where = [*chosen, *([rule.where] if rule.where else [])]
    return {
        "id": in_language(rule.label, language),
        "type": kind,
        "source": collection.id,
        "source-layer": collection.id,
        "paint": paint,
        **({"filter": ["all", *where]} if where else {}),
    }


_PAINT: dict[str, Callable[[str], tuple[str, Part]]] = {
    "fill": lambda colour: ("fill", {"fill-color": colour, "fill-outline-color": "#ffffff"}),
    # A line along an area is drawn by MapLibre alone; the outline of a fill by QGIS too.
    "outline": lambda colour: ("fill", {"fill-color": "rgba(0, 0, 0, 0)", "fill-outline-color": colour}),
    "circle": lambda colour: ("circle", {"circle-color": colour, "circle-radius": 5}),
}

ROUTES = [
    Route("/collections/{collection}/styles", styles),
    Route(style_of("{collection}", "{style}"), style),
]
