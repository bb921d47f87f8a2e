from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import Problem
from soilinfo.evaluate.allocation.proportional import proportional
from soilinfo.evaluate.allocation.reallocation import reallocation
from tests.evaluate.allocation.units import by_code, problem, problems


def test_what_one_does_not_fetch_goes_to_where_it_is_asked_for():
    before = problem(60, [50, 50, 50], cap_t=[20, 20, 20])
    moved = reallocation(before, by_code([20, 20, 20]), by_code([5, 20, 18]), by_code([10, 20, 90]))
    assert moved.total_t == 60
    assert proportional(moved).units["allocated_t"].to_list() == [10, 20, 20]


def test_a_request_above_the_cap_is_not_served_beyond_the_cap():
    moved = reallocation(
        problem(20, [50, 50], cap_t=[30, 12]), by_code([10, 10]), by_code([0, 0]), by_code([5, 50])
    )
    assert proportional(moved).units["allocated_t"].to_list() == [5, 12]


def test_frozen_units_stay_frozen():
    before = problem(60, [50, 50, 50], frozen_t=[nan, 25, nan])
    moved = reallocation(before, by_code([20, 25, 15]), by_code([0, 20, 15]), by_code([50, 50, 50]))
    assert proportional(moved).units["allocated_t"]["b"] == 25


@pytest.mark.parametrize(
    ("redeemed", "requested", "said"),
    [
        ([5, nan], [50, 50], "redeemed tonnes are missing, which is not zero, of b"),
        ([5, 11], [50, 50], "more was redeemed than was allocated: b"),
        ([5, 9], [50, 8], "more was redeemed than may be had: request and cap: b"),
    ],
)
def test_what_cannot_have_happened_is_named(redeemed: list[float], requested: list[float], said: str):
    with pytest.raises(InputError, match=said):
        reallocation(problem(20, [50, 50]), by_code([10, 10]), by_code(redeemed), by_code(requested))


@settings(max_examples=40)
@given(problems(), st.integers(0, 4))
def test_nobody_gets_less_than_was_redeemed_nor_more_than_the_request(given_problem: Problem, quarters: int):
    allocated = proportional(given_problem).units["allocated_t"]
    redeemed, request = allocated * quarters / 4, allocated + given_problem.units["need_t"]
    moved = reallocation(given_problem, allocated, redeemed, request)
    found = proportional(moved)
    after = found.units["allocated_t"]
    assert (after >= redeemed).all()
    assert (after <= request).all()
    assert after.sum() + found.left_t == pytest.approx(allocated.sum())
