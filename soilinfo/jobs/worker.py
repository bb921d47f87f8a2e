"""A worker: takes one job after the other from the queue, answers it, and says how far it is.

What a process does is not known here: ``perform`` answers a job, calling ``advance`` with the share done
(0 to 1) between its parts. That call raises where the job is to stop: it was dismissed, another worker has
it, or this one is to end.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from soilinfo.errors import InputError, SoilinfoError, StoreError
from soilinfo.jobs.effort import Advance
from soilinfo.store.queue import Job, Queue

Perform = Callable[[Job, Advance], Mapping[str, Any]]
"""Answers a job; an InputError is the answer of a job that fails."""

POLL_SECONDS = 0.5
"""Between two looks at an empty queue."""
BEAT_SECONDS = 5.0
"""Between two signs of life: several fit into the silence after which a worker counts as dead."""
TELL_SECONDS = 0.5
"""Least time between two notes of progress, which is also how soon a dismissal is noticed."""
RETRY_SECONDS = 20.0
"""Before a job is given back whose store did not answer; twice as long after the second attempt."""
UNANSWERED = "the store did not answer; please ask again later, or for a smaller area"
DEFECT = "the worker failed to answer this; the fault has been logged"

LOG = logging.getLogger("soilinfo.worker")


class _LostError(Exception):
    """The job is no longer this worker's."""


class _EndingError(Exception):
    """The worker is to end."""


def work(queue: Queue, perform: Perform, ending: threading.Event) -> None:
    """Answer jobs until ``ending`` is set; a database that does not answer is asked again."""
    name, failing = f"{socket.gethostname()}:{os.getpid()}", False
    while not ending.is_set():
        try:
            found, failing = work_once(queue, perform, ending, name), False
        except StoreError as error:
            if not failing:
                LOG.error("no jobs can be taken: %s", error)
            found, failing = False, True
        if not found:
            ending.wait(POLL_SECONDS)


def work_once(queue: Queue, perform: Perform, ending: threading.Event, name: str = "worker") -> bool:
    """Answer the oldest job that nobody works at; False when there is none."""
    job = queue.take(name)
    if job is None:
        return False
    LOG.info("job %s (%s): attempt %d", job.id, job.process, job.attempts)
    with _alive(queue, job):
        _answer(queue, job, perform, ending)
    return True


def _answer(queue: Queue, job: Job, perform: Perform, ending: threading.Event) -> None:
    try:
        result = perform(job, _Teller(queue, job, ending).tell)
    except _LostError:
        LOG.info("job %s was dismissed or taken by another worker", job.id)
    except _EndingError:
        queue.give_back(job, counts=False)
    except StoreError as error:
        LOG.error("job %s, attempt %d: %s", job.id, job.attempts, error)
        _again_later(queue, job, ending)
    except InputError as error:
        queue.fail(job, str(error), error.status)
    except Exception:
        # Also an error of ours that is no answer to a question: it would tell of the server's insides.
        LOG.exception("job %s", job.id)
        queue.fail(job, DEFECT, SoilinfoError.status)
    else:
        queue.succeed(job, result)


def _again_later(queue: Queue, job: Job, ending: threading.Event) -> None:
    """Have a job tried again that the store did not answer: this may pass, as when a database restarts."""
    if job.is_last_attempt:
        queue.fail(job, UNANSWERED, StoreError.status)
        return
    # Held meanwhile: whoever took it at once would meet the same.
    ending.wait(RETRY_SECONDS * job.attempts)
    queue.give_back(job, counts=True)


class _Teller:
    """Tells the queue how far a job is, not too often, and ends it when it is to end."""

    def __init__(self, queue: Queue, job: Job, ending: threading.Event) -> None:
        self._queue, self._job, self._ending = queue, job, ending
        self._last = 0.0

    def tell(self, share: float) -> None:
        if self._ending.is_set():
            raise _EndingError
        if time.monotonic() - self._last < TELL_SECONDS:
            return
        self._last = time.monotonic()
        if not self._queue.advance(self._job, int(100 * share)):
            raise _LostError


@contextmanager
def _alive(queue: Queue, job: Job) -> Iterator[None]:
    """Show signs of life for the block, however long its parts take."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(BEAT_SECONDS):
            try:
                queue.beat(job)
            except StoreError as error:
                LOG.warning("job %s: no sign of life could be given: %s", job.id, error)

    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    try:
        yield
    finally:
        done.set()
        beating.join()
