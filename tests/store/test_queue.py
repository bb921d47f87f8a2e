"""The queue of jobs, on SQLite and PostgreSQL alike."""

import threading
from datetime import timedelta

import pytest

from soilinfo.errors import UnknownNameError
from soilinfo.settings import Settings
from soilinfo.store import clock
from soilinfo.store.home import open_store
from soilinfo.store.queue import MOST_ATTEMPTS

AT_ONCE = timedelta(0)
"""Silence after which a worker counts as dead, for a test that does not wait."""
INPUTS = {"region": "01", "crop": "maize"}


@pytest.fixture
def queue(store):
    return store.queue


def add(queue, process="land-suitability"):
    return queue.add(process, INPUTS, snapshot=7)


def test_an_accepted_job_is_kept_as_it_was_asked(queue):
    job = queue.add("what-if", INPUTS, snapshot=7, response="document")
    assert queue.job(job.id) == job
    assert (job.process, job.snapshot, job.response) == ("what-if", 7, "document")
    assert queue.inputs(job.id) == INPUTS
    assert (job.status, job.progress, job.attempts, job.started) == ("accepted", 0, 0, None)
    assert queue.result(job.id) is None


def test_an_unknown_job_is_told_of_no_other(queue):
    job = add(queue)
    with pytest.raises(UnknownNameError) as refused:
        queue.job("guessed")
    assert job.id not in str(refused.value)
    with pytest.raises(UnknownNameError):
        queue.dismiss("guessed")
    with pytest.raises(UnknownNameError):
        queue.inputs("guessed")


def test_jobs_are_taken_in_the_order_they_came_and_listed_newest_first(queue):
    asked = [add(queue).id for _ in range(3)]
    assert [queue.take("w").id for _ in range(3)] == asked
    assert queue.take("w") is None
    assert [job.id for job in queue.jobs()] == asked[::-1]
    assert queue.unfinished() == 3


def test_two_workers_never_take_one_job(settings, queue):
    asked = {add(queue).id for _ in range(12)}
    taken, stores = [], [open_store(settings) for _ in range(3)]

    def work(own, name):
        while job := own.queue.take(name):
            taken.append(job.id)

    workers = [threading.Thread(target=work, args=(own, f"w{n}")) for n, own in enumerate(stores)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for own in stores:
        own.close()
    assert len(taken) == len(asked)
    assert set(taken) == asked


def test_progress_never_goes_back(queue):
    add(queue)
    job = queue.take("w")
    for step in (10, 60, 30):
        assert queue.advance(job, step)
    assert queue.job(job.id).progress == 60


def test_a_successful_job_has_its_result(queue):
    add(queue)
    job = queue.take("w")
    assert queue.succeed(job, {"total_ha": 1.5})
    ended = queue.job(job.id)
    assert (ended.status, ended.progress, ended.has_ended) == ("successful", 100, True)
    assert ended.finished >= ended.started >= ended.created
    assert queue.result(job.id) == {"total_ha": 1.5}
    assert queue.unfinished() == 0


def test_a_failed_job_has_its_reason(queue):
    add(queue)
    job = queue.take("w")
    assert queue.fail(job, "no crop 'x'", 400)
    ended = queue.job(job.id)
    assert (ended.status, ended.error, ended.error_status) == ("failed", "no crop 'x'", 400)


def test_the_job_of_a_silent_worker_is_taken_by_another_and_lost_to_the_first(queue):
    add(queue)
    first = queue.take("killed")
    assert queue.take("other") is None
    second = queue.take("other", stale=AT_ONCE)
    assert (second.id, second.worker, second.attempts) == (first.id, "other", 2)
    assert not queue.beat(first)
    assert not queue.advance(first, 50)
    assert not queue.succeed(first, {})
    assert queue.succeed(second, {"whole": True})
    assert queue.result(second.id) == {"whole": True}


def test_a_worker_that_shows_itself_keeps_its_job(queue):
    add(queue)
    job = queue.take("w")
    assert queue.beat(job)
    assert queue.take("other", stale=timedelta(seconds=20)) is None


@pytest.mark.parametrize("wrong", [timedelta(minutes=-5), timedelta(minutes=5)])
def test_workers_whose_clocks_differ_agree_on_who_lives(dsn, tmp_path, monkeypatch, wrong):
    # Of PostgreSQL alone: whoever shares a file shares the clock of its machine.
    store = open_store(Settings(store=tmp_path / "store", db=dsn))
    add(store.queue)
    job, right = store.queue.take("w"), clock.now()
    monkeypatch.setattr(clock, "now", lambda: right + wrong)
    assert store.queue.take("other") is None
    assert store.queue.beat(job)
    monkeypatch.undo()
    assert store.queue.take("other") is None
    store.close()


def test_a_clock_that_was_set_back_keeps_no_job_from_being_taken(queue):
    dead = add(queue)
    queue.take("dead")
    with queue._database.write() as execute:
        ahead = (clock.now() + timedelta(hours=1)).isoformat()
        execute("UPDATE job SET heartbeat = :ahead", ahead=ahead)
    assert queue.take("other").id == dead.id


def test_a_job_that_kills_its_workers_is_given_up_and_the_next_one_taken(queue):
    poisoned, sound = add(queue), add(queue)
    for _ in range(MOST_ATTEMPTS):
        assert queue.take("w", stale=AT_ONCE).id == poisoned.id
    assert queue.take("w", stale=AT_ONCE).id == sound.id
    given_up = queue.job(poisoned.id)
    assert given_up.status == "failed"
    assert "after 3 attempts: the last worker ended in the middle" in given_up.error


def test_a_job_that_is_given_back_is_taken_again(queue):
    add(queue)
    job = queue.take("w")
    assert queue.give_back(job, counts=False)
    again = queue.take("w")
    assert (again.id, again.attempts) == (job.id, 1)
    queue.give_back(again, counts=True)
    assert queue.take("w").attempts == 2


@pytest.mark.parametrize("when", ["waiting", "running", "ended"])
def test_a_dismissed_job_is_taken_by_nobody_and_has_no_result(queue, when):
    asked = add(queue)
    job = queue.take("w") if when != "waiting" else asked
    if when == "ended":
        queue.succeed(job, {"total_ha": 1.0})
    assert queue.dismiss(asked.id).status == "dismissed"
    assert queue.take("other", stale=AT_ONCE) is None
    assert not queue.advance(job, 50)
    assert queue.result(asked.id) is None
    assert queue.dismiss(asked.id).status == "dismissed"
    assert queue.inputs(asked.id) == {}


def test_documents_of_a_result_are_there_once_it_is_and_go_with_it(queue):
    add(queue)
    job = queue.take("w")
    assert queue.keep_document(job, "xlsx", "id", b"half")
    assert queue.keep_document(job, "xlsx", "id", b"\x00whole")
    assert queue.document(job.id, "xlsx", "id") is None
    queue.succeed(job, {})
    assert queue.document(job.id, "xlsx", "id") == b"\x00whole"
    assert queue.document(job.id, "xlsx", "en") is None
    queue.dismiss(job.id)
    assert queue.document(job.id, "xlsx", "id") is None
    assert not queue.keep_document(job, "xlsx", "id", b"late")
    assert queue.forget(timedelta(0)) == [job.id]


def test_the_oldest_that_have_ended_make_room_for_others(queue):
    waiting = queue.add("what-if", {"area": "w" * 900}, snapshot=7)
    first, second, third = (
        queue.add_answered("what-if", INPUTS, {"text": 400 * size}, snapshot=7, response="raw").id
        for size in ("a", "b", "c")
    )
    assert queue.make_room(10_000) == []
    assert queue.make_room(1000) == [first]
    add(queue)
    assert queue.take("w").id == waiting.id
    job = queue.take("w")
    queue.keep_document(job, "xlsx", "id", 200 * b"d")
    queue.succeed(job, {"text": 300 * "d"})
    assert queue.make_room(1000) == [second]
    assert queue.dismiss(third).status == "dismissed"
    assert queue.make_room(1000) == []


def test_another_process_finds_the_jobs_again(settings, queue):
    job = add(queue)
    other = open_store(settings)
    assert other.queue.job(job.id) == job
    other.close()


def test_only_what_ended_long_ago_is_forgotten(queue):
    ended, waiting = add(queue), add(queue)
    queue.succeed(queue.take("w"), {})
    assert queue.forget(timedelta(days=1)) == []
    assert queue.forget(timedelta(0)) == [ended.id]
    assert [job.id for job in queue.jobs()] == [waiting.id]
