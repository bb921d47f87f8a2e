"""Processes and jobs in the OpenAPI document."""

from collections.abc import Iterable, Mapping
from typing import get_args

from soilinfo.catalog.text import in_language
from soilinfo.serve.documents.openapi_parts import Part, get, parameter, parameters, refusals
from soilinfo.serve.documents.openapi_schemas import SCHEMAS, of
from soilinfo.serve.processes.area import OUTPUT
from soilinfo.serve.processes.atlas import AtlasProcess
from soilinfo.serve.processes.country_report import CountryReportProcess
from soilinfo.serve.processes.harmonize_profile import HarmonizeProfile
from soilinfo.serve.processes.overlay import Overlay
from soilinfo.serve.processes.pack import PackProcess
from soilinfo.serve.processes.subsidy_allocation import SubsidyAllocation
from soilinfo.store.queue import JobStatus

ACCEPTED = (
    "Accepted as a job, whose address is in Location: preferred so (respond-async), or too large to be "
    "answered at once"
)
"""What 201 means; the second case is ours: the standard would have such a question wait."""

REFERRED = "Where the one output is stands in the header Link: it was asked for by reference"

PAGES = ("application/json", "text/html")

DOCUMENTS = {
    each.id: each.documents
    for each in (
        SubsidyAllocation,
        Overlay,
        AtlasProcess,
        PackProcess,
        HarmonizeProfile,
        CountryReportProcess,
    )
}
"""Documents by format, of the processes that answer with more than JSON."""

JOB_FILTERS: Mapping[str, tuple[Part, str]] = {
    "type": ({"type": "string", "enum": ["process"]}, "There are no others"),
    "processID": ({"type": "array", "items": {"type": "string"}}, "Processes"),
    "status": (
        {"type": "array", "items": {"type": "string", "enum": [*get_args(JobStatus)]}},
        "One of these",
    ),
    "datetime": ({"type": "string"}, "When they were accepted: an instant, or start/end with .. for open"),
    "minDuration": ({"type": "integer", "minimum": 0}, "Seconds of computing, at least"),
    "maxDuration": ({"type": "integer", "minimum": 0}, "Seconds of computing, at most"),
}
"""Schema and meaning of the filters of the standard."""


def process_paths(
    described: list[Part], processes: Mapping[str, Part], language: str
) -> Iterable[tuple[str, Part]]:
    """Processes, their execution, and the jobs; ``described``: the parameters of every description."""
    listed = [*described, {"$ref": "#/components/parameters/limit"}]
    yield "/processes", get("All processes", listed, *PAGES, schema="processes")
    for name, process in processes.items():
        yield f"/processes/{name}", get(f"What {name} needs", described, *PAGES, schema="process")
        yield f"/processes/{name}/execution", _execution(name, _request(process["inputs"], language))
    yield from _jobs(described)


def _request(inputs: Mapping[str, Part], language: str) -> Part:
    """The schema of an execute request with these inputs, each as it is, qualified or by reference."""
    given = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _input(each, language) for name, each in inputs.items()},
    }
    required = [name for name, each in inputs.items() if each["minOccurs"]]
    given |= {"required": required} if required else {}
    execute = SCHEMAS["execute"]
    return execute | {"properties": execute["properties"] | {"inputs": given}}


def _input(described: Part, language: str) -> Part:
    schema = described["schema"]
    if not described["minOccurs"]:
        listed = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
        schema = schema | listed | {"nullable": True}
    ways = [schema, of("qualifiedValue"), of("reference")]
    return {"description": in_language(described["title"], language), "anyOf": ways}


def _execution(name: str, request: Part) -> Part:
    prefer = parameter("Prefer", {"type": "string"}, where="header")
    documents = DOCUMENTS.get(name, {})
    asked = parameters(("lang",), ("json", *documents), [prefer])
    operation: Part = get(f"Run {name}", asked, "application/json", *documents.values())["get"]
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": request}}}
    accepted = {"description": ACCEPTED, "content": {"application/json": {"schema": of("statusInfo")}}}
    operation["responses"] |= {"201": accepted, "204": {"description": REFERRED}}
    operation["responses"] |= refusals("413", "415", "429")
    return {"post": operation}


def _jobs(described: list[Part]) -> Iterable[tuple[str, Part]]:
    """The list of jobs and each of them."""
    filters = [
        parameter(name, schema) | {"description": text} for name, (schema, text) in JOB_FILTERS.items()
    ]
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in ("limit", "offset")]
    yield "/jobs", get("Jobs", [*described, *filters, *shared], *PAGES, schema="jobs")
    one = [parameter("jobId", {"type": "string"}, where="path"), *described]
    status = get("How far a job is", one, *PAGES, schema="statusInfo")
    stop = get("Stop a job, or forget its result", one, "application/json", schema="statusInfo")["get"]
    yield "/jobs/{jobId}", status | {"delete": stop}
    yield "/jobs/{jobId}/results", _results("The result of a job, or the reason why it failed", one)
    output = parameter("output", {"type": "string", "enum": [OUTPUT]}, where="path")
    yield "/jobs/{jobId}/results/{output}", _results("One output of a job, bare", [output, *one])


def _results(summary: str, asked: list[Part]) -> Part:
    documents = dict(each for known in DOCUMENTS.values() for each in known.items())
    named = [each for each in asked if each.get("name") != "f"]
    form = parameter("f", {"type": "string", "enum": ["json", "html", *documents]})
    found = get(summary, [form, *named], *PAGES, *documents.values())
    found["get"]["responses"] |= {"204": {"description": REFERRED}, **refusals("410")}
    return found
