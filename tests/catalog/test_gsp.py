"""Files of products: what is wrong in one is told with file and key."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from soilinfo.catalog.load import check, load
from tests.catalog.conftest import ROOT


@pytest.fixture
def told(country: Path):
    """The faults of a country that has its own nutrient map, by key."""

    def change(edit) -> dict[str, str]:
        product = yaml.safe_load((ROOT / "config" / "gsp" / "gsnmap.yaml").read_text("utf-8"))
        edit(product)
        (country / "gsp").mkdir(exist_ok=True)
        (country / "gsp" / "gsnmap.yaml").write_text(yaml.safe_dump(product), "utf-8")
        return {fault.key: fault.message for fault in check(country)[0]}

    return change


QAQC = ROOT.parent / "shared" / "facts" / "examples" / "gsnmap_qaqc_ranges.csv"
CHECKED = {
    "soc": "SOC",
    "ph_h2o": "pH water",
    "n_total": "Total N",
    "cec": "CEC",
    "clay": "Clay",
    "silt": "Silt",
    "sand": "Sand",
    "bulk_density": "Bulk density",
}


@pytest.mark.skipif(not QAQC.exists(), reason="the published ranges are not there")
@pytest.mark.parametrize(("name", "row"), CHECKED.items())
def test_the_usual_ranges_of_gsnmap_are_those_of_its_quality_check(name, row):
    published = pd.read_csv(QAQC, comment="#", index_col="property").loc[row]
    # Of carbon the table says % and means g/kg (see the comment of the file).
    per_unit = 0.1 if name == "soc" else 1
    told = load(ROOT / "config").gsp_product("gsnmap").maps[name]
    assert told.usual == pytest.approx((published["min"] * per_unit, published["max"] * per_unit))
    assert told.usual_quartiles == pytest.approx((published["q1"] * per_unit, published["q3"] * per_unit))


def test_a_countrys_own_file_takes_the_place_of_the_lent_one(country: Path, told):
    assert told(lambda product: product.update(edition="ours", least_known_pct=80)) == {}
    assert load(country).gsp_product("gsnmap").edition == "ours"
    assert set(load(country).gsp) == {"gbsmap", "gsasmap", "gsnmap", "gsocmap", "gsocseq"}


def test_unknown_properties_classes_and_units_that_do_not_convert_are_told(told):
    def edit(product):
        product["maps"]["soc"]["inputs"][0]["property"] = "carbon"
        product["maps"]["cec"]["unit"] = "g/kg"
        product["mask"]["any_of"] = ["croplands"]

    faults = told(edit)
    assert "no property 'carbon'" in faults["maps.soc.inputs.0"]
    assert "does not convert" in faults["maps.cec.inputs.0"]
    assert "no class or group 'croplands'" in faults["mask.any_of.0"]


@pytest.mark.parametrize(
    ("edit", "told_of"),
    [
        (
            lambda p: p.update(file_name="{iso3}_{code}_{depth}.tif"),
            "needs {iso3}, {code}, {what} and {depth}",
        ),
        (lambda p: p.update(project=None), "codes other than gsp need a project"),
        (lambda p: p["maps"]["soc"].pop("unit"), "a map has a unit, or classes"),
        (lambda p: p["maps"]["soc"].update(inputs=[]), "inputs, a formula, or absent"),
        (lambda p: p["maps"]["k_available"]["inputs"][1].pop("form"), "a factor needs form"),
    ],
)
def test_a_product_that_says_too_little_is_told(told, edit, told_of):
    assert any(told_of in message for message in told(edit).values())
