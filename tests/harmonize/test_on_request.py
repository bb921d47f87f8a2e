"""Single observations told otherwise: what comes back, what is refused, and what no equation joins."""

from pathlib import Path
from typing import Any

import pytest

from soilinfo.catalog.load import load
from soilinfo.errors import IncomparableError, InputError, UnitError, UnknownNameError
from soilinfo.harmonize.on_request import answers, observation

CATALOG = load(Path(__file__).resolve().parents[2] / "config")


def told(given: dict[str, Any], to: str | None = None, **wanted: str) -> dict[str, Any]:
    """The answer for one observation."""
    return answers(CATALOG, [observation(CATALOG, given)], to, **wanted)[0]


def test_an_observation_comes_back_with_its_equation_its_error_and_where_it_holds():
    found = told({"id": "a", "property": "ph_h2o_1_1", "unit": "pH", "value": 6, "sd": 0.1}, "ph_h2o")
    assert found == {
        "id": "a",
        "observed_property": "ph_h2o_1_1",
        "observed_value": 6.0,
        "observed_unit": "pH",
        "observed_qualifier": "",
        "procedure": None,
        "property": "ph_h2o",
        "value": pytest.approx(5.85),
        "unit": "pH",
        "sd": pytest.approx((0.106**2 + 0.44**2) ** 0.5),
        "sd_conversion": 0.44,
        "equations": ["ph_h2o_1_1_usda"],
        "equation_range": "not stated",
        "refused": None,
        "qualifier": "",
    }


def test_an_error_that_nobody_states_is_unknown_not_zero():
    found = told({"property": "soc_walkley_black", "unit": "g/kg", "value": 10, "sd": 1}, "soc", unit="g/kg")
    assert (found["value"], found["sd"], found["sd_conversion"]) == (pytest.approx(13.3), None, None)


def test_only_the_unit_changes_where_no_other_property_is_wanted():
    found = told({"property": "cec", "unit": "me/100g", "value": 12, "sd": 0.5}, unit="mmol(+)/kg")
    assert (found["value"], found["sd"], found["unit"]) == (120, 5, "mmol(+)/kg")
    assert (found["sd_conversion"], found["equations"], found["equation_range"]) == (0, [], "")


def test_a_procedure_tells_the_property_where_it_observes_only_one():
    found = told({"procedure": "OrgC_wc-cro3-walkleyblack", "unit": "%", "value": 1}, "soc")
    assert found["observed_property"] == "soc_walkley_black"
    with pytest.raises(InputError, match="observes: clay, sand_isss, silt_isss"):
        told({"procedure": "SaSiCl_2-20-2000u-disp-pipette", "unit": "%", "value": 1})
    with pytest.raises(InputError, match="observes soc_walkley_black, not 'soc'"):
        told({"procedure": "OrgC_wc-cro3-walkleyblack", "property": "soc", "unit": "%", "value": 1})


def test_equations_follow_each_other_where_none_leads_there_at_once():
    found = told({"property": "soc_walkley_black", "unit": "%", "value": 2}, "bulk_density")
    assert found["equations"] == [
        "soc_walkley_black",
        "organic_matter_van_bemmelen",
        "bulk_density_honeysett_ratkowsky_1989",
    ]
    assert found["value"] == pytest.approx(1 / (0.564 + 0.0556 * 1.724 * 1.33 * 2))


def test_an_impossible_result_is_refused_with_the_reason():
    peat = {"property": "organic_matter", "unit": "%", "value": 60}
    found = told(peat, "bulk_density", equation="bulk_density_saini_1996")
    assert (found["value"], found["sd"], found["refused"]) == (None, None, "impossible")
    assert told({"property": "ph_kcl", "unit": "pH", "value": 49}, "ph_h2o")["refused"] == "impossible"
    assert told({"property": "ph_kcl", "unit": "pH", "value": 0}, "ph_h2o")["refused"] == "no_value"


def test_a_limit_stays_a_limit_and_turns_where_the_equation_falls():
    below = {"property": "organic_matter", "unit": "%", "value": 0.2, "sd": 0.1, "qualifier": "<"}
    found = told(below, "bulk_density")
    assert (found["qualifier"], found["sd"]) == (">", None)
    assert told(below, "soc")["qualifier"] == "<"


@pytest.mark.parametrize("other", ["p2o5_bray1", "p_mehlich3", "p2o5_hcl25"])
def test_phosphorus_by_one_test_is_never_told_as_another_and_the_reason_is_given(other: str):
    with pytest.raises(IncomparableError, match=r"'p_olsen' is not converted .*limits of each method"):
        told({"property": "p_olsen", "unit": "ppm", "value": 10}, other)


def test_phosphorus_of_one_extract_is_told_as_oxide():
    found = told({"procedure": "Extr_hcl-nh4f-bray1", "unit": "ppm", "value": 10, "sd": 2}, "p2o5_bray1")
    assert (found["value"], found["sd_conversion"]) == (pytest.approx(22.914), 0)


@pytest.mark.parametrize(
    ("given", "to", "error", "message"),
    [
        ({"property": "ph_kcl", "value": 5}, "ph_h2o", InputError, "needs its unit, such as pH"),
        ({"property": "ph_kcl", "unit": "lb", "value": 5}, "ph_h2o", UnitError, "no unit 'lb'; there are"),
        ({"property": "ph_kcl", "unit": "%", "value": 5}, "ph_h2o", UnitError, "does not convert"),
        ({"property": "ph", "unit": "pH", "value": 5}, None, UnknownNameError, "no property 'ph'"),
        ({"procedure": "pHfoo", "unit": "pH", "value": 5}, None, UnknownNameError, "no procedure 'pHfoo'"),
        ({"unit": "pH", "value": 5}, None, InputError, "needs its property"),
        ({"property": "ph_kcl", "unit": "pH"}, None, InputError, "'value' must be a number"),
        ({"property": "ph_kcl", "unit": "pH", "value": float("nan")}, None, InputError, "must be a number"),
        ({"property": "ph_kcl", "unit": "pH", "value": 5, "sd": -1}, None, InputError, "'sd' .* 0 or more"),
        ({"property": "ph_kcl", "unit": "pH", "value": 5, "sd": 1e300}, None, InputError, "'sd' must be"),
        ({"property": "ph_kcl", "unit": "pH", "value": 5, "x": 1}, None, InputError, "no member .* 'x'"),
        ({"property": "texture", "unit": "1", "value": 5}, None, InputError, "has classes"),
        ({"property": "clay", "unit": "%", "value": 5}, "soc", InputError, "leads to: nothing"),
        ({"property": "total_carbon", "unit": "%", "value": 5}, "soc", InputError, "name one: soc_carbonate"),
    ],
)
def test_what_cannot_be_used_is_said_with_what_exists(given: Any, to: Any, error: Any, message: str):
    with pytest.raises(error, match=message):
        told(given, to)


def test_an_equation_that_leads_elsewhere_is_an_error_that_says_where():
    given = {"property": "ph_kcl", "unit": "pH", "value": 5}
    with pytest.raises(InputError, match="leads from 'ph_cacl2' to 'ph_h2o', not from 'ph_kcl'"):
        told(given, "ph_h2o", equation="ph_cacl2_ahern")
    with pytest.raises(UnknownNameError, match="no equation 'kabala'; there are"):
        told(given, "ph_h2o", equation="kabala")


def test_many_observations_keep_their_order():
    given = [
        {"id": str(at), "property": name, "unit": "pH", "value": 5}
        for at, name in enumerate(["ph_kcl", "ph_cacl2", "ph_h2o", "ph_kcl"])
    ]
    found = answers(CATALOG, [observation(CATALOG, one) for one in given], "ph_h2o")
    assert [one["id"] for one in found] == ["0", "1", "2", "3"]
    assert [len(one["equations"]) for one in found] == [1, 1, 0, 1]


def test_an_equation_that_is_named_is_used_or_refused_and_never_passed_over():
    kcl = {"property": "ph_kcl", "unit": "pH", "value": 5}
    found = told(kcl, equation="ph_kcl_sadovski_2019")
    assert (found["property"], found["value"]) == ("ph_h2o", pytest.approx(5.97401))
    with pytest.raises(InputError, match="leads from 'ph_kcl' to 'ph_h2o', not from 'ph_h2o' to 'ph_h2o'"):
        told({"property": "ph_h2o", "unit": "pH", "value": 5}, equation="ph_kcl_sadovski_2019")


def test_a_class_is_no_number_to_convert_to_and_a_rule_of_several_properties_is_not_offered():
    with pytest.raises(InputError, match="'salinity_fao' has classes, not numbers"):
        told({"property": "salinity_ec", "unit": "dS/m", "value": 5}, "salinity_fao")
    with pytest.raises(
        InputError, match="no equation leads from 'soc' to 'soc_stock'; it leads to: organic_m"
    ):
        told({"property": "soc", "unit": "%", "value": 2}, "soc_stock")
