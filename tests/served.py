"""A small country, ingested and evaluated, ready to be served."""

from collections.abc import Callable, Sequence
from pathlib import Path

from soilinfo.catalog.load import load
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country

CROPS = ["cocoa", "maize", "rice_irrigated"]


def build(
    directory: Path, write: Callable[[Path], Path] = write_country, crops: Sequence[str] = CROPS
) -> Settings:
    """Settings of a store in ``directory`` that publishes everything that a small country has."""
    settings = Settings(store=directory / "store", config=write(directory), db=None)
    store, catalog = open_store(settings), load(settings.config)
    ingest(store, catalog, actor="tests", progress=silent)
    evaluate(store, catalog, crops, actor="tests", progress=silent)
    store.close()
    return settings
