"""The process manager: runs a process within the request, lets its errors through."""

from typing import Any
from uuid import uuid4

from pygeoapi.process.manager.base import BaseManager
from pygeoapi.util import JobStatus

OUTPUT = "result"
"""Id of the one output that every process here has."""


class SynchronousManager(BaseManager):  # type: ignore[misc]
    """No jobs, no subscribers; an error of a process becomes the same answer as any other error."""

    def execute_process(
        self,
        process_id: str,
        data_dict: dict[str, Any],
        requested_response: str = "raw",
        **_: Any,
    ) -> tuple[str, str, Any, JobStatus, dict[str, str] | None]:
        """(job id, media type, value, status, headers); the bare value, or a document naming it."""
        media_type, value = self.get_processor(process_id).execute(data_dict)
        outputs = {OUTPUT: value} if requested_response == "document" else value
        return str(uuid4()), media_type, outputs, JobStatus.successful, None
