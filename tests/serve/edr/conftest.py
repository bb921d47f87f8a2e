"""A small country whose pH is published at two depths, with its standard deviation, and whose carbon is of
two times."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.country import write_country, write_source
from tests.serve.conftest import served

CELLS = 24
FURTHER: dict[str, tuple[str, dict[str, Any], float]] = {
    "ph_h2o": ("ph_h2o", {"time": "2020"}, 5.5),
    "ph_h2o_30_60": ("ph_h2o", {"depth": [30, 60], "time": "2020"}, 6.25),
    "ph_h2o_sd": ("ph_h2o", {"statistic": "sd", "time": "2020"}, 0.4),
    "soc": ("soc", {"time": "2020"}, 2.0),
    "soc_2010": ("soc", {"time": "2010"}, 3.0),
}
"""Layer -> the layer it is like, what differs, and the value of all of its land."""


@pytest.fixture(scope="session")
def profiled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a store with these layers; no test changes it."""
    directory = tmp_path_factory.mktemp("profiled")
    config = write_country(directory, cells=CELLS)
    for name, (like, differing, value) in FURTHER.items():
        file = config / "layers" / f"{like}.yaml"
        described = yaml.safe_load(file.read_text(encoding="utf-8")) | differing
        source = write_source(directory, like, cells=CELLS, fill=value)
        described["source"] = str(source.rename(source.with_name(f"{name}_filled.tif")))
        (config / "layers" / f"{name}.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
    settings = Settings(store=directory / "store", config=config, db=None)
    store = open_store(settings)
    ingest(store, load(config), actor="tests", progress=silent)
    store.close()
    return settings


@pytest.fixture(scope="session")
def profiles(profiled: Settings) -> Iterator[httpx.Client]:
    """A client of a server over that store."""
    with served(profiled) as running:
        yield running


@pytest.fixture(scope="session")
def profiled_store(profiled: Settings) -> Iterator[Store]:
    """The store itself, read beside the server."""
    store = open_store(profiled)
    yield store
    store.close()
