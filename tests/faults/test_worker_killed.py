"""A worker that the system kills for its memory costs time, not bytes: another does its shards again."""

import hashlib
import os
import random
import signal
import threading
from collections import Counter

import pytest
from distributed import Client, LocalCluster

from soilinfo.catalog.load import load
from soilinfo.errors import StoreError
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country, write_source

LAYERS = ("ph_h2o", "slope")
KILLS = 4


@pytest.fixture
def cluster():
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as running:
        yield running


def ingested(store, config, scheduler=None):
    """Path -> digest of every file that an ingestion of the layers leaves."""
    home = open_store(Settings(store=store, db=None))
    try:
        report = ingest(home, load(config), LAYERS, actor="tests", progress=silent, scheduler=scheduler)
    finally:
        home.close()
    assert set(report.published) == set(LAYERS)
    files = [path for kind in ("cube", "cog") for path in (store / kind).rglob("*") if path.is_file()]
    return {str(path.relative_to(store)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def one_of(cluster):
    """The process of a worker, whichever it is by now."""
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        return next(iter(client.run(os.getpid).values()), None)


def kill(cluster):
    victim = one_of(cluster)
    if victim is not None:
        os.kill(victim, signal.SIGKILL)


def test_killed_workers_leave_the_same_bytes_and_nothing_else(cluster, tmp_path, tell):
    config = write_country(tmp_path, cells=2400)
    for layer in LAYERS:
        write_source(tmp_path, layer, cells=2400, noise=True)
    expected, chance, ends = ingested(tmp_path / "quiet", config), random.Random(20261122), Counter()
    for number in range(KILLS):
        store = tmp_path / f"store{number}"
        accident = threading.Timer(chance.uniform(0.2, 2.0), kill, [cluster])
        accident.start()
        try:
            found = ingested(store, config, cluster.scheduler_address)
            ends["completed"] += 1
        except StoreError:
            ends["failed"] += 1
            accident.join()
            found = ingested(store, config, cluster.scheduler_address)
        accident.join()
        assert found == expected
    tell(f"{KILLS} workers killed: {dict(ends)}; every run left the bytes of a quiet one")
