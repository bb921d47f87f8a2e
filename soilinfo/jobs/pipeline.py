"""A pipeline: jobs in order, under one name, meant to run every so often with nobody watching."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.errors import SoilinfoError
from soilinfo.jobs.run import Event, Progress, RunReport, actor
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store

Step = Callable[[Store, Catalog, str, Progress], RunReport]
"""(store, catalog, actor, progress) -> report."""


@dataclass(frozen=True)
class Pipeline:
    """``steps`` in order, due again after ``every``; ``source`` says where its input comes from."""

    name: str
    every: timedelta
    source: str
    steps: tuple[Step, ...]


def run(pipeline: Pipeline, settings: Settings) -> int:
    """Run every step and return the worst exit code; a step that blocks a layer does not stop the next.

    Prints one JSON line per event and per step, for a log. An expected error ends the run with
    its own exit code and a JSON line that says why.
    """
    try:
        home = open_store(settings)
        try:
            catalog = load(settings.config)
            reports = [step(home, catalog, actor(), _log) for step in pipeline.steps]
        finally:
            home.close()
    except SoilinfoError as error:
        print(json.dumps({"pipeline": pipeline.name, "error": str(error)}), file=sys.stderr, flush=True)
        return error.exit_code
    for report in reports:
        print(json.dumps({"pipeline": pipeline.name, "run": report.run, **report.summary()}), flush=True)
    return max(report.exit_code for report in reports)


def _log(event: Event) -> None:
    print(json.dumps(asdict(event), ensure_ascii=False), flush=True)
