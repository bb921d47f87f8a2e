"""/jobs: what was too large to be answered at once, how far it is, its results, and taking it back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args
from urllib.parse import urlencode

from anyio import to_thread
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.text import texts
from soilinfo.errors import InputError, SoilinfoError
from soilinfo.serve import parameters
from soilinfo.serve.answers import JSON, NOT_READY, RefusedError, json_answer, negotiated, problem
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.documents.wording import REL
from soilinfo.serve.language import language_of
from soilinfo.serve.processes.area import AreaProcess
from soilinfo.serve.results import answered, attached, formats_of
from soilinfo.serve.state import Publication, pinned
from soilinfo.store import clock
from soilinfo.store.queue import Job, JobStatus

PAGE = 10
LIST = (
    *("type", "processID", "status", "datetime", "minDuration", "maxDuration", "limit", "offset"),
    *parameters.DOCUMENT,
)
"""Query parameters of the list: the filters of the standard."""

Wanted = Callable[[Job], bool]


async def jobs(request: Request) -> Response:
    """The jobs that are kept, newest first."""
    parameters.check(request.query_params, LIST)
    negotiated(request, DOCUMENT_FORMATS)
    publication, params = pinned(), request.query_params
    wanted = _wanted(params)
    limits = publication.catalog.services.limits
    limit = parameters.integer(params, "limit", PAGE, low=1, high=limits.page_features)
    offset = parameters.integer(params, "offset", 0, low=0)
    kept = await to_thread.run_sync(publication.store.queue.jobs)
    found = [job for job in kept if wanted(job)]
    language = language_of(request, publication.catalog)
    shown = [status_info(publication, job, language) for job in found[offset : offset + limit]]
    links = _pages(publication, params, offset, limit, len(found))
    return json_answer({"jobs": shown, "numberMatched": len(found), "links": links})


async def job(request: Request) -> Response:
    """How far a job is."""
    return await _about(request, pinned().store.queue.job)


async def dismiss(request: Request) -> Response:
    """Stop a job at its next part, or forget the result of one that has ended."""
    return await _about(request, pinned().store.queue.dismiss)


async def _about(request: Request, ask: Callable[[str], Job]) -> Response:
    parameters.check(request.query_params, parameters.DOCUMENT)
    negotiated(request, DOCUMENT_FORMATS)
    publication = pinned()
    found = await to_thread.run_sync(ask, request.path_params["job"])
    return json_answer(status_info(publication, found, language_of(request, publication.catalog)))


async def results(request: Request) -> Response:
    """The result of a job; of a failed one the exception that an answer at once would have been."""
    parameters.check(request.query_params, parameters.DOCUMENT)
    publication = pinned()
    found = await to_thread.run_sync(publication.store.queue.job, request.path_params["job"])
    process = publication.api.manager.get_processor(found.process)
    form, language = negotiated(request, formats_of(process)), language_of(request, publication.catalog)
    return await to_thread.run_sync(_results, publication, found, process, form, language)


def _results(
    publication: Publication, found: Job, process: AreaProcess, form: str, language: str
) -> Response:
    if found.status == "failed":
        return problem(found.error_status or SoilinfoError.status, found.error or "")
    if found.status == "dismissed":
        raise RefusedError(410, "Gone", f"job '{found.id}' was dismissed; it has no result")
    queue = publication.store.queue
    kept = queue.document(found.id, form, language) if form in process.documents else None
    if kept is not None:
        return attached(process, kept, form, language)
    value = queue.result(found.id)
    if value is None:
        text = f"job '{found.id}' has no result yet: it is {found.status}, {found.progress} % are done"
        return problem(404, text, "ResultNotReady", NOT_READY)
    return answered(process, value, found.response, form, language)


ROUTES = [
    Route("/jobs", jobs),
    Route("/jobs/{job}", job),
    Route("/jobs/{job}", dismiss, methods=["DELETE"]),
    Route("/jobs/{job}/results", results),
]


def status_info(publication: Publication, job: Job, language: str) -> dict[str, Any]:
    """OGC's statusInfo of a job; ``snapshot``: the publication that it is answered from."""
    words, here = texts(language, publication.catalog.directory), f"{publication.base_url}/jobs"
    links = [("self", f"/{job.id}", words["job.status"]), (f"{REL}/job-list", "", words["job.list"])]
    if job.status == "successful":
        links.append((f"{REL}/results", f"/{job.id}/results", words["job.results"]))
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
            {"rel": rel, "type": JSON, "title": title, "href": here + path} for rel, path, title in links
        ],
    }


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


def _wanted(params: QueryParams) -> Wanted:
    """Whether a job passes every filter that is given."""
    for kind in parameters.listed(params, "type"):
        parameters.one_of("type", kind, ("process",))
    processes, statuses = parameters.listed(params, "processID"), parameters.listed(params, "status")
    for status in statuses:
        parameters.one_of("status", status, get_args(JobStatus))
    first, last = _interval(params.get("datetime", ".."))
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


def _interval(text: str) -> tuple[datetime, datetime]:
    """First and last instant of 'instant' or 'start/end', either end '..' for open."""
    first, _, last = text.partition("/")
    return _instant(first, datetime.min), _instant(last or first, datetime.max)


def _instant(text: str, open_: datetime) -> datetime:
    if text in ("..", ""):
        return open_.replace(tzinfo=UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"'datetime' must be an instant or an interval (2026-01-31T00:00:00Z/..), not '{text}'"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
