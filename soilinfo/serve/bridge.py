"""The way to pygeoapi: its API functions, with its defects kept from clients."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any, Never

import orjson
import pygeoapi.api
import pygeoapi.api.itemtypes
import pygeoapi.api.processes
from pygeoapi.api import API, APIRequest
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.catalog.schema import DIALECT
from soilinfo.serve.answers import JSON, Formats, RefusedError, json_answer, json_text, negotiated

Answer = tuple[Mapping[str, str], int, str | bytes]
Document = dict[str, Any]
Amend = Callable[[Document], Document]

REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")
"""How a preference ends that is none."""

DOCUMENT_FORMATS: Formats = {"json": (JSON,), "html": ("text/html",)}
"""Formats of every description; people's pages are rendered from these documents."""
SCHEMA_FORMATS: Formats = {**DOCUMENT_FORMATS, "json": ("application/schema+json", JSON)}
"""Formats of schemas, queryables and sortables."""


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


def call(
    api: Api,
    request: Request,
    function: Callable[..., Answer],
    *arguments: Any,
    amend: Amend | None = None,
    formats: Formats = DOCUMENT_FORMATS,
) -> Response:
    """Answer with the JSON document that a pygeoapi function gives, passed through ``amend``."""
    negotiated(request, formats)
    asked = APIRequest(_readable(request), api.locales)
    asked._format = "json"
    headers, status, content = function(api, asked, *arguments)
    document: Document = orjson.loads(content)
    if "$schema" in document:
        # Its own is the address of no dialect.
        document["$schema"] = DIALECT
    media_type = headers["Content-Type"] if "schema" in headers["Content-Type"] else JSON
    answer = json_answer(amend(document) if amend else document, media_type, int(status))
    answer.headers["Content-Language"] = headers["Content-Language"]
    return answer


def document(api: Api, function: Callable[..., Answer], language: str) -> Document:
    """The JSON document that a pygeoapi function gives in one language, whoever asks for it."""
    scope = {"type": "http", "path": "", "query_string": f"lang={language}".encode(), "headers": []}
    asked = APIRequest(Request(scope), api.locales)
    asked._format = "json"
    _, _, content = function(api, asked)
    found: Document = orjson.loads(content)
    return found


def _readable(request: Request) -> Request:
    """The request as pygeoapi can read it, which divides by the q of each preference.

    Its formats are ours to choose, and of the languages those are left out that are not wanted (q=0).
    """
    scope = {**request.scope, "headers": [*request.headers.raw]}
    headers = MutableHeaders(scope=scope)
    headers["accept"] = "*/*"
    if "accept-language" in headers:
        asked = headers["accept-language"].split(",")
        headers["accept-language"] = ",".join(each for each in asked if not REFUSED.search(each))
    return Request(scope, request.receive)
