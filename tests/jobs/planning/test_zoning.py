"""A country is zoned by its own layers and soil map, with hectares by unit; what is lacking is said."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
import yaml
from shapely import box

from soilinfo.catalog.load import load
from soilinfo.errors import InputError
from soilinfo.evaluate import coverage
from soilinfo.ingest.polygons import Offered
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.planning.overlay import overlay
from soilinfo.jobs.planning.overlay_themes import Asked
from soilinfo.jobs.planning.zoning_area import zoning
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import NORTH, WEST, write_country
from tests.jobs.conftest import Nation
from tests.jobs.planning.answers import approx
from tests.zoned import RAINY_DAYS, WRB, write_zoned_country

LABEL = {"en": "Paddy land", "id": "Lahan sawah"}
ZONES = {"protected": 1, "buffer": 2, "perennial_crops": 3, "annual_crops": 4, "settlement": 5}


def published(directory, config):
    catalog, store = load(config), open_store(Settings(store=directory / "store", db=None))
    ingested = ingest(store, catalog, actor="tests", progress=silent)
    evaluated = evaluate(store, catalog, ["maize"], actor="tests", progress=silent)
    return Nation(directory, catalog, store, ingested, evaluated)


@pytest.fixture(scope="module")
def zoned(tmp_path_factory):
    directory = tmp_path_factory.mktemp("zoned")
    found = published(directory, write_zoned_country(directory))
    yield found
    found.store.close()


def values(nation, layer, variable=None):
    cube = nation.store.cube.open(layer, nation.snapshot.layers[layer])
    name = variable or layer
    return cube.decode(name, cube.read(name))


def rows(nation, name="zoning_by_regencies"):
    return nation.store.vector.read(name, nation.snapshot.layers[name])


def told(nation, check):
    return [one for one in nation.evaluated.findings if one.check == check and one.layer == "zoning"]


def test_every_cell_has_the_score_of_its_own_slope_soil_and_rain(zoned):
    slope, rain = values(zoned, "slope"), values(zoned, "rainfall_annual")
    half = slope.shape[0] // 2
    soil = np.full(slope.shape, 15.0)  # Gleysols
    soil[:half, :half] = 75.0  # Acrisols (60) with Leptosols (75): the most erodible counts
    soil[half:, half:] = np.nan  # water has no soil
    expected = soil + np.select([slope <= 8, slope <= 15, slope <= 25, slope <= 45], [20, 40, 60, 80], 100)
    intensity = rain / RAINY_DAYS
    expected += np.select([intensity <= edge for edge in (13.6, 20.7, 27.7, 34.8)], [10, 20, 30, 40], 50)
    expected[np.isnan(slope) | np.isnan(rain)] = np.nan
    expected[:, -slope.shape[1] // 10 :] = np.nan  # no rainy days there
    assert np.array_equal(values(zoned, "zoning", "score"), expected, equal_nan=True)


def test_steep_and_erodible_land_is_protected_whatever_its_score(zoned):
    slope, zone = values(zoned, "slope"), values(zoned, "zoning", "zone")
    half = slope.shape[0] // 2
    assert (zone[slope > 45] == ZONES["protected"]).all()
    assert (zone[:half, :half][slope[:half, :half] > 15] == ZONES["protected"]).all()
    override = values(zoned, "zoning", "override")
    assert set(np.unique(override[slope > 45])) == {1.0}


def test_hectares_of_zones_and_no_data_add_up_to_each_unit(zoned):
    table = rows(zoned)
    sums = table.groupby("code").agg({"area_ha": "sum", "nodata_ha": "first", "total_ha": "first"})
    assert np.allclose(sums["area_ha"] + sums["nodata_ha"], sums["total_ha"])
    assert set(table["zone"]) == set(ZONES)
    assert (table["override_ha"] <= table["area_ha"] + 1e-6).all()


def test_the_result_names_its_rules_and_what_it_was_made_from(zoned):
    version = zoned.store.ledger.version("zoning", zoned.snapshot.layers["zoning"])
    assert set(version.inputs) == {"slope", "rainfall_annual", "rainy_days", "soil_map"}
    assert version.parameters["rules"]["edition"] == "SK Mentan 837/Kpts/Um/11/1980"
    assert "not read" in version.metadata["notes"][0]["en"]


def test_rules_without_a_layer_are_left_out_and_named(zoned):
    (finding,) = told(zoned, "rules_left_out")
    assert finding.evidence["rules"] == {
        "zoning.settlement": ["land_cover"],
        "zoning.thick_peat": ["peat_thickness"],
        "zoning.river_bank": ["river_distance"],
        "zoning.spring": ["spring_distance"],
    }


def test_the_same_again_changes_nothing(zoned):
    again = evaluate(zoned.store, zoned.catalog, ["maize"], actor="tests", progress=silent)
    assert (again.published, again.snapshot) == ({}, None)


def test_without_rainy_days_there_is_no_zoning(tmp_path):
    found = published(tmp_path, write_country(tmp_path, cells=60))
    (finding,) = told(found, "inputs_lacking")
    assert "no published layer of a soil map that the crosswalk reads, rainy_days" in finding.message
    assert not [name for name in found.snapshot.layers if name.startswith("zoning")]
    found.store.close()


def test_a_soil_without_a_name_in_the_crosswalk_is_told_and_its_units_have_no_score(tmp_path):
    soils = WRB | {"Aquic Hapludults": "Lunar Regolith"}
    found = published(tmp_path, write_zoned_country(tmp_path, cells=240, soils=soils))
    (finding,) = told(found, "unmapped_soils")
    assert finding.evidence == {"names": ["Lunar Regolith"]}
    score = values(found, "zoning", "score")
    half = score.shape[0] // 2
    assert np.isnan(score[:half, :half]).all()
    assert not np.isnan(score[half:, :half]).all()
    found.store.close()


def test_an_area_is_told_with_its_scores_in_words(zoned):
    answer = zoning(zoned.store, zoned.catalog, zoned.snapshot, area={"region": "01.03"})
    table = rows(zoned).set_index("id")
    assert {one["zone"]: one["ha"] for one in answer["zones"]} == pytest.approx(
        {zone: table.loc[f"01.03.{zone}", "area_ha"] for zone in ZONES}, abs=1e-3
    )
    assert sum(one["ha"] for one in answer["reasons"]) + answer["nodata_ha"] == pytest.approx(
        answer["total_ha"]
    )
    by_score = next(one for one in answer["reasons"] if not one["override"])
    slope, soil, rain = (by_score["parts"][part] for part in ("slope", "soil", "rain"))
    assert by_score["reason"]["en"].startswith(
        f"slope {slope} + soil {soil} + rain {rain} = {slope + soil + rain}: "
    )
    assert by_score["reason"]["id"].startswith(f"lereng {slope} + tanah {soil} + hujan {rain} = ")


def test_an_override_is_named_in_the_reason(zoned):
    answer = zoning(zoned.store, zoned.catalog, zoned.snapshot, area={"region": "01.01"})
    steep = next(one for one in answer["reasons"] if one["override"] == "erodible_soil")
    assert steep["reason"]["en"].endswith("; highly erodible soil on more than 15 %: Protected")
    assert steep["zone"] == "protected"


def test_an_area_without_the_layers_is_refused_by_name(nation):
    with pytest.raises(InputError, match=r"zoning is not made: there is no published layer of .*rainy_days"):
        zoning(nation.store, nation.catalog, nation.snapshot, area={"region": "01.01"})


# ---- protected paddy land -----------------------------------------------------------------


def write_paddy_table(config):
    (config.parent / "sources/paddy_land.csv").write_text(
        "Kode;LBS;LP2B\n01.01;1000;900\n01.02;2000;1000\n01.03;500;-\n"
    )
    columns = {
        "code": {"source": "Kode", "type": "code", "title": LABEL},
        "lbs_ha": {"source": "LBS", "type": "number", "unit": "ha", "title": LABEL},
        "lp2b_ha": {"source": "LP2B", "type": "number", "unit": "ha", "title": LABEL},
    }
    table = {"title": LABEL, "description": LABEL, "source": "../sources/paddy_land.csv", "separator": ";"}
    table |= {"nodata": ["-"], "columns": columns, "key": ["code"], "unit_level": "regencies"}
    table |= {"unit_code": "code", "licence": "CC0-1.0", "attribution": "tests"}
    (config / "tables").mkdir()
    (config / "tables/paddy_land.yaml").write_text(yaml.safe_dump(table), "utf-8")


def test_protected_paddy_is_judged_by_regency_and_a_province_only_when_all_are_known(tmp_path):
    config = write_country(tmp_path, cells=60)
    write_paddy_table(config)
    found = published(tmp_path, config)
    regencies = rows(found, "paddy_protection_by_regencies").set_index("code")
    assert dict(regencies["verdict"]) == {
        "01.01": "met",
        "01.02": "not_met",
        "01.03": "unknown",  # no figure
        "01.04": "unknown",  # no row
    }
    province = rows(found, "paddy_protection_by_provinces").iloc[0]
    assert (province["units"], province["units_missing"], province["verdict"]) == (4, 2, "unknown")
    assert np.isnan(province["paddy_ha"])
    found.store.close()


def test_the_zones_of_an_area_are_the_same_in_one_window_and_in_strips(zoned, monkeypatch):
    area = {"bbox": [120.05, -7.3, 120.3, -7.1]}
    once = zoning(zoned.store, zoned.catalog, zoned.snapshot, area=area)
    assert len(once["reasons"]) > 1
    monkeypatch.setattr(coverage, "CHUNK", 16)
    in_strips = zoning(zoned.store, zoned.catalog, zoned.snapshot, area=area)
    assert approx(in_strips) == once


def test_an_overlay_tells_zones_and_map_units_of_each_polygon(zoned):
    shapes = [
        box(WEST + 0.1, NORTH - 0.1, WEST + 0.4, NORTH - 0.05),
        box(WEST + 0.3, NORTH - 0.28, WEST + 0.35, NORTH - 0.2),
    ]
    frame = gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326")
    asked = Asked.of(about=["zoning", "soil_map"])
    told = overlay(zoned.store, zoned.catalog, zoned.snapshot, Offered(frame, "GeoJSON"), asked)
    for feature, shape in zip(told["table"]["features"], shapes, strict=True):
        row, area = feature["properties"], {"geometry": feature["geometry"]}
        alone = zoning(zoned.store, zoned.catalog, zoned.snapshot, area=area)
        shares = {each["zone"]: each["pct"] for each in alone["zones"]}
        assert {zone: row[f"zone_{zone}_pct"] for zone in shares} == pytest.approx(shares, abs=2e-3)
        units = zoned.store.vector.read("soil_map", zoned.snapshot.layers["soil_map"])
        parts = units.assign(part=shapely.area(units.intersection(shape))).groupby("unit_code")["part"].sum()
        # The first shape lies half in one unit and half in another: the first code is told.
        first = parts[parts > 0.999 * parts.max()].index.min()
        assert row["soil_map_code"] == first
        assert row["soil_map_pct"] == pytest.approx(100 * parts.max() / shape.area, abs=0.1)
        assert row["soil_map_units"].startswith(f"{first} ")
