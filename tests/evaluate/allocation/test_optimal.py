from collections.abc import Mapping
from math import inf

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from soilinfo.catalog.allocations import YieldResponse
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.allocation.limits import Limits
from soilinfo.evaluate.allocation.optimal import optimal
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.proportional import proportional
from soilinfo.evaluate.allocation.response import per_tonne, response
from tests.evaluate.allocation.units import LETTERS, by_code, problem, problems

PARENT = by_code(list("PPPPQQQQ"))


def worth(**by_fertilizer: list[float]) -> pd.DataFrame:
    return per_tonne(pd.DataFrame({name: by_code(values) for name, values in by_fertilizer.items()}))


def tonnes(found: Mapping[str, Shares]) -> dict[str, list[float]]:
    return {name: shares.units["allocated_t"].round(6).to_list() for name, shares in found.items()}


def curve(*points: tuple[float, float]) -> YieldResponse:
    return YieldResponse(commodity="rice", fertilizer="urea", source="made up", points=points)


def quotas(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["parent", "fertilizer", "least_t", "most_t"])


def test_tonnes_go_where_they_are_worth_most():
    urea = problem(30, [20, 20, 20], floor_t=[2, 0, 0], cap_t=20)
    found = optimal({"urea": urea}, worth(urea=[1, 3, 2]))
    assert tonnes(found) == {"urea": [2, 20, 8]}
    assert found["urea"].units["bound"].to_list() == ["floor", "cap", "share"]


def test_units_whose_tonnes_are_worth_the_same_share_in_proportion_to_need():
    urea = problem(30, [20, 40, 20], cap_t=[20, 40, 20])
    found = tonnes(optimal({"urea": urea}, worth(urea=[1, 1, 2])))
    assert found["urea"] == pytest.approx([10 / 3, 20 / 3, 20], abs=1e-5)


def test_a_common_budget_buys_what_is_worth_most_for_the_money():
    both = {name: problem(10, [10], cap_t=10) for name in ("npk", "urea")}
    limits = Limits(budget=50, price_per_t={"urea": 2, "npk": 5})
    assert tonnes(optimal(both, worth(urea=[3], npk=[6]), limits)) == {"npk": [6], "urea": [10]}


def test_more_of_one_fertilizer_may_mean_less_of_another_when_money_is_short():
    """Where a greater supply does give a unit less: only by this method, and only with a common budget."""
    npk, limits = problem(10, [10], cap_t=10), Limits(budget=50, price_per_t={"urea": 2, "npk": 5})
    little, much = (
        tonnes(
            optimal({"npk": npk, "urea": problem(total, [10], cap_t=10)}, worth(urea=[3], npk=[6]), limits)
        )
        for total in (5, 10)
    )
    assert (little["npk"], much["npk"]) == ([8], [6])


def test_a_province_gets_no_less_and_no_more_than_its_quota():
    urea = problem(40, [20] * 8, cap_t=20)
    limits = Limits(quotas=quotas(("P", "urea", 0, 25), ("Q", "urea", 10, inf)), parent=PARENT)
    found = optimal({"urea": urea}, worth(urea=[9, 8, 1, 1, 3, 2, 1, 1]), limits)
    assert tonnes(found) == {"urea": [20, 5, 0, 0, 15, 0, 0, 0]}


def test_between_provinces_of_equal_worth_all_keep_to_their_proportional_shares():
    urea = problem(40, [10, 20, 10, 20, 20, 20, 10, 10], cap_t=20)
    limits = Limits(quotas=quotas(("P", "urea", 0, 39), ("Q", "urea", 0, 39)), parent=PARENT)
    expected = proportional(urea).units["allocated_t"].to_list()
    assert tonnes(optimal({"urea": urea}, worth(urea=[7] * 8), limits))["urea"] == pytest.approx(expected)


def test_equals_give_up_the_same_part_of_their_share_to_one_who_is_worth_more():
    urea = problem(30, [20, 10, 30], cap_t=30)
    limits = Limits(quotas=quotas(*((code, "urea", 0, inf) for code in "PQR")), parent=by_code(list("PQR")))
    assert tonnes(optimal({"urea": urea}, worth(urea=[9, 1, 1]), limits)) == {"urea": [30, 0, 0]}
    capped = problem(30, [20, 10, 30], cap_t=[18, 30, 30])
    assert tonnes(optimal({"urea": capped}, worth(urea=[9, 1, 1]), limits)) == {"urea": [18, 3, 9]}


def test_the_first_tonnes_of_all_come_before_the_next_of_any():
    pieces = response(curve((0, 0), (100, 10), (200, 12)), by_code([100, 50]))
    found = optimal({"urea": problem(18, [20, 10], cap_t=[20, 10])}, pieces)
    assert tonnes(found) == {"urea": [12, 6]}


def test_what_is_worth_nothing_is_not_handed_out():
    pieces = response(curve((0, 0), (100, 10)), by_code([100, 50]))
    found = optimal({"urea": problem(18, [20, 10], cap_t=[20, 10])}, pieces)
    assert tonnes(found) == {"urea": [10, 5]}
    assert found["urea"].left_t == pytest.approx(3)


def test_a_unit_without_need_gets_its_floor_whatever_its_tonnes_are_worth():
    urea = problem(10, [0, 20], floor_t=[1, 0], cap_t=20)
    assert tonnes(optimal({"urea": urea}, worth(urea=[9, 1]))) == {"urea": [1, 9]}


# ---- what cannot be solved --------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(budget=7, price_per_t={"urea": 2}), "floors and least quotas cost 8, 1 more than the budget"),
        (Limits(budget=7), "there is a budget, but no price of urea"),
        (Limits(quotas=quotas(("P", "urea", 0, 3))), "what each unit is part of"),
        (
            Limits(None, None, quotas(("P", "urea", 0, 3)), PARENT),
            "floors sum to more than the most quota: P .urea.",
        ),
        (
            Limits(None, None, quotas(("P", "urea", 21, inf)), PARENT),
            "caps sum to less than the least quota: P .urea.",
        ),
        (Limits(None, None, quotas(("P", "urea", 9, 8)), PARENT), "least quota is above the most: P .urea."),
        (Limits(None, None, quotas(("P", "urea", 16, 19)), PARENT), r"come to 1\.000 t more than the supply"),
        (
            Limits(None, None, quotas(("P", "urea", 5, 9)), by_code(["P"])),
            "not known what these are part of: b",
        ),
        (Limits(None, None, quotas(*[("P", "urea", 5, 9)] * 2), PARENT), "a quota stands twice: P .urea."),
    ],
)
def test_what_cannot_be_kept_is_named(limits: Limits, said: str):
    with pytest.raises(InputError, match=said):
        optimal({"urea": problem(15, [10, 10], floor_t=[4, 0], cap_t=10)}, worth(urea=[1, 2]), limits)


def test_a_quota_of_a_group_that_there_is_not_is_named():
    limits = Limits(quotas=quotas(("X", "urea", 0, 3)), parent=PARENT)
    with pytest.raises(UnknownNameError, match=r"no group with a quota 'X .urea.'"):
        optimal({"urea": problem(15, [10, 10])}, worth(urea=[1, 2]), limits)


def test_a_fertilizer_that_is_not_divided_is_named():
    with pytest.raises(UnknownNameError, match="no fertilizer 'kcl'; there are: urea"):
        optimal({"urea": problem(15, [10])}, worth(urea=[1], kcl=[1]))


def test_a_unit_whose_tonnes_have_no_worth_stated_is_named():
    with pytest.raises(InputError, match="not stated what a tonne is worth in b"):
        optimal({"urea": problem(15, [10, 10])}, worth(urea=[1]))


def test_tonnes_that_are_worth_more_the_more_there_are_are_refused():
    steep = pd.DataFrame({"code": "a", "fertilizer": "urea", "width_t": [5, 5], "worth_per_t": [1, 2]})
    with pytest.raises(InputError, match="worth more the more there are, which is not solved here, in a"):
        optimal({"urea": problem(15, [10])}, steep)


# ---- whatever the numbers ---------------------------------------------------------------


def worth_of(allocated_t: "pd.Series[float]", pieces: pd.DataFrame) -> float:
    """What tonnes of urea are worth, at so much per tonne."""
    return float((allocated_t * pieces.set_index("code")["worth_per_t"]).sum())


@st.composite
def worths(draw: st.DrawFn) -> pd.DataFrame:
    """Few different numbers, so that ties are common."""
    count = len(LETTERS)
    return worth(urea=draw(st.lists(st.sampled_from([0.5, 1, 1, 2, 5]), min_size=count, max_size=count)))


@settings(max_examples=15)
@given(problems(), worths())
def test_no_allocation_is_worth_more(given_problem: Problem, pieces: pd.DataFrame):
    found = optimal({"urea": given_problem}, pieces)["urea"].units["allocated_t"]
    need = given_problem.units["need_t"].to_numpy()
    upper = np.where(need > 0, np.minimum(given_problem.upper, given_problem.total_t), given_problem.lower)
    per_t = pieces["worth_per_t"].to_numpy()[: len(need)]
    bounds = np.column_stack([given_problem.lower, upper])
    best = linprog(-per_t, [np.ones(len(need))], [given_problem.total_t + 1e-9], bounds=bounds)
    assert best.status == 0
    assert worth_of(found, pieces) == pytest.approx(-best.fun, abs=1e-6)


@settings(max_examples=15)
@given(problems(), worths())
def test_the_proportional_allocation_is_never_worth_more(given_problem: Problem, pieces: pd.DataFrame):
    found = optimal({"urea": given_problem}, pieces)["urea"].units["allocated_t"]
    plain = proportional(given_problem).units["allocated_t"]
    assert worth_of(found, pieces) >= worth_of(plain, pieces) - 1e-6


@settings(max_examples=15)
@given(problems(), worths(), st.sampled_from([0.0, 0.5, 1.0]))
def test_bounds_supply_budget_and_quotas_are_kept(given_problem: Problem, pieces: pd.DataFrame, ease: float):
    floors = by_code(given_problem.lower).groupby(PARENT).sum()
    most = floors + ease * (given_problem.total_t - floors.sum())
    rows = [(str(parent), "urea", 0.0, float(tonnes)) for parent, tonnes in most.items()]
    budget = 3 * (floors.sum() + (1 + ease) / 2 * (given_problem.total_t - floors.sum()))
    limits = Limits(budget, {"urea": 3.0}, quotas(*rows), PARENT)
    found = optimal({"urea": given_problem}, pieces, limits)["urea"].units["allocated_t"]
    assert (found >= given_problem.lower).all()
    assert (found <= given_problem.upper).all()
    assert found.sum() * 3 <= budget + 1e-5
    assert (found.groupby(PARENT).sum() <= most + 1e-5).all()


@settings(max_examples=15)
@given(problems(), worths(), st.integers(0, 2**32 - 1))
def test_the_order_of_units_does_not_matter(given_problem: Problem, pieces: pd.DataFrame, seed: int):
    shuffled = Problem(given_problem.units.sample(frac=1, random_state=seed), given_problem.total_t)
    found = optimal({"urea": shuffled}, pieces.sample(frac=1, random_state=seed))
    assert found["urea"].units.equals(optimal({"urea": given_problem}, pieces)["urea"].units)


@settings(max_examples=15)
@given(problems(), worths())
def test_equals_are_treated_alike(given_problem: Problem, pieces: pd.DataFrame):
    found = optimal({"urea": given_problem}, pieces)["urea"].units["allocated_t"]
    units = given_problem.units.assign(worth=pieces.set_index("code")["worth_per_t"], got=found.round(9))
    alike = units.groupby(["need_t", "floor_t", "cap_t", "worth"])["got"].nunique()
    assert (alike == 1).all()
