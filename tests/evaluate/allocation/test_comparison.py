from math import nan

import pandas as pd
import pytest

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.comparison import compare
from tests.evaluate.allocation.units import by_code


def side(need_t: list[float], allocated_t: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"need_t": by_code(need_t), "allocated_t": by_code(allocated_t)})


def test_it_says_who_gains_and_who_loses():
    found = compare(side([10, 10, 10], [8, 5, 5]), side([10, 10, 10], [6, 8, 5])).units
    assert found["outcome"].to_list() == ["loses", "gains", "same"]
    assert found["change_t"].to_list() == [-2, 3, 0]
    assert found["change_pct"].to_list() == [-25, 60, 0]
    assert found["need_met_after_pct"].to_list() == [60, 80, 50]


def test_where_nobody_loses_nothing_is_lost_and_no_zero_has_a_sign():
    same = side([10, 10], [8, 5])
    assert str(compare(same, same).totals.lost_t) == "0.0"


def test_totals_count_tonnes_and_units():
    totals = compare(side([10, 10, 10], [8, 5, 5]), side([10, 10, 10], [6, 8, 5])).totals
    assert (totals.before_t, totals.after_t, totals.gained_t, totals.lost_t) == (18, 19, 3, 2)
    assert (totals.gaining, totals.losing, totals.unchanged) == (1, 1, 1)
    assert totals.need_met_before_pct == pytest.approx(60)
    assert totals.need_met_after_pct == pytest.approx(100 * 19 / 30)


def test_a_unit_that_only_one_has_is_new_or_gone_and_its_tonnes_stand_beside_the_others():
    found = compare(side([10, 10], [5, 5]), side([10, 10, 10], [5, 5, 9]))
    assert found.units["outcome"].to_list() == ["same", "same", "new"]
    assert found.totals.after_t == 10
    assert (found.totals.gained_t, found.totals.new_t, found.totals.gone_t) == (0, 9, 0)
    gone = compare(side([10, 10], [5, 5]), side([10], [5]))
    assert gone.units["outcome"]["b"] == "gone"
    assert (gone.totals.lost_t, gone.totals.new_t, gone.totals.gone_t) == (0, 0, 5)


def test_percentages_of_nothing_are_missing():
    found = compare(side([0], [0]), side([0], [4]))
    assert found.units[["change_pct", "need_met_before_pct"]].isna().all(axis=None)
    assert found.totals.need_met_after_pct is None


def test_coverage_is_not_told_when_a_need_is_not_known():
    assert compare(side([10, nan], [5, 5]), side([10, nan], [5, 5])).totals.need_met_after_pct is None


def test_a_unit_that_stands_twice_is_named():
    twice = side([1, 1], [1, 1]).rename(index={"b": "a"})
    with pytest.raises(InputError, match="stand twice after: a"):
        compare(side([1], [1]), twice)
