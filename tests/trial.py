"""A small country whose regions may have criteria of their own, on trial."""

from pathlib import Path
from typing import Any

import yaml

from soilinfo.catalog.load import load
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import RunReport, silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country, write_source

CELLS = 48
SLOPE = {"quality": "eh", "kind": "numeric", "unit": "%", "worst_class": "N"}
STEEP_IS_FINE = SLOPE | {"bands": {"S1": [[None, 90]], "N": [[90, None]]}}
NOTHING_IS_FLAT = SLOPE | {"bands": {"S1": [[None, 0]], "N": [[0, None]]}}
SOURCE = {"title": "tests", "read_as": "invented", "confidence": "low"}


class Trial:
    """A small country, ingested, whose only crop is maize but for fallbacks."""

    def __init__(self, directory: Path) -> None:
        self.config = directory / "config"
        self.store = open_store(Settings(store=directory / "store", db=None))

    def add(self, name: str, region: str, **rows: Any) -> None:
        folder = self.config / "regional_criteria"
        folder.mkdir(exist_ok=True)
        content = {"crop": "maize", "region": region, "edition": "1", "source": SOURCE}
        text = yaml.safe_dump(content | {"characteristics": rows})
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def evaluated(self, **asked: Any) -> RunReport:
        catalog = load(self.config)
        self.catalog = catalog.model_copy(update={"crops": {"maize": catalog.crops["maize"]}})
        return evaluate(self.store, self.catalog, **asked, actor="tests", progress=silent)

    @property
    def layers(self):
        return self.store.ledger.current().layers

    def cube(self, variable: str):
        layer = self.store.cube.open("suitability_maize", self.layers["suitability_maize"])
        return layer.read(variable, layer.grid.window)

    def slope_limits(self):
        codes = [quality.code for quality in self.catalog.evaluation.qualities]
        return (self.cube("limiting_actual") >> codes.index("eh") & 1).astype(bool)

    def rows(self, level: str):
        found = self.store.vector.read(f"suitability_by_{level}", self.layers[f"suitability_by_{level}"])
        return found[found["scenario"] == "actual"].set_index("code")


def ingested_country(directory: Path) -> Path:
    """The directory, with a country in it that is ingested and not evaluated: a trial has a copy of it."""
    config = write_country(directory, cells=CELLS)
    for name, value in {"rainfall_annual": 1000.0, "slope": 50.0}.items():
        write_source(directory, name, cells=CELLS, fill=value)
    store = open_store(Settings(store=directory / "store", db=None))
    ingest(store, load(config), actor="tests", progress=silent)
    store.close()
    return directory
