"""What a plan is worked out from: every mistake in it is named, whoever made it."""

from datetime import date

import pytest

from soilinfo.catalog.allocations import Objective, Supply, Weight
from soilinfo.catalog.fertilizers import Price
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.plans import basis_of, plan_of
from tests.subsidised import ASKED_KG_HA, DISTRICTS, MAIZE_HA, PLAN, RICE_HA, tables, write_office_table


@pytest.fixture(scope="module")
def gather(fertilizer_country):
    def gathered(published=None, catalog=fertilizer_country.catalog, **changes):
        plan = plan_of(fertilizer_country.catalog, PLAN).model_copy(update=changes)
        return basis_of(fertilizer_country.store, catalog, plan, published)

    gathered.catalog = fertilizer_country.catalog
    return gathered


@pytest.fixture(scope="module")
def basis(gather):
    return gather()


def test_a_unit_needs_what_its_rates_say_and_asks_for_what_it_lists(basis):
    """8,000 ha of rice at 500 kg, and what is asked for of 500 ha of maize, which has no rate."""
    sukasari = basis.demand.loc[("npk_15_10_12", "01.01.01")]
    assert sukasari["need_t"] == pytest.approx(8000 * 0.5 + MAIZE_HA * 0.28)
    assert sukasari["request_t"] == pytest.approx((8000 + MAIZE_HA) * 0.28)
    assert sukasari["area_ha"] == 8000 + MAIZE_HA


def test_what_is_asked_for_counts_within_the_cap_of_each_farmer_and_caps_as_it_is_asked(basis):
    """Of the six hectares of the register five are eligible: so are five sixths of what is asked for."""
    npk, organic = (basis.demand.loc[(name, "01.04.01")] for name in ("npk_15_10_12", "organic"))
    assert npk["need_t"] == pytest.approx(5 * 0.25 + MAIZE_HA * 0.28 * 5 / 6, abs=1e-3)
    assert organic["need_t"] == pytest.approx((6 + MAIZE_HA) * 0.3 * 5 / 6, abs=1e-3)
    assert organic["request_t"] == pytest.approx((6 + MAIZE_HA) * 0.3)


def test_land_of_unknown_area_has_no_need_though_it_has_no_rate_either(own_fertilizer_country):
    rows = [
        (*row[:3], None, *row[4:]) if row[:3:2] == ("01.04.02", "maize") else row for row in tables()["erdkk"]
    ]
    basis = with_requests(own_fertilizer_country, rows)
    assert "01.04.02" not in basis.demand.loc["organic"].index
    told = next(each for each in basis.findings if each.check == "without_need")
    assert told.evidence["codes"] == ["01.04.02"]


def test_how_much_of_the_need_is_only_what_is_asked_for_is_told_of_each_fertilizer(basis):
    told = {
        each.evidence["fertilizer"]: each.evidence
        for each in basis.findings
        if each.check == "need_by_request"
    }
    assert {*told} == {"urea", "npk_15_10_12", "organic"}
    assert told["organic"]["pct"] == pytest.approx(100)
    npk = told["npk_15_10_12"]
    maize_t = MAIZE_HA * (6 * 0.28 + 0.15 + 0.28 * 5 / 6)
    assert npk["asked_t"] == pytest.approx(maize_t, abs=1e-3)
    assert npk["need_t"] == pytest.approx(basis.demand.loc["npk_15_10_12", "need_t"].sum())
    assert npk["pct"] == pytest.approx(100 * maize_t / npk["need_t"], abs=1e-3)


def test_a_need_that_rates_alone_give_is_not_told_to_be_asked_for(gather):
    supply = {"urea": Supply(total_t=100)}
    findings = gather(without_rate="leave_out", fertilizers=supply).findings
    assert "need_by_request" not in {each.check for each in findings}


def test_commodities_without_a_rate_are_left_out_where_the_plan_says_so(gather):
    supply = {name: Supply(total_t=100) for name in ("urea", "npk_15_10_12")}
    basis = gather(without_rate="leave_out", fertilizers=supply)
    assert basis.demand.loc[("npk_15_10_12", "01.01.01"), "need_t"] == pytest.approx(8000 * 0.5)
    left_out = [found.evidence for found in basis.findings if found.check == "without_need"]
    assert left_out == [{"fertilizer": name, "codes": ["01.04.02"]} for name in ("npk_15_10_12", "urea")]
    assert "01.04.02" not in basis.demand.loc["npk_15_10_12"].index


def test_what_a_unit_asks_for_is_not_known_where_one_of_its_requests_is_not_told(own_fertilizer_country):
    """A dash for rice: what is asked for maize alone caps nothing."""
    rows = [
        (*row[:5], None, *row[6:]) if row[0] == "01.01.01" and row[2] == "rice" else row
        for row in tables()["erdkk"]
    ]
    basis = with_requests(own_fertilizer_country, rows)
    assert "01.01.01" not in basis.demand.loc["urea"].index
    (told,) = [each for each in basis.findings if each.check == "without_request"]
    assert (told.evidence["fertilizer"], told.evidence["codes"]) == ("urea", ["01.01.01"])
    assert basis.demand.loc[("npk_15_10_12", "01.01.01"), "request_t"] > 0


def test_a_request_that_would_be_the_need_is_not_taken_for_none_where_it_is_not_told(own_fertilizer_country):
    """A dash for maize, which has no rate: what is asked for the rice alone is not all that is needed."""
    rows = [
        (*row[:7], None) if row[0] == "01.01.01" and row[2] == "maize" else row for row in tables()["erdkk"]
    ]
    basis = with_requests(own_fertilizer_country, rows)
    assert "01.01.01" not in basis.demand.loc["organic"].index
    (told,) = [each for each in basis.findings if each.check == "without_request"]
    assert told.evidence == {"fertilizer": "organic", "codes": ["01.01.01"], "need_t": 2400.0}
    assert "what is known of their need, 2,400.000 t, is in no sum" in told.message
    assert "01.01.01" in basis.demand.loc["urea"].index


def test_land_of_unknown_area_has_no_need_whatever_is_asked_for_it(own_fertilizer_country):
    rows = [
        (*row[:3], None, *row[4:]) if row[0] == "01.01.01" and row[2] == "rice" else row
        for row in tables()["erdkk"]
    ]
    basis = with_requests(own_fertilizer_country, rows)
    asked_of_maize = next(row[5] for row in rows if row[0] == "01.01.01" and row[2] == "maize")
    assert basis.demand.loc[("urea", "01.01.01"), "need_t"] == pytest.approx(asked_of_maize)


def with_requests(nation, rows):
    """The basis of the plan after other requests were ingested."""
    write_office_table(nation.directory / "config", "erdkk", rows)
    ingest(nation.store, nation.catalog, ["erdkk"], actor="tests", progress=silent)
    return basis_of(nation.store, nation.catalog, plan_of(nation.catalog, PLAN))


def test_a_fertilizer_that_nobody_has_a_known_need_of_is_not_divided(gather):
    with pytest.raises(InputError, match="known need of organic, which 'subsidy_2026' divides"):
        gather(without_rate="leave_out")


def test_all_that_it_was_made_of_is_kept_with_its_version(basis, fertilizer_country):
    served = fertilizer_country.snapshot.layers
    tables = {"erdkk", "farmers", "priority", "legal_totals", "fertilizer_recommendation_by_districts"}
    levels = ["nation", "provinces", "regencies", "districts"]
    assert {*tables, *levels} <= {*basis.inputs}
    assert basis.inputs.items() <= served.items()
    assert list(basis.tree.paths.columns) == levels


def test_prices_are_those_of_the_plans_day(gather):
    assert gather().prices["urea"] == 1800
    assert gather(date=date(2025, 6, 1)).prices["urea"] == 2250


def test_an_unknown_plan_is_told_which_there_are(fertilizer_country):
    with pytest.raises(UnknownNameError, match="no allocation plan 'subsidy_2025'; there are: subsidy_2026"):
        plan_of(fertilizer_country.catalog, "subsidy_2025")


def test_a_fertilizer_not_subsidised_on_the_day_is_refused_with_the_rule(gather):
    with pytest.raises(InputError, match=r"organic .* not subsidised on 2023-01-01 by Permentan 10/2022"):
        gather(date=date(2023, 1, 1))


def test_a_day_before_any_rule_is_refused(gather):
    with pytest.raises(InputError, match="first begins on 2022-07-01"):
        gather(date=date(2020, 1, 1))


def test_a_budget_without_the_prices_that_turn_it_into_tonnes_is_refused(gather):
    with pytest.raises(InputError, match="the budget of 'urea' gives no tonnes: on 2026-01-01"):
        gather(fertilizers={"urea": Supply(budget=1e9)})


def test_a_budget_buys_tonnes_at_production_price_less_ceiling_price(gather):
    """In 2018 a kilogram of urea cost 4,600 to make and 1,800 to buy: the state paid 2,800."""
    made = Price.model_validate({"from": "2018", "price": 4600, "rule": "news of 2017"})
    urea = gather.catalog.fertilizers["urea"].model_copy(update={"production_prices": (made,)})
    priced = gather.catalog.model_copy(update={"fertilizers": {**gather.catalog.fertilizers, "urea": urea}})
    basis = gather(catalog=priced, fertilizers={"urea": Supply(budget=2_800_000_000)})
    assert basis.supply_t["urea"] == pytest.approx(1000)


def weight(**more):
    return Weight(table="priority", code="code", column="poverty_pct", **more)


def test_a_weight_of_a_layer_that_the_rate_goes_by_counts_it_twice(gather):
    with pytest.raises(InputError, match=r"'poverty_pct' .* made of p2o5_hcl25, .* count twice"):
        gather(weights=(weight(of_layers=("p2o5_hcl25", "slope")),))


def test_such_a_weight_is_taken_when_it_is_forced_and_any_other_at_once(gather):
    basis = gather(weights=(weight(of_layers=("p2o5_hcl25",), forced=True), weight(of_layers=("slope",))))
    assert [*basis.weights] == ["1_poverty_pct", "2_poverty_pct"]


def test_a_table_that_is_not_published_is_named(gather, fertilizer_country):
    served = {**fertilizer_country.snapshot.layers}
    del served["priority"]
    with pytest.raises(InputError, match=r"needs the table 'priority', .*soilinfo ingest priority"):
        gather(served)


def test_a_table_with_several_rows_of_a_unit_is_no_weight(gather):
    twice = Objective(table="erdkk", code="code", column="area_ha")
    with pytest.raises(InputError, match="table 'erdkk' has more than one row of the same code"):
        gather(objective=twice)


@pytest.mark.parametrize(
    ("frozen", "said"),
    [
        ({"09.09.09": {"urea": 5.0}}, "no unit with a known need of urea '09.09.09'"),
        ({"01.01.01": {"za": 5.0}}, "no fertilizer of the plan 'za'"),
    ],
)
def test_what_is_frozen_must_be_there(gather, frozen, said):
    with pytest.raises(UnknownNameError, match=said):
        gather(frozen=frozen)


def test_the_example_asks_for_less_than_it_needs_in_one_district_only(basis):
    """The other tests rest on it."""
    npk = basis.demand.loc["npk_15_10_12"]
    assert {*npk.index} == {*DISTRICTS}
    assert (
        npk.loc["01.01.02", "request_t"]
        == (RICE_HA["01.01.02"] + MAIZE_HA) * ASKED_KG_HA["01.01.02"][1] / 1000
    )
