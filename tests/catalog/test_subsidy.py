"""Doses and the rules of a subsidy: the numbers shipped, and what is told of files that contradict others."""

from datetime import date
from pathlib import Path

import pytest

from soilinfo.catalog.fertilizers import in_force
from soilinfo.catalog.load import check, load
from soilinfo.catalog.models import Catalog
from tests.catalog.conftest import CONFIG, replace

NINE = {"rice", "maize", "soybean", "chili", "shallot", "garlic", "sugarcane_smallholder", "coffee", "cocoa"}
ELIGIBLE = {
    date(2022, 7, 1): ({"urea", "npk_15_10_12", "npk_cocoa"}, NINE),
    date(2024, 4, 21): ({"urea", "npk_15_10_12", "npk_cocoa"}, NINE),
    date(2024, 4, 22): ({"urea", "npk_15_10_12", "npk_cocoa", "organic"}, NINE),
    date(2025, 5, 15): ({"urea", "npk_15_10_12", "npk_cocoa", "organic"}, NINE | {"cassava"}),
}


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load(CONFIG)


def test_the_doses_of_2006_are_those_derived_from_its_annex(shipped: Catalog):
    doses = shipped.doses["kepmentan01_2006"]
    assert doses.base == {"urea": 200}
    assert {name: (each.nutrient, each.doses) for name, each in doses.by_status.items()} == {
        "sp36": ("p2o5", {"low": 100, "medium": 75, "high": 50}),
        "kcl": ("k2o", {"low": 100, "medium": 50, "high": 50}),
    }
    assert {name: (each.amount_t_ha, each.kg_ha) for name, each in doses.credits.items()} == {
        "straw": (5, {"urea": 20, "sp36": 0, "kcl": 50}),
        "manure": (2, {"urea": 50, "sp36": 50, "kcl": 20}),
    }
    assert doses.least_area_ha == 250
    assert "Bengkulu" in doses.title["en"]


def test_editions_of_which_no_whole_table_is_known_are_named_and_not_made_up(shipped: Catalog):
    assert set(shipped.doses) == {"kepmentan01_2006"}
    missing = {"urea_by_yield", "permentan40_2007", "permentan13_2022"}
    assert set(shipped.doses["kepmentan01_2006"].not_found) == missing


@pytest.mark.parametrize("day", ELIGIBLE, ids=str)
def test_who_may_have_what_is_by_the_rule_in_force_on_the_day(shipped: Catalog, day: date):
    assert shipped.subsidy is not None
    rule = in_force(shipped.subsidy.eligibility, day)
    assert rule is not None
    assert (set(rule.fertilizers), set(rule.commodities)) == ELIGIBLE[day]
    assert rule.max_ha_per_farmer == 2


def test_the_rules_say_which_edition_counts_and_in_which_currency(shipped: Catalog):
    rules = shipped.subsidy
    assert rules is not None
    assert (rules.currency, rules.rating_edition, rules.doses) == (
        "IDR",
        "ppt1983",
        {"rice": "kepmentan01_2006"},
    )
    assert set(rules.commodities) == NINE | {"cassava"}


DOSES = "doses/kepmentan01_2006.yaml"
RULES = "subsidy.yaml"


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "message"),
    [
        (DOSES, "base: {urea: 200}", "base: {uera: 200}", "base", "Did you mean 'urea'?"),
        (DOSES, "  sp36: {nutrient", "  tsp: {nutrient", "by_status", "no fertilizer 'tsp'"),
        (DOSES, "nutrient: p2o5", "nutrient: s", "by_status.sp36.nutrient", "no status of a nutrient 's'"),
        (DOSES, "{low: 100, medium: 75,", "{low: 100, mid: 75,", "by_status.sp36.doses", "high, low, medium"),
        (
            DOSES,
            "nutrient_status: paddy",
            "nutrient_status: sawah",
            "nutrient_status",
            "no nutrient status 'sawah'",
        ),
        (DOSES, "nutrient_status: paddy\n", "", "nutrient_status", "doses by status need one"),
        (DOSES, "{urea: 20, sp36", "{npk: 20, sp36", "credits.straw.kg_ha", "no fertilizer 'npk'"),
        (DOSES, "table: paddy_doses", "table: paddy_dose", "legal.table", "Did you mean 'paddy_doses'?"),
        (DOSES, "kcl: straw_kcl_kg_ha", "kcl: straw_kcl", "legal.columns.straw.kcl", "no column 'straw_kcl'"),
        (DOSES, "kcl: straw_kcl_kg_ha", "kcl: name", "legal.columns.straw.kcl", "holds no numbers"),
        (RULES, "rating_edition: ppt1983", "rating_edition: bpt2009", "rating_edition", "no rating edition"),
        (RULES, "{rice: kepmentan01_2006}", "{rice: permentan40_2007}", "doses.rice", "no edition of doses"),
        (RULES, "{rice: kepmentan01_2006}", "{maize: kepmentan01_2006}", "doses.maize", "has doses of rice"),
        (RULES, "{rice: kepmentan01_2006}", "{tea: kepmentan01_2006}", "doses", "no commodity 'tea'"),
        (RULES, "classes: [paddy]", "classes: [padi]", "commodities.rice.land.classes", "no class 'padi'"),
        (
            RULES,
            "fertilizers: [urea, npk_15_10_12, npk_cocoa, organic]",
            "fertilizers: [urea, phonska]",
            "eligibility.1.fertilizers",
            "no fertilizer 'phonska'",
        ),
        (RULES, "cocoa, cassava]", "cocoa, yam]", "eligibility.2.commodities", "no commodity 'yam'"),
        (RULES, "from: 2024-04-22", "from: 2026-04-22", "eligibility", "2025-05-15 stands after 2026-04-22"),
        (RULES, "currency: IDR", "currency: Rp", "currency", "pattern"),
    ],
)
def test_a_fault_in_doses_and_rules_is_told_with_file_and_key(
    nation: Path, name: str, old: str, new: str, key: str, message: str
):
    replace(nation, name, old, new)
    faults = check(nation)[0]
    assert any((fault.file, fault.key) == (name, key) and message in fault.message for fault in faults), (
        faults
    )


def test_a_decreed_table_in_another_unit_is_refused(nation: Path):
    replace(
        nation,
        "tables/paddy_doses.yaml",
        "Urea (kg/ha), type: number, unit: kg/ha",
        "Urea (kg/ha), type: number, unit: t/ha",
    )
    (fault,) = check(nation)[0]
    assert (fault.file, fault.key) == (DOSES, "legal.columns.none.urea")
    assert "is in 't/ha', not in 'kg/ha'" in fault.message
