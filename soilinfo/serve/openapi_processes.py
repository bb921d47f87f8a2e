"""Processes and jobs in the OpenAPI document."""

from collections.abc import Iterable, Mapping

from soilinfo.serve.config import PROCESSES
from soilinfo.serve.openapi_parts import Part, get, parameter, parameters
from soilinfo.serve.processes.subsidy_allocation import SubsidyAllocation

ACCEPTED = (
    "Accepted as a job, whose address is in Location: preferred so (respond-async), or too large to be "
    "answered at once"
)
"""What 201 means; the second case is ours: the standard would have such a question wait."""

DOCUMENTS = {SubsidyAllocation.id: SubsidyAllocation.documents}
"""Documents by format, of the processes that answer with more than JSON."""

JOB_FILTERS: Mapping[str, tuple[str, str]] = {
    "type": ("string", "process: there are no others"),
    "processID": ("string", "Processes, separated by commas"),
    "status": ("string", "accepted, running, successful, failed, dismissed; several separated by commas"),
    "datetime": ("string", "When they were accepted: an instant, or start/end with .. for an open end"),
    "minDuration": ("integer", "Seconds of computing, at least"),
    "maxDuration": ("integer", "Seconds of computing, at most"),
}
"""Type and meaning of the filters of the standard."""


def process_paths(described: list[Part]) -> Iterable[tuple[str, Part]]:
    """Processes, their execution, and the jobs; ``described``: the parameters of every description."""
    limit = {"$ref": "#/components/parameters/limit"}
    yield "/processes", get("All processes", [*described, limit], "application/json", "text/html")
    for name in PROCESSES:
        yield f"/processes/{name}", get(f"What {name} needs", described, "application/json", "text/html")
        yield f"/processes/{name}/execution", _execution(name)
    yield from _jobs(described)


def _execution(name: str) -> Part:
    inputs = {"type": "object", "required": ["inputs"], "properties": {"inputs": {"type": "object"}}}
    prefer = parameter("Prefer", {"type": "string"}, where="header")
    documents = DOCUMENTS.get(name, {})
    asked = parameters(("lang",), ("json", *documents), [prefer])
    operation: Part = get(f"Run {name}", asked, "application/json", *documents.values())["get"]
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": inputs}}}
    too_large = "The area is too large, as a job too; the text says how large it may be"
    operation["responses"] |= {"201": _answer(ACCEPTED), "413": {"description": too_large}}
    return {"post": operation}


def _jobs(described: list[Part]) -> Iterable[tuple[str, Part]]:
    """The list of jobs and each of them."""
    filters = [
        {"name": name, "in": "query", "description": text, "schema": {"type": kind}}
        for name, (kind, text) in JOB_FILTERS.items()
    ]
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in ("limit", "offset")]
    yield "/jobs", get("Jobs", [*described, *filters, *shared], "application/json", "text/html")
    one = [parameter("jobId", {"type": "string"}, where="path"), *described]
    status = get("How far a job is", one, "application/json", "text/html")
    stop = get("Stop a job, or forget its result", one, "application/json")["get"]
    yield "/jobs/{jobId}", status | {"delete": stop}
    results = get("The result of a job, or the reason why it failed", one, "application/json")
    results["get"]["responses"]["410"] = {"description": "The job was dismissed"}
    yield "/jobs/{jobId}/results", results


def _answer(description: str) -> Part:
    return {"description": description, "content": {"application/json": {}}}
