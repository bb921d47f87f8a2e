"""What-ifs over a published nation: before and after, told with what was refused or not known."""

import numpy as np
import pytest

from soilinfo.catalog.asking import asked_what_if
from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.what_ifs import WhatIf, read_text
from soilinfo.errors import InputError, LimitError, UnknownNameError
from soilinfo.evaluate import coverage
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.evaluation.inputs import reader
from soilinfo.jobs.planning.trial import prepare
from soilinfo.jobs.planning.what_if import compare_scenarios, what_if
from tests.jobs.planning.answers import approx

WHOLE = {"region": "01"}
STEEP_IS_FINE = {
    "slope": {
        "quality": "eh",
        "kind": "numeric",
        "unit": "%",
        "bands": {"S1": [[None, 90]], "N": [[90, None]]},
        "worst_class": "N",
    }
}


def asked(nation, adjust="", **rest):
    return asked_what_if(nation.catalog, {"adjustments": read_text(adjust), **rest})


def answer(nation, adjust="", *, area=WHOLE, crop="maize", compare="actual", **rest):
    return what_if(
        nation.store,
        nation.catalog,
        nation.snapshot,
        area=area,
        crop=crop,
        asked=asked(nation, adjust, **rest),
        compare=compare,
    )


def compared(nation, adjust="", **rest):
    return compare_scenarios(
        nation.store, nation.catalog, nation.snapshot, crop="maize", asked=asked(nation, adjust), **rest
    )


@pytest.mark.parametrize("crop", ["maize", "rice_irrigated", "cocoa"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_what_if_that_changes_nothing_is_what_is_published_cell_for_cell(nation, crop, scenario):
    same = prepare(nation.store, nation.catalog, nation.snapshot, crop, WhatIf(scenario=scenario))
    window = nation.catalog.grid.window
    result, effects = same.evaluate(window, reader(nation.store, same.inputs)(window))
    name = suitability_of(crop)
    published = nation.store.cube.open(name, nation.snapshot.layers[name])
    np.testing.assert_array_equal(result.classes[scenario][0], published.read(scenario))
    np.testing.assert_array_equal(result.limiting[scenario][0], published.read(f"limiting_{scenario}"))
    assert effects == ()


def test_lime_moves_land_out_of_classes_that_nutrient_retention_held_it_in(nation):
    found = answer(nation, "ph_h2o:raise_to:6")
    (lime,) = found["adjustments"]
    assert lime["changed_ha"] > 0
    assert lime["clamped_ha"] == 0
    assert found["improved_ha"] > 0
    assert found["worsened_ha"] == 0
    assert {code for move in found["moves"] for code in move["limiting"]} >= {"nr"}
    assert all("nr" in move["limiting"] for move in found["moves"]), "lime releases nothing else"


def test_hectares_add_up_however_they_are_told(nation):
    found = answer(nation, "ph_h2o:raise_to:6,rainfall_annual:times:0.7")
    assert sum(row["ha"] for row in found["classes"]) + found["nodata_ha"] == pytest.approx(found["total_ha"])
    assert sum(row["change_ha"] for row in found["classes"]) == pytest.approx(0, abs=1e-2)
    assert sum(row["ha"] for row in found["moves"]) == pytest.approx(
        found["improved_ha"] + found["worsened_ha"]
    )
    changed = [row for row in found["transitions"] if row["before"] != row["after"]]
    assert sum(row["ha"] for row in changed) == pytest.approx(found["improved_ha"] + found["worsened_ha"])
    for row in found["by_quality"]:
        assert row["ha"] <= found["improved_ha"] + found["worsened_ha"] + 1e-6
    assert found["worsened_ha"] > 0


def test_drainage_without_a_map_of_peat_is_done_and_said_to_be_unchecked(nation):
    found = answer(nation, "drainage:improve:1")
    (drains,) = found["adjustments"]
    assert drains["changed_ha"] == drains["unchecked_peat_ha"] == drains["unchecked_sulfidic_ha"] > 0
    assert drains["refused_protective_peat_ha"] == 0
    told = [each["message"] for each in found["findings"] if each["check"] == "unchecked_drainage"]
    assert any("peat_thickness" in message for message in told)
    assert any("sulfidic_depth" in message for message in told)


def test_edited_criteria_decide_for_this_answer_only_and_are_named(nation):
    edited = answer(nation, criteria=STEEP_IS_FINE)
    assert edited["edited_rows"] == ["slope"]
    assert edited["improved_ha"] > 0
    assert all("eh" in move["limiting"] for move in edited["moves"])
    assert answer(nation)["improved_ha"] == 0


def slope_of(bands, worst="N"):
    return {"slope": {**STEEP_IS_FINE["slope"], "bands": bands, "worst_class": worst}}


@pytest.mark.parametrize(
    ("edited", "said"),
    [
        (slope_of({"S1": [[9, 4]], "N": [[9, None]]}), "maize, slope: the band 9 to 4 % of S1 is impossible"),
        (
            slope_of({"S1": [[None, 5]], "N": [[5, None]]}, "S3"),
            "a band of class N, beyond the worst class S3",
        ),
        ({"k2o_hcl25": None, "sulfur": None}, "no row of 'maize' to drop 'sulfur'"),
    ],
)
def test_edited_criteria_that_contradict_themselves_are_refused_in_the_words_of_the_check(
    nation, edited, said
):
    with pytest.raises((InputError, UnknownNameError), match=said):
        answer(nation, criteria=edited)


def test_what_edited_criteria_leave_open_is_told_with_the_answer(nation):
    gap = answer(nation, criteria=slope_of({"S1": [[None, 5]], "N": [[25, None]]}))
    assert "maize, slope: no class for 5 to 25 %" in [one["message"] for one in gap["findings"]]
    assert not [one for one in answer(nation)["findings"] if one["check"].startswith("criteria_")]


def test_a_row_may_be_dropped_for_one_answer(nation):
    without = answer(nation, criteria={"slope": None})
    assert without["edited_rows"] == ["slope"]
    assert "slope" not in {one["characteristic"] for one in without["used"]}
    flat = answer(nation, criteria=slope_of({"S1": [[0, 100]]}))
    assert without["classes"] == flat["classes"]


def test_irrigation_lets_management_improve_rain(nation):
    dry = answer(nation, scenario="potential_high", compare="potential_high")
    irrigated = answer(nation, scenario="potential_high", compare="potential_high", irrigated=True)
    assert (dry["improved_ha"], dry["irrigated"]) == (0, False)
    assert irrigated["irrigated"]
    assert all("wa" in move["limiting"] for move in irrigated["moves"])


def test_rain_is_raised_only_under_irrigation(nation):
    with pytest.raises(InputError, match="raised only by irrigation"):
        answer(nation, "rainfall_annual:raise_to:1200")
    assert answer(nation, "rainfall_annual:raise_to:1200", irrigated=True)["adjustments"]
    assert answer(nation, "rainfall_annual:raise_to:1200", crop="rice_irrigated")["adjustments"]


def test_what_makes_no_land_better_where_it_is_higher_is_not_raised(nation):
    with pytest.raises(InputError, match="'slope' is not raised: no land is better for 'maize'"):
        answer(nation, "slope:raise_to:8")


def test_irrigation_without_management_is_told_to_change_nothing(nation):
    found = answer(nation, irrigated=True)
    assert found["improved_ha"] == 0
    assert "irrigated_without_management" in {each["check"] for each in found["findings"]}
    potential = answer(nation, scenario="potential_high", irrigated=True)
    assert "irrigated_without_management" not in {each["check"] for each in potential["findings"]}


def test_what_has_no_layer_cannot_be_adjusted_and_what_has_no_row_changes_nothing(nation):
    with pytest.raises(InputError, match="no layer of it is published; there are: cec, drainage"):
        answer(nation, "sulfidic_depth:raise_to:100")
    found = answer(nation, "dry_months:add:1")
    assert [each["check"] for each in found["findings"]].count("adjusted_without_row") == (
        "dry_months" not in nation.catalog.crop("maize").characteristics
    )


def test_it_may_be_compared_with_a_scenario_or_a_saved_what_if(nation):
    limed = answer(nation, "ph_h2o:raise_to:6", compare="liming")
    assert limed["improved_ha"] == limed["worsened_ha"] == 0
    with pytest.raises(UnknownNameError, match="potential_low"):
        answer(nation, compare="future")


def test_units_gain_and_lose_what_the_answer_for_each_says(nation):
    found = compared(nation, "ph_h2o:raise_to:6,rainfall_annual:times:0.7", level="regencies")
    assert [unit["code"] for unit in found["units"]] == ["01.01", "01.02", "01.03", "01.04"]
    for unit in (found["units"][0], found["units"][3]):
        alone = answer(nation, "ph_h2o:raise_to:6,rainfall_annual:times:0.7", area={"region": unit["code"]})
        assert unit["improved_ha"] == pytest.approx(alone["improved_ha"], abs=1e-2)
        assert unit["worsened_ha"] == pytest.approx(alone["worsened_ha"], abs=1e-2)
        assert unit["nodata_ha"] == pytest.approx(alone["nodata_ha"], abs=1e-2)
        after = {row["class"]: row["ha"] for row in alone["classes"]}
        assert unit["s3_after_ha"] == pytest.approx(after["S3"], abs=1e-2)


def test_a_province_gains_what_its_regencies_gain(nation):
    regencies, provinces = (
        compared(nation, "ph_h2o:raise_to:6", level=level) for level in ("regencies", "provinces")
    )
    (province,) = provinces["units"]
    assert province["improved_ha"] == pytest.approx(sum(unit["improved_ha"] for unit in regencies["units"]))


def test_a_nation_too_large_for_an_answer_at_once_is_refused_with_the_way_round(nation):
    with pytest.raises(LimitError, match="57,600 cells"):
        compared(nation, effort=Effort(1000))
    with pytest.raises(UnknownNameError, match="regencies"):
        compared(nation, level="villages")


def test_a_comparison_says_how_far_it_is(nation):
    heard = []
    compared(nation, effort=Effort(10**6, heard.append))
    assert heard
    assert all(0 <= share < 1 for share in heard)


def test_a_what_if_is_the_same_in_one_window_and_in_strips(nation, monkeypatch):
    adjust, area = "ph_h2o:raise_to:6,drainage:improve:1", {"bbox": [120.05, -7.3, 120.3, -7.1]}
    once = answer(nation, adjust, area=area)
    assert once["improved_ha"] > 0
    monkeypatch.setattr(coverage, "CHUNK", 16)
    assert approx(answer(nation, adjust, area=area)) == once
