from pathlib import Path

import pytest

from soilinfo.catalog.load import load
from soilinfo.sample.archipelago import groups
from soilinfo.sample.farmland import farmland
from soilinfo.sample.offices import write_office_tables
from soilinfo.sample.regions import Units, districts
from soilinfo.sample.tables import levels, write_regions
from tests.sample.nation import Nation, write_coarse

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def units() -> dict[str, Units]:
    return levels(districts(groups()[0]))


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory, units: dict[str, Units]) -> Nation:
    directory = tmp_path_factory.mktemp("nation")
    write_regions(directory / "regions.gpkg", units)
    write_coarse(directory, units["provinces"])
    write_office_tables(directory, farmland(directory, units["districts"]))
    catalog = load(CONFIG)
    own = {name: layer for name, layer in catalog.layers.items() if not layer.terrain}
    return Nation(directory, catalog.model_copy(update={"layers": own}), units)
