from math import nan

import pandas as pd
import pytest

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.proportional import proportional
from soilinfo.evaluate.allocation.sensitivity import drawn_needs, sensitivity
from tests.evaluate.allocation.units import by_code, problem

CASES = pd.DataFrame({"low": by_code([20, 10]), "high": by_code([60, 10])})
CERTAIN = pd.DataFrame({"low": by_code([0, 1]), "high": by_code([1, 0])})
EITHER = pd.DataFrame({"low": by_code([0.5, 1]), "high": by_code([0.5, 0])})


def test_a_unit_whose_need_may_be_higher_may_get_more_at_the_cost_of_others():
    found = sensitivity(problem(30, [20, 10]), [problem(30, [20, 10]), problem(30, [50, 10])], proportional)
    assert found.loc["a", ["allocated_t", "least_t", "most_t"]].to_list() == pytest.approx([20, 20, 25])
    assert found.loc["b", ["allocated_t", "least_t", "most_t"]].to_list() == pytest.approx([10, 5, 10])


def test_nothing_moves_when_all_needs_rise_together():
    found = sensitivity(problem(15, [20, 10]), [problem(15, [40, 20])], proportional)
    assert found["least_t"].to_list() == pytest.approx(found["allocated_t"].to_list())


def test_without_needs_there_is_nothing_to_compare():
    with pytest.raises(InputError, match="no needs were given"):
        sensitivity(problem(15, [20, 10]), [], proportional)


def test_what_is_certain_is_always_drawn():
    assert {tuple(each) for each in drawn_needs(CASES, CERTAIN, draws=20)} == {(60.0, 10.0)}


def test_needs_are_drawn_as_often_as_they_are_probable():
    highs = sum(each["a"] == 60 for each in drawn_needs(CASES, EITHER, draws=400))
    assert 150 < highs < 250


def test_the_same_seed_draws_the_same_needs_whatever_the_order_of_units():
    once, again = drawn_needs(CASES, EITHER, seed=7), drawn_needs(CASES.iloc[::-1], EITHER.iloc[::-1], seed=7)
    assert all(one.equals(other) for one, other in zip(once, again, strict=True))


def test_probabilities_that_do_not_sum_to_one_are_named():
    with pytest.raises(InputError, match="do not sum to 1 of b"):
        drawn_needs(CASES, EITHER.assign(low=[0.5, 0.7]))


def test_a_need_that_may_occur_must_be_known():
    with pytest.raises(InputError, match="a need that may occur is missing of a"):
        drawn_needs(CASES.assign(high=[nan, 10]), EITHER)
    assert drawn_needs(CASES.assign(high=[60, nan]), EITHER)
