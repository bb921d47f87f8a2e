"""What an allocation brings of each nutrient, by unit: told, and named where it is little."""

from dataclasses import replace

import pytest

from soilinfo.jobs.subsidy.allocate import Choices, share_out
from soilinfo.jobs.subsidy.explain import explain
from soilinfo.jobs.subsidy.nutrients import nutrients_of_units, short_of_nutrients
from soilinfo.jobs.subsidy.outputs import answer_of
from soilinfo.jobs.subsidy.plans import basis_of
from soilinfo.report.allocation.findings import worded
from soilinfo.report.phrases import Phrases
from tests.jobs.subsidy.conftest import drafted
from tests.subsidised import MAIZE_HA, PLAN, RICE_HA


@pytest.fixture(scope="module")
def divide(fertilizer_country):
    """Divides by the plan with some of it changed."""
    nation = fertilizer_country

    def divided(**changes):
        plan = nation.catalog.allocations[PLAN].model_copy(update=changes)
        return share_out(nation.catalog, basis_of(nation.store, nation.catalog, plan), Choices())

    return divided


@pytest.fixture(scope="module")
def done(divide):
    return divide()


def of(allocation, code):
    rows = allocation.nutrients
    return rows[rows["code"] == code].set_index("nutrient")


def given(allocation, code):
    rows = allocation.rows
    return rows[rows["code"] == code].set_index("fertilizer")["allocated_t"]


def test_the_nutrients_of_a_unit_are_those_recommended_and_those_in_what_is_asked_for(done):
    """8,000 ha of rice at 92 N; 500 ha of maize have no rate and ask for 240 kg of urea and 280 of NPK."""
    n = of(done, "01.01.01").loc["n"]
    asked = MAIZE_HA * (240 * 0.46 + 280 * 0.15) / 1000
    assert n["need_t"] == pytest.approx(RICE_HA["01.01.01"] * 92 / 1000 + asked, abs=1e-2)
    tonnes = given(done, "01.01.01")
    assert n["allocated_t"] == pytest.approx(0.46 * tonnes["urea"] + 0.15 * tonnes["npk_15_10_12"], abs=1e-3)
    assert n["need_met_pct"] == pytest.approx(100 * n["allocated_t"] / n["need_t"], abs=1e-3)
    assert n["name"] == "Sukasari"


def test_what_a_unit_needs_of_a_fertilizer_in_which_it_has_no_part_is_needed_and_not_brought(done):
    """Also what is asked for on land without a rate, though nobody tells what the rest asks for."""
    rows = done.rows[(done.rows["code"] != "01.01.01") | (done.rows["fertilizer"] != "urea")]
    met = nutrients_of_units(done.plan, rows, done.needs, done.rates, done.choices["rules"])
    n = met[(met["code"] == "01.01.01") & (met["nutrient"] == "n")].iloc[0]
    assert n["need_t"] == of(done, "01.01.01").loc["n", "need_t"]
    assert n["allocated_t"] == pytest.approx(0.15 * given(done, "01.01.01")["npk_15_10_12"], abs=1e-3)


def test_a_unit_that_has_no_part_in_any_fertilizer_is_among_those_that_are_short(done):
    rows = done.rows[done.rows["code"] != "01.01.01"]
    met = nutrients_of_units(done.plan, rows, done.needs, done.rates, done.choices["rules"])
    found = next(short_of_nutrients("x", met))
    assert (found.evidence["name"], found.evidence["least_pct"]) == ("Sukasari", 0)


def test_phosphate_beyond_what_is_recommended_is_not_a_need(done):
    """500 kg of NPK hold 50 kg of P2O5, of which 36 are recommended."""
    asked = MAIZE_HA * 280 * 0.10 / 1000
    assert of(done, "01.01.01").loc["p2o5", "need_t"] == pytest.approx(8000 * 36 / 1000 + asked, abs=1e-3)


def test_what_farmers_buy_beside_need_not_be_brought(divide, done):
    """28 kg of KCl, of which 16.8 are K2O."""
    before, after = (of(each, "01.01.01").loc["k2o", "need_t"] for each in (done, divide(beside=("kcl",))))
    assert before - after == pytest.approx(8000 * 16.8 / 1000, abs=1e-2)


def test_units_that_get_far_less_than_all_together_are_named(done):
    whole = done.nutrients.assign(need_met_pct=70.0, allocated_t=done.nutrients["need_t"] * 0.7)
    assert not [*short_of_nutrients("x", whole)]
    little = (whole["code"] == "01.03.02") & (whole["nutrient"] == "n")
    (found,) = short_of_nutrients("x", whole.assign(need_met_pct=whole["need_met_pct"].mask(little, 50.0)))
    assert (found.check, found.severity, found.count) == ("nutrient_short", "warn", 1)
    told = {name: found.evidence[name] for name in ("nutrient", "codes", "name", "least_pct")}
    assert told == {"nutrient": "n", "codes": ["01.03.02"], "name": "Tanjungsari", "least_pct": 50.0}
    assert found.evidence["pct"] == pytest.approx(70)


def test_a_warning_of_it_is_told_in_both_languages(done, fertilizer_country):
    scarce = done.nutrients["code"] == "01.01.01"
    rows = done.nutrients.assign(need_met_pct=done.nutrients["need_met_pct"].mask(scarce, 1.0))
    found = next(short_of_nutrients("x", rows))
    english, indonesian = (Phrases(fertilizer_country.catalog, each) for each in ("en", "id"))
    assert "the least is 1 % (Sukasari)" in worded(english, found)
    assert "yang terendah 1 % (Sukasari)" in worded(indonesian, found)


def test_an_allocation_warns_of_what_its_units_are_short_of(done):
    told = [each for each in done.findings if each.check == "nutrient_short"]
    assert told == [*short_of_nutrients("allocation_subsidy_2026", done.nutrients)]


def test_the_answer_has_the_nutrients_of_every_unit(done, fertilizer_country):
    rows = answer_of(done, fertilizer_country.snapshot)["nutrients_met"]
    assert {(row["code"], row["nutrient"]) for row in rows} >= {("01.01.01", each) for each in ("n", "k2o")}
    assert all(row["need_met_pct"] >= 0 for row in rows)


def test_an_explanation_ends_with_what_the_tonnes_bring_and_what_farmers_buy_beside(country):
    id_ = drafted(country, beside=("kcl",)).id
    answer = explain(country.store, country.catalog, id_, "01.01.01")
    rice = next(need for need in answer["chains"][0]["needs"] if need["commodity"] == "rice")
    assert rice["beside"] == {"kcl": 28}
    sentences = answer["chains"][0]["sentence"]
    assert "with 28 kg of KCl a hectare that farmers buy beside" in sentences["en"]
    assert "28 kg KCl per hektare yang dibeli petani sendiri" in sentences["id"]
    assert [row["nutrient"] for row in answer["nutrients"]["met"]] == ["n", "p2o5", "k2o"]
    told = answer["nutrients"]["sentence"]
    assert told["en"].startswith("What Sukasari gets brings ")
    assert told["en"].endswith(" % of the K2O that it needs.")
    assert told["id"].startswith("Jatah Sukasari memenuhi ")


def test_of_a_record_that_does_not_say_what_a_fertilizer_holds_nothing_is_told_where_it_is_recommended(done):
    rules = done.choices["rules"]
    kept = {name: each for name, each in rules["fertilizers"].items() if name != "sp36"}
    old = replace(done, choices={**done.choices, "rules": {**rules, "fertilizers": kept}})
    recommended = old.nutrients["code"].isin({*done.rates["code"]})
    assert old.nutrients.loc[recommended, "need_met_pct"].isna().all()
    assert old.nutrients.loc[~recommended, "need_met_pct"].notna().all()
    assert 0 < recommended.sum() < len(recommended)
    assert not [*short_of_nutrients("x", old.nutrients)]
