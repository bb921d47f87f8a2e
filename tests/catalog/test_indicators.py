"""Files of indicators: what they name must exist, units must convert, an index is never lent."""

from pathlib import Path

import pytest
import yaml

from soilinfo.catalog.load import check, load
from soilinfo.catalog.product_indicators import INDICATORS, SOIL_HEALTH
from soilinfo.catalog.products import products
from tests.catalog.conftest import ROOT

INDEX = {
    "title": {"en": "Health", "id": "Kesehatan"},
    "definition": {"en": "Of parts", "id": "Dari bagian"},
    "edition": "1",
    "kind": "index",
    "unit": "1",
    "parts": [{"indicator": "soc", "worst": 1, "best": 3, "source": "tests"}],
    "themes": ["soil_health"],
    "source": "tests",
}


def write(country: Path, name: str, **changed: object) -> None:
    lent = ROOT / "config" / "indicators" / f"{name}.yaml"
    indicator = yaml.safe_load(lent.read_text("utf-8")) if lent.exists() else INDEX
    (country / "indicators").mkdir(exist_ok=True)
    (country / "indicators" / f"{name}.yaml").write_text(yaml.safe_dump(indicator | changed), "utf-8")


def faults(country: Path) -> dict[str, str]:
    return {fault.key: fault.message for fault in check(country)[0]}


def test_indicators_are_lent_but_no_index(country: Path):
    lent = load(country).indicators
    assert {"soc", "soc_change", "ph_h2o", "salinity_ec"} <= set(lent)
    assert "soil_health" not in lent
    assert SOIL_HEALTH not in products(load(country))


def test_a_countrys_own_index_is_a_product_with_its_parts(country: Path):
    write(country, "health")
    assert {INDICATORS, SOIL_HEALTH} <= products(load(country)).keys()


def test_an_own_file_takes_the_place_of_a_lent_one(country: Path):
    write(country, "soc", edition="ours")
    assert load(country).indicator("soc").edition == "ours"


@pytest.mark.parametrize(
    ("name", "changed", "key", "message"),
    [
        ("soc", {"unit": "cm"}, "inputs.0.property", "does not convert"),
        ("soc", {"classes": []}, None, ""),
        (
            "health",
            {"parts": [INDEX["parts"][0] | {"indicator": "carbon"}]},
            "parts.0.indicator",
            "no indicator",
        ),
        (
            "health",
            {"parts": [INDEX["parts"][0] | {"indicator": "health"}]},
            "parts.0.indicator",
            "an index itself",
        ),
        ("health", {"parts": [INDEX["parts"][0] | {"best": 1}]}, "parts.0", "worst and best must differ"),
        ("health", {"parts": []}, "", "lacks its inputs, classes or parts"),
        ("drainage", {"classes": ["swampy"]}, "classes", "no class or group 'swampy'"),
    ],
)
def test_what_does_not_fit_is_told_with_its_key(country: Path, name, changed, key, message):
    write(country, name, **changed)
    told = faults(country)
    assert told == {} if key is None else message in told[key]


def test_a_threshold_of_another_quantity_or_of_no_input_is_told(country: Path):
    limit = {"id": "low", "title": INDEX["title"], "value": 2, "unit": "dS/m", "side": "below"}
    limit |= {"source": "tests", "confidence": "ours", "properties": ["clay"]}
    write(country, "soc", thresholds=[limit])
    told = faults(country)
    assert "does not convert" in told["thresholds.0.unit"]
    assert "no input 'clay'" in told["thresholds.0.properties"]


def test_an_unknown_input_of_an_own_file_is_told_and_of_a_lent_one_left_out(country: Path):
    source = {"property": "carbon", "method_group": "any", "method": {"en": "Any", "id": "Apa saja"}}
    write(country, "soc", inputs=[source])
    assert "no property 'carbon'" in faults(country)["inputs.0.property"]


def shown(catalog):
    """Year and threshold by which a map draws each indicator."""
    table = products(catalog)[INDICATORS].table
    views = (table, *table.others)
    return {view.id: (view.rows["year"], view.rows["threshold"]) for view in views}


def test_soil_loss_is_drawn_by_the_years_of_what_it_is_computed_from():
    assert shown(load(ROOT / "config"))["erosion"] == ("2020", "erosion_moderate")


def test_an_extract_that_no_threshold_is_about_is_not_drawn():
    catalog = load(ROOT / "config")
    bray = catalog.layers["p2o5_bray1"]
    layers = {name: one for name, one in catalog.layers.items() if one is not bray}
    olsen = bray.model_copy(update={"id": "p_olsen", "property": "p_olsen"})
    other = catalog.model_copy(update={"layers": layers | {"p_olsen": olsen}})
    assert shown(catalog)["p_available"][1] == "p_available_low"
    assert "p_available" not in shown(other)


def test_ids_of_thresholds_are_those_of_one_indicator_only():
    catalog = load(ROOT / "config")
    ids = [limit.id for each in catalog.indicators.values() for limit in each.thresholds]
    assert len(ids) == len(set(ids)), "columns of tables give a threshold one title"
    assert all(limit.source for each in catalog.indicators.values() for limit in each.thresholds)
