"""/collections/{collection}/styles: each variable or scenario of a raster that maps show."""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from soilinfo.serve import parameters
from soilinfo.serve.answers import JSON, REL, json_answer, negotiated
from soilinfo.serve.asking import VERSION, asked_collection
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.coverages.bands import fields
from soilinfo.serve.language import language_of
from soilinfo.serve.maps.addresses import legend_of, map_of, tiles_of
from soilinfo.serve.maps.drawing import drawn_by
from soilinfo.serve.state import pinned
from soilinfo.serve.texts import spoken


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


def _style(collection: Collection, style: str, base: str, asked: str, language: str) -> dict[str, Any]:
    title = spoken(fields(collection)[style].title, language)
    links = (
        (f"{REL}/map", "image/png", map_of),
        (f"{REL}/tilesets-map", JSON, tiles_of),
        (f"{REL}/legend", "image/png", legend_of),
    )
    return {
        "id": style,
        "title": title,
        "links": [
            {
                "rel": rel,
                "type": media,
                "href": f"{base}{address(collection.id, style)}{asked}",
                "title": title,
            }
            for rel, media, address in links
        ],
    }
