"""How a worker answers a job: with the same processes that the server answers at once with.

They lie in serve because their descriptions are those of OGC API Processes; a worker imports them and
serves nothing.
"""

from collections.abc import Mapping
from typing import Any

from pygeoapi.plugin import load_plugin

from soilinfo.catalog.load import load
from soilinfo.errors import UnknownNameError
from soilinfo.jobs.effort import Advance, Effort
from soilinfo.jobs.worker import Perform
from soilinfo.serve.collections import Source
from soilinfo.serve.config import PROCESSES
from soilinfo.settings import Settings
from soilinfo.store.home import Store
from soilinfo.store.queue import Job


def performer(settings: Settings, store: Store) -> Perform:
    """Answers jobs from the publication that each was asked of, by the configuration as it is now."""

    def perform(job: Job, advance: Advance) -> Mapping[str, Any]:
        if job.process not in PROCESSES:
            raise UnknownNameError("process", job.process, PROCESSES)
        source = Source(store, load(settings.config), store.ledger.snapshot(job.snapshot))
        process = load_plugin("process", {"name": PROCESSES[job.process], "data": source})
        effort = Effort(source.catalog.services.limits.job_cells, advance)
        answer: Mapping[str, Any] = process.answer(store.queue.inputs(job.id), effort)
        return answer

    return perform
