from math import inf, nan

import pandas as pd
import pytest

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import Problem
from tests.evaluate.allocation.units import problem


def test_an_empty_table_is_told():
    with pytest.raises(InputError, match="no units to divide anything among"):
        problem(10, [])


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="missing: weight"):
        Problem(pd.DataFrame({"need_t": [1.0], "floor_t": [0.0], "cap_t": [1.0]}, index=["a"]), 1)


def test_a_unit_that_stands_twice_is_named():
    units = problem(10, [5, 5]).units.rename(index={"b": "a"})
    with pytest.raises(InputError, match=r"twice or more: a$"):
        Problem(units, 10)


def test_a_missing_need_is_not_zero():
    with pytest.raises(InputError, match="need_t is missing, which is not zero, of b"):
        problem(10, [5, nan])


@pytest.mark.parametrize("column", ["need_t", "floor_t", "cap_t", "weight", "frozen_t"])
def test_a_negative_number_is_named(column: str):
    numbers = {"need_t": [5.0, 5.0], column: [1.0, -1.0]}
    with pytest.raises(InputError, match=f"{column} is negative of b"):
        problem(10, **numbers)


@pytest.mark.parametrize("total", [-1.0, nan, inf])
def test_a_total_that_is_no_amount_is_refused(total: float):
    with pytest.raises(InputError, match="the total to divide"):
        problem(total, [5])


def test_an_endless_need_is_refused():
    with pytest.raises(InputError, match="need_t is infinite of a"):
        problem(10, [inf])


def test_floors_above_caps_name_their_units():
    with pytest.raises(InputError, match="floor above cap: b, c"):
        problem(100, [5, 5, 5], floor_t=[1, 9, 7], cap_t=[2, 8, 6])


def test_a_frozen_amount_above_its_cap_is_refused():
    with pytest.raises(InputError, match="frozen above cap: b"):
        problem(100, [5, 5], cap_t=[9, 9], frozen_t=[nan, 10])


def test_floors_above_the_total_say_by_how_much_and_which_weigh_most():
    with pytest.raises(
        InputError, match=r"sum to 5\.000 t more than the total of 10\.000 t; the largest: b, a"
    ):
        problem(10, [9, 9], floor_t=[7, 8])


def test_frozen_amounts_count_among_the_floors():
    with pytest.raises(InputError, match=r"sum to 2\.000 t more"):
        problem(10, [9, 9], floor_t=[7, 0], frozen_t=[nan, 5])


def test_units_stand_in_the_order_of_their_codes():
    units = problem(10, [1, 2, 3]).units
    assert list(Problem(units.iloc[::-1], 10).units.index) == ["a", "b", "c"]


def test_a_list_of_many_units_is_cut_short():
    units = pd.DataFrame(
        {"need_t": -1.0, "floor_t": 0.0, "cap_t": 1.0, "weight": 1.0}, index=[f"{at:02}" for at in range(12)]
    )
    with pytest.raises(InputError, match="08, 09 and 2 more"):
        Problem(units, 10)
