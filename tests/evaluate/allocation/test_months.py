import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.months import monthly
from tests.evaluate.allocation.units import by_code

EVENLY = [1 / 12] * 12
TWO_SEASONS = [0.2, 0.2, 0.1, 0, 0, 0, 0, 0, 0, 0, 0.25, 0.25]


def test_a_years_sacks_are_spread_over_its_months():
    found = monthly(by_code([120, 20]), TWO_SEASONS)
    assert found.loc["a"].to_list() == [24, 24, 12, 0, 0, 0, 0, 0, 0, 0, 30, 30]
    assert found.loc["b"].to_list() == [4, 4, 2, 0, 0, 0, 0, 0, 0, 0, 5, 5]


def test_after_a_month_what_is_left_goes_to_the_later_ones():
    found = monthly(by_code([100]), TWO_SEASONS, after=1)
    assert list(found.columns) == list(range(2, 13))
    assert found.loc["a", [2, 3, 11, 12]].to_list() == [25, 13, 31, 31]


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=5),
    st.lists(st.integers(0, 9), min_size=12, max_size=12),
)
def test_what_was_given_out_is_always_within_half_a_sack_of_the_plan(sacks: list[int], shares: list[int]):
    if sum(shares) == 0:
        return
    found = monthly(by_code(sacks), shares)
    planned = np.outer(sacks, np.cumsum(shares) / sum(shares))
    assert (found.sum(axis=1) == sacks).all()
    assert (found >= 0).all(axis=None)
    assert (np.abs(found.cumsum(axis=1) - planned) <= 0.5 + 1e-9).all(axis=None)
    assert (found.loc[:, np.array(shares) == 0] == 0).all(axis=None)


@pytest.mark.parametrize(
    ("shares", "after", "said"),
    [
        ([0.5, 0.5], 0, "must be 12 shares"),
        ([*EVENLY[:11], -1], 0, "0 or more"),
        (TWO_SEASONS, 12, "the last month past must be 0 to 11, not 12"),
        ([1, *[0] * 11], 3, "no month after 3 has a share"),
    ],
)
def test_shares_that_make_no_plan_are_refused(shares: list[float], after: int, said: str):
    with pytest.raises(InputError, match=said):
        monthly(by_code([10]), shares, after=after)
