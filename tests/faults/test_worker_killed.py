"""A worker that the system kills for its memory costs time, not bytes: another does its shards again."""

import hashlib
import os
import random
import signal
import threading
import time
from contextlib import contextmanager

import dask
import pytest
from distributed import Client, LocalCluster

from soilinfo.catalog.load import load
from soilinfo.errors import StoreError
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country, write_source

LAYERS = ("ph_h2o", "slope")
KILLS = 4


@contextmanager
def cluster(failures):
    """Two workers; ``failures``: how often a part may take its worker with it before it is given up."""
    with (
        dask.config.set(
            {
                "distributed.scheduler.allowed-failures": failures,
                # Workers that do not come back end the test, which would wait for them for ever.
                "distributed.scheduler.no-workers-timeout": "60s",
            }
        ),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
        ) as running,
    ):
        yield running


def ingested(home, config, scheduler=None):
    """Path -> digest of every file that an ingestion of the layers leaves."""
    report = ingest(home, load(config), LAYERS, actor="tests", progress=silent, scheduler=scheduler)
    assert (set(report.published), report.blocked) == (set(LAYERS), [])
    store = home.directory
    files = [path for kind in ("cube", "cog") for path in (store / kind).rglob("*") if path.is_file()]
    return {str(path.relative_to(store)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@contextmanager
def opened(store):
    home = open_store(Settings(store=store, db=None))
    try:
        yield home
    finally:
        home.close()


@contextmanager
def accident(running, delay):
    """Kills the process of a worker that has work, some time after the first has; yields those killed."""
    killed, over = [], threading.Event()

    def strike():
        with Client(running.scheduler_address, set_as_default=False) as client:
            # The one that was killed the last time may still be coming back.
            client.wait_for_workers(2)
            processes = client.run(os.getpid)
            busy(client)
            time.sleep(delay)
            if worker := busy(client):
                os.kill(processes[worker], signal.SIGKILL)
                killed.append(worker)

    def busy(client):
        while not over.is_set():
            if found := [worker for worker, parts in client.processing().items() if parts]:
                return found[0]
            time.sleep(0.005)
        return None

    striking = threading.Thread(target=strike)
    striking.start()
    try:
        yield killed
    finally:
        over.set()
        striking.join()


@pytest.fixture
def config(tmp_path):
    written = write_country(tmp_path, cells=2400)
    for layer in LAYERS:
        write_source(tmp_path, layer, cells=2400, noise=True)
    return written


def test_killed_workers_leave_the_same_bytes_and_nothing_else(config, tmp_path, tell):
    with opened(tmp_path / "quiet") as home:
        expected = ingested(home, config)
    chance, hits = random.Random(20261122), 0
    with cluster(failures=3) as running:
        for number in range(KILLS):
            store = tmp_path / f"store{number}"
            with opened(store) as home, accident(running, chance.uniform(0, 0.5)) as killed:
                assert ingested(home, config, running.scheduler_address) == expected
            hits += len(killed)
    assert hits >= KILLS // 2, "at least half of the runs lost a worker that had work"
    tell(f"{hits} workers killed at work in {KILLS} runs; each completed and left the bytes of a quiet one")


def test_a_cluster_that_gives_up_ends_the_run_and_the_next_one_completes(config, tmp_path):
    with opened(tmp_path / "quiet") as home:
        expected = ingested(home, config)
    store = tmp_path / "store"
    with cluster(failures=0) as running, opened(store) as home:
        with accident(running, 0.0) as killed, pytest.raises(StoreError, match="the cluster failed"):
            ingested(home, config, running.scheduler_address)
        assert len(killed) == 1
        assert home.ledger.runs(1)[0].status == "failed"
        assert home.ledger.quarantined() == []
        assert ingested(home, config, running.scheduler_address) == expected
