"""A small country with carbon at two times, its uncertainty, and what a stock is computed from."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.jobs.indicators.measure import Measurement
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from soilinfo.store.ledger import Snapshot
from tests.country import write_country
from tests.zoned import write_layer

CELLS = 48
DATED = {"depth": [0, 30], "land": "all"}


@dataclass(frozen=True)
class Carbon:
    """A country whose layers are published, and the cells that they were made of (y, x), NaN at sea."""

    store: Store
    catalog: Catalog
    cells: dict[str, np.ndarray]

    @property
    def snapshot(self) -> Snapshot:
        """What is served."""
        return self.store.ledger.current()

    @property
    def measurement(self) -> Measurement:
        """The indicators of what is served."""
        return Measurement(self.store, self.catalog, self.snapshot.layers)

    def weights(self, code: str) -> np.ndarray:
        """Hectares of each cell in a regency, a quarter of the country."""
        areas = np.zeros((CELLS, CELLS))
        half, at = CELLS // 2, int(code[-1]) - 1
        rows = slice(half * (at // 2), half * (at // 2 + 1))
        areas[rows, half * (at % 2) : half * (at % 2 + 1)] = self.catalog.grid.row_areas()[rows, np.newaxis]
        return areas


@pytest.fixture(scope="session")
def carbon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carbon]:
    directory = tmp_path_factory.mktemp("carbon")
    config = write_country(directory, cells=CELLS)
    cells = _write_layers(config)
    _write_index(config)
    store, catalog = open_store(Settings(store=directory / "store", config=config)), load(config)
    report = ingest(store, catalog, actor="tests", progress=silent)
    assert not report.blocked, report.findings
    yield Carbon(store, catalog, cells)
    store.close()


def _write_layers(config: Path) -> dict[str, np.ndarray]:
    random = np.random.default_rng(9)
    before = np.round(random.uniform(0.5, 5, (CELLS, CELLS)), 2)
    after = np.round(before * random.choice([0.9, 1.0, 1.1, 0.7], before.shape), 2)
    before[0, :] = 0
    cells = {"soc_2010": before, "soc": after, "soc_sd": np.round(0.2 * after, 2)}
    cells |= {"bulk_density": np.full(before.shape, 1.25), "coarse_fragments": np.full(before.shape, 10.0)}
    for values in cells.values():
        values[:, : CELLS // 10] = np.nan
    (config / "layers" / "soc.yaml").unlink()
    for name, values in cells.items():
        about: dict[str, object] = DATED | {"property": name.partition("_")[0] if "soc" in name else name}
        about |= {"unit": {"bulk_density": "g/cm3", "coarse_fragments": "% vol"}.get(name, "%")}
        if name.startswith("soc"):
            about["time"] = "2010" if name == "soc_2010" else "2020"
        if name == "soc_sd":
            about["statistic"] = "sd"
        write_layer(config, name, values.astype("float32"), **about)
    return cells


def _write_index(config: Path) -> None:
    """An index of two indicators."""
    parts = [
        {"indicator": "soc", "worst": 1, "best": 3, "weight": 3, "source": "tests"},
        {"indicator": "ph_h2o", "worst": 4, "best": 7, "source": "tests"},
    ]
    index = {
        "title": {"en": "Health", "id": "Kesehatan"},
        "definition": {"en": "Of two parts", "id": "Dari dua bagian"},
        "edition": "1",
        "kind": "index",
        "unit": "1",
        "parts": parts,
        "themes": ["soil_health"],
        "source": "tests",
    }
    (config / "indicators").mkdir()
    (config / "indicators" / "health.yaml").write_text(yaml.safe_dump(index), "utf-8")
