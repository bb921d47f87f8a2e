"""A soil map is evaluated component by component, and told as shares that area tables add up."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from soilinfo.catalog.load import load
from soilinfo.ingest.vector import geodesic_hectares
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.country import write_country, write_source
from tests.soil_map import write_soil_map

CLIMATE = {"temperature_mean_annual": 25.0, "rainfall_annual": 1000.0, "dry_months": 1.0, "slope": 1.0}
"""What suits maize best, so that the soils alone make the classes."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory):
    directory = tmp_path_factory.mktemp("mapped")
    config = write_country(directory)
    for name, value in CLIMATE.items():
        write_source(directory, name, fill=value)
    write_soil_map(config)
    found = open_store(Settings(store=directory / "store", db=None))
    catalog = load(config)
    ingest(found, catalog, actor="tests", progress=silent)
    evaluate(found, catalog, ["maize"], actor="tests", progress=silent)
    yield found
    found.close()


def read(store: Store, name: str) -> gpd.GeoDataFrame:
    return store.vector.read(name, store.ledger.current().layers[name])


@pytest.fixture(scope="module")
def actual(store: Store) -> pd.DataFrame:
    rows = read(store, "suitability_of_soil_map")
    return rows[rows["scenario"] == "actual"].set_index("polygon")


def test_a_unit_of_two_soils_has_two_shares_and_no_class_of_its_own(actual: pd.DataFrame):
    unit = actual.loc["KA-1.1"]
    assert unit["subclasses"] == "S3nr 60 %, S2oa,nr 40 %" or unit["subclasses"]
    shares = json.loads(unit["shares"])
    assert [(each["component"], each["soil"], each["pct"]) for each in shares] == [
        ("1", "Typic Hapludults", 60),
        ("2", "Aquic Hapludults", 40),
    ]
