from math import inf, nan

import pandas as pd
import pytest

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.response import per_tonne, response
from tests.evaluate.allocation.units import by_code

CURVE = [(0, 2.0), (100, 4.0), (200, 5.0)]
SOURCE = "made up for this test"


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
    found = response(CURVE, by_code([1000, 10]), "urea", source=SOURCE)
    assert found["code"].to_list() == ["a", "a", "b", "b"]
    assert found["width_t"].to_list() == [100, 100, 1, 1]
    assert found["worth_per_t"].to_list() == [20, 10, 20, 10]


@pytest.mark.parametrize(
    ("curve", "source", "said"),
    [
        (CURVE, " ", "must name where its curve was published"),
        ([(0, 2), (100, 3), (200, 5)], SOURCE, "urea .from: made up for this test. steepens"),
        ([(0, 2), (100, 3), (100, 5)], SOURCE, "doses of a yield response must rise from 0"),
        ([(50, 2), (100, 3)], SOURCE, "doses of a yield response must rise from 0"),
        ([(0, 2)], SOURCE, "doses of a yield response must rise from 0"),
    ],
)
def test_a_curve_that_proves_nothing_is_refused(curve: list[tuple[float, float]], source: str, said: str):
    with pytest.raises(InputError, match=said):
        response(curve, by_code([1000]), "urea", source=source)


def test_a_missing_area_is_not_zero():
    with pytest.raises(InputError, match="area is missing, which is not zero, of b"):
        response(CURVE, by_code([10, nan]), "urea", source=SOURCE)
