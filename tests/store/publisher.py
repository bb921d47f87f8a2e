"""Tasks that write to a store, each done in a process of its own (:func:`process`)."""

import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess as Process

import numpy as np

from soilinfo.grid import Grid
from soilinfo.settings import Settings
from soilinfo.store.cog import write_cog
from soilinfo.store.home import Store, open_store
from soilinfo.store.layout import Variable
from soilinfo.store.ledger import Version
from tests.process import READY
from tests.store.frames import regencies

GRID = Grid("EPSG:4326", 1 / 480, 95.0, 6.0, 700, 600)
LAYER = Variable("ph_h2o", "int16", -32768, 0.01)
HELD = "held"
"""File in the store that says that its lock is held."""


def record(store: Store, run: str, layer: str, version: str, kind="raster") -> None:
    now = datetime.now(UTC)
    store.ledger.record(Version(layer, version, kind, "s", "0", "p", "t", {}, {}, {}, run, now), [])


def write_raster(store: Store, number: int) -> None:
    version = f"v{number}"
    with store.cube.writer("ph_h2o", version, GRID, [LAYER], {}) as writer:
        writer.write("ph_h2o", GRID.window, np.full(GRID.shape, number, dtype="int16"))
    with store.cog("ph_h2o", version) as target:
        write_cog(store.cube.open("ph_h2o", version), "ph_h2o", target, tags={})


def write_regencies(store: Store, number: int) -> None:
    store.vector.write("regency", f"v{number}", regencies().assign(people=number), id_field="code")


def publish(store: Store, number: int) -> None:
    """One complete publication: every raster cell and every feature says ``number``."""
    run = store.ledger.start_run("test", "publisher", {})
    write_raster(store, number)
    write_regencies(store, number)
    record(store, run, "ph_h2o", f"v{number}")
    record(store, run, "regency", f"v{number}", "vector")
    layers = {"ph_h2o": f"v{number}", "regency": f"v{number}"}
    store.ledger.publish(layers, run=run, actor="publisher", reason="")


def publish_many(store: Store) -> None:
    for number in range(2, 7):
        publish(store, number)


def die_while_writing_a_raster(store: Store) -> None:
    with store.lock(), store.cube.writer("ph_h2o", "v2", GRID, [LAYER], {}) as writer:
        writer.write("ph_h2o", GRID.window, np.full(GRID.shape, 2, dtype="int16"))
        die()


def die_before_publishing(store: Store) -> None:
    with store.lock():
        write_raster(store, 2)
        write_regencies(store, 2)
        die()


def die_while_publishing(store: Store) -> None:
    """Inside the ledger's transaction, after its first statements."""
    with store.lock():
        run = store.ledger.start_run("test", "publisher", {})
        write_raster(store, 2)
        record(store, run, "ph_h2o", "v2")
        with store.ledger._database.write() as execute:
            execute("INSERT INTO snapshot (id, created, actor, reason) VALUES (2, 'now', 'publisher', '')")
            execute("INSERT INTO snapshot_layer VALUES (2, 'ph_h2o', 'v2')")
            die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hold_the_lock(store: Store) -> None:
    with store.lock():
        (store.directory / HELD).touch()
        threading.Event().wait()


def open_only(store: Store) -> None:
    assert store.ledger.current_id() == 0


def process(task: Callable[[Store], None], settings: Settings) -> Process:
    """Start a task in a process of its own, which opens the store for itself."""
    started = READY.Process(target=_open_and_do, args=(task, settings), daemon=True)
    started.start()
    return started


def _open_and_do(task: Callable[[Store], None], settings: Settings) -> None:
    task(open_store(settings))
