"""While a publication happens under load, every answer comes whole from one snapshot."""

import threading
import time

import httpx
import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country, write_source
from tests.process import serving, until

WHERE = "/collections/ph_h2o/coverage?bbox=120.1,-7.4,120.4,-7.1&f=json"


@pytest.fixture
def settings(settings, tmp_path):
    return Settings(store=settings.store, db=settings.db, config=write_country(tmp_path))


def publish(settings, directory, fill):
    """Publish the pH layer with one value everywhere; returns the snapshot that serves it."""
    write_source(directory, "ph_h2o", fill=fill)
    store = open_store(settings)
    report = ingest(store, load(settings.config), ["ph_h2o", "regencies"], actor="tests", progress=silent)
    store.close()
    return str(report.snapshot)


class Load(threading.Thread):
    """Asks without a pause and keeps (snapshot, values) of every answer, or what went wrong."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.address, self.answers, self.stop = address, [], threading.Event()

    def run(self):
        with httpx.Client(base_url=self.address, timeout=30) as client:
            while not self.stop.is_set():
                answer = client.get(WHERE)
                found = (
                    answer.json()["ranges"]["ph_h2o"]["values"] if answer.status_code == 200 else answer.text
                )
                self.answers.append((answer.headers["X-Soilinfo-Snapshot"], frozenset(found)))


def test_two_servers_swap_to_a_new_snapshot_without_mixing_or_failing(settings, tmp_path, tell):
    expected = {publish(settings, tmp_path, 5.0): frozenset({5.0})}
    with serving(settings) as one, serving(settings) as two:
        loads = [Load(str(client.base_url)) for client in (one, two) for _ in range(2)]
        for load_ in loads:
            load_.start()
        for fill in (5.5, 6.0, 6.5):
            snapshot = publish(settings, tmp_path, fill)
            expected[snapshot] = frozenset({fill})
            published = time.monotonic()
            for client in (one, two):
                until(
                    lambda c=client, s=snapshot: c.get(WHERE).headers["X-Soilinfo-Snapshot"] == s, "the swap"
                )
            tell(f"snapshot {snapshot} was served by both after {time.monotonic() - published:.2f} s")
        for load_ in loads:
            load_.stop.set()
        for load_ in loads:
            load_.join(timeout=60)
    seen = [answer for load_ in loads for answer in load_.answers]
    assert {snapshot for snapshot, _ in seen} == set(expected)
    assert [answer for answer in seen if answer[1] != expected[answer[0]]] == []
    assert len(seen) > 50
