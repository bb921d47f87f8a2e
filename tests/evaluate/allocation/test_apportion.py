import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.apportion import apportion
from tests.evaluate.allocation.units import LETTERS, by_code

Given = tuple["pd.Series[float]", "pd.Series[int]", "pd.Series[int]"]


@st.composite
def shares_and_bounds(draw: st.DrawFn) -> Given:
    count = draw(st.integers(1, len(LETTERS)))
    shares = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    low = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    room = draw(st.lists(st.integers(0, 7), min_size=count, max_size=count))
    return by_code(shares), by_code(low), by_code([a + b for a, b in zip(low, room, strict=True)])


def reach(given_units: Given) -> tuple[int, int]:
    """The least and the most that can be divided: a unit without a share keeps its lower bound."""
    shares, low, high = given_units
    return int(low.sum()), int(high.where(shares > 0, low).sum())


def one_by_one(given_units: Given, total: int) -> "pd.Series[int]":
    """The definition: every sack to the unit with the largest quotient, then share, then the first code."""
    shares, low, high = given_units
    given_out = low.copy()
    while given_out.sum() < total:
        open_ = [code for code in shares.index if given_out[code] < high[code] and shares[code] > 0]
        first = min(open_, key=lambda code: (-shares[code] / (given_out[code] + 0.5), -shares[code], code))
        given_out[first] += 1
    return given_out


def largest_remainder(shares: "pd.Series[float]", total: int) -> "pd.Series[int]":
    """What is not used: whole quotas, and one more for the largest fractions."""
    quotas = shares * total / shares.sum()
    whole = np.floor(quotas).astype(int)
    more = (quotas - whole).sort_values(ascending=False).index[: total - whole.sum()]
    return whole + pd.Series(1, more).reindex(whole.index, fill_value=0)


def unbounded(shares: "pd.Series[float]", total: int) -> "pd.Series[int]":
    return apportion(shares, total, shares * 0, shares * 0 + total)


def test_shares_are_rounded_to_the_nearest_whole_with_one_divisor():
    # Balinski and Young's example of 26 seats.
    shares = by_code([9061, 7179, 5259, 3319, 1182])
    assert unbounded(shares, 26).to_list() == [9, 8, 5, 3, 1]


def test_largest_remainders_take_from_a_unit_when_there_is_more_and_webster_does_not():
    # The Alabama paradox: with 27 instead of 26 sacks unit d goes from 4 to 3.
    shares = by_code([9061, 7179, 5259, 3319, 1182])
    assert [largest_remainder(shares, total)["d"] for total in (26, 27)] == [4, 3]
    assert [unbounded(shares, total)["d"] for total in (26, 27)] == [3, 3]


def test_equal_quotients_go_to_the_larger_share_first():
    assert unbounded(by_code([1, 3]), 2).to_list() == [0, 2]


def test_equal_shares_go_to_the_lower_code_first_whatever_the_order_of_rows():
    shares = by_code([5, 5, 5])
    assert unbounded(shares, 4).to_dict() == {"a": 2, "b": 1, "c": 1}
    assert unbounded(shares.iloc[::-1], 4).to_dict() == {"a": 2, "b": 1, "c": 1}


def test_floating_point_does_not_decide_between_equal_quotients():
    shares, most = by_code([1, 6, 9, 9, 9]), by_code([1, 2, 5, 5, 5])
    found = [apportion(shares, total, shares * 0, most).to_list() for total in (14, 15, 16, 17, 18)]
    assert found == [[0, 2, 4, 4, 4], [0, 2, 5, 4, 4], [0, 2, 5, 5, 4], [0, 2, 5, 5, 5], [1, 2, 5, 5, 5]]


def test_a_unit_starts_at_its_lower_bound_and_stops_at_its_upper_one():
    found = apportion(by_code([10, 10, 1]), 12, by_code([0, 0, 4]), by_code([3, 9, 9]))
    assert found.to_list() == [3, 5, 4]


def test_a_unit_without_a_share_keeps_its_lower_bound():
    assert apportion(by_code([0, 5]), 6, by_code([2, 0]), by_code([9, 9])).to_list() == [2, 4]


def test_bounds_that_cross_are_named():
    with pytest.raises(InputError, match="the lower bound is above the upper one: b"):
        apportion(by_code([1, 1]), 3, by_code([0, 3]), by_code([2, 2]))


@pytest.mark.parametrize("total", [1, 10])
def test_a_total_out_of_reach_of_the_bounds_is_refused(total: int):
    with pytest.raises(
        InputError, match=f"{total} sacks cannot be divided between bounds that sum to 2 and 4"
    ):
        apportion(by_code([1, 1]), total, by_code([1, 1]), by_code([2, 2]))


@given(shares_and_bounds(), st.data())
def test_it_is_the_sack_by_sack_definition(given_units: Given, data: st.DataObject):
    total = data.draw(st.integers(*reach(given_units)))
    assert apportion(given_units[0], total, *given_units[1:]).equals(one_by_one(given_units, total))


@given(shares_and_bounds(), st.data())
def test_one_more_sack_goes_to_one_unit_and_comes_from_none(given_units: Given, data: st.DataObject):
    least, most = reach(given_units)
    total = data.draw(st.integers(least, max(most - 1, least)))
    shares, low, high = given_units
    change = apportion(shares, min(total + 1, most), low, high) - apportion(shares, total, low, high)
    assert sorted(change)[:-1] == [0] * (len(change) - 1)


def test_a_nation_of_sacks_adds_up_exactly():
    shares = pd.Series(np.random.default_rng(0).lognormal(9, 1.5, 7285))
    found = apportion(shares, 190_000_000, shares * 0, shares * 0 + 10**9)
    assert found.sum() == 190_000_000
    assert np.abs(found - shares * 190_000_000 / shares.sum()).max() < 1
