"""Fertilizers: what they contain and what they cost on a day, as far as it was found."""

from datetime import date
from pathlib import Path

import pytest

from soilinfo.catalog.fertilizers import in_force, unit_subsidy
from soilinfo.catalog.load import check, load
from soilinfo.catalog.models import Catalog
from tests.catalog.conftest import CONFIG, replace

CONTENTS = {
    "urea": {"n": 46},
    "sp36": {"p2o5": 36},
    "kcl": {"k2o": 60},
    "npk_15_15_15": {"n": 15, "p2o5": 15, "k2o": 15, "s": 10},
    "npk_15_10_12": {"n": 15, "p2o5": 10, "k2o": 12},
    "npk_cocoa": None,
    "organic": None,
    "za": None,
}
CEILING = {
    date(2016, 6, 1): {"urea": 1800, "sp36": 2000, "za": 1400, "npk_15_15_15": 2300, "organic": 500},
    date(2021, 6, 1): {"urea": 2250, "sp36": 2400, "za": 1700, "npk_15_10_12": 2300, "organic": 800},
    date(2025, 10, 21): {"urea": 2250, "npk_15_10_12": 2300, "npk_cocoa": 3300, "organic": 800},
    date(2025, 10, 22): {"urea": 1800, "npk_15_10_12": 1840, "npk_cocoa": 2640, "za": 1360, "organic": 640},
}


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load(CONFIG)


def test_contents_are_those_that_were_read_and_what_was_not_found_is_said(shipped: Catalog):
    assert {name: each.contents for name, each in shipped.fertilizers.items()} == CONTENTS
    for each in shipped.fertilizers.values():
        assert (each.contents is None) == ("contents" in each.not_found)


@pytest.mark.parametrize("day", CEILING, ids=str)
def test_the_ceiling_price_is_that_in_force_on_the_day(shipped: Catalog, day: date):
    found = {name: in_force(each.prices, day) for name, each in shipped.fertilizers.items()}
    assert {name: each.price for name, each in found.items() if each and each.price} == CEILING[day]


def test_before_the_first_entry_nothing_is_in_force(shipped: Catalog):
    assert in_force(shipped.fertilizers["urea"].prices, date(2015, 12, 31)) is None


def test_the_subsidy_of_a_kilogram_is_known_for_2018_and_not_for_today(shipped: Catalog):
    day, today = date(2018, 6, 1), date(2026, 1, 1)
    assert unit_subsidy(shipped.fertilizers["urea"], day) == 2800
    assert unit_subsidy(shipped.fertilizers["npk_15_15_15"], day) == 4425
    assert {unit_subsidy(each, today) for each in shipped.fertilizers.values()} == {None}


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("from: 2021,", "from: 2023,", "prices", "2022-01-01 stands after 2023-01-01"),
        ("from: 2021,", "from: 2022,", "prices", "2022-01-01 stands after 2022-01-01"),
        ("from: 2021,", "from: 2021/2022,", "prices.1.from", "one day is needed"),
        ("from: 2021,", "start: 2021,", "prices.1.from", "missing"),
        ("price: 2250, rule: list of 2021", "price: -1, rule: none", "prices.1.price", "greater than 0"),
        ("{n: 46}", "{n: 46, p: 5}", "contents.p", "no value 'p'"),
        ("{n: 46}", "{n: 60, s: 60}", "", "contents add up to 120 %"),
        ("contents: {n: 46}", "contents: null", "", "say under not_found.contents why"),
        ("sack_kg: 50", "sack_kg: 0", "sack_kg", "greater than 0"),
    ],
)
def test_a_fault_of_a_fertilizer_is_told_with_its_key(
    nation: Path, old: str, new: str, key: str, message: str
):
    replace(nation, "fertilizers/urea.yaml", old, new)
    faults = [fault for fault in check(nation)[0] if fault.file == "fertilizers/urea.yaml"]
    assert any(fault.key == key and message in fault.message for fault in faults), faults


def test_a_misspelt_date_key_is_told_with_the_one_that_is_meant(nation: Path):
    replace(nation, "fertilizers/urea.yaml", "from: 2021,", "form: 2021,")
    assert any("Did you mean 'from'?" in fault.message for fault in check(nation)[0])
