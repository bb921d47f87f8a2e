"""/processes/{process}/execution: answered at once, or accepted as a job."""

import re
from typing import Any, NamedTuple

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.effort import Effort
from soilinfo.serve import parameters
from soilinfo.serve.answers import RefusedError, json_answer, negotiated
from soilinfo.serve.language import language_of
from soilinfo.serve.processes.area import OUTPUT, AreaProcess
from soilinfo.serve.processes.inputs import values_of
from soilinfo.serve.processes.jobs import status_info
from soilinfo.serve.processes.results import REFERENCE, answered, formats_of, referred
from soilinfo.serve.state import Publication, pinned
from soilinfo.store.queue import Queue

RESPONSES = ("raw", "document")

LARGEST_BODY = 10_000_000
"""Most bytes of a request: a polygon with as many vertices as a process takes has fewer."""

LATER = re.compile(r"(^|[,;])\s*respond-async\s*($|[,;])", re.IGNORECASE)
"""The preference (RFC 7240) for an answer later on."""

JSON_TYPE = re.compile(r"application/([\w.-]+\+)?json")
NO_TYPE = ("", "application/x-www-form-urlencoded")
"""Of a body whose type nobody chose: the second is what curl says of any."""


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
    parameters.check(request.query_params, parameters.SERVICE)
    publication = pinned()
    process = publication.api.manager.get_processor(known_process(publication, request))
    form = negotiated(request, formats_of(process))
    body = _read(await body_of(request))
    response, form = _wanted(body, process, form)
    later = LATER.search(request.headers.get("prefer", "")) is not None
    asked = Asked(body["inputs"], response, later, form, language_of(request, publication.catalog))
    return await to_thread.run_sync(_answer, publication, process, asked)


def _answer(publication: Publication, process: AreaProcess, asked: Asked) -> Response:
    asked = asked._replace(inputs=values_of(asked.inputs, publication))
    limits = publication.catalog.services.limits
    if process.as_job:
        cells = process.cells(asked.inputs)
        Effort(limits.job_cells).check(cells)
        if asked.later or cells > limits.process_cells:
            return _accepted(publication, process, asked)
    value = process.answer(asked.inputs, Effort(limits.process_cells))
    if asked.response.endswith(REFERENCE):
        snapshot, queue = publication.source.snapshot.id, _roomy_queue(publication)
        inputs = process.read(asked.inputs)
        kept = queue.add_answered(process.id, inputs, value, snapshot=snapshot, response=asked.response)
        return referred(process, kept, publication.base_url, asked.form)
    return answered(process, value, asked.response, asked.form, asked.language)


def queued(publication: Publication, name: str, inputs: dict[str, Any], language: str) -> str:
    """Path of the job that answers later on, for pages that ask by a form; refused as a request would be."""
    process = publication.api.manager.get_processor(name)
    answer = _answer(publication, process, Asked(inputs, "raw", later=True, form="json", language=language))
    return answer.headers["Location"].removeprefix(publication.base_url)


def _accepted(publication: Publication, process: AreaProcess, asked: Asked) -> Response:
    """201: the job that will answer, and where to ask for it."""
    queue, most = _roomy_queue(publication), publication.catalog.services.limits.jobs
    if queue.unfinished() >= most:
        raise RefusedError(429, "TooManyRequests", f"{most} jobs wait already; please try again later")
    inputs, snapshot = process.read(asked.inputs), publication.source.snapshot.id
    job = queue.add(process.id, inputs, snapshot=snapshot, response=asked.response)
    answer = json_answer(status_info(publication, job, asked.language), status=201)
    answer.headers["Location"] = f"{publication.base_url}/jobs/{job.id}"
    if asked.later:
        answer.headers["Preference-Applied"] = "respond-async"
    return answer


def _roomy_queue(publication: Publication) -> Queue:
    """The queue, with room for one more job."""
    queue = publication.store.queue
    queue.make_room(publication.catalog.services.retention.job_mb * 1_000_000)
    return queue


async def body_of(request: Request) -> bytes:
    """The whole body; one that is too large is refused before all of it has been read."""
    _check_form(request)
    body = bytearray()
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:18]) > LARGEST_BODY:
        raise _too_long()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise _too_long()
    return bytes(body)


def _check_form(request: Request) -> None:
    """RefusedError (415) for a body that says itself to be anything but plain JSON."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    coding = request.headers.get("content-encoding", "identity").lower()
    if coding != "identity" or not (media in NO_TYPE or JSON_TYPE.fullmatch(media)):
        said = f"Content-Type '{media}', Content-Encoding '{coding}'"
        raise RefusedError(415, "UnsupportedMediaType", f"the body must be JSON as it is, not of {said}")


def _too_long() -> RefusedError:
    return RefusedError(413, "ContentTooLarge", f"a request may have at most {LARGEST_BODY:,} bytes")


def known_process(publication: Publication, request: Request) -> str:
    """The process that the address names, or UnknownNameError."""
    name: str = request.path_params["process"]
    known = publication.api.manager.processes
    if name not in known:
        raise UnknownNameError("process", name, known)
    return name


def _read(body: bytes) -> dict[str, Any]:
    """The execute request of OGC API Processes; InputError where it is none."""
    asked = parameters.document("the body", body)
    if not isinstance(asked, dict) or not isinstance(asked.get("inputs"), dict):
        raise InputError('the body must be an object like {"inputs": {"bbox": [...], ...}}')
    return asked


def _wanted(asked: dict[str, Any], process: AreaProcess, form: str) -> tuple[str, str]:
    """The kind of response that is asked for, and its format, ``form`` where the body says none."""
    response: str = parameters.one_of("response", asked.get("response", "raw"), RESPONSES)
    outputs = asked.get("outputs", {})
    if not isinstance(outputs, dict | list):
        raise InputError("'outputs' must be an object or an array of names")
    for output in outputs:
        parameters.one_of("output", str(output), (OUTPUT,))
    output = outputs.get(OUTPUT, {}) if isinstance(outputs, dict) else {}
    if not isinstance(output, dict) or not isinstance(output.get("format", {}), dict):
        raise InputError(f"output '{OUTPUT}' must be an object with 'transmissionMode' and 'format'")
    mode = output.get("transmissionMode", "value")
    parameters.one_of("transmissionMode", mode, process.metadata["outputTransmission"])
    media = output.get("format", {}).get("mediaType")
    if media is not None:
        known = {names[0]: name for name, names in formats_of(process).items() if name != "html"}
        form = known[parameters.one_of("mediaType", media, known)]
    return response + (REFERENCE if mode == "reference" else ""), form


ROUTES = [Route("/processes/{process}/execution", execution, methods=["POST"])]
