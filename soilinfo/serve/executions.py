"""/processes/{process}: descriptions and synchronous execution."""

import orjson
from pygeoapi.api import processes
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.serve import parameters
from soilinfo.serve.bridge import call
from soilinfo.serve.processes.manager import OUTPUT
from soilinfo.serve.state import Publication, pinned

RESPONSES = ("raw", "document")


async def description(request: Request) -> Response:
    """What a process needs and gives."""
    parameters.check(request.query_params, parameters.DOCUMENT)
    publication = pinned()
    return await call(publication.api, request, processes.describe_processes, _known(publication, request))


async def execution(request: Request) -> Response:
    """Run a process and answer with its result."""
    parameters.check(request.query_params, ("f",))
    publication = pinned()
    name = _known(publication, request)
    _check_body(await request.body())
    return await call(publication.api, request, processes.execute_process, name)


async def job(request: Request) -> Response:
    """There are no jobs: every execution answers at once."""
    raise UnknownNameError("job", request.path_params["job"], ())


def _known(publication: Publication, request: Request) -> str:
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
