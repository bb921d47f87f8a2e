"""/processes/{process}/execution: answered at once, or accepted as a job."""

import re
from typing import Any, NamedTuple

import orjson
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.effort import Effort
from soilinfo.serve import parameters
from soilinfo.serve.answers import RefusedError, json_answer, negotiated
from soilinfo.serve.jobs import status_info
from soilinfo.serve.language import language_of
from soilinfo.serve.processes.area import OUTPUT, AreaProcess
from soilinfo.serve.results import answered, formats_of
from soilinfo.serve.state import Publication, pinned

RESPONSES = ("raw", "document")

LARGEST_BODY = 10_000_000
"""Most bytes of a request: a polygon with as many vertices as a process takes has fewer."""

LATER = re.compile(r"(^|[,;])\s*respond-async\s*($|[,;])")
"""The preference (RFC 7240) for an answer later on."""


class Asked(NamedTuple):
    """An execute request, as far as it is used here."""

    inputs: dict[str, Any]
    response: str
    later: bool
    """Whether the client would rather have a job than wait."""
    form: str
    language: str


async def execution(request: Request) -> Response:
    """Run a process and answer with its result, or with a job where it takes long or is wanted so.

    What has more cells than limits.process_cells is a job without being asked for: the alternative would
    be a refusal.
    """
    parameters.check(request.query_params, parameters.DOCUMENT)
    publication = pinned()
    process = publication.api.manager.get_processor(known_process(publication, request))
    form = negotiated(request, formats_of(process))
    inputs, response = _checked(await _body(request))
    later = LATER.search(request.headers.get("prefer", "")) is not None
    asked = Asked(inputs, response, later, form, language_of(request, publication.catalog))
    return await to_thread.run_sync(_answer, publication, process, asked)


def _answer(publication: Publication, process: AreaProcess, asked: Asked) -> Response:
    limits = publication.catalog.services.limits
    if process.as_job:
        cells = process.cells(asked.inputs)
        Effort(limits.job_cells).check(cells)
        if asked.later or cells > limits.process_cells:
            return _accepted(publication, process, asked)
    value = process.answer(asked.inputs, Effort(limits.process_cells))
    return answered(process, value, asked.response, asked.form, asked.language)


def _accepted(publication: Publication, process: AreaProcess, asked: Asked) -> Response:
    """201: the job that will answer, and where to ask for it."""
    queue, most = publication.store.queue, publication.catalog.services.limits.jobs
    if queue.unfinished() >= most:
        raise RefusedError(429, "TooManyRequests", f"{most} jobs wait already; please try again later")
    job = queue.add(
        process.id, asked.inputs, snapshot=publication.source.snapshot.id, response=asked.response
    )
    answer = json_answer(status_info(publication, job, asked.language), status=201)
    answer.headers["Location"] = f"{publication.base_url}/jobs/{job.id}"
    if asked.later:
        answer.headers["Preference-Applied"] = "respond-async"
    return answer


async def _body(request: Request) -> bytes:
    """The whole body; one that is too large is refused before all of it has been read."""
    body = bytearray()
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:18]) > LARGEST_BODY:
        raise _too_long()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise _too_long()
    return bytes(body)


def _too_long() -> RefusedError:
    return RefusedError(413, "ContentTooLarge", f"a request may have at most {LARGEST_BODY:,} bytes")


def known_process(publication: Publication, request: Request) -> str:
    """The process that the address names, or UnknownNameError."""
    name: str = request.path_params["process"]
    known = publication.api.manager.processes
    if name not in known:
        raise UnknownNameError("process", name, known)
    return name


def _checked(body: bytes) -> tuple[dict[str, Any], str]:
    """Inputs and kind of response of an execute request of OGC API Processes."""
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InputError(f"the body is not JSON: {error}") from None
    if not isinstance(asked, dict) or not isinstance(asked.get("inputs"), dict):
        raise InputError('the body must be an object like {"inputs": {"bbox": [...], ...}}')
    response: str = parameters.one_of("response", asked.get("response", "raw"), RESPONSES)
    outputs = asked.get("outputs") or {}
    if not isinstance(outputs, dict | list):
        raise InputError("'outputs' must be an object or an array of names")
    for output in outputs:
        parameters.one_of("output", str(output), (OUTPUT,))
    return asked["inputs"], response
