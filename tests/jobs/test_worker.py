"""A worker answers jobs, and whatever becomes of one, the next is taken."""

import logging
import threading

import pytest

from soilinfo.errors import ConfigError, Fault, InputError, StoreError
from soilinfo.jobs import worker
from soilinfo.jobs.worker import DEFECT, UNANSWERED, work, work_once
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from soilinfo.store.queue import MOST_ATTEMPTS


@pytest.fixture
def queue(tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "TELL_SECONDS", 0.0)
    store = open_store(Settings(store=tmp_path / "store", db=None))
    yield store.queue
    store.close()


@pytest.fixture
def ending():
    return threading.Event()


def add(queue):
    return queue.add("land-suitability", {"crop": "maize"}, snapshot=1)


def failing(error):
    def perform(job, advance):
        raise error

    return perform


def test_an_empty_queue_is_nothing_to_do(queue, ending):
    assert not work_once(queue, failing(AssertionError()), ending)


def test_a_job_is_answered_and_its_progress_seen_meanwhile(queue, ending):
    job, seen = add(queue), []

    def perform(taken, advance):
        for share in (0.25, 0.5):
            advance(share)
            seen.append(queue.job(taken.id).progress)
        return {"crop": queue.inputs(taken.id)["crop"]}

    assert work_once(queue, perform, ending)
    assert seen == [25, 50]
    assert queue.job(job.id).status == "successful"
    assert queue.result(job.id) == {"crop": "maize"}


def test_an_input_that_cannot_be_used_fails_with_its_own_message(queue, ending):
    job = add(queue)
    work_once(queue, failing(InputError("no crop 'baobab'")), ending)
    failed = queue.job(job.id)
    assert (failed.status, failed.error, failed.error_status) == ("failed", "no crop 'baobab'", 400)


@pytest.mark.parametrize("error", [ZeroDivisionError("secret"), ConfigError([Fault("secret.yaml", "", "x")])])
def test_a_fault_of_ours_is_logged_and_not_told(queue, ending, caplog, error):
    job = add(queue)
    with caplog.at_level(logging.ERROR):
        work_once(queue, failing(error), ending)
    failed = queue.job(job.id)
    assert (failed.status, failed.error, failed.error_status) == ("failed", DEFECT, 500)
    assert "secret" in caplog.text


class Waiting(threading.Event):
    """What ends a worker, which waits no longer than it takes to note for how long it would."""

    def __init__(self, queue):
        super().__init__()
        self.queue, self.seconds = queue, []

    def wait(self, timeout=None):
        self.seconds.append(timeout)
        assert self.queue.take("other") is None, "another worker would meet the same at once"
        return False


def test_a_store_that_does_not_answer_is_given_time_and_tried_again_but_not_for_ever(queue, caplog):
    job, waiting = add(queue), Waiting(queue)
    for attempt in range(MOST_ATTEMPTS):
        assert queue.job(job.id).status == "accepted"
        work_once(queue, failing(StoreError(f"secret {attempt}")), waiting)
    assert waiting.seconds == sorted(set(waiting.seconds)), "each time longer"
    assert len(waiting.seconds) == MOST_ATTEMPTS - 1
    failed = queue.job(job.id)
    assert (failed.status, failed.error, failed.error_status) == ("failed", UNANSWERED, 503)
    assert "secret 2" in caplog.text


def test_a_dismissed_job_stops_at_its_next_part(queue, ending):
    job, parts = add(queue), []

    def perform(taken, advance):
        for part in range(10):
            parts.append(part)
            if part == 2:
                queue.dismiss(taken.id)
            advance(part / 10)
        return {}

    work_once(queue, perform, ending)
    assert parts == [0, 1, 2]
    assert queue.job(job.id).status == "dismissed"
    assert queue.result(job.id) is None


def test_a_worker_that_is_to_end_gives_its_job_back_and_ends(queue, ending):
    job = add(queue)

    def perform(taken, advance):
        ending.set()
        advance(0.5)
        raise AssertionError("it went on")

    work(queue, perform, ending)
    given_back = queue.job(job.id)
    assert (given_back.status, given_back.attempts) == ("accepted", 0)


def test_a_long_part_is_no_silence(queue, ending, monkeypatch):
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.01)
    job = add(queue)

    def perform(taken, advance):
        heard = threading.Event()
        while queue.job(taken.id).heartbeat == taken.heartbeat:
            heard.wait(0.01)
        return {}

    work_once(queue, perform, ending)
    assert queue.job(job.id).status == "successful"
