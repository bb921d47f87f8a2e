"""The database goes away in the middle of a run: nothing half is published, and the next run completes."""

import random
import threading
import time
from collections import Counter

import psycopg
import pytest

from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.faults.nightly import LEVELS, Zygote, look, nightly_country, value, values, write_generation
from tests.postgres import own_cluster

RESTARTS = 12


@pytest.fixture
def cluster():
    with own_cluster() as running:
        yield running


@pytest.fixture
def settings(cluster, tmp_path):
    with psycopg.connect(cluster.dsn.format(database="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE soil")
    return nightly_country(
        Settings(store=tmp_path / "store", db=cluster.dsn.format(database="soil")), tmp_path
    )


def test_a_database_that_restarts_at_any_moment_costs_one_run_at_most(cluster, settings, tmp_path, tell):
    chance, ends, store = random.Random(20261122), Counter(), open_store(settings)
    with Zygote(settings) as zygote:
        for generation in (1, 2):  # before the first one, everything is imported
            write_generation(tmp_path, generation)
            begin = time.monotonic()
            assert zygote.run()["report"]["blocked"] == []
        usual = time.monotonic() - begin
        for generation in range(3, RESTARTS + 3):
            before = store.ledger.current()
            write_generation(tmp_path, generation)
            accident = threading.Timer(chance.uniform(0, usual), cluster.restart)
            accident.start()
            end = zygote.run()
            accident.join()
            kind, message = end.get("refused", ("completed", ""))
            ends[kind] += 1
            assert kind in ("completed", "StoreError"), message
            assert look(store) == []
            assert store.ledger.current().id in (before.id, before.id + 1)
            assert zygote.run()["report"]["blocked"] == []
            published = store.ledger.current()
            assert published.id == before.id + 1
            for layer in LEVELS:
                assert values(store, layer, published.layers[layer]) == {value(layer, generation)}
    store.close()
    assert ends["StoreError"] > 0, "no restart met a run"
    tell(f"the database restarted {RESTARTS} times: {dict(ends)}")
