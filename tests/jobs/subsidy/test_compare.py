"""Two allocations side by side: kept ones by their id, others worked out as they are asked for."""

import pytest

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.subsidy.allocate import Choices
from soilinfo.jobs.subsidy.compare import asked, chosen, compare
from tests.jobs.subsidy.conftest import drafted
from tests.subsidised import PLAN, SUPPLY_T


@pytest.fixture(scope="module")
def id_(country):
    return drafted(country).id


def test_less_of_everything_lets_somebody_lose_and_nobody_gain(country, id_):
    npk = compare(country.store, country.catalog, id_, f"{PLAN}:-10").by_fertilizer["npk_15_10_12"]
    assert npk.totals.before_t - npk.totals.after_t == pytest.approx(0.1 * SUPPLY_T["npk_15_10_12"])
    assert (npk.totals.gaining, npk.totals.losing) == (0, len(npk.units))
    assert npk.totals.need_met_after_pct < npk.totals.need_met_before_pct


def test_another_method_moves_tonnes_and_makes_none(country, id_):
    npk = compare(country.store, country.catalog, id_, f"{PLAN}:priority").by_fertilizer["npk_15_10_12"]
    assert npk.totals.gained_t == pytest.approx(npk.totals.lost_t)
    assert npk.totals.gained_t > 0


def test_a_choice_is_a_plan_with_a_method_a_change_or_both(country):
    found = asked(country.store, country.catalog, f"{PLAN}:max_min:-10")
    assert (found.choices["method"], found.choices["total_change_pct"]) == ("max_min", -10)
    assert asked(country.store, country.catalog, PLAN).choices["method"] == "proportional"


def test_an_empty_method_is_the_plans(country):
    plan, choices = chosen(country.catalog, f"{PLAN}::-10")
    assert (plan.id, choices) == (PLAN, Choices(None, -10.0))
    assert chosen(country.catalog, f"{PLAN}:-10") == (plan, choices)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        (f"{PLAN}-9", UnknownNameError, f"no allocation or plan '{PLAN}-9'"),
        ("subsidy_2025:max_min", UnknownNameError, "no allocation plan 'subsidy_2025'"),
        (f"{PLAN}:fair", InputError, "'fair' is neither a method"),
        (f"{PLAN}:fair:-10", UnknownNameError, "no method 'fair'"),
        (f"{PLAN}:-100", InputError, "leaves nothing to divide"),
        (f"{PLAN}:inf", InputError, "must be a number of percent, not inf"),
        (f"{PLAN}:1e308", InputError, "too much; it must be at most 10,000"),
        (f"{PLAN}::nan", InputError, "must be a number of percent, not nan"),
        (f"{PLAN}:max_min:-10:5", InputError, r"'-10:5' is more than one change: a choice is PLAN\[:METHOD"),
    ],
)
def test_what_cannot_be_worked_out_is_named(country, text, error, said):
    with pytest.raises(error, match=said):
        asked(country.store, country.catalog, text)
