"""A small country that reports: its layers are published, and the nation as one unit with them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.jobs.evaluation.nation import nation
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import recorded, silent
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.country import write_country

CELLS = 48
ISO = ["XT", "XTS"]
SERIES = "XTS-2016-2020"
REPORT = {
    "body": {"en": "Office of tests", "id": "Balai uji"},
    "period": [2016, 2020],
    "boundaries": {"source": "tests", "disclaimer": {"en": "Invented.", "id": "Rekaan."}},
}


@dataclass(frozen=True)
class Reporting:
    """Where the country lies, with its open store."""

    directory: Path
    store: Store

    @property
    def config(self) -> Path:
        """Its configuration directory."""
        return self.directory / "config"

    @cached_property
    def catalog(self) -> Catalog:
        """Its configuration as it is when it is first asked for."""
        return load(self.config)

    def reporting(self, **changes: object) -> Catalog:
        """Its configuration with other keys in report.yaml."""
        return self.catalog.model_copy(update={"report": self.catalog.report.model_copy(update=changes)})

    def publish(self) -> None:
        """Ingest what changed, and publish the nation anew."""
        report = ingest(self.store, self.catalog, actor="tests", progress=silent)
        assert not report.blocked, report.findings
        with recorded(self.store, "nation", "tests", {}) as run:
            made = nation(self.store, self.catalog, self.store.ledger.current().layers, run, silent)
            self.store.ledger.publish(made, run=run.run, actor="tests", reason="nation")

    def change(self, file: str, **keys: object) -> None:
        """Change keys of a file of config."""
        path = self.config / file
        said = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
        path.write_text(yaml.safe_dump(said | keys), "utf-8")


def reporting_country(directory: Path) -> Reporting:
    """A country in a directory, published; its store is to be closed."""
    config = write_country(directory, cells=CELLS)
    country = Reporting(directory, open_store(Settings(store=directory / "store", config=config)))
    country.change("country.yaml", iso3166=ISO)
    country.change("report.yaml", **REPORT)
    country.change("layers/soc.yaml", time="2020", land="all")
    country.publish()
    return country
