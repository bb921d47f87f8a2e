"""A country whose layers change from night to night, all of them together, and a reader who looks on."""

import json
import subprocess
import sys
import threading
from contextlib import contextmanager

import numpy as np

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import ROOT, write_country, write_source

CELLS = 240
GENERATIONS = 150
LEVELS = {"ph_h2o": (4.0, 0.01), "soc": (1.0, 0.01), "slope": (10.0, 0.1)}
"""Layers that change: what their first generation holds, and how much more each next one."""


def value(layer, generation):
    first, step = LEVELS[layer]
    return round(first + step * generation, 2)


def nightly_country(settings, directory):
    """The settings of a country whose first generation is published."""
    config = write_country(directory, cells=CELLS)
    for name in ("drainage", "cec", "temperature_mean_annual", "rainfall_annual", "dry_months"):
        (config / "layers" / f"{name}.yaml").unlink()
    made = Settings(store=settings.store, db=settings.db, config=config)
    write_generation(directory, 0)
    store = open_store(made)
    report = night(store, load(config))
    store.close()
    assert set(LEVELS) <= set(report.published), report.findings
    return made


def night(store, catalog):
    """One ingestion in this process: what it reported."""
    return ingest(store, catalog, actor="tests", progress=silent)


def write_generation(directory, generation):
    for layer in LEVELS:
        write_source(directory, layer, cells=CELLS, fill=value(layer, generation))


class Zygote:
    """The forking process, and the one question it is asked."""

    def __init__(self, settings):
        given = {"store": str(settings.store), "config": str(settings.config), "db": settings.db}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote", json.dumps(given)],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, **plan):
        self._process.stdin.write(json.dumps(plan) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()


class Reader(threading.Thread):
    """Reads without a pause what is published, as a server does, and keeps every generation it met."""

    def __init__(self, settings):
        super().__init__(daemon=True)
        self._settings, self.stop, self.faults, self.reads = settings, threading.Event(), [], 0

    def run(self):
        store = open_store(self._settings)
        try:
            while not self.stop.is_set() and not self.faults:
                self.faults += look(store)
                self.reads += 1
                self.stop.wait(0.1)
        except Exception as error:  # whatever a reader meets is the finding
            self.faults.append(f"{type(error).__name__}: {error}")
        finally:
            store.close()


def look(store):
    """What is wrong with the published snapshot: nothing, when every layer is of one generation."""
    snapshot = store.ledger.current()
    held = {layer: values(store, layer, snapshot.layers[layer]) for layer in LEVELS}
    possible = [{layer: {value(layer, each)} for layer in LEVELS} for each in range(GENERATIONS)]
    return [] if held in possible else [f"snapshot {snapshot.id} holds {held}"]


def values(store, layer, version):
    cube = store.cube.open(layer, version)
    everything = cube.decode(layer, cube.read(layer))
    land = everything[:, CELLS // 10 :]
    assert np.isnan(everything[:, : CELLS // 10]).all()
    return {float(one) for one in np.unique(land)}


@contextmanager
def reading(settings):
    reader = Reader(settings)
    reader.start()
    try:
        yield reader
    finally:
        reader.stop.set()
        reader.join(timeout=60)
