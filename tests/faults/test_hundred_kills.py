"""Killed at a hundred instants, in every phase of an ingestion: no reader sees a mixed or partial map.

After each kill the next run completes, nothing published is lost, and what was left over is collected.
"""

import json
import random
import shutil
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager

import numpy as np
import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import ROOT, write_country, write_source
from tests.faults.zygote import PHASES

CELLS = 560
KILLS = {"embedded": 20, "postgis": 10}
"""In each of the five phases."""
LEVELS = {"ph_h2o": (4.0, 0.01), "soc": (1.0, 0.01), "slope": (10.0, 0.1)}
"""Layers that change: what their first generation holds, and how much more each next one."""


def value(layer, generation):
    first, step = LEVELS[layer]
    return round(first + step * generation, 2)


class Zygote:
    """The forking process, and the one question it is asked."""

    def __init__(self, settings):
        self._plan = {
            "settings": {"store": str(settings.store), "config": str(settings.config), "db": settings.db}
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, **plan):
        self._process.stdin.write(json.dumps(self._plan | plan) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer

    def close(self):
        """Let it end."""
        self._process.stdin.close()
        assert self._process.wait(timeout=60) == 0
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
                self.stop.wait(0.02)
        except Exception as error:  # whatever a reader meets is the finding
            self.faults.append(f"{type(error).__name__}: {error}")
        finally:
            store.close()


def look(store):
    """What is wrong with the published snapshot: nothing, when every layer is of one generation."""
    snapshot = store.ledger.current()
    held = {layer: values(store, layer, snapshot.layers[layer]) for layer in LEVELS}
    possible = [
        {layer: {value(layer, each)} for layer in LEVELS} for each in range(5 * max(KILLS.values()) + 2)
    ]
    return [] if held in possible else [f"snapshot {snapshot.id} holds {held}"]


def values(store, layer, version):
    cube = store.cube.open(layer, version)
    everything = cube.decode(layer, cube.read(layer))
    land = everything[:, CELLS // 10 :]
    assert np.isnan(everything[:, : CELLS // 10]).all()
    return {float(one) for one in np.unique(land)}


@pytest.fixture
def settings(settings, tmp_path):
    config = write_country(tmp_path, cells=CELLS)
    for name in ("drainage", "cec", "temperature_mean_annual", "rainfall_annual", "dry_months"):
        (config / "layers" / f"{name}.yaml").unlink()
    made = Settings(store=settings.store, db=settings.db, config=config)
    write_generation(tmp_path, 0)
    store = open_store(made)
    report = ingest(store, load(config), actor="tests", progress=silent)
    store.close()
    assert set(LEVELS) <= set(report.published), report.findings
    return made


def write_generation(directory, generation):
    for layer in LEVELS:
        write_source(directory, layer, cells=CELLS, fill=value(layer, generation))


def leave_rubbish(settings, number):
    """What killed runs leave: an unfinished file, and a version that the ledger never recorded."""
    (settings.store / "cube" / "soc").mkdir(parents=True, exist_ok=True)
    whole = next(
        path for path in (settings.store / "cube" / "soc").iterdir() if not path.name.startswith(".")
    )
    shutil.copytree(whole, settings.store / "cube" / "soc" / f"unrecorded{number}")
    shutil.copytree(whole, settings.store / "cube" / "soc" / f".partial-{number}")


def rubbish(settings):
    return [
        str(path)
        for name in ("cube", "cog", "vector")
        for path in (settings.store / name).glob("*/*.partial-*")
    ] + [str(path) for path in (settings.store / "cube" / "soc").glob("*unrecorded*")]


@contextmanager
def reading(settings):
    reader = Reader(settings)
    reader.start()
    try:
        yield reader
    finally:
        reader.stop.set()
        reader.join(timeout=60)


def instants(calls, phase, chance):
    """A random call of a phase, and a random moment of it."""
    call = chance.randrange(len(calls[phase])) + 1
    return {"phase": phase, "call": call, "delay": chance.uniform(0, max(calls[phase]))}


def test_kills_in_every_phase_leave_whole_maps_and_the_next_run_completes(settings, tmp_path, request):
    home = request.node.callspec.params["settings"]
    chance, killed, zygote = random.Random(20261122), Counter(), Zygote(settings)
    plan = [phase for phase in PHASES for _ in range(KILLS[home])]
    chance.shuffle(plan)
    write_generation(tmp_path, 1)
    leave_rubbish(settings, "dry")
    calls = zygote.run()["seconds"]
    assert set(calls) == set(PHASES), "every phase is passed in a run"
    with reading(settings) as reader:
        store = open_store(settings)
        for generation, phase in enumerate(plan, start=2):
            before = store.ledger.current()
            write_generation(tmp_path, generation)
            if phase == "collect":
                leave_rubbish(settings, generation)
            killed[phase] += zygote.run(**instants(calls, phase, chance))["signal"] == 9
            after = store.ledger.current()
            assert look(store) == []
            assert after == before or (phase == "commit" and after.id == before.id + 1)
            finished = zygote.run()["report"]
            assert (finished["blocked"], rubbish(settings)) == ([], [])
            published = store.ledger.current()
            assert published.id == before.id + 1
            for layer in LEVELS:
                assert values(store, layer, published.layers[layer]) == {value(layer, generation)}
                assert store.has_raster(layer, before.layers[layer]), "what was published is kept"
        store.close()
    zygote.close()
    assert reader.faults == []
    assert killed == Counter(plan)
    print(f"\n{home}: killed {sum(killed.values())} times ({dict(killed)}); {reader.reads} reads, none mixed")
