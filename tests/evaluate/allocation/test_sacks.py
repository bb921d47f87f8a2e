import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.evaluate.allocation.sacks import tonnes_of, whole_sacks
from tests.evaluate.allocation.units import by_code


@pytest.mark.parametrize("sack_kg", [20, 25, 40, 50])
def test_tonnes_of_whole_sacks_are_what_an_office_writes(sack_kg: float):
    counts = pd.Series(range(1, 400))
    written = [float(f"{count * sack_kg / 1000:.3f}") for count in counts]
    assert tonnes_of(counts, sack_kg).to_list() == written


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=8), st.sampled_from([20, 40, 50]))
def test_sacks_are_the_same_after_they_were_tonnes(counts: list[int], sack_kg: float):
    tonnes = tonnes_of(by_code(counts), sack_kg)
    assert whole_sacks(tonnes.to_numpy(), sack_kg).tolist() == counts


def test_what_sums_miss_by_floating_point_is_a_whole_sack_and_what_is_missing_is_not():
    assert whole_sacks(np.array([1.1 + 2.2, 3.3 - 1.1, 3.2999]), 50).tolist() == [66, 44, 65]
