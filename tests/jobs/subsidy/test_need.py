"""What units need: eligible area times rate as products, with everything that is missing told."""

from datetime import date

import numpy as np
import pytest

from soilinfo.catalog.names import table_of
from soilinfo.catalog.product_recommendation import RECOMMENDATION
from soilinfo.errors import InputError
from soilinfo.jobs.subsidy.need import NEED_COLUMNS, need_of, printed_elsewhere
from tests.subsidised import MAIZE_HA, PLAN


def test_the_rate_in_force_becomes_the_products_of_the_plan(rows):
    """200 kg of urea, 100 of SP-36 and 100 of KCl are 92 N, 36 P2O5 and 60 K2O, which 500 kg of NPK need."""
    sukasari = rows.loc[("01.01.01", "rice")]
    assert sukasari.loc["npk_15_10_12", "kg_ha"] == pytest.approx(500)
    assert sukasari.loc["urea", "kg_ha"] == pytest.approx((92 - 75) / 0.46, abs=1e-3)
    assert sukasari.loc["npk_15_10_12", "need_t"] == pytest.approx(4000)
    assert sukasari.loc["urea", "name"] == "Sukasari"
    assert sukasari.loc["urea", "edition"] == "kepmentan01_2006"


def test_a_commodity_without_rates_has_a_request_and_no_need(rows, found):
    maize = rows.loc[("01.01.01", "maize", "urea")]
    assert np.isnan(maize["need_t"])
    assert (maize["note"], maize["area_ha"], maize["request_t"]) == ("no_rate", MAIZE_HA, 120.0)
    told = [each for each in found.findings if each.evidence.get("reason") == "no_rate"]
    assert ["maize" in each.message for each in told] == [True]


def test_a_product_of_unknown_contents_has_no_need(rows):
    assert set(rows.xs("organic", level="fertilizer").loc[(slice(None), "rice"), "note"]) == {"no_contents"}


def test_what_is_asked_for_stands_beside_the_need(rows):
    assert rows.loc[("01.01.02", "rice", "npk_15_10_12"), "request_t"] == pytest.approx(7000 * 0.15)


def test_it_says_which_versions_it_rests_on(found, fertilizer_country):
    made = {table_of(name, "districts") for name in (RECOMMENDATION, "nutrient_status_paddy")}
    used = {*made, "districts", "erdkk", "farmers"}
    assert found.versions == {name: fertilizer_country.snapshot.layers[name] for name in used}
    assert list(found.rows) == [*NEED_COLUMNS]


def test_a_nutrient_that_no_product_of_the_plan_holds_is_told_and_left_out(fertilizer_country):
    plan = fertilizer_country.catalog.allocations[PLAN]
    plan = plan.model_copy(update={"fertilizers": {"urea": plan.fertilizers["urea"]}})
    found = need_of(fertilizer_country.store, fertilizer_country.catalog, plan)
    rows = found.rows.set_index(["code", "commodity", "fertilizer"])
    assert rows.loc[("01.01.01", "rice", "urea"), "kg_ha"] == pytest.approx(200)
    told = [each.evidence["nutrients"] for each in found.findings if each.check == "nutrient_not_served"]
    assert told == [["k2o", "p2o5"]]


def test_commodities_and_fertilizers_that_no_rule_subsidises_then_are_not_needed(fertilizer_country):
    plan = fertilizer_country.catalog.allocations[PLAN].model_copy(update={"date": date(2023, 1, 1)})
    found = need_of(fertilizer_country.store, fertilizer_country.catalog, plan)
    rows = found.rows.set_index(["code", "commodity", "fertilizer"])
    assert rows.loc[("01.01.01", "rice", "organic"), "note"] == "not_eligible"
    assert rows.loc[("01.01.01", "rice", "urea"), "need_t"] > 0


def test_it_is_told_whether_what_is_asked_for_stands_for_a_need_without_rate(fertilizer_country, found):
    told = {each.check: each for each in found.findings if each.evidence.get("reason") == "no_rate"}
    assert "what is asked for stands for it: maize" in told["need_requested"].message
    assert "need_missing" not in told
    plan = fertilizer_country.catalog.allocations[PLAN].model_copy(update={"without_rate": "leave_out"})
    left_out = need_of(fertilizer_country.store, fertilizer_country.catalog, plan).findings
    assert {each.check for each in left_out if each.evidence.get("reason") == "no_rate"} == {"need_missing"}


def test_a_table_that_is_not_published_is_named_and_the_other_steps_go_on(fertilizer_country):
    published = {**fertilizer_country.snapshot.layers}
    del published["erdkk"]
    plan = fertilizer_country.catalog.allocations[PLAN]
    with pytest.raises(InputError, match="needs the table 'erdkk', which is not published"):
        need_of(fertilizer_country.store, fertilizer_country.catalog, plan, published)


def test_a_plan_of_a_coarser_level_is_told_that_printed_rates_do_not_count_there(fertilizer_country, found):
    nation = fertilizer_country
    changes = {"level": "regencies", "registry": None, "request": None}
    plan = nation.catalog.allocations[PLAN].model_copy(update=changes)
    (told,) = printed_elsewhere(nation.catalog, plan, nation.snapshot.layers, found.rows)
    assert told.evidence == {"plan": PLAN, "commodity": "rice", "table": "paddy_doses", "level": "districts"}
    assert "legal_rate_of_other_level" not in {each.check for each in found.findings}
