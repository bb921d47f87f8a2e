from math import nan

import pandas as pd
import pytest

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.allocation.weights import weights
from tests.evaluate.allocation.units import by_code

COLUMNS = pd.DataFrame({"uptake_pct": by_code([50, 100, 150]), "poverty_pct": by_code([20, 10, 30])})


def test_a_weight_is_relative_to_the_mean_of_all_units():
    assert weights(COLUMNS, {"uptake_pct": 1}).to_list() == [0.5, 1, 1.5]


def test_columns_are_multiplied_each_to_its_power():
    found = weights(COLUMNS, {"uptake_pct": -1, "poverty_pct": 2})
    assert found.to_list() == pytest.approx([2 * 1, 1 * 0.25, 1 / 1.5 * 2.25])


def test_the_unit_of_measure_of_a_column_does_not_matter():
    found = weights(COLUMNS * 1000, {"uptake_pct": 0.5})
    assert found.to_list() == pytest.approx(weights(COLUMNS, {"uptake_pct": 0.5}).to_list())


def test_without_columns_all_weigh_the_same():
    assert weights(COLUMNS, {}).to_list() == [1, 1, 1]


def test_a_unit_with_nothing_of_a_column_weighs_nothing():
    found = weights(COLUMNS.assign(protected_ha=[0, 5, 0]), {"protected_ha": 1, "uptake_pct": 1})
    assert [*found.index[found == 0]] == ["a", "c"]


def test_an_unknown_column_is_named():
    with pytest.raises(UnknownNameError, match="no column to weight by 'uptake'; there are: poverty_pct"):
        weights(COLUMNS, {"uptake": 1})


@pytest.mark.parametrize(
    ("number", "power", "said"),
    [
        (nan, 1, "uptake_pct is missing, which is not zero, or endless of b"),
        (-3, 1, "uptake_pct is negative of b"),
        (0, -1, "uptake_pct is 0, which has no power of -1, of b"),
    ],
)
def test_a_number_that_makes_no_weight_is_named(number: float, power: float, said: str):
    with pytest.raises(InputError, match=said):
        weights(COLUMNS.assign(uptake_pct=[50, number, 150]), {"uptake_pct": power})


def test_a_column_of_zeros_weighs_nobody():
    with pytest.raises(InputError, match="nothing can be weighted by uptake_pct"):
        weights(COLUMNS.assign(uptake_pct=0.0), {"uptake_pct": 1})
