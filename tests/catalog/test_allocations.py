"""Plans of an allocation: what the sample's says, and every fault that a plan can have, told with its key."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from soilinfo.catalog.load import check, load
from tests.catalog.conftest import CONFIG, PLAN, faults, replace, write

UREA = "urea: {total_t: 108000}"


def test_the_sample_plan_divides_three_fertilizers_over_districts():
    plan = load(CONFIG).allocations["subsidy_2026"]
    assert set(plan.fertilizers) == {"urea", "npk_15_10_12", "organic"}
    assert (plan.level, plan.year, plan.date) == ("districts", 2026, date(2026, 1, 1))
    assert sum(plan.months) == pytest.approx(1)
    assert plan.beside == ("kcl",)
    assert plan.supply_pct_of_need == 70
    assert plan.legal_totals is not None
    assert plan.legal_totals.level == "provinces"


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("level: districts\n", "level: kecamatan\n", "level", "no level 'kecamatan'"),
        (
            UREA,
            "urea: {total_t: 1, budget: 1}",
            "fertilizers.urea",
            "either total_t or budget",
        ),
        (UREA, "urea: {reserve_pct: 2}", "fertilizers.urea", "either total_t or budget"),
        (
            UREA,
            "urea: {budget: 1000000}",
            "fertilizers.urea.budget",
            "production price and the ceiling price of 'urea' on 2026-01-01",
        ),
        (
            UREA,
            "urea: {total_t: 1}\n  ammonia: {total_t: 1}",
            "fertilizers.ammonia",
            "no fertilizer 'ammonia'",
        ),
        ("beside: [kcl]", "beside: [kali]", "beside", "no fertilizer 'kali'"),
        ("beside: [kcl]", "beside: [kcl, kcl]", "beside", "named more than once: kcl"),
        ("beside: [kcl]", "beside: [urea]", "beside", "'urea' is divided by the plan"),
        (
            "beside: [kcl]",
            "beside: [npk_cocoa]",
            "beside",
            "'npk_cocoa' is subsidised on 2026-01-01 by Perpres 6/2025, Permentan 15/2025: divide it",
        ),
        ("beside: [kcl]", "beside: [za]", "beside", "nobody states what 'za' holds"),
        ("area: {table: erdkk", "area: {table: rdkk", "area.table", "Did you mean 'erdkk'?"),
        ("area_ha: area_ha, farmers", "area_ha: hectares, farmers", "area.area_ha", "no column 'hectares'"),
        ("area_ha: area_ha, farmers", "area_ha: urea_t, farmers", "area.area_ha", "in 't', not in 'ha'"),
        ("farmers: farmers}\nreg", "farmers: farmer}\nreg", "area.farmers", "Did you mean 'farmers'?"),
        ("farmer: farmer", "farmer: nik", "registry.farmer", "no column 'nik'"),
        ("farmer: farmer", "seasons: crops, farmer: farmer", "registry.seasons", "no column 'crops'"),
        ("farmer: farmer", "seasons: name, farmer: farmer", "registry.seasons", "holds no numbers"),
        ("request: {table: erdkk", "request: {table: paddy_land", "request.table", "about regencies"),
        (
            "{urea: urea_t, npk_15_10_12",
            "{ureum: urea_t, npk_15_10_12",
            "request.columns",
            "no fertilizer 'ureum'",
        ),
        (
            "{urea: urea_t, npk_15_10_12",
            "{urea: name, npk_15_10_12",
            "request.columns.urea",
            "holds no numbers",
        ),
        ("month: month", "month: name", "redeemed.month", "holds no numbers"),
        ("column: poverty_pct", "column: poverty", "weights.1.column", "Did you mean 'poverty_pct'?"),
        ("column: poverty_pct", "column: name", "weights.1.column", "holds no numbers"),
        ("method: proportional", "method: optimal", "", "needs an objective"),
        ("method: proportional", "method: fair", "method", "no value 'fair'"),
        (
            "floor_pct_of_need: 0",
            "floor_pct_of_need: 120",
            "",
            "floor_pct_of_need 120 is above cap_pct_of_need 100",
        ),
        (
            "floor_pct_of_need: 0",
            "frozen: {'01.01.01': {za: 5}}",
            "frozen.01.01.01",
            "no fertilizer in this plan 'za'",
        ),
        (
            "floor_pct_of_need: 0",
            "frozen: {'01.01.01': {urea: -5}}",
            "frozen.01.01.01.urea",
            "greater than or equal",
        ),
        ("  level: provinces", "  level: states", "legal_totals.level", "no level 'states'"),
        ("total: total_t", "total: sum_t", "legal_totals.total", "no column 'sum_t'"),
        ("months: [0.12,", "months: [0.22,", "months", "add up to 1.1, not to 1"),
        ("months: [0.12, 0.09,", "months: [0.21,", "months", "at least 12"),
        ("without_rate: request", "without_rate: guess", "without_rate", "no value 'guess'"),
        ("date: 2026-01-01", "date: soon", "date", "is not a year"),
    ],
)
def test_a_fault_of_a_plan_is_told_with_its_key(nation: Path, old: str, new: str, key: str, message: str):
    told = faults(nation, old, new)
    assert any(found == key and message in text for found, text in told), told


def test_a_table_about_units_of_another_level_is_refused(nation: Path):
    (told,) = faults(
        nation, "table: legal_totals\n  level: provinces", "table: legal_totals\n  level: regencies"
    )
    assert told == (
        "legal_totals.table",
        "'legal_totals' is about provinces; here units of regencies are needed",
    )


def test_a_table_that_does_not_say_of_which_level_it_is_cannot_be_joined(nation: Path):
    replace(nation, "tables/priority.yaml", "unit_level: districts\nunit_code: code\nunit_name: name\n", "")
    told = {(fault.file, fault.key) for fault in check(nation)[0]}
    assert told == {(PLAN, "weights.0.table"), (PLAN, "weights.1.table")}


def test_only_a_number_has_a_least_value(nation: Path):
    replace(
        nation, "tables/priority.yaml", "name: {source: Kecamatan,", "name: {source: Kecamatan, least: 0,"
    )
    (told,) = check(nation)[0]
    assert (told.file, told.key) == ("tables/priority.yaml", "columns.name.least")


def test_every_fertilizer_of_a_plan_has_its_requests(nation: Path):
    (told,) = faults(
        nation, ", npk_15_10_12: npk_t, organic: organic_t}}\nredeemed", ", organic: organic_t}}\nredeemed"
    )
    assert told[0] == "request.columns"
    assert "no column for 'npk_15_10_12'" in told[1]


def test_priority_needs_weights(nation: Path):
    text = (nation / PLAN).read_text("utf-8")
    kept = [
        line
        for line in text.splitlines()
        if "table: priority" not in line and not line.startswith("weights:")
    ]
    write(nation, PLAN, "\n".join(kept).replace("method: proportional", "method: priority"))
    (fault,) = check(nation)[0]
    assert "the method 'priority' needs weights" in fault.message


def of_layers(nation: Path, weight: str) -> Iterator[str]:
    """What is told of a plan whose weight by productivity says more of itself."""
    replace(nation, PLAN, "column: productivity_t_ha, power: 0.5", f"column: productivity_t_ha, {weight}")
    return (f"{fault.key}: {fault.message}" for fault in check(nation)[0])


def test_a_weight_from_a_layer_inside_the_rate_counts_it_twice(nation: Path):
    (told,) = of_layers(nation, "of_layers: [p2o5_hcl25, soc]")
    assert told.startswith(
        "weights.0.of_layers: 'p2o5_hcl25' is counted twice: the doses of 'kepmentan01_2006'"
    )
    assert "forced: true" in told


def test_double_counting_can_be_forced_and_other_layers_may_weigh(nation: Path):
    assert list(of_layers(nation, "of_layers: [soc, k2o_hcl25], forced: true")) == []


def test_a_layer_that_does_not_exist_is_told(nation: Path):
    (told,) = of_layers(nation, "of_layers: [soil_c]")
    assert "no layer 'soil_c'" in told


def test_a_budget_is_possible_where_both_prices_are_known(nation: Path):
    replace(
        nation,
        "fertilizers/urea.yaml",
        "{from: 2019, price: null, rule: not found}",
        "{from: 2026, price: 9000, rule: own}",
    )
    replace(nation, PLAN, UREA, "urea: {budget: 1000000}")
    assert check(nation)[0] == []


def test_a_plan_without_the_rules_of_a_subsidy_is_refused(nation: Path):
    (nation / "subsidy.yaml").unlink()
    (fault,) = check(nation)[0]
    assert (fault.file, fault.key) == (PLAN, "")
    assert "subsidy.yaml" in fault.message


def test_the_code_of_a_frozen_unit_is_a_text(nation: Path):
    told = faults(nation, "floor_pct_of_need: 0", "frozen: {01.01: {urea: 5}}")
    assert any(key.startswith("frozen") and "in quotes" in message for key, message in told), told
