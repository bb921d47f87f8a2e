"""How a worker answers a job: with the same processes that the server answers at once with.

They lie in serve because their descriptions are those of OGC API Processes; a worker imports them and
serves nothing.
"""

from collections.abc import Mapping
from typing import Any

from pygeoapi.plugin import load_plugin

from soilinfo.catalog.load import load
from soilinfo.errors import UnknownNameError
from soilinfo.jobs.effort import Advance, Effort, stretch
from soilinfo.jobs.harmonization.rights import as_allowed
from soilinfo.jobs.worker import Perform
from soilinfo.serve.collections import Source
from soilinfo.serve.config import PROCESSES
from soilinfo.serve.processes.area import AreaProcess
from soilinfo.settings import Settings
from soilinfo.store.home import Store
from soilinfo.store.queue import Job

ANSWERED = 0.2
"""Share of the work that is done once there is an answer, where documents are made of it."""


def performer(settings: Settings, store: Store) -> Perform:
    """Answers jobs from the publication that each was asked of, by the configuration as it is now."""

    def perform(job: Job, advance: Advance) -> Mapping[str, Any]:
        if job.process not in PROCESSES:
            raise UnknownNameError("process", job.process, PROCESSES)
        catalog, asked = load(settings.config), store.ledger.snapshot(job.snapshot)
        source = Source(store, catalog, as_allowed(store, catalog, asked))
        process: AreaProcess = load_plugin("process", {"name": PROCESSES[job.process], "data": source})
        answering = stretch(advance, 0, ANSWERED) if process.documents else advance
        effort = Effort(source.catalog.services.limits.job_cells, answering)
        answer = process.answer(store.queue.inputs(job.id), effort)
        _keep_documents(source, process, job, answer, stretch(advance, ANSWERED, 1))
        return answer

    return perform


def _keep_documents(
    source: Source, process: AreaProcess, job: Job, answer: Mapping[str, Any], advance: Advance
) -> None:
    """Make every document of an answer in every language: of a nation's allocation it takes longer than the
    answer itself, and whoever fetches the result should not wait for it."""
    languages = source.catalog.services.languages
    wanted = [(form, language) for form in process.documents for language in languages]
    for at, (form, language) in enumerate(wanted):
        part = stretch(advance, at / len(wanted), (at + 1) / len(wanted))
        source.store.queue.keep_document(job, form, language, process.document(answer, form, language, part))
        part(1)
