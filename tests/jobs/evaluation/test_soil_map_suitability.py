"""A soil map is evaluated component by component, and told as shares that area tables add up."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.models import SCENARIOS
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.country import write_country, write_source
from tests.soil_map import components, write_soil_map

CLIMATE = {"temperature_mean_annual": 25.0, "rainfall_annual": 1000.0, "slope": 1.0, "cec": 20.0}
"""What suits maize best, so that the soils alone make the classes."""
SEA = 20
"""Percent of the western polygons that have no climate."""
ACID_IS_FINE = """
crop: maize
region: '01.01'
edition: '1'
source: {title: tests, read_as: invented, confidence: low}
characteristics:
  ph_h2o: {quality: nr, kind: numeric, unit: pH, bands: {S1: [[4, null]], S3: [[null, 4]]}, worst_class: S3}
"""
SUITABLE = "suitability_of_soil_map"


def mapped(
    directory: Path,
    described: pd.DataFrame,
    *,
    filled: Mapping[str, float] = CLIMATE,
    from_rasters: Sequence[str] = ("cec",),
    regional: bool = False,
    db: str | None = None,
) -> Store:
    """A store with the small soil map, its components as given, evaluated for maize."""
    config = write_country(directory)
    for name, value in filled.items():
        write_source(directory, name, fill=value)
    write_soil_map(config, described=described, from_rasters=[*from_rasters])
    if regional:
        (config / "regional_criteria").mkdir()
        (config / "regional_criteria" / "acid.yaml").write_text(ACID_IS_FINE, encoding="utf-8")
    store = open_store(Settings(store=directory / "store", db=db))
    ingest(store, load(config), actor="tests", progress=silent)
    evaluate(store, load(config), ["maize"], actor="tests", progress=silent)
    return store


def described() -> pd.DataFrame:
    """Components of which KA-1 has two: one good above and acid below, one the other way round."""
    table = components()
    table.loc[0, ["DRAINASE", "PH_0_30", "PH_30_60"]] = [4, 5.6, 4.0]
    table.loc[1, ["DRAINASE", "PH_0_30", "PH_30_60"]] = [4, 4.9, 7.0]
    return table


@pytest.fixture(scope="module", params=["embedded", "postgis"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    with ExitStack() as stack:
        on_postgis = request.param == "postgis"
        db = stack.enter_context(request.getfixturevalue("postgres").database()) if on_postgis else None
        found = mapped(tmp_path_factory.mktemp("mapped"), described(), db=db)
        yield found
        found.close()


def read(store: Store, name: str) -> gpd.GeoDataFrame:
    return store.vector.read(name, store.ledger.current().layers[name])


def actual(store: Store, name: str = SUITABLE, key: str = "polygon") -> gpd.GeoDataFrame:
    rows = read(store, name)
    return rows[rows["scenario"] == "actual"].set_index(key)


def test_a_unit_of_two_soils_has_two_shares_and_no_class_of_its_own(store: Store):
    unit = actual(store).loc["KA-1.1"]
    assert unit["subclasses"] == "S2nr 48 %, S3nr 32 %, – 20 %"
    assert json.loads(unit["shares"]) == [
        {"component": "1", "soil": "Typic Hapludults", "subclass": "S2nr", "pct": 48},
        {"component": "1", "soil": "Typic Hapludults", "subclass": "", "pct": 12},
        {"component": "2", "soil": "Aquic Hapludults", "subclass": "S3nr", "pct": 32},
        {"component": "2", "soil": "Aquic Hapludults", "subclass": "", "pct": 8},
    ]
    assert unit[["s1_pct", "s2_pct", "s3_pct", "n_pct", "nodata_pct"]].tolist() == [0, 48, 32, 0, SEA]


def test_a_component_counts_with_the_depth_that_the_criterion_is_about(store: Store):
    # pH of 0-30 cm decides (5.6 is S2, 4.9 S3); below it the two soils are the other way round.
    assert actual(store).loc["KA-1.1", "s2_pct"] == 60 * (100 - SEA) / 100


def test_land_that_is_no_soil_has_no_class(store: Store):
    water = actual(store).loc["AIR.1"]
    assert water["nodata_pct"] == 100
    assert (water["subclasses"], json.loads(water["shares"])) == ("", [])


def test_every_polygon_has_a_row_for_each_crop_and_scenario(store: Store):
    rows = read(store, SUITABLE)
    assert len(rows) == 4 * len(SCENARIOS)
    assert rows["id"].is_unique
    total = rows[["s1_pct", "s2_pct", "s3_pct", "n_pct", "nodata_pct"]].sum(axis=1)
    assert np.allclose(total, 100)


def test_the_result_says_where_each_characteristic_is_from(store: Store):
    version = store.ledger.version(SUITABLE, store.ledger.current().layers[SUITABLE])
    origins = version.metadata["crops"]["maize"]
    assert origins["from_components"] == ["drainage", "ph_h2o", "soc"]
    assert origins["from_rasters"] == ["cec", "rainfall_annual", "slope", "temperature_mean_annual"]
    assert "texture" in origins["unused"]
    row = actual(store).loc["KA-2.1"]
    assert row["from_components"] == "drainage, ph_h2o, soc"
    assert (row["criteria_set"], row["boundary_rule"]) == ("lasem", "as_printed")
    assert {"soil_map", "soil_map_components", "rainfall_annual"} <= set(version.inputs)


def test_hectares_of_a_unit_are_its_polygons_times_their_shares(store: Store):
    rows = actual(store, f"{SUITABLE}_by_regencies", "code")
    polygon = actual(store).loc["KA-1.1", "area_ha"]
    assert rows.loc["01.01", "s2_ha"] == pytest.approx(0.48 * polygon, rel=1e-5)
    assert rows.loc["01.01", "s3_ha"] == pytest.approx(0.32 * polygon, rel=1e-5)
    assert rows.loc["01.04", "nodata_pct"] == pytest.approx(100, abs=1e-6)


def test_the_province_is_the_sum_of_its_regencies(store: Store):
    columns = ["s1_ha", "s2_ha", "s3_ha", "n_ha", "nodata_ha", "total_ha"]
    parts = actual(store, f"{SUITABLE}_by_regencies", "code")[columns].sum()
    whole = actual(store, f"{SUITABLE}_by_provinces", "code")[columns].iloc[0]
    assert np.allclose(parts, whole, rtol=1e-9)


def test_criteria_of_a_region_hold_for_the_polygons_in_it_and_the_tables_say_so(tmp_path: Path):
    store = mapped(tmp_path, described(), regional=True)
    rows = actual(store)
    assert rows["criteria_set"].to_dict() == {
        "AIR.1": "lasem",
        "KA-1.1": "acid",
        "KA-2.1": "lasem",
        "KA-2.2": "lasem",
    }
    assert rows.loc["KA-1.1", "subclasses"] == "S1 80 %, – 20 %"
    sets = actual(store, f"{SUITABLE}_by_regencies", "code")["criteria_set"]
    assert (sets["01.01"], sets["01.02"]) == ("acid", "lasem")
    assert actual(store, f"{SUITABLE}_by_provinces", "code").loc["01", "criteria_set"] == "acid, lasem"
    store.close()


def test_criteria_that_a_rollback_withdrew_do_not_come_back_with_the_soil_map(tmp_path: Path):
    store = mapped(tmp_path, described())
    before, catalog = store.ledger.current(), load(tmp_path / "config")
    rules = catalog.evaluation.model_copy(update={"boundary_rule": "worse"})
    wrong = catalog.model_copy(update={"evaluation": rules})
    evaluate(store, wrong, ["maize"], actor="cron", progress=silent)
    store.ledger.rollback(before.id, actor="siti", reason="wrong rule")
    maize = wrong.model_copy(update={"crops": {"maize": wrong.crops["maize"]}})
    report = evaluate(store, maize, actor="cron", progress=silent)
    assert report.held == ["suitability_maize"]
    assert store.ledger.current().layers[SUITABLE] == before.layers[SUITABLE]
    store.close()


def test_the_same_map_and_criteria_again_make_nothing_new(store: Store):
    catalog = load(store.directory.parent / "config")
    assert evaluate(store, catalog, ["maize"], actor="tests", progress=silent).snapshot is None


def test_a_soil_of_which_a_needed_value_is_unknown_is_no_data_and_named(tmp_path: Path):
    table = described()
    table.loc[1, ["PH_0_30", "PH_30_60"]] = None
    store = mapped(tmp_path, table)
    unit = actual(store).loc["KA-1.1"]
    assert unit[["s2_pct", "nodata_pct"]].tolist() == [48, 52]
    assert "ph_h2o" in unit["missing"].split(", ")
    assert "ph_h2o" not in actual(store).loc["KA-2.1", "missing"]
    assert unit["subclasses"] == "– 52 %, S2nr 48 %"
    store.close()


SOIL_OF_THE_RASTERS = {"ph_h2o": 5.6, "soc": 1.6, "drainage": 2.0}


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory):
    """Climate, slope and exchange capacity differ from place to place; the rasters' one soil is the map's."""
    table = described()
    table[["DRAINASE", "PH_0_30", "PH_30_60", "C_0_30"]] = [4, 5.6, 5.6, 16.0]
    found = mapped(tmp_path_factory.mktemp("varied"), table, filled=SOIL_OF_THE_RASTERS)
    yield found
    found.close()


SHARES = ["s1_pct", "s2_pct", "s3_pct", "n_pct", "nodata_pct"]


def test_a_polygon_is_not_averaged_to_one_slope(varied: Store):
    rows = actual(varied)
    assert rows.loc["KA-2.1", "n_pct"] > 5
    assert rows.loc["KA-2.1", "s3_pct"] > 5
    assert "eh" in rows.loc["KA-2.1", "subclasses"]


def test_where_the_soils_are_those_of_the_rasters_the_areas_are_those_of_the_rasters(varied: Store):
    columns = ["s1_ha", "s2_ha", "s3_ha", "n_ha", "nodata_ha", "total_ha"]
    of_map = read(varied, f"{SUITABLE}_by_regencies").set_index(["code", "scenario"])[columns]
    of_rasters = read(varied, "suitability_by_regencies").set_index(["code", "scenario"])[columns]
    of_map = of_map.drop("01.04")  # drawn as water
    assert len(of_map) == 3 * len(SCENARIOS)
    assert (of_map["n_ha"] > 0).any()
    assert np.allclose(of_map, of_rasters.loc[of_map.index], atol=0.001)


def test_a_property_of_the_soil_that_the_table_lacks_is_not_taken_from_a_raster(tmp_path: Path):
    store = mapped(tmp_path, described(), filled=CLIMATE | {"cec": 3.0}, from_rasters=())
    unit = actual(store).loc["KA-2.1"]
    assert "cec" in unit["unused"].split(", ")
    assert "cec" not in unit["from_rasters"]
    assert "cec" not in store.ledger.version(SUITABLE, store.ledger.current().layers[SUITABLE]).inputs
    assert unit["subclasses"] == "S3oa 100 %"
    store.close()


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory):
    found = mapped(tmp_path_factory.mktemp("poor"), described(), filled=CLIMATE | {"cec": 3.0})
    yield found
    found.close()


def test_a_property_that_the_soil_map_takes_from_rasters_counts_on_every_soil(store: Store, poor: Store):
    assert actual(store).loc["KA-2.1", "subclasses"] == "S3oa 100 %"
    assert actual(poor).loc["KA-2.1", "subclasses"] == "S3oa,nr 100 %"
