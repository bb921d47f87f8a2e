"""Every error as one kind of JSON exception (RFC 9457), with the fields that clients of Features read."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from soilinfo.catalog.text import texts
from soilinfo.errors import SoilinfoError, UnknownNameError, abridged
from soilinfo.serve.answers import RefusedError, json_text
from soilinfo.serve.language import language_of
from soilinfo.serve.state import pinned
from soilinfo.store.cancelling import left

PROBLEM = "application/problem+json"
RETRY = "5"
"""Seconds after which a client asks again that was told the store does not answer."""
LONGEST = 2000
"""Characters of a refusal: it tells what was asked, and need not repeat all of it."""

_OGC = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"
NOT_READY = f"{_OGC}/result-not-ready"
EXCEPTION_TYPES = {"process": f"{_OGC}/no-such-process", "job": f"{_OGC}/no-such-job"}
"""Exception type by the kind of name that is unknown, where a standard fixes one."""

CODES = {
    400: "InvalidParameterValue",
    404: "NotFound",
    405: "MethodNotAllowed",
    406: "NotAcceptable",
    413: "ContentTooLarge",
    503: "ServiceUnavailable",
}

LOG = logging.getLogger("soilinfo.serve")


class Problem(Response):
    """One exception, its title in the language that is asked for when it is sent.

    ``text`` is told as it is, in English, unless it is the key of a text that exists in every language.
    """

    media_type = PROBLEM

    def __init__(self, status: int, text: str, code: str | None = None, type_: str = "about:blank") -> None:
        super().__init__(status_code=status, headers={"Retry-After": RETRY} if status == 503 else None)
        self.text, self.type = abridged(text, LONGEST), type_
        self.code = code or CODES.get(status, "NoApplicableCode")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        words = _words(HTTPConnection(scope))
        detail = words.get(self.text, self.text)
        exception = {
            "type": self.type,
            "title": words.get(f"refusal.{self.status_code}", HTTPStatus(self.status_code).phrase),
            "status": self.status_code,
            "detail": detail,
            "code": self.code,
            "description": detail,
        }
        self.body = json_text(exception).encode()
        self.headers["Content-Length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


def _words(request: HTTPConnection) -> Mapping[str, str]:
    """The program's texts in the language of a request; none before it is known what is served."""
    try:
        catalog = pinned().catalog
    except LookupError:
        return {}
    return texts(language_of(request, catalog), catalog.directory)


async def on_soilinfo_error(request: Request, error: Exception) -> Response:
    """An error of ours: its own status; what concerns the server's insides is logged, not told."""
    assert isinstance(error, SoilinfoError)
    if error.status >= 500:
        if not left():
            LOG.error("%s %s: %s", request.method, request.url.path, error)
        return Problem(error.status, "refusal.silent")
    kind = error.kind if isinstance(error, UnknownNameError) else ""
    return Problem(error.status, str(error), type_=EXCEPTION_TYPES.get(kind, "about:blank"))


async def on_refusal(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """What pygeoapi or a route refused; an answer without content stays without content."""
    assert isinstance(error, RefusedError)
    if error.status == 204:
        return Response(status_code=204)
    answer = Problem(error.status, str(error), error.code)
    if error.status == 401:
        # RFC 9110, 11.6.1: whoever is not known is told what to send.
        answer.headers["WWW-Authenticate"] = "ApiKey"
    return answer


async def on_http_error(request: Request, error: Exception) -> Response:
    """No such address, or not by this method."""
    assert isinstance(error, HTTPException)
    answer = Problem(error.status_code, f"{request.method} {request.url.path}: {error.detail}")
    answer.headers.update(error.headers or {})
    return answer


def defect() -> Response:
    """A mistake of ours, told without its traceback (which the server logs)."""
    return Problem(500, "refusal.defect")
