from math import inf, nan

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.proportional import proportional
from tests.evaluate.allocation.units import amounts, problem, problems


def tonnes(shares: Shares) -> list[float]:
    return shares.units["allocated_t"].to_list()


def bounds(shares: Shares) -> list[str]:
    return shares.units["bound"].to_list()


def test_each_unit_gets_the_same_share_of_its_need():
    found = proportional(problem(70, [50, 30, 20]))
    assert tonnes(found) == pytest.approx([35, 21, 14])
    assert found.level == pytest.approx(0.7)


def test_what_a_cap_refuses_goes_to_the_others_in_the_same_proportion():
    found = proportional(problem(70, [50, 30, 20], cap_t=[20, inf, inf]))
    assert tonnes(found) == pytest.approx([20, 30, 20])
    assert bounds(found) == ["cap", "share", "share"]


def test_what_a_floor_takes_is_taken_from_the_others_in_the_same_proportion():
    found = proportional(problem(70, [50, 30, 20], floor_t=[0, 0, 30]))
    assert tonnes(found) == pytest.approx([25, 15, 30])
    assert bounds(found) == ["share", "share", "floor"]


def test_a_weight_of_two_counts_need_twice():
    found = proportional(problem(60, [40, 40], weight=[2, 1]))
    assert tonnes(found) == pytest.approx([40, 20])


def test_a_frozen_unit_keeps_its_amount_whatever_the_others_get():
    found = proportional(problem(70, [50, 30, 20], frozen_t=[nan, 10, nan]))
    assert tonnes(found) == pytest.approx([60 * 5 / 7, 10, 60 * 2 / 7])
    assert bounds(found) == ["share", "frozen", "share"]


def test_what_no_cap_lets_in_is_returned_and_not_spread():
    found = proportional(problem(100, [50, 30], cap_t=[40, 20]))
    assert tonnes(found) == [40, 20]
    assert found.left_t == 40
    assert bounds(found) == ["cap", "cap"]


def test_a_unit_without_need_gets_nothing_even_when_some_is_left():
    found = proportional(problem(100, [50, 0], cap_t=[40, 20]))
    assert tonnes(found) == [40, 0]
    assert found.left_t == 60


def test_nothing_to_divide_leaves_everybody_with_nothing():
    assert tonnes(proportional(problem(0, [50, 30]))) == [0, 0]


def test_needs_that_are_all_zero_leave_the_total():
    found = proportional(problem(10, [0, 0]))
    assert (tonnes(found), found.left_t, found.level) == ([0, 0], 10, 0)


def test_floors_that_take_all_but_for_floating_point_leave_nothing_to_divide():
    found = proportional(problem(0.3, [0, 0], floor_t=[0.1, 0.2]))
    assert (tonnes(found), found.left_t) == ([0.1, 0.2], 0)


@settings(max_examples=40)
@given(problems())
def test_sums_are_exact_and_floors_and_caps_hold(given_problem: Problem):
    found = proportional(given_problem)
    allocated = found.units["allocated_t"].to_numpy()
    assert allocated.sum() + found.left_t == pytest.approx(given_problem.total_t, rel=1e-12, abs=1e-12)
    assert (allocated >= given_problem.lower).all()
    assert (allocated <= given_problem.upper).all()


@settings(max_examples=40)
@given(problems())
def test_something_is_left_only_when_whoever_has_a_rate_is_full(given_problem: Problem):
    found, units = proportional(given_problem), given_problem.units
    if found.left_t > 0:
        wanting = units["weight"] * units["need_t"] > 0
        assert (found.units["allocated_t"] == given_problem.upper)[wanting].all()


@settings(max_examples=40)
@given(problems())
def test_where_no_bound_decides_the_level_does(given_problem: Problem):
    found, units = proportional(given_problem), given_problem.units
    free = found.units["bound"] == "share"
    expected = (units["weight"] * units["need_t"] * found.level)[free]
    assert found.units["allocated_t"][free].to_numpy() == pytest.approx(expected.to_numpy())


@settings(max_examples=40)
@given(problems(), amounts)
def test_a_greater_total_never_gives_a_unit_less(given_problem: Problem, more: float):
    before = proportional(given_problem).units["allocated_t"]
    after = proportional(Problem(given_problem.units, given_problem.total_t + more)).units["allocated_t"]
    assert (after >= before - 1e-9).all()


@settings(max_examples=40)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(given_problem: Problem, random: object):
    shuffled = given_problem.units.sample(frac=1, random_state=random.randrange(2**32))  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(
        proportional(Problem(shuffled, given_problem.total_t)).units, proportional(given_problem).units
    )
