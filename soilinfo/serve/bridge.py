"""The way to pygeoapi: its API functions, called off the event loop, with its defects kept from clients."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Never

import orjson
import pygeoapi.api
import pygeoapi.api.itemtypes
import pygeoapi.api.processes
from anyio import to_thread
from pygeoapi.api import API, APIRequest
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.errors import InputError
from soilinfo.serve.answers import JSON, Formats, RefusedError, json_answer, json_text, negotiated

Answer = tuple[Mapping[str, str], int, str | bytes]
Document = dict[str, Any]
Amend = Callable[[Document], Document]

DOCUMENT_FORMATS: Formats = {"json": (JSON,), "html": ("text/html",)}
"""Formats of every description; people's pages are rendered from these documents."""


# Its own function rewrites '<' and '>' to HTML entities in every JSON document.
for module in (pygeoapi.api, pygeoapi.api.itemtypes, pygeoapi.api.processes):
    module.to_json = json_text

# What is logged and where is for those who start the server; pygeoapi would write to standard output,
# a line for every word that is not a language and a traceback for every mistake of a client.
pygeoapi.api.setup_logger = lambda _: None
logging.getLogger("pygeoapi").setLevel(logging.CRITICAL)


class Api(API):  # type: ignore[misc]
    """pygeoapi's API object, except that a refusal is raised and so always becomes a JSON exception."""

    def get_exception(self, status: int, _headers: Any, _format: Any, code: str, description: str) -> Never:
        """Raise RefusedError in place of writing an answer."""
        raise RefusedError(status, code, description)


async def call(
    api: Api, request: Request, function: Callable[..., Answer], *arguments: Any, amend: Amend | None = None
) -> Response:
    """Answer with the JSON document that a pygeoapi function gives, passed through ``amend``."""
    negotiated(request, DOCUMENT_FORMATS)
    asked = await _asked(api, request)
    headers, status, content = await to_thread.run_sync(function, api, asked, *arguments)
    document: Document = orjson.loads(content)
    media_type = headers["Content-Type"] if "schema" in headers["Content-Type"] else JSON
    answer = json_answer(amend(document) if amend else document, media_type, int(status))
    answer.headers["Content-Language"] = headers["Content-Language"]
    return answer


async def _asked(api: Api, request: Request) -> APIRequest:
    try:
        asked = await APIRequest.from_starlette(request, api.locales)
    except ZeroDivisionError:
        # pygeoapi divides by the q of a preference.
        raise InputError("the Accept-Language header cannot be read") from None
    asked._format = "json"
    return asked
