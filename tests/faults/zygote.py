"""A process that has imported everything and forks one job after the other, to be killed or not.

Its argument are the settings (JSON). Reads a plan per line (JSON) from standard input and answers one line
each. A plan to kill names a phase, which of its calls, and how many seconds into it. Without a phase it
answers how often and how long each phase was called, which is what the instants are drawn from. The job is
an ingestion, or the approval of the allocation that the plan names.
"""

import gc
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any

from numba import njit

from soilinfo.catalog.load import load
from soilinfo.errors import SoilinfoError
from soilinfo.ingest.source import Reader
from soilinfo.jobs import ingest as ingest_job
from soilinfo.jobs.ingestion import rasters
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy import records
from soilinfo.settings import Settings
from soilinfo.store import allocations, files
from soilinfo.store.cube_writer import CubeWriter
from soilinfo.store.home import Store, open_store
from soilinfo.store.ledger import Ledger

PHASES: Mapping[str, tuple[tuple[Any, str], ...]] = {
    "read": ((Reader, "raw"),),
    "write": ((CubeWriter, "write"), (CubeWriter, "finish"), (rasters, "write_cog")),
    "sync": ((files, "sync"),),
    "commit": ((Ledger, "record"), (Ledger, "publish")),
    "collect": ((Store, "collect_garbage"),),
}
"""What an ingestion does, by the functions that do it."""
APPROVAL: Mapping[str, tuple[tuple[Any, str], ...]] = {
    "approval": ((records, "approve"),),
    "transaction": ((allocations.Allocations, "approve"),),
    "snapshot": ((allocations, "next_snapshot"),),
    "event": ((allocations, "_add_event"),),
}
"""What an approval does, each a part of the one before."""


class Phases:
    """Counts and times the calls of each phase; in the one planned, the process dies."""

    def __init__(self, phase: str | None, call: int, delay: float) -> None:
        self.phase, self.call, self.delay = phase, call, delay
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self._started = 0
        self._lock = threading.Lock()

    def watch(self) -> None:
        for phase, functions in {**PHASES, **APPROVAL}.items():
            for owner, name in functions:
                setattr(owner, name, self._watched(phase, getattr(owner, name)))

    def _watched(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            begin = time.monotonic()
            with self._doom(phase):
                result = function(*args, **kwargs)
            self.seconds[phase].append(time.monotonic() - begin)
            return result

        return watched

    def _doom(self, phase: str) -> AbstractContextManager[None]:
        if phase != self.phase:
            return nullcontext()
        with self._lock:
            self._started += 1
            mine = self._started == self.call
        return Doom(self.delay) if mine else nullcontext()


class Doom:
    """The process dies ``delay`` seconds after this begins, or when it ends, whichever comes first."""

    def __init__(self, delay: float) -> None:
        self._timer = threading.Timer(delay, die)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def child(settings: Settings, plan: Mapping[str, Any]) -> dict[str, Any]:
    """Run one job in this process; what it said and how long its phases took."""
    phases = Phases(plan.get("phase"), plan.get("call", 0), plan.get("delay", 0.0))
    phases.watch()
    store, catalog = open_store(settings), load(settings.config)
    try:
        if "allocation" in plan:
            records.approve(store, catalog, plan["allocation"], actor="faults", as_computed=True)
            return {"seconds": phases.seconds}
        report = ingest_job.ingest(store, catalog, actor="faults", progress=silent)
    finally:
        store.close()
    return {"report": report.summary(), "seconds": phases.seconds}


def forked(settings: Settings, plan: Mapping[str, Any]) -> dict[str, Any]:
    """Run a plan in a fork; its answer and the signal that ended it (0: none)."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        _run_and_leave(settings, plan, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as stream:
        answer = stream.read()
    _, status = os.waitpid(process, 0)
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, **json.loads(answer or "{}")}


def _run_and_leave(settings: Settings, plan: Mapping[str, Any], writing: int) -> None:
    try:
        answer = child(settings, plan)
    except SoilinfoError as error:
        answer = {"refused": [type(error).__name__, str(error)]}
    except BaseException:
        answer = {"error": traceback.format_exc()}
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        json.dump(answer, stream)
    os._exit(0)


def prepare(settings: Settings) -> None:
    """Do once what every fork would do again: read config, and start the compiler."""
    load(settings.config)
    njit(lambda cell: cell)(0)
    gc.freeze()  # so that looking for garbage does not copy to each fork what all of them share


if __name__ == "__main__":
    given = Settings(**json.loads(sys.argv[1]))
    prepare(given)
    for line in sys.stdin:
        print(json.dumps(forked(given, json.loads(line))), flush=True)
