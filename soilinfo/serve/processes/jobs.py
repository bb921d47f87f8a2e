"""/jobs: what was too large to be answered at once, how far it is, its results, and taking it back."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.names import AS_OBSERVED
from soilinfo.catalog.text import texts
from soilinfo.errors import SoilinfoError, UnknownNameError
from soilinfo.serve import parameters
from soilinfo.serve.answers import JSON, REL, RefusedError, json_answer, negotiated
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.instants import EVER, span
from soilinfo.serve.language import language_of
from soilinfo.serve.problems import NOT_READY, Problem
from soilinfo.serve.processes.area import OUTPUT, AreaProcess
from soilinfo.serve.processes.results import REFERENCE, answered, attached, formats_of, referred
from soilinfo.serve.state import Publication, pinned
from soilinfo.store import clock
from soilinfo.store.queue import Job, JobStatus

PAGE = 10
LIST = (
    *("type", "processID", "status", "datetime", "minDuration", "maxDuration", "limit", "offset"),
    *parameters.SERVICE,
)
"""Query parameters of the list: the filters of the standard."""
OF_PROFILES = {"harmonize-profile": ("profile",), "soc-stock-change": ("first", "second")}
"""Processes -> their inputs that name a published profile, whose owner may show less of it by now."""

Passes = Callable[[Job], bool]


class Wanted(NamedTuple):
    """How the result of a job is to be answered."""

    process: AreaProcess
    response: str
    form: str
    language: str


def jobs(request: Request) -> Response:
    """The jobs that are kept, newest first."""
    parameters.check(request.query_params, LIST)
    negotiated(request, DOCUMENT_FORMATS)
    publication, params = pinned(), request.query_params
    wanted = _filter(params)
    limits = publication.catalog.services.limits
    limit = parameters.integer(params, "limit", PAGE, low=1, high=limits.page_features)
    offset = parameters.integer(params, "offset", 0, low=0)
    kept = publication.store.queue.jobs()
    found = [job for job in kept if wanted(job)]
    language = language_of(request, publication.catalog)
    shown = [status_info(publication, job, language) for job in found[offset : offset + limit]]
    links = _pages(publication, params, offset, limit, len(found))
    return json_answer({"jobs": shown, "numberMatched": len(found), "links": links})


def job(request: Request) -> Response:
    """How far a job is; DELETE stops it at its next part, or forgets its result when it has ended."""
    queue = pinned().store.queue
    ask = queue.dismiss if request.method == "DELETE" else queue.job
    parameters.check(request.query_params, parameters.SERVICE)
    negotiated(request, DOCUMENT_FORMATS)
    publication = pinned()
    found = ask(request.path_params["job"])
    return json_answer(status_info(publication, found, language_of(request, publication.catalog)))


def results(request: Request) -> Response:
    """The result of a job, or a link to it if so asked; of a failed one what an answer at once would be."""
    return _result(request)


def output(request: Request) -> Response:
    """One output of a job, bare."""
    if request.path_params["output"] != OUTPUT:
        raise UnknownNameError("output", request.path_params["output"], (OUTPUT,))
    return _result(request, "raw")


def _result(request: Request, response: str | None = None) -> Response:
    """What a job gave, as ``response`` says, or as it was asked for."""
    parameters.check(request.query_params, parameters.SERVICE)
    publication = pinned()
    found = publication.store.queue.job(request.path_params["job"])
    process = publication.api.manager.get_processor(found.process)
    form, language = negotiated(request, formats_of(process)), language_of(request, publication.catalog)
    asked = Wanted(process, response or found.response, form, language)
    return _results(publication, found, asked)


def _results(publication: Publication, found: Job, asked: Wanted) -> Response:
    process, response, form, language = asked
    if found.status == "failed":
        return Problem(found.error_status or SoilinfoError.status, found.error or "")
    if found.status == "dismissed":
        raise RefusedError(410, "Gone", f"job '{found.id}' was dismissed; it has no result")
    queue = publication.store.queue
    if _is_of_profiles_then(publication, found):
        raise RefusedError(410, "Gone", "refusal.profiles_then")
    if found.status == "successful" and response.endswith(REFERENCE):
        return referred(process, found, publication.base_url, form)
    kept = queue.document(found.id, form, language) if form in process.documents else None
    if kept is not None:
        return attached(process, kept, form, language)
    value = queue.result(found.id)
    if value is None:
        text = f"job '{found.id}' has no result yet: it is {found.status}, {found.progress} % are done"
        return Problem(404, text, "ResultNotReady", NOT_READY)
    return answered(process, value, response, form, language)


def _is_of_profiles_then(publication: Publication, found: Job) -> bool:
    """Whether a result is of published profiles, and of others than those that are published now."""
    queue, source = publication.store.queue, publication.source
    named = OF_PROFILES.get(found.process, ())
    if not any(queue.inputs(found.id).get(name) for name in named):
        return False
    then = source.store.ledger.snapshot(found.snapshot).layers
    return any(then.get(name) != source.snapshot.layers.get(name) for name in AS_OBSERVED)


ROUTES = [
    Route("/jobs", jobs),
    Route("/jobs/{job}", job, methods=["GET", "DELETE"]),
    Route("/jobs/{job}/results", results),
    Route("/jobs/{job}/results/{output}", output),
]


def status_info(publication: Publication, job: Job, language: str) -> dict[str, Any]:
    """OGC's statusInfo of a job; ``snapshot``: the publication that it is answered from."""
    words, here = texts(language, publication.catalog.directory), f"{publication.base_url}/jobs"
    links = [
        ("self", JSON, f"/{job.id}", words["job.status"]),
        (f"{REL}/job-list", JSON, "", words["job.list"]),
    ]
    if job.status == "successful":
        results, told = f"/{job.id}/results", words["job.results"]
        links.append((f"{REL}/results", JSON, results, told))
        for form, media in _documents(publication, job).items():
            query = urlencode({"f": form, "lang": language})
            links.append((f"{REL}/results", media, f"{results}?{query}", f"{told} ({form.upper()})"))
    times = {name: getattr(job, name) for name in ("created", "started", "finished", "updated")}
    return {
        "processID": job.process,
        "type": "process",
        "jobID": job.id,
        "status": job.status,
        "message": job.error or words[f"job.status.{job.status}"],
        **{name: time for name, time in times.items() if time},
        "progress": job.progress,
        "snapshot": job.snapshot,
        "links": [
            {"rel": rel, "type": media, "title": title, "href": here + path}
            for rel, media, path, title in links
        ],
    }


def _documents(publication: Publication, job: Job) -> Mapping[str, str]:
    """Media type by ``f`` of the documents that the result of a job may be fetched as."""
    manager = publication.api.manager
    known: AreaProcess | None = (
        manager.get_processor(job.process) if job.process in manager.processes else None
    )
    return known.documents if known else {}


# ---- the list ---------------------------------------------------------------------------


def _pages(
    publication: Publication, params: QueryParams, offset: int, limit: int, matched: int
) -> list[dict[str, str]]:
    """Links to the page before and the one after."""
    starts = {"self": offset}
    starts |= {"prev": max(0, offset - limit)} if offset else {}
    starts |= {"next": offset + limit} if offset + limit < matched else {}
    return [
        {
            "rel": rel,
            "type": JSON,
            "href": f"{publication.base_url}/jobs?{urlencode({**params, 'limit': limit, 'offset': start})}",
        }
        for rel, start in starts.items()
    ]


def _filter(params: QueryParams) -> Passes:
    """Whether a job passes every filter that is given."""
    for kind in parameters.listed(params, "type"):
        parameters.one_of("type", kind, ("process",))
    processes, statuses = parameters.listed(params, "processID"), parameters.listed(params, "status")
    for status in statuses:
        parameters.one_of("status", status, get_args(JobStatus))
    first, last = span(params["datetime"]) if "datetime" in params else EVER
    least, most = (parameters.integer(params, name, -1, low=0) for name in ("minDuration", "maxDuration"))

    def wanted(job: Job) -> bool:
        seconds = ((job.finished or clock.now()) - job.started).total_seconds() if job.started else -1
        return (
            (not processes or job.process in processes)
            and (not statuses or job.status in statuses)
            and first <= job.created <= last
            and least <= seconds
            and (most < 0 or 0 <= seconds <= most)
        )

    return wanted
