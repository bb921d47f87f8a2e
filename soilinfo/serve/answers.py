"""Answers: JSON as it is meant, and every error as one kind of JSON exception (RFC 7807, OGC's fields)."""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from pygeoapi.util import json_serial
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.errors import InputError, SoilinfoError, UnknownNameError

JSON = "application/json"
PROBLEM = "application/problem+json"

_OGC = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"
NOT_READY = f"{_OGC}/result-not-ready"
EXCEPTION_TYPES = {"process": f"{_OGC}/no-such-process", "job": f"{_OGC}/no-such-job"}
"""Exception type by the kind of name that is unknown, where a standard fixes one."""

CODES = {
    400: "InvalidParameterValue",
    404: "NotFound",
    405: "MethodNotAllowed",
    413: "ContentTooLarge",
    503: "ServiceUnavailable",
}

Formats = Mapping[str, tuple[str, ...]]
"""Format names as used in ``f``, the default first -> the media types that ask for them."""

LOG = logging.getLogger("soilinfo.serve")


class RefusedError(Exception):
    """pygeoapi refused a request: its status, exception code and text."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code = int(status), code


def json_text(data: Any, pretty: bool = False) -> str:  # noqa: ARG001
    """Data as JSON text; stands in for pygeoapi's, which rewrites '<' and '>' to HTML entities."""
    return orjson.dumps(data, default=json_serial, option=orjson.OPT_NON_STR_KEYS).decode()


def json_answer(data: Any, media_type: str = JSON, status: int = 200) -> Response:
    """Data as a JSON response."""
    return Response(json_text(data), status, media_type=media_type)


def negotiated(request: Request, formats: Formats) -> str:
    """The format to answer in: what ``f`` says, else what Accept prefers, else the first.

    InputError for an ``f`` that does not exist here; an Accept that names nothing known gets the first.
    """
    named = request.query_params.get("f")
    if named is not None:
        if named not in formats:
            raise InputError(f"no format '{named}' here; there are: {', '.join(formats)}")
        return named
    known = {media: name for name, media_types in formats.items() for media in media_types}
    accepted = sorted(_accepted(request.headers.get("accept", "")), key=lambda preference: -preference[1])
    return next(
        (known[media] for media, quality in accepted if media in known and quality > 0), next(iter(formats))
    )


def _accepted(header: str) -> Iterator[tuple[str, float]]:
    """(media type without parameters, q) of each preference; one whose q cannot be read counts as 1."""
    for preference in header.split(","):
        media, *parameters = (part.strip() for part in preference.split(";"))
        quality = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        yield media.lower(), float(quality) if quality.replace(".", "", 1).isdecimal() else 1.0


def problem(status: int, text: str, code: str | None = None, type_: str = "about:blank") -> Response:
    """One exception; ``code`` and ``description`` are what OGC API Features clients read."""
    code = code or CODES.get(status, "NoApplicableCode")
    exception = {
        "type": type_,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": text,
        "code": code,
        "description": text,
    }
    return json_answer(exception, PROBLEM, status)


async def on_soilinfo_error(request: Request, error: Exception) -> Response:
    """An error of ours: its own status; what concerns the server's insides is logged, not told."""
    assert isinstance(error, SoilinfoError)
    if error.status >= 500:
        LOG.error("%s %s: %s", request.method, request.url.path, error)
        return problem(error.status, "the store cannot answer at the moment; please try again later")
    kind = error.kind if isinstance(error, UnknownNameError) else ""
    return problem(error.status, str(error), type_=EXCEPTION_TYPES.get(kind, "about:blank"))


async def on_refusal(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """What pygeoapi refused; an answer without content stays without content."""
    assert isinstance(error, RefusedError)
    return Response(status_code=204) if error.status == 204 else problem(error.status, str(error), error.code)


async def on_http_error(request: Request, error: Exception) -> Response:
    """No such address, or not by this method."""
    assert isinstance(error, HTTPException)
    answer = problem(error.status_code, f"{request.method} {request.url.path}: {error.detail}")
    answer.headers.update(error.headers or {})
    return answer


def defect() -> Response:
    """A mistake of ours, told without its traceback (which the server logs)."""
    return problem(500, "the server failed to answer this request; the fault has been logged")
