"""Doses: the rows of the annex to Kepmentan 01/2006, and the steps that add up to them."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.catalog.doses import Doses
from soilinfo.errors import UnknownNameError
from soilinfo.evaluate.fertilizer import Step, doses
from tests.country import ROOT

EDITION = Doses.model_validate(
    yaml.safe_load((ROOT / "config/doses/kepmentan01_2006.yaml").read_text("utf-8"))
    | {"id": "kepmentan01_2006"}
)
STRAW, MANURE = (EDITION.credits[name].kg_ha for name in ("straw", "manure"))


def dosed(p2o5: str | None, k2o: str | None, **credits: dict[str, float]):
    return doses(EDITION.base, EDITION.by_status, {"p2o5": p2o5, "k2o": k2o}, credits)


@pytest.mark.parametrize(
    ("p2o5", "k2o", "none", "straw", "manure"),
    [
        pytest.param("low", "low", (200, 100, 100), (180, 100, 50), (150, 50, 80), id="Kaur Selatan"),
        pytest.param("low", "medium", (200, 100, 50), (180, 100, 0), (150, 50, 30), id="Kaur Tengah"),
        pytest.param("high", "low", (200, 50, 100), (180, 50, 50), (150, 0, 80), id="Kaur Utara"),
        pytest.param("medium", "low", (200, 75, 100), (180, 75, 50), (150, 25, 80), id="Seluma"),
        pytest.param("medium", "high", (200, 75, 50), (180, 75, 0), (150, 25, 30), id="Sukaraja"),
    ],
)
def test_the_rows_of_the_annex(p2o5, k2o, none, straw, manure):
    for credits, expected in (({}, none), ({"straw": STRAW}, straw), ({"manure": MANURE}, manure)):
        found = dosed(p2o5, k2o, **credits)
        assert tuple(found[name].kg_ha for name in ("urea", "sp36", "kcl")) == expected


def test_a_dose_tells_the_steps_that_add_up_to_it():
    found = dosed("high", "medium", manure=MANURE, straw=STRAW)["kcl"]
    assert found.steps == (
        Step("status", 50, nutrient="k2o", status="medium"),
        Step("credit", -20, material="manure"),
        Step("credit", -50, material="straw"),
        Step("floor", 20),
    )
    assert found.kg_ha == 0


def test_a_credit_that_is_all_used_leaves_none():
    found = dosed("low", "low", straw=STRAW)
    assert [step.kind for step in found["kcl"].steps] == ["status", "credit"]
    assert [step.kind for step in found["sp36"].steps] == ["status"], "straw saves no phosphate"


def test_a_floor_above_nothing_is_kept():
    found = doses({"urea": 60.0}, {}, {}, {"manure": {"urea": 50.0}}, floor=25.0)["urea"]
    assert (found.kg_ha, found.steps[-1]) == (25, Step("floor", 15))


def test_without_the_status_of_a_nutrient_only_its_fertilizer_has_no_dose():
    found = dosed("low", None, straw=STRAW)
    assert (found["kcl"].kg_ha, found["kcl"].missing) == (None, "k2o")
    assert (found["urea"].kg_ha, found["sp36"].kg_ha) == (180, 100)
    assert found["sp36"].missing is None


def test_a_status_without_a_dose_is_named():
    with pytest.raises(
        UnknownNameError, match="no dose by status of p2o5 'very_low'; there are: high, low, medium"
    ):
        dosed("very_low", "low")


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(["low", "medium", "high"]),
    st.sampled_from(["low", "medium", "high"]),
    st.dictionaries(
        st.sampled_from(["straw", "manure"]),
        st.dictionaries(st.sampled_from(["urea", "sp36", "kcl"]), st.floats(0, 500)),
    ),
)
def test_no_dose_is_negative_and_its_steps_add_up(p2o5, k2o, credits):
    for dose in dosed(p2o5, k2o, **credits).values():
        assert dose.kg_ha >= 0
        assert sum(step.kg_ha for step in dose.steps) == pytest.approx(dose.kg_ha, abs=1e-9)
