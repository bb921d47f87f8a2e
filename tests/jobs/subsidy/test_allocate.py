"""A plan's allocation: whole sacks that add up at every level, within requests, and what is told of it."""

from dataclasses import replace

import pytest

from soilinfo.catalog.allocations import Objective, Quota, Quotas, Supply, YieldResponse
from soilinfo.catalog.fertilizers import Price
from soilinfo.errors import InputError
from soilinfo.jobs.subsidy.allocate import Choices, share_out
from soilinfo.jobs.subsidy.plans import basis_of, plan_of
from tests.subsidised import PLAN, RICE_HA, SUPPLY_T

POVERTY = Objective(table="priority", code="code", column="poverty_pct")
LEVELS = ["nation", "provinces", "regencies", "districts"]


@pytest.fixture(scope="module")
def divide(fertilizer_country):
    """Divides by the plan with some of it changed."""
    store, catalog = fertilizer_country.store, fertilizer_country.catalog

    def divided(by=None, total_change_pct=0.0, catalog=catalog, **changes):
        plan = plan_of(catalog, PLAN).model_copy(update=changes)
        return share_out(catalog, basis_of(store, catalog, plan), Choices(by, total_change_pct))

    return divided


@pytest.fixture(scope="module")
def done(divide):
    return divide()


def of(allocation, fertilizer):
    rows = allocation.rows
    return rows[rows["fertilizer"] == fertilizer].set_index("code")


def check(allocation, name):
    return [finding for finding in allocation.findings if finding.check == name]


def test_every_level_adds_up_to_the_same_sacks(done):
    assert list(done.levels) == LEVELS
    sums = [frame.groupby("fertilizer")["sacks"].sum().to_dict() for frame in done.levels.values()]
    assert sums == [sums[0]] * len(LEVELS)
    regencies = done.levels["regencies"].set_index(["code", "fertilizer"])["sacks"]
    districts = (
        done.rows.assign(code=done.rows["code"].str[:5]).groupby(["code", "fertilizer"])["sacks"].sum()
    )
    assert regencies.equals(districts)


def test_all_of_it_is_handed_out_as_far_as_requests_go(done):
    totals = done.totals
    assert totals["npk_15_10_12"]["allocated_t"] == SUPPLY_T["npk_15_10_12"]
    assert totals["npk_15_10_12"]["left_t"] == 0
    # Urea is more than what is needed.
    assert totals["urea"]["allocated_t"] < totals["urea"]["need_t"] < SUPPLY_T["urea"]
    (left,) = check(done, "left_over")
    assert left.evidence["left_t"] == pytest.approx(totals["urea"]["left_t"])


def test_nobody_gets_more_than_needed_or_asked_for(done):
    for column in ("need_t", "request_t", "cap_t"):
        assert (done.rows["allocated_t"] <= done.rows[column]).all()


def test_tonnes_are_whole_sacks_of_each_fertilizers_own_weight(done):
    for fertilizer, sack_kg in {"urea": 50, "organic": 40}.items():
        rows = of(done, fertilizer)
        assert (rows["allocated_t"] * 1000 == rows["sacks"] * sack_kg).all()


def test_the_plans_sack_stands_before_the_fertilizers(divide):
    rows = of(divide(sack_kg=1000.0), "npk_15_10_12")
    assert (rows["allocated_t"] == rows["sacks"]).all()


def test_a_unit_that_asks_for_little_is_held_by_its_request(done):
    npk = of(done, "npk_15_10_12")
    assert npk.loc["01.01.01", "bound"] == "share"
    assert of(done, "urea").loc["01.01.01", "bound"] == "cap"


def test_a_reserve_is_kept_back_and_a_change_scales_what_there_is(divide):
    supply = {name: Supply(total_t=tonnes, reserve_pct=10) for name, tonnes in SUPPLY_T.items()}
    totals = divide(total_change_pct=-20, fertilizers=supply).totals["npk_15_10_12"]
    assert (totals["total_t"], totals["reserve_t"], totals["allocated_t"]) == (4800, 480, 4320)


def test_frozen_units_keep_their_tonnes(divide, done):
    frozen = divide(frozen={"01.01.01": {"npk_15_10_12": 900.0}})
    row = of(frozen, "npk_15_10_12").loc["01.01.01"]
    assert (row["allocated_t"], row["bound"]) == (900, "frozen")
    assert frozen.totals["npk_15_10_12"]["allocated_t"] == done.totals["npk_15_10_12"]["allocated_t"]


def test_floors_are_held_but_never_above_the_request(divide):
    """01.01.02 asks for less than half of what it needs."""
    supply = {"urea": Supply(total_t=5000), "npk_15_10_12": Supply(total_t=9000)}
    npk = of(divide("priority", floor_pct_of_need=50.0, fertilizers=supply), "npk_15_10_12")
    assert (npk["allocated_t"] + 0.05 >= npk["floor_t"]).all()
    assert npk.loc["01.01.02", "floor_t"] == npk.loc["01.01.02", "cap_t"] == npk.loc["01.01.02", "request_t"]


def test_floors_that_nobody_can_pay_are_refused_with_what_lacks(divide):
    with pytest.raises(InputError, match="floors and frozen amounts sum to"):
        divide(floor_pct_of_need=90.0)


def test_weights_count_by_priority_alone(divide, done):
    by_priority = divide("priority")
    assert (done.rows["weight"] == 1).all()
    assert of(by_priority, "npk_15_10_12")["weight"].is_monotonic_increasing
    assert not by_priority.rows["sacks"].equals(done.rows["sacks"])
    assert by_priority.totals["npk_15_10_12"]["allocated_t"] == SUPPLY_T["npk_15_10_12"]


def test_max_min_meets_the_same_share_of_all_needs_but_where_a_request_is_less(divide):
    rows = of(divide("max_min"), "npk_15_10_12")
    free = rows[rows["bound"] == "share"]
    assert free["need_met_pct"].max() - free["need_met_pct"].min() < 0.1 * 100 * 50 / 1000
    assert (rows.loc[rows["bound"] == "cap", "need_met_pct"] <= free["need_met_pct"].min()).all()


def test_the_optimal_fills_those_where_a_tonne_is_worth_most_first(divide):
    best = divide("optimal", objective=POVERTY)
    rows = of(best, "npk_15_10_12").sort_index(ascending=False)
    # Poverty rises with the codes: all that asks get what they ask for, until nothing is left.
    got = (rows["allocated_t"] / rows["cap_t"]).round(3)
    assert got.is_monotonic_decreasing
    assert rows["allocated_t"].sum() == SUPPLY_T["npk_15_10_12"]
    (left,) = check(best, "left_unused")
    assert left.evidence["fertilizer"] == "urea"


def test_a_budget_for_all_buys_the_fertilizer_that_is_worth_most_for_its_money(divide, fertilizer_country):
    """Urea costs the state 2,200 a kg and NPK 3,160: worth as much a tonne, urea comes first."""
    made = priced(fertilizer_country.catalog, urea=4000, npk_15_10_12=5000)
    worth = {"urea": 1.0, "npk_15_10_12": 1.0}
    supply = {"urea": Supply(total_t=5000), "npk_15_10_12": Supply(total_t=6000)}
    asked = {"method": "optimal", "fertilizers": supply, "budget": 10e9, "catalog": made}
    urea_first = divide(objective=POVERTY.model_copy(update={"worth": worth}), **asked).totals
    npk_first = divide(objective=POVERTY.model_copy(update={"worth": worth | {"npk_15_10_12": 9.0}}), **asked)
    assert urea_first["urea"]["allocated_t"] > npk_first.totals["urea"]["allocated_t"]
    for totals in (urea_first, npk_first.totals):
        spent = 2200 * totals["urea"]["allocated_t"] + 3160 * totals["npk_15_10_12"]["allocated_t"]
        assert spent * 1000 <= 10e9
        assert spent * 1000 == pytest.approx(10e9, rel=1e-4)
    assert npk_first.choices["budget"]["per_t"] == {"urea": 2.2e6, "npk_15_10_12": 3.16e6}


def priced(catalog, **production):
    """The catalog with production prices."""
    known = dict(catalog.fertilizers)
    for name, price in production.items():
        entry = Price.model_validate({"from": 2026, "price": price, "rule": "own"})
        known[name] = known[name].model_copy(update={"production_prices": (entry,)})
    return catalog.model_copy(update={"fertilizers": known})


def test_regencies_get_no_less_and_no_more_than_their_quota(divide):
    units = {"01.01": {"npk_15_10_12": Quota(least_pct=30)}, "01.03": {"npk_15_10_12": Quota(most_pct=10)}}
    kept = Quotas(level="regencies", units=units)
    npk = divide("optimal", objective=POVERTY, quotas=kept).levels["regencies"]
    got = npk[npk["fertilizer"] == "npk_15_10_12"].set_index("code")["allocated_t"]
    assert got["01.01"] == pytest.approx(0.30 * 6000, abs=0.1)
    assert got["01.03"] == pytest.approx(0.10 * 6000, abs=0.1)
    assert got.sum() == 6000


RESPONSE = YieldResponse(
    commodity="rice",
    fertilizer="urea",
    source="made up",
    points=((0, 2000), (50, 3500), (150, 4500), (300, 4500)),
)


def test_by_a_yield_response_all_get_their_first_tonnes_before_any_gets_more(divide):
    urea = {"fertilizers": {"urea": Supply(total_t=1000)}, "response": (RESPONSE,)}
    rows = of(divide("optimal", without_rate="leave_out", **urea), "urea")
    rice_ha = rows.index.map(RICE_HA)
    assert (rows["allocated_t"] / rice_ha <= 0.05 + 1e-3).all()
    assert rows["allocated_t"].sum() == 1000
    with pytest.raises(InputError, match="no yield response of urea on maize; commodities without a rate"):
        divide("optimal", without_rate="request", **urea)


def test_other_methods_do_not_overlook_a_budget_or_quotas(divide):
    kept = Quotas(level="regencies", units={"01.01": {"urea": Quota()}})
    with pytest.raises(InputError, match="which the method 'proportional' does not keep to; 'optimal' does"):
        divide("proportional", quotas=kept)


@pytest.mark.parametrize(("method", "lacks"), [("priority", {"weights": ()}), ("optimal", {})])
def test_a_method_without_what_it_goes_by_is_refused(divide, method, lacks):
    with pytest.raises(InputError, match=f"the method '{method}' needs"):
        divide(method, **lacks)


def test_months_add_up_to_the_year_and_follow_the_plan(done):
    months = done.months
    assert {*months["month"]} == {*range(1, 13)}
    year = months.groupby(["code", "fertilizer"])["sacks"].sum().reset_index()["sacks"]
    assert year.equals(done.rows["sacks"])
    npk = months[months["fertilizer"] == "npk_15_10_12"].groupby("month")["allocated_t"].sum()
    assert npk[1] == pytest.approx(0.12 * 6000, abs=0.5)


def test_printed_totals_stand_beside_the_computed_ones_and_what_does_not_add_up_is_told(done):
    province = done.levels["provinces"].set_index("fertilizer")
    assert province.loc["urea", "legal_t"] == SUPPLY_T["urea"]
    (printed,) = check(done, "printed_sum_differs")
    assert (printed.evidence["stated_t"], printed.evidence["sum_t"]) == (14330, 14000)
    (differs,) = check(done, "legal_total_differs")
    assert (differs.evidence["code"], differs.evidence["fertilizer"]) == ("01", "urea")
    assert differs.evidence["printed_t"] == SUPPLY_T["urea"] > differs.evidence["computed_t"]


def test_units_without_printed_totals_and_printed_ones_without_units_are_named(fertilizer_country):
    store, catalog = fertilizer_country.store, fertilizer_country.catalog
    basis = basis_of(store, catalog, plan_of(catalog, PLAN))
    legal = basis.legal.rename(index={"01": "99"}).assign(urea=1.0)
    found = share_out(catalog, replace(basis, legal=legal), Choices())
    (unknown,), (missing,) = check(found, "legal_units_unknown"), check(found, "legal_units_missing")
    assert (unknown.evidence["codes"], missing.evidence["codes"]) == (["99"], ["01"])
    (urea,) = (
        each for each in check(found, "printed_supply_differs") if each.evidence["fertilizer"] == "urea"
    )
    assert (urea.evidence["printed_t"], urea.evidence["total_t"]) == (1.0, SUPPLY_T["urea"])


def test_printed_totals_are_compared_with_what_is_divided_after_the_reserve(divide):
    reserved = {name: Supply(total_t=tonnes, reserve_pct=5) for name, tonnes in SUPPLY_T.items()}
    told = {
        each.evidence["fertilizer"]: each.evidence
        for each in check(divide(fertilizers=reserved), "printed_supply_differs")
    }
    assert {name: each["total_t"] for name, each in told.items()} == {
        name: pytest.approx(0.95 * tonnes) for name, tonnes in SUPPLY_T.items()
    }


def test_what_floating_point_adds_to_hectares_is_not_told(fertilizer_country):
    catalog = fertilizer_country.catalog
    basis = basis_of(fertilizer_country.store, catalog, plan_of(catalog, PLAN))
    found = share_out(catalog, replace(basis, demand=basis.demand.assign(area_ha=0.1 + 0.2)), Choices())
    assert {*found.rows["area_ha"]} == {0.3}


def test_supply_is_told_beside_the_usual_share_of_need(done):
    told = {finding.evidence["fertilizer"]: finding for finding in check(done, "supply_of_need")}
    assert told["npk_15_10_12"].evidence["pct"] == pytest.approx(
        100 * 6000 / done.totals["npk_15_10_12"]["need_t"]
    )
    assert "(usual: 70 %)" in told["npk_15_10_12"].message


def test_the_cost_is_what_farmers_pay_at_the_ceiling_price(done):
    urea = of(done, "urea")
    assert (urea["cost_idr"] == urea["allocated_t"] * 1000 * 1800).all()


def test_what_is_missing_stays_missing_where_there_are_no_requests(divide):
    free = divide(request=None, without_rate="leave_out", fertilizers={"npk_15_10_12": Supply(total_t=6000)})
    assert free.rows["request_t"].isna().all()
    assert free.levels["nation"]["request_t"].isna().all()
    assert free.totals["npk_15_10_12"]["allocated_t"] == 6000
