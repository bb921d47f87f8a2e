"""The styles of a raster: each variable or scenario that maps show, and each as MapLibre reads it.

A map's tiles are coloured by the server; the style says so, and has the legend beside them.
"""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from soilinfo.serve import parameters
from soilinfo.serve.answers import JSON, REL, STYLE, STYLE_FORMATS, json_answer, negotiated
from soilinfo.serve.asking import VERSION, asked_collection
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.coverages.bands import fields
from soilinfo.serve.language import language_of
from soilinfo.serve.maps import legends
from soilinfo.serve.maps.addresses import legend_of, map_of, style_of, tiles_of
from soilinfo.serve.maps.drawing import drawn_by
from soilinfo.serve.maps.legends import legend_in
from soilinfo.serve.maps.tile_matrix_sets import WEB_MERCATOR
from soilinfo.serve.maps.tilesets import Asked, asked_tiles, tilejson
from soilinfo.serve.state import pinned
from soilinfo.serve.texts import spoken

LEGEND = "soilinfo:legend"
"""The key of the legend among the metadata of a style."""


def styles(request: Request) -> Response:
    """The list of styles of a raster, with the addresses of what is drawn in each."""
    publication = pinned()
    parameters.check(request.query_params, parameters.DOCUMENT)
    negotiated(request, DOCUMENT_FORMATS)
    collection = asked_collection(publication, request, RASTERS)
    language, base = language_of(request, publication.catalog), publication.base_url
    version = request.query_params.get(VERSION)
    asked = f"?{urlencode({VERSION: version})}" if version else ""
    here = f"{base}/collections/{collection.id}/styles{asked}"
    _, drawn = drawn_by(collection)
    return json_answer(
        {
            "default": drawn[0],
            "styles": [_style(collection, style, base, asked, language) for style in drawn],
            "links": [
                {"rel": "self", "type": JSON, "href": here, "title": spoken(collection.title, language)}
            ],
        }
    )


def style(request: Request) -> Response:
    """/collections/{collection}/styles/{style} of a raster: its map tiles as a style of MapLibre."""
    asked = asked_tiles(request)
    negotiated(request, STYLE_FORMATS)
    return json_answer(document(asked), STYLE)


def document(asked: Asked) -> dict[str, Any]:
    """A style of one source and one layer, with the legend of its colours as metadata."""
    told, name, shown = tilejson(asked, WEB_MERCATOR), asked.collection.id, asked.shown
    of_tiles = {key: told[key] for key in ("tiles", "maxzoom", "bounds", "attribution")}
    legend = legend_in(shown.colours, asked.collection, asked.language)
    return {
        "version": 8,
        "name": asked.title,
        "center": told["center"][:2],
        "zoom": told["minzoom"],
        "metadata": {LEGEND: legends.document(asked.title, legend, shown.colours, asked.collection)},
        "sources": {name: {"type": "raster", "tileSize": 256, "minzoom": 0, **of_tiles}},
        "layers": [{"id": asked.title, "type": "raster", "source": name}],
    }


def _style(collection: Collection, style: str, base: str, asked: str, language: str) -> dict[str, Any]:
    title = spoken(fields(collection)[style].title, language)
    links = (
        (f"{REL}/map", "image/png", map_of),
        (f"{REL}/tilesets-map", JSON, tiles_of),
        (f"{REL}/legend", "image/png", legend_of),
    )
    here = f"{base}{style_of(collection.id, style)}?f=mbs{asked.replace('?', '&')}"
    drawn = [
        {
            "rel": rel,
            "type": media,
            "href": f"{base}{address(collection.id, style)}{asked}",
            "title": title,
        }
        for rel, media, address in links
    ]
    as_style = {"rel": "stylesheet", "type": STYLE, "href": here, "title": title}
    return {"id": style, "title": title, "links": [*drawn, as_style]}
