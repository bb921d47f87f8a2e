"""Results of processes: as JSON, or as a document where a process makes one of its answers."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from soilinfo.serve.answers import Formats, json_answer
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.processes.area import OUTPUT, AreaProcess


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
