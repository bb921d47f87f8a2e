from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.hierarchy import in_sacks
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.proportional import proportional
from soilinfo.evaluate.allocation.reallocation import Progress, reallocation, settled
from tests.evaluate.allocation.units import by_code, problem, problems

SACK_KG = 50


def moved(before: Problem, sacks, redeemed_t, due_t) -> Shares:
    """Shares of a reallocation in proportion to need."""
    progress = Progress(by_code(sacks), by_code(redeemed_t), by_code(due_t))
    found = proportional(reallocation(before, progress, SACK_KG))
    return settled(before, found, progress.sacks, SACK_KG)


def test_what_was_due_and_not_redeemed_goes_to_who_redeemed_theirs():
    found = moved(problem(3, [9, 9, 9], cap_t=[1, 4, 4]), [20, 20, 20], [0.25, 0.5, 0.5], [0.5] * 3).units
    assert found["allocated_t"].to_list() == [0.75, 1.125, 1.125]
    assert found["bound"].to_list() == ["lag", "share", "share"]


def test_who_may_not_have_more_is_filled_and_the_others_share_what_they_had():
    found = moved(problem(3, [9, 9, 9], cap_t=[1, 1, 1.1]), [20, 20, 20], [0, 0, 1], [0.5] * 3).units
    assert found["allocated_t"].to_list() == pytest.approx([0.95, 0.95, 1.1])
    assert found["bound"].to_list() == ["share", "share", "cap"]


def test_nothing_moves_where_everybody_redeemed_what_was_due_be_the_cap_a_whole_sack():
    """66 sacks of 50 kg are a request of 3.3 t, to the last bit."""
    found = moved(problem(6.6, [9, 9], cap_t=[3.3, 3.3]), [66, 66], [1.1, 1.1], [1.1, 1.1]).units
    assert found["allocated_t"].to_list() == [3.3, 3.3]
    assert found["bound"].to_list() == ["cap", "cap"]


def test_a_whole_year_redeemed_in_parts_is_what_was_allocated():
    assert moved(problem(3.3, [9]), [66], [1.1 + 2.2], [3.3]).units["allocated_t"].to_list() == [3.3]


def test_who_nothing_is_known_of_keeps_what_it_has():
    """The tonnes of the second do not move, nor does it get any of the first."""
    found = moved(problem(3, [9, 9, 9], cap_t=4), [20, 20, 20], [0, nan, 0.5], [0.5] * 3).units
    assert found["allocated_t"].to_list() == [0.5, 1, 1.5]
    assert found["bound"][["a", "b"]].to_list() == ["lag", "kept"]


def test_frozen_units_stay_frozen():
    before = problem(3, [9, 9, 9], frozen_t=[nan, 1, nan])
    found = moved(before, [20, 20, 20], [0, 0, 0.5], [0.5] * 3).units
    assert found["allocated_t"].to_list() == [0.5, 1, 1.5]
    assert found["bound"]["b"] == "frozen"


def test_more_redeemed_than_allocated_is_named():
    with pytest.raises(InputError, match=r"than was allocated: b \(1\.001 of 1\.000 t\)"):
        moved(problem(2, [9, 9]), [20, 20], [0.5, 1.001], [0.5, 0.5])


@settings(max_examples=60)
@given(problems(), st.data())
def test_nobody_falls_below_what_is_redeemed_nor_rises_above_the_cap_and_sacks_stay(
    before: Problem, data: st.DataObject
):
    sacks = in_sacks(before, proportional(before), SACK_KG).units["sacks"]
    eighths = st.sampled_from([0, 1, 2, 4, nan])
    redeemed = sacks * 0.05 * [data.draw(eighths) / 8 for _ in sacks]
    progress = Progress(sacks, redeemed, sacks * 0.05 / 4)
    again = reallocation(before, progress, SACK_KG)
    after = in_sacks(again, proportional(again), SACK_KG).units
    assert after["sacks"].sum() == sacks.sum()
    assert (after["allocated_t"] >= redeemed.fillna(0) - 1e-9).all()
    assert (after["allocated_t"] <= before.units["cap_t"] + 1e-9).all()
    assert (after["sacks"] == sacks)[redeemed.isna()].all()
