"""Results of processes: as JSON, as a document that a process makes of them, or as a link to either."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from soilinfo.serve.answers import Formats, json_answer
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.processes.area import OUTPUT, AreaProcess
from soilinfo.store.queue import Job

REFERENCE = "-reference"
"""Ending of the kinds of response that are a link."""


def formats_of(process: AreaProcess) -> Formats:
    """The formats that a process answers in, JSON first."""
    return {**DOCUMENT_FORMATS, **{form: (media,) for form, media in process.documents.items()}}


def answered(
    process: AreaProcess, value: Mapping[str, Any], response: str, form: str, language: str
) -> Response:
    """A result in one of the formats of its process."""
    if form not in process.documents:
        return json_answer(presented(value, response))
    return attached(process, process.document(value, form, language), form, language)


def attached(process: AreaProcess, content: bytes, form: str, language: str) -> Response:
    """A document that a process made of a result."""
    headers = {
        "Content-Disposition": f'attachment; filename="{process.id}.{form}"',
        "Content-Language": language,
    }
    return Response(content, media_type=process.documents[form], headers=headers)


def presented(value: Mapping[str, Any], response: str) -> Mapping[str, Any]:
    """A result as it is asked for: bare ('raw'), or in a document that names it."""
    return {OUTPUT: value} if response == "document" else value


def referred(process: AreaProcess, job: Job, base_url: str, form: str) -> Response:
    """Where the result of a job is: in a document that names it, or, of a raw one, in a header alone.

    OGC API Processes Part 1, tables of the responses to an execute request.
    """
    media = formats_of(process)[form][0]
    query = f"?{urlencode({'f': form})}" if form in process.documents else ""
    href = f"{base_url}/jobs/{job.id}/results/{OUTPUT}{query}"
    if job.response.startswith("document"):
        return json_answer({OUTPUT: {"href": href, "type": media}})
    return Response(status_code=204, headers={"Link": f'<{href}>; rel="item"; type="{media}"'})
