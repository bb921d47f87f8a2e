from collections.abc import Callable
from math import nan

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.apportion import apportion
from soilinfo.evaluate.allocation.hierarchy import Sacks, by_level, in_sacks
from soilinfo.evaluate.allocation.max_min import max_min
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.proportional import proportional
from tests.evaluate.allocation.units import LETTERS, problem, problems

TREE = pd.DataFrame(
    {"provinces": list("PPPPPQQQ"), "regencies": list("RRSSSTTU")},
    index=pd.Index(list(LETTERS), name="districts"),
)
methods = st.sampled_from([proportional, max_min])


def sacks_of(given_problem: Problem, sack_kg: float = 50) -> Sacks:
    return in_sacks(given_problem, proportional(given_problem), sack_kg)


def levels_of(found: Sacks, tree: pd.DataFrame = TREE) -> dict[str, "pd.Series[int]"]:
    """Sacks by code at every level."""
    rows = found.units.reset_index().assign(fertilizer="urea")
    return {
        level: frame.set_index("code")["sacks"] for level, frame in by_level(rows, tree, ["sacks"]).items()
    }


def counts(found: Sacks, level: str = "districts") -> list[int]:
    return levels_of(found)[level].to_list()


def test_every_level_adds_up_to_the_same_sacks():
    found = sacks_of(problem(10, [3, 5, 7, 11, 13, 17, 19, 23]))
    assert {sum(counts(found, level)) for level in levels_of(found)} == {200}
    assert list(levels_of(found)) == ["provinces", "regencies", "districts"]


def test_a_unit_has_the_sacks_of_its_parts():
    found = sacks_of(problem(10, [3, 5, 7, 11, 13, 17, 19, 23]))
    districts, regencies = (levels_of(found)[level] for level in ("districts", "regencies"))
    assert regencies["S"] == districts[["c", "d", "e"]].sum()


def test_tonnes_are_whole_sacks():
    found = sacks_of(problem(1, [1, 1, 1]))
    assert counts(found) == [7, 7, 6]
    assert found.units["allocated_t"].to_list() == [0.35, 0.35, 0.3]


def test_less_than_a_sack_is_left():
    found = sacks_of(problem(0.12, [1, 1]))
    assert counts(found) == [1, 1]
    assert found.left_t == pytest.approx(0.02)


def test_what_misses_a_sack_by_floating_point_alone_is_a_sack():
    assert sum(counts(sacks_of(problem(0.1 + 0.2, [1, 1, 1])))) == 6
    assert counts(sacks_of(problem(9, [1], cap_t=[0.15]))) == [3]


def test_caps_are_rounded_down_and_floors_up():
    found = sacks_of(problem(10, [99, 99, 99], cap_t=[0.49, 0.99, 50]))
    assert counts(found)[:2] == [9, 19]
    floored = sacks_of(problem(1, [1, 99], floor_t=[0.31, 0]))
    assert counts(floored) == [7, 13]


def test_where_no_whole_sack_lies_between_floor_and_cap_the_cap_holds():
    assert counts(sacks_of(problem(10, [1, 9], floor_t=[0.06, 0], cap_t=[0.09, 9])))[0] == 1


def test_floors_that_are_too_much_in_whole_sacks_are_told():
    with pytest.raises(InputError, match="the floors come to 3 whole sacks, 1 more than there are"):
        sacks_of(problem(0.1, [1, 1, 1], floor_t=0.03))


def test_a_sack_of_no_weight_is_refused():
    with pytest.raises(InputError, match="more than 0 kg"):
        sacks_of(problem(10, [1]), sack_kg=0)


def test_a_unit_of_unknown_place_is_named():
    with pytest.raises(InputError, match="not known what they are part of: b"):
        levels_of(sacks_of(problem(10, [1, 1])), TREE.drop("b"))


def test_a_unit_without_a_parent_is_named():
    tree = TREE.assign(regencies=TREE["regencies"].where(TREE.index != "b"))
    with pytest.raises(
        InputError, match="these districts it is not known which of the regencies they are in: b"
    ):
        levels_of(sacks_of(problem(10, [1, 1])), tree)


def test_a_unit_with_two_parents_is_named():
    tree = TREE.assign(provinces=list("PQPPPQQQ"))
    with pytest.raises(InputError, match="these of the regencies are in more than one of what lies above: R"):
        levels_of(sacks_of(problem(10, [1, 1])), tree)


def test_a_frozen_unit_keeps_its_sacks():
    assert counts(sacks_of(problem(10, [1, 9], frozen_t=[2.5, nan]))) == [50, 150]


@settings(max_examples=40)
@given(problems(), methods)
def test_sums_are_exact_and_caps_and_floors_hold_to_the_sack(
    given_problem: Problem, method: Callable[[Problem], Shares]
):
    found = in_sacks(given_problem, method(given_problem), 50)
    tonnes = found.units["allocated_t"].to_numpy()
    assert (tonnes <= given_problem.upper + 1e-9).all()
    assert (tonnes > given_problem.lower - 0.05).all()
    assert tonnes.sum() + found.left_t == pytest.approx(given_problem.total_t)
    for level, codes in TREE.loc[given_problem.units.index].items():
        sums = found.units["sacks"].groupby(codes).sum()
        assert counts(found, str(level)) == sums.to_list()


@settings(max_examples=40)
@given(problems(), methods, st.integers(1, 200))
def test_a_greater_total_gives_no_unit_a_sack_less_at_any_level(
    given_problem: Problem, method: Callable[[Problem], Shares], more: int
):
    greater = Problem(given_problem.units, given_problem.total_t + more * 0.05)
    before, after = (in_sacks(each, method(each), 50) for each in (given_problem, greater))
    greater_sums = levels_of(after)
    for level, sacks in levels_of(before).items():
        assert (greater_sums[level] >= sacks).all()


def test_rounding_shares_that_bounds_have_shifted_may_take_a_sack_away():
    """Why sacks are divided by what units want regardless of bounds. With 9 t instead of 8 t unit a reaches
    its cap, the shares of the others grow beside it, and Webster's method moves its sixth sack to them.
    Dividing level by level rounds such shares too: those of provinces, sums of what bounds leave."""
    needs, caps = [11, 1, 3, 1], [6, 2, 9, 2]
    units = [problem(total, needs, cap_t=caps) for total in (8, 9)]
    bounded = [proportional(each).units["allocated_t"] for each in units]
    rounded = [
        apportion(shares, int(each.total_t), each.units["floor_t"], each.units["cap_t"])
        for each, shares in zip(units, bounded, strict=True)
    ]
    assert [each["a"] for each in rounded] == [6, 5]
    assert [counts(sacks_of(each, sack_kg=1000))[0] for each in units] == [6, 6]
