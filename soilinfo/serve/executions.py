"""/processes/{process}: synchronous execution."""

import orjson
from pygeoapi.api import processes
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.serve import parameters
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.bridge import call
from soilinfo.serve.processes.manager import OUTPUT
from soilinfo.serve.state import Publication, pinned

RESPONSES = ("raw", "document")

LARGEST_BODY = 10_000_000
"""Most bytes of a request: a polygon with as many vertices as a process takes has fewer."""


async def execution(request: Request) -> Response:
    """Run a process and answer with its result."""
    parameters.check(request.query_params, parameters.DOCUMENT)
    publication = pinned()
    name = known_process(publication, request)
    body = await _body(request)
    _check_body(body)

    async def again() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    asked = Request(request.scope, again)
    return await call(publication.api, asked, processes.execute_process, name)


async def _body(request: Request) -> bytes:
    """The whole body; one that is too large is refused before all of it has been read."""
    body = bytearray()
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:18]) > LARGEST_BODY:
        raise _too_large()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise _too_large()
    return bytes(body)


def _too_large() -> RefusedError:
    return RefusedError(413, "ContentTooLarge", f"a request may have at most {LARGEST_BODY:,} bytes")


async def job(request: Request) -> Response:
    """There are no jobs: every execution answers at once."""
    raise UnknownNameError("job", request.path_params["job"], ())


def known_process(publication: Publication, request: Request) -> str:
    """The process that the address names, or UnknownNameError."""
    name: str = request.path_params["process"]
    known = publication.api.manager.processes
    if name not in known:
        raise UnknownNameError("process", name, known)
    return name


def _check_body(body: bytes) -> None:
    """An execute request of OGC API Processes, as far as it is used here."""
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InputError(f"the body is not JSON: {error}") from None
    if not isinstance(asked, dict) or not isinstance(asked.get("inputs"), dict):
        raise InputError('the body must be an object like {"inputs": {"bbox": [...], ...}}')
    parameters.one_of("response", asked.get("response", "raw"), RESPONSES)
    outputs = asked.get("outputs") or {}
    if not isinstance(outputs, dict | list):
        raise InputError("'outputs' must be an object or an array of names")
    for output in outputs:
        parameters.one_of("output", str(output), (OUTPUT,))
