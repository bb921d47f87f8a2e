"""A worker that is killed in the middle of a job, and a server that is killed beside its worker."""

import os
import signal
import threading
from pathlib import Path
from shutil import copytree

import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs import worker
from soilinfo.jobs.planning.area import zonal_statistics
from soilinfo.jobs.worker import work_once
from soilinfo.serve.processes.performing import performer
from soilinfo.store.home import open_store
from tests.process import READY, serving, until

INPUTS = {"region": "01", "layer": "ph_h2o"}


@pytest.fixture(scope="module")
def settings(nation, tmp_path_factory):
    store = copytree(nation.store, tmp_path_factory.mktemp("nation") / "store")
    return nation.model_copy(update={"store": store})


@pytest.fixture
def store(settings):
    opened = open_store(settings)
    yield opened
    opened.close()


def work_without_end(settings):
    """A worker that comes to the half of its job and no further."""

    def perform(job, advance):
        while True:
            advance(0.5)
            threading.Event().wait(0.05)

    worker.TELL_SECONDS = 0.0
    worker.work(open_store(settings).queue, perform, threading.Event())


def half_a_minute_passes(store):
    with store.queue._database.write() as execute:
        execute("UPDATE job SET heartbeat = '2026-01-01T00:00:00+00:00' WHERE heartbeat IS NOT NULL")


def test_the_job_of_a_killed_worker_is_answered_whole_by_another(settings, store):
    job = store.queue.add("zonal-statistics", INPUTS, snapshot=store.ledger.current_id())
    first = READY.Process(target=work_without_end, args=(settings,))
    first.start()
    until(lambda: store.queue.job(job.id).progress == 50, "the worker to be at work")
    first.kill()
    first.join()

    ending, answer = threading.Event(), performer(settings, store)
    assert not work_once(store.queue, answer, ending, "second"), "it may still be at work"
    half_a_minute_passes(store)
    assert work_once(store.queue, answer, ending, "second")
    ended = store.queue.job(job.id)
    assert (ended.status, ended.worker, ended.attempts) == ("successful", "second", 2)
    catalog, snapshot = load(settings.config), store.ledger.current()
    at_once = zonal_statistics(store, catalog, snapshot, area={"region": "01"}, layer="ph_h2o")
    assert store.queue.result(job.id) == at_once


def is_there(pid):
    return Path(f"/proc/{pid}").exists()


def test_a_server_answers_jobs_by_its_worker_which_ends_with_it_however_it_dies(settings, store):
    with serving(settings, "--job-workers", "1") as client:
        asked = client.post(
            "/processes/zonal-statistics/execution",
            json={"inputs": INPUTS},
            headers={"Prefer": "respond-async"},
        ).json()
        until(lambda: client.get(f"/jobs/{asked['jobID']}").json()["status"] == "successful", "the answer")
        beside = int(store.queue.job(asked["jobID"]).worker.rpartition(":")[2])
        server = int(Path(f"/proc/{beside}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
        os.kill(server, signal.SIGKILL)
        until(lambda: not is_there(beside), "the worker to end")
