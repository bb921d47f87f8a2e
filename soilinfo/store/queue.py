"""The queue of jobs: questions too large to be answered at once, in a table beside the ledger.

A job is taken by one worker at a time, which shows by its heartbeat that it lives. One that is silent
for ``STALE`` has died: its job is taken again, ``MOST_ATTEMPTS`` times in all. Whoever reports about a
job it no longer holds (dismissed, or taken by another since) changes nothing and is told so.

Every instant here is told by the database (:meth:`Database.now`): workers on several machines, whose
clocks differ, must agree on who has been silent.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from soilinfo.errors import UnknownNameError
from soilinfo.store.database import Database, Execute, statements
from soilinfo.store.rows import dumped, instants

JobStatus = Literal["accepted", "running", "successful", "failed", "dismissed"]
"""The words of OGC API Processes."""
ENDED: tuple[JobStatus, ...] = ("successful", "failed", "dismissed")

STALE = timedelta(seconds=30)
"""Silence after which a worker counts as dead."""
MOST_ATTEMPTS = 3
"""A job that took so many workers with it is not tried again."""
GIVEN_UP = (
    f"given up after {MOST_ATTEMPTS} attempts: the last worker ended in the middle of it without saying why; "
    "ask for a smaller area"
)

_SQL = statements("queue")


@dataclass(frozen=True)
class Job:
    """One job; ``snapshot`` is the publication that it is answered from, ``progress`` 0 to 100.

    What was asked may be long and lies apart (:meth:`Queue.inputs`), as the result does.
    """

    id: str
    process: str
    response: str
    """How the result is asked for: 'raw' or 'document', either followed by '-reference' for a link to it."""
    snapshot: int
    status: JobStatus
    progress: int
    attempts: int
    created: datetime
    started: datetime | None
    finished: datetime | None
    updated: datetime
    worker: str | None
    """Who has it, or had it last."""
    heartbeat: datetime | None
    error: str | None
    error_status: int | None
    """The status with which the same question would have been refused at once."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.status in ENDED

    @property
    def is_last_attempt(self) -> bool:
        """Whether nobody takes it again after this attempt."""
        return self.attempts >= MOST_ATTEMPTS


class Queue:
    """The jobs of one database; every public method is one transaction. May be shared by threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- those who ask ----

    def add(self, process: str, inputs: Mapping[str, Any], *, snapshot: int, response: str = "raw") -> Job:
        """Accept a job."""
        kept = _kept(inputs=inputs)
        return self._added("add_job", {"process": process, "response": response, "snapshot": snapshot} | kept)

    def add_answered(
        self,
        process: str,
        inputs: Mapping[str, Any],
        result: Mapping[str, Any],
        *,
        snapshot: int,
        response: str,
    ) -> Job:
        """Keep what was answered at once, as a job that has ended, so that it can be referred to."""
        given = {"process": process, "response": response, "snapshot": snapshot}
        return self._added("add_answered", given | _kept(inputs=inputs, result=result))

    def _added(self, statement: str, given: Mapping[str, object]) -> Job:
        with self._database.queueing() as execute:
            now, last = self._database.now(execute), execute(_SQL["last_created"])[0]["created"]
            created = max(now, datetime.fromisoformat(last)) if last else now
            id_ = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(8)}"
            execute(_SQL[statement], id=id_, created=created.isoformat(), **given)
            return _job(execute, id_)

    def job(self, id_: str) -> Job:
        """One job, or UnknownNameError: who does not know its id is told of no other."""
        with self._database.read() as execute:
            return _job(execute, id_)

    def jobs(self) -> list[Job]:
        """Every job that is kept, newest first."""
        with self._database.read() as execute:
            return [_job_of(row) for row in execute(_SQL["jobs"])]

    def unfinished(self) -> int:
        """How many jobs wait or run."""
        with self._database.read() as execute:
            return int(execute(_SQL["unfinished"])[0]["number"])

    def inputs(self, id_: str) -> Mapping[str, Any]:
        """What was asked, or UnknownNameError."""
        with self._database.read() as execute:
            rows = execute(_SQL["inputs"], id=id_)
            if not rows:
                raise UnknownNameError("job", id_, ())
            given: Mapping[str, Any] = orjson.loads(rows[0]["inputs"])
            return given

    def result(self, id_: str) -> Any:
        """The result of a job, None unless it was successful."""
        with self._database.read() as execute:
            rows = execute(_SQL["result"], id=id_)
            return orjson.loads(rows[0]["result"]) if rows else None

    def document(self, id_: str, form: str, language: str) -> bytes | None:
        """What was made of the result of a job in this form and language; None where nothing was."""
        with self._database.read() as execute:
            rows = execute(_SQL["document"], id=id_, form=form, language=language)
            return bytes(rows[0]["content"]) if rows else None

    def dismiss(self, id_: str) -> Job:
        """Stop a job, or forget the result of one that has ended, and what was asked.

        UnknownNameError when there is none.
        """
        with self._database.queueing() as execute:
            _job(execute, id_)
            execute(_SQL["dismiss"], id=id_, now=self._now(execute))
            execute(_SQL["forget_documents"], id=id_)
            return _job(execute, id_)

    def forget(self, older_than: timedelta) -> list[str]:
        """Remove the jobs that ended so long ago; returns their ids."""
        with self._database.queueing() as execute:
            before = self._now(execute, -older_than)
            return sorted(row["id"] for row in execute(_SQL["forget"], before=before))

    def make_room(self, most: int) -> list[str]:
        """Remove the jobs that came first, of those that have ended, until at most ``most`` bytes are kept.

        What was asked, the results and their documents count. Returns the ids of the jobs.
        """
        with self._database.read() as execute:
            if execute(_SQL["kept_bytes"])[0]["number"] <= most:
                return []
        with self._database.queueing() as execute:
            return sorted(row["id"] for row in execute(_SQL["make_room"], most=most))

    # ---- those who work ----

    def take(self, worker: str, stale: timedelta = STALE) -> Job | None:
        """The oldest job that nobody works at, now held by ``worker``; None when there is none.

        One that outlived its last attempt is failed, with the reason, instead of taken.
        """
        if not self._is_open(stale):
            return None
        with self._database.queueing() as execute:
            while found := self._open(execute, stale):
                if found["attempts"] < MOST_ATTEMPTS:
                    execute(_SQL["take"], id=found["id"], worker=worker, now=self._now(execute))
                    return _job(execute, found["id"])
                execute(_SQL["give_up"], id=found["id"], error=GIVEN_UP, now=self._now(execute))
        return None

    def beat(self, job: Job) -> bool:
        """Say that the worker lives; False when it no longer holds the job."""
        return self._told("beat", job)

    def advance(self, job: Job, progress: int) -> bool:
        """Say how far a job is (0 to 100); it never goes back. False when it is no longer held."""
        return self._told("advance", job, progress=progress)

    def give_back(self, job: Job, *, counts: bool) -> bool:
        """Let another worker take the job; ``counts``: whether this was one of its attempts."""
        return self._told("give_back", job, left=job.attempts - (not counts))

    def keep_document(self, job: Job, form: str, language: str, content: bytes) -> bool:
        """Keep what is made of the result to come; False, and nothing is kept, when it is no longer held."""
        return self._told("keep_document", job, form=form, language=language, content=content)

    def succeed(self, job: Job, result: Mapping[str, Any]) -> bool:
        """End a job with its result; False when it is no longer held, and nothing is kept."""
        return self._told("succeed", job, **_kept(result=result))

    def fail(self, job: Job, error: str, status: int) -> bool:
        """End a job with the reason why there is no result; False when it is no longer held."""
        return self._told("fail", job, error=error, error_status=status)

    def _told(self, statement: str, job: Job, **values: object) -> bool:
        held = {"id": job.id, "worker": job.worker, "attempts": job.attempts}
        with self._database.queueing() as execute:
            return bool(execute(_SQL[statement], now=self._now(execute), **held, **values))

    def _is_open(self, stale: timedelta) -> bool:
        # Workers ask twice a second: only one that finds something waits for its turn to write.
        with self._database.read() as execute:
            return bool(execute(_SQL["open_job"], **self._heard(execute, stale)))

    def _open(self, execute: Execute, stale: timedelta) -> dict[str, Any] | None:
        rows = execute(f"{_SQL['open_job']} {self._database.row_lock}", **self._heard(execute, stale))
        return rows[0] if rows else None

    def _heard(self, execute: Execute, stale: timedelta) -> dict[str, str]:
        # A heartbeat to come, of before a clock was set back, would otherwise keep a dead worker's job.
        return {"first": self._now(execute, -stale), "last": self._now(execute, stale)}

    def _now(self, execute: Execute, later: timedelta = timedelta(0)) -> str:
        return (self._database.now(execute) + later).isoformat()


def _kept(**documents: Mapping[str, Any]) -> dict[str, object]:
    """Documents as text, and how many bytes they are."""
    texts = {name: dumped(document) for name, document in documents.items()}
    return {**texts, "bytes": sum(len(text.encode()) for text in texts.values())}


def _job(execute: Execute, id_: str) -> Job:
    rows = execute(_SQL["job"], id=id_)
    if not rows:
        raise UnknownNameError("job", id_, ())
    return _job_of(rows[0])


def _job_of(row: Mapping[str, Any]) -> Job:
    times = instants(row, "created", "started", "finished", "updated", "heartbeat")
    return Job(**{**row, **times})
