"""A small country, ingested and evaluated, ready to be served."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from soilinfo.catalog.load import load
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import RunReport, silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country

CROPS = ["cocoa", "maize", "rice_irrigated"]


@dataclass(frozen=True)
class Built:
    """The settings of a store, and what the two runs reported that filled it."""

    settings: Settings
    ingested: RunReport
    evaluated: RunReport


def build(
    directory: Path, write: Callable[[Path], Path] = write_country, crops: Sequence[str] = CROPS
) -> Built:
    """A store in ``directory`` that publishes everything that a small country has."""
    settings = Settings(store=directory / "store", config=write(directory), db=None)
    store, catalog = open_store(settings), load(settings.config)
    ingested = ingest(store, catalog, actor="tests", progress=silent)
    evaluated = evaluate(store, catalog, crops, actor="tests", progress=silent)
    store.close()
    return Built(settings, ingested, evaluated)
