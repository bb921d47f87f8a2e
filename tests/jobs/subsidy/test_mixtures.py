"""Rates as products of a plan: what farmers buy beside, and what is more than recommended."""

import pytest

from soilinfo.jobs.subsidy.mixtures import BESIDE, OVER_PCT
from soilinfo.jobs.subsidy.need import need_of
from soilinfo.jobs.subsidy.need_tables import summed
from soilinfo.jobs.subsidy.plans import basis_of
from soilinfo.jobs.subsidy.rules import changed_since, rules_of
from soilinfo.report.allocation.findings import worded
from soilinfo.report.phrases import Phrases
from tests.subsidised import PLAN, RICE_HA

KEY = ["code", "commodity", "fertilizer"]


def changed(nation, **changes):
    return nation.catalog.allocations[PLAN].model_copy(update=changes)


@pytest.fixture(scope="module")
def needed(fertilizer_country):
    """What is needed by the plan with some of it changed."""
    nation = fertilizer_country
    return lambda **changes: need_of(nation.store, nation.catalog, changed(nation, **changes))


@pytest.fixture(scope="module")
def with_kcl(needed):
    return needed(beside=("kcl",))


def kg_ha(need, code):
    rows = need.rows[(need.rows["code"] == code) & (need.rows["commodity"] == "rice")]
    return {name: kg for name, kg in zip(rows["fertilizer"], rows["kg_ha"], strict=True) if kg > 0}


def check(need, name):
    return {each.evidence["nutrient"]: each for each in need.findings if each.check == name}


def test_potash_that_farmers_buy_does_not_have_to_come_from_npk(needed, with_kcl):
    """92 N, 36 P2O5 and 60 K2O, of which 360 kg of NPK hold all the phosphate."""
    assert kg_ha(needed(), "01.01.01") == pytest.approx({"npk_15_10_12": 500, "urea": 36.957})
    expected = {"npk_15_10_12": 360, "kcl": 28, "urea": 82.609}
    assert kg_ha(with_kcl, "01.01.01") == pytest.approx(expected, abs=1e-3)


def test_what_can_be_divided_is_taken_before_what_farmers_buy(needed):
    """36 P2O5 and 30 K2O: NPK up to where one more kilogram would give too much potash, then SP-36."""
    expected = {"npk_15_10_12": 250, "sp36": 30.556, "urea": 118.478}
    assert kg_ha(needed(beside=("kcl", "sp36")), "01.01.02") == pytest.approx(expected, abs=1e-3)


def test_what_farmers_buy_is_kept_with_the_needs_and_told_with_its_tonnes(with_kcl, fertilizer_country):
    rows = with_kcl.rows[with_kcl.rows["note"] == BESIDE].set_index(KEY)
    assert rows.loc[("01.01.01", "rice", "kcl"), "need_t"] == pytest.approx(RICE_HA["01.01.01"] * 28 / 1000)
    (told,) = [each for each in with_kcl.findings if each.check == "bought_beside"]
    assert told.evidence["need_t"] == pytest.approx(rows["need_t"].sum())
    assert {"01.01.01", "01.02.02", "01.03.01"} <= set(told.evidence["codes"])
    assert not [each for each in with_kcl.findings if each.evidence.get("reason") == BESIDE]


def test_what_farmers_buy_has_no_part_in_what_is_divided(fertilizer_country):
    nation = fertilizer_country
    basis = basis_of(nation.store, nation.catalog, changed(nation, beside=("kcl",)))
    assert set(basis.demand.index.get_level_values("fertilizer")) == {"npk_15_10_12", "organic", "urea"}
    assert set(basis.needs.loc[basis.needs["note"] == BESIDE, "fertilizer"]) == {"kcl"}


def test_a_sum_of_what_farmers_buy_is_no_need_of_the_plan_either(with_kcl):
    rows = with_kcl.rows.assign(code="01", unrated_ha=0.0)
    kcl = summed(rows).set_index(["commodity", "fertilizer"]).loc[("rice", "kcl")]
    bought = with_kcl.rows.loc[with_kcl.rows["fertilizer"] == "kcl", "need_t"].sum()
    assert (kcl["note"], kcl["need_t"]) == (BESIDE, pytest.approx(bought))


def test_an_allocation_rests_on_what_recommended_fertilizers_hold_though_it_divides_none(fertilizer_country):
    catalog, plan = fertilizer_country.catalog, changed(fertilizer_country)
    choices = {"plan": plan.model_dump(mode="json"), "rules": rules_of(catalog, plan)}
    assert choices["rules"]["fertilizers"]["sp36"] == {"contents": {"p2o5": 36}}
    poorer = catalog.fertilizers["sp36"].model_copy(update={"contents": {"p2o5": 27.0}})
    other = catalog.model_copy(update={"fertilizers": {**catalog.fertilizers, "sp36": poorer}})
    assert changed_since(catalog, choices) == []
    assert changed_since(other, choices) == ["fertilizers.sp36.contents.p2o5"]


def test_units_that_get_more_of_a_nutrient_than_is_recommended_are_named(needed):
    """Low potassium asks for 500 kg of NPK, which hold 50 kg of P2O5: 14, 23 and 32 kg too many."""
    over = check(needed(), "over_fertilised")
    p2o5 = over["p2o5"]
    assert (p2o5.severity, p2o5.count) == ("warn", len(p2o5.evidence["codes"]))
    assert {"01.01.01", "01.02.02", "01.03.01"} <= set(p2o5.evidence["codes"])
    assert (p2o5.evidence["most_kg_ha"], p2o5.evidence["name"]) == (32, "Sumberagung")
    assert p2o5.evidence["commodities"] == ["rice"]
    assert over["k2o"].evidence["codes"] == ["01.01.02", "01.02.01"], "43.2 K2O where 30 are due"


def test_what_is_over_by_less_than_a_tenth_is_no_warning(needed, with_kcl):
    """270 kg of NPK for 27 P2O5 hold 32.4 K2O where 30 are recommended."""
    assert kg_ha(with_kcl, "01.03.02")["npk_15_10_12"] == pytest.approx(270)
    assert "01.03.02" not in check(with_kcl, "over_fertilised")["k2o"].evidence["codes"]
    assert OVER_PCT > 100 * 2.4 / 30
    assert "p2o5" not in check(with_kcl, "over_fertilised")
    assert not check(needed(beside=("kcl", "sp36")), "over_fertilised")


def test_what_is_told_is_told_in_both_languages(with_kcl, fertilizer_country):
    english, indonesian = (Phrases(fertilizer_country.catalog, each) for each in ("en", "id"))
    over = check(with_kcl, "over_fertilised")["k2o"]
    (bought,) = [each for each in with_kcl.findings if each.check == "bought_beside"]
    assert "over 10 % more K than is recommended for Rice, at most 13.2 kg/ha more" in worded(english, over)
    assert "paling banyak 13,2 kg/ha lebih" in worded(indonesian, over)
    assert "of KCl without subsidy" in worded(english, bought)
    assert "t KCl tanpa subsidi" in worded(indonesian, bought)


def test_a_plan_of_products_that_nobody_states_the_contents_of_has_no_need_and_says_what_is_not_served(
    needed, fertilizer_country
):
    supply = fertilizer_country.catalog.allocations[PLAN].fertilizers
    found = needed(fertilizers={"organic": supply["organic"]})
    rice = found.rows[found.rows["commodity"] == "rice"]
    assert set(rice["note"]) == {"no_contents"}
    (told,) = [each for each in found.findings if each.check == "nutrient_not_served"]
    assert told.evidence["nutrients"] == ["k2o", "n", "p2o5"]
