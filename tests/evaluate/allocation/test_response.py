from math import inf, nan

import pandas as pd
import pytest

from soilinfo.catalog.allocations import YieldResponse
from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.response import best_first, per_tonne, response
from tests.evaluate.allocation.units import by_code

CURVE = YieldResponse(
    commodity="rice",
    fertilizer="urea",
    source="made up",
    points=((0, 2.0), (100, 4.0), (200, 5.0)),
)


def test_a_linear_objective_is_one_endless_piece_for_each_unit_and_fertilizer():
    found = per_tonne(pd.DataFrame({"urea": by_code([1.5, 2]), "npk": by_code([3, 4])}))
    assert found["width_t"].to_list() == [inf] * 4
    assert found.set_index(["fertilizer", "code"])["worth_per_t"].to_dict() == {
        ("urea", "a"): 1.5,
        ("urea", "b"): 2,
        ("npk", "a"): 3,
        ("npk", "b"): 4,
    }


def test_a_curve_becomes_tonnes_of_each_unit_and_what_they_add_to_the_yield():
    found = response(CURVE, by_code([1000, 10]))
    assert found["code"].to_list() == ["a", "a", "b", "b"]
    assert found["width_t"].to_list() == [100, 100, 1, 1]
    assert found["worth_per_t"].to_list() == [20, 10, 20, 10]


def test_of_several_commodities_the_tonnes_that_yield_most_come_first():
    poor = CURVE.model_copy(update={"commodity": "maize", "points": ((0, 0.0), (50, 0.75))})
    found = best_first([response(CURVE, by_code([1000, 10])), response(poor, by_code([100]))])
    assert found["code"].to_list() == ["a", "a", "a", "b", "b"]
    assert found["worth_per_t"].to_list() == [20, 15, 10, 20, 10]
    assert found["width_t"].to_list() == [100, 5, 100, 1, 1]


def test_a_missing_area_is_not_zero():
    with pytest.raises(InputError, match="area is missing, which is not zero, of b"):
        response(CURVE, by_code([10, nan]))
