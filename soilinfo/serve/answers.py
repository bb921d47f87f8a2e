"""Answers: JSON as it is meant, and in which of several formats."""

from collections.abc import Mapping
from typing import Any

import orjson
from pygeoapi.util import json_serial
from starlette.requests import HTTPConnection
from starlette.responses import Response

from soilinfo.errors import InputError
from soilinfo.serve.preferences import preferences

JSON = "application/json"
GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
TILEJSON = "application/vnd.mapbox.tile+json"
STYLE = "application/vnd.mapbox.style+json"

REL = "http://www.opengis.net/def/rel/ogc/1.0"
"""What OGC's relations of links begin with."""

FOR_EVER = "public, max-age=31536000, immutable"
"""Cache-Control of an address whose content never changes."""

EVERYTHING = "*/*"
"""The media range of who takes any format."""

Formats = Mapping[str, tuple[str, ...]]
"""Format names as used in ``f``, the default first -> the media types that ask for them."""

STYLE_FORMATS: Formats = {"mbs": (STYLE, JSON)}
"""Of a map as a style of MapLibre."""


class RefusedError(Exception):
    """pygeoapi or a route refused a request: its status, exception code and text."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code = int(status), code


def json_text(data: Any, pretty: bool = False) -> str:  # noqa: ARG001
    """Data as JSON text; stands in for pygeoapi's, which rewrites '<' and '>' to HTML entities."""
    return orjson.dumps(data, default=json_serial, option=orjson.OPT_NON_STR_KEYS).decode()


def json_answer(data: Any, media_type: str = JSON, status: int = 200) -> Response:
    """Data as a JSON response."""
    return Response(json_text(data), status, media_type=media_type)


def negotiated(request: HTTPConnection, formats: Formats) -> str:
    """The format to answer in: what ``f`` says, else the one that Accept likes best, the first of several.

    InputError for an ``f`` that does not exist here; RefusedError (406) for an Accept that takes none of
    those that do (RFC 9110, section 12.5.1).
    """
    named = request.query_params.get("f")
    if named is not None:
        if named not in formats:
            raise InputError(f"no format '{named}' here; there are: {', '.join(formats)}")
        return named
    accept = request.headers.get("accept", EVERYTHING)
    if accept == EVERYTHING:
        return next(iter(formats))
    ranges = {name: liking for name, liking in preferences(accept).items() if "/" in name} or {
        EVERYTHING: 1.0
    }
    liking = {name: _liking_of(each, ranges) for name, each in formats.items()}
    # Who likes another form as much is no browser.
    best = max(liking, key=lambda name: (liking[name], name != "html"))
    if liking[best] <= 0:
        media_types = ", ".join(each[0] for each in formats.values())
        raise RefusedError(406, "NotAcceptable", f"Accept takes none of what there is here: {media_types}")
    return best


def _liking_of(names: tuple[str, ...], ranges: Mapping[str, float]) -> float:
    """The quality of a format: the best of its names, but 0 where the one that it is sent by is refused."""
    return 0.0 if ranges.get(names[0]) == 0 else max(_liking(media, ranges) for media in names)


def _liking(media: str, ranges: Mapping[str, float]) -> float:
    """The quality of the most specific range that holds a media type; 0 where none does."""
    media = media.partition(";")[0]
    within = (media, f"{media.partition('/')[0]}/*", EVERYTHING)
    return next((ranges[each] for each in within if each in ranges), 0.0)
