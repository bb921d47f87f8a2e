"""Killed at any moment, an ingestion leaves the published maps whole, and the next run completes."""

import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country, write_source
from tests.process import run, serving, soilinfo, until

CELLS = 1600
CHANGED = ("ph_h2o", "soc", "slope", "cec")
WHERE = "/collections/{}/coverage?bbox=121,-8,121.02,-7.98&f=json"


@pytest.fixture
def settings(settings, tmp_path):
    config = write_country(tmp_path, cells=CELLS)
    for path in (config / "layers").glob("*.yaml"):
        if path.stem not in CHANGED:
            path.unlink()
    made = Settings(store=settings.store, db=settings.db, config=config)
    store = open_store(made)
    ingest(store, load(config), actor="tests", progress=silent)
    store.close()
    return made


def values(client, layer):
    document = client.get(WHERE.format(layer)).raise_for_status().json()
    return set(document["ranges"][layer]["values"])


def test_a_killed_ingest_changes_nothing_and_the_next_run_completes(settings, tmp_path):
    with serving(settings) as client:
        before = {layer: values(client, layer) for layer in CHANGED}
        snapshot = client.get("/collections").headers["X-Soilinfo-Snapshot"]
        for number, layer in enumerate(CHANGED):
            write_source(tmp_path, layer, cells=CELLS, fill=5.0 + number)

        process = soilinfo(settings, "ingest")
        until(lambda: list(settings.store.glob("cube/*/.partial-*")), "the ingest to be writing")
        process.kill()
        process.join()

        assert client.get("/collections").headers["X-Soilinfo-Snapshot"] == snapshot
        assert {layer: values(client, layer) for layer in CHANGED} == before

        code, lines, errors = run(settings, "ingest")
        assert code == 0, errors
        assert set(CHANGED) <= set(lines[-1]["published"])
        assert not list(settings.store.glob("*/*/.partial-*"))
        until(
            lambda: client.get("/collections").headers["X-Soilinfo-Snapshot"] != snapshot, "the new snapshot"
        )
        assert {layer: values(client, layer) for layer in CHANGED} == {
            layer: {5.0 + number} for number, layer in enumerate(CHANGED)
        }
