"""Real land cover, whose codes came without a legend: a class layer like any other, counted by suitability.

Suitability here rests on temperature alone, so it is a trial of the count and no evaluation of Timor.
"""

from os.path import relpath
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import yaml

from soilinfo.catalog.choice import REMAINING
from soilinfo.catalog.load import load
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import ROOT, SERVICES
from tests.jobs.conftest import Nation
from tests.real import REAL, needs_real_data

pytestmark = needs_real_data
KUPANG = "53.01"


LABEL = {"en": "A trial of the count", "id": "Uji hitungan"}
OURS = {"title": LABEL, "colour": "#112233", "source": "a trial of the count; no code has a meaning"}
PROPERTY = {"title": LABEL, "theme": "land", "kind": "class", "class_table": "cover_code"}
FILES = {"cover_2020": "NTT_LC20", "cover_1990": "NTT_LC90"}
CODES = {code: f"class_{code}" for code in range(1, 24)}
"""The numbers of the files are the ids: without a legend none is given a meaning."""


def write_timor(config):
    """The configuration of a part of Timor: two land covers, a temperature, the official regencies."""
    shipped, real = ROOT / "config", REAL / "landcover" / "lumensr"
    properties = yaml.safe_load((shipped / "properties.yaml").read_text("utf-8"))
    classes = [
        {"code": code, "id": id, "title": LABEL, "colour": f"#{code:02x}8844"} for code, id in CODES.items()
    ]
    common = {"licence": "MIT", "attribution": "ICRAF LUMENS sample data of Nusa Tenggara Timur"}
    warm = {"property": "temperature_mean_annual", "source": str(real / "ntt_temp.tif"), "unit": "degC"}
    rules = [
        {"id": f"on_{land}", "layer": "cover_2020", "any_of": [land], "crops": ["coconut"], **OURS}
        for land in ("class_11", "class_12")
    ]
    steps = [
        {"id": "built", "layer": "cover_2020", "any_of": ["class_2"], **OURS},
        {"id": "hot", "layer": "temperature_mean_annual", "at_least": 27, **OURS},
    ]
    regions = yaml.safe_load((ROOT / "tests/config/bone/regions.yaml").read_text("utf-8"))
    for level, within in (("provinces", "kode = '53'"), ("regencies", "kode LIKE '53.%'")):
        official = REAL / "admin" / "kemendagri2025" / Path(regions[level]["source"]).name
        regions[level]["source"] = str(config.parent / f"{level}.gpkg")
        gpd.read_file(official, where=within).to_file(regions[level]["source"])
    contents = {
        "country": {"id": "timor", "title": LABEL, "base": relpath(shipped, config)},
        "grid": {"arc_seconds": 15, "bounds": [123.6, -10.3, 124.6, -9.4]},
        "services": SERVICES,
        "regions": regions,
        "properties": properties | {"cover_code": PROPERTY},
        "classes/cover_code": {"title": LABEL, "source": "codes of the files", "classes": classes},
        "layers/temperature_mean_annual": common | warm,
        "land_use_conflict": {"rules": [rule | {"suitability": ["N"]} for rule in rules]},
        "available_land": {"steps": steps},
    } | {
        f"layers/{id}": common
        | {"property": "cover_code", "source": str(real / f"{name}.tif"), "time": id[-4:], "codes": CODES}
        for id, name in FILES.items()
    }
    for name, content in contents.items():
        path = config / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")
    return config


@pytest.fixture(scope="module")
def timor(tmp_path_factory):
    directory = tmp_path_factory.mktemp("timor")
    catalog = load(write_timor(directory / "config"))
    rules = catalog.evaluation.model_copy(update={"least_known_pct": 0})
    catalog = catalog.model_copy(update={"evaluation": rules})
    store = open_store(Settings(store=directory / "store", db=None))
    ingested = ingest(store, catalog, actor="tests", progress=silent)
    evaluated = evaluate(store, catalog, ["coconut"], actor="tests", progress=silent)
    yield Nation(directory, catalog, store, ingested, evaluated)
    store.close()


def cells(nation, layer, variable):
    return nation.store.cube.open(layer, nation.snapshot.layers[layer]).read(variable)


def rows(nation, collection):
    found = nation.store.vector.read(collection, nation.snapshot.layers[collection])
    return found[found["code"] == KUPANG]


def test_both_years_come_in_with_the_codes_of_their_files(timor):
    assert timor.ingested.blocked == []
    for layer, file in FILES.items():
        found = set(np.unique(cells(timor, layer, layer))) - {0}
        with rasterio.open(REAL / "landcover" / "lumensr" / f"{file}.tif") as source:
            known = set(np.unique(source.read(1))) - {int(source.nodata)}
        assert found <= known <= set(CODES)
        assert len(found) > 8


def test_hectares_by_class_of_the_two_years_cover_the_same_land(timor):
    found = rows(timor, "classes_by_regencies")
    by_year = found.groupby("layer")["area_ha"].sum()
    assert by_year["cover_2020"] == pytest.approx(by_year["cover_1990"], rel=0.01)
    assert by_year["cover_2020"] > 100_000


def test_land_under_a_class_is_counted_by_suitability(timor):
    found = rows(timor, "land_use_conflict_by_regencies").set_index("rule")
    whole = rows(timor, "classes_by_regencies").set_index(["layer", "class_id"])["area_ha"]
    for rule, land in (("on_class_11", "class_11"), ("on_class_12", "class_12")):
        row = found.loc[rule]
        assert row["use_ha"] == pytest.approx(whole["cover_2020", land], rel=1e-6)
        parts = row[["s1_ha", "s2_ha", "s3_ha", "n_ha", "not_judged_ha"]].sum()
        assert parts == pytest.approx(row["use_ha"], abs=1e-3)
        assert row["conflict_ha"] == row["n_ha"]
    assert (found[["s1_ha", "s2_ha"]].sum(axis=1) > 0).all()


def test_a_class_without_a_legend_is_a_step_like_any_other(timor):
    found = rows(timor, "available_land_by_regencies").set_index("step")
    total = found.loc[REMAINING]
    lost = found.drop(REMAINING)["lost_ha"]
    assert (lost > 0).all()
    assert lost.sum() + total["unknown_ha"] + total["remaining_ha"] == pytest.approx(
        total["suitable_ha"], abs=1e-3
    )
