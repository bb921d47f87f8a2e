"""The example of docs/allocation.md."""

from collections.abc import Callable, Mapping

import pandas as pd
import pytest

from soilinfo.evaluate.allocation.hierarchy import Sacks, by_level, in_sacks
from soilinfo.evaluate.allocation.max_min import max_min
from soilinfo.evaluate.allocation.optimal import optimal
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.proportional import proportional
from soilinfo.evaluate.allocation.reallocation import Progress, reallocation
from soilinfo.evaluate.allocation.response import per_tonne
from soilinfo.evaluate.allocation.weights import weights

DISTRICTS = ["01.1", "01.2", "02.1", "02.2"]
TREE = pd.DataFrame({"provinces": ["01", "01", "02", "02"]}, pd.Index(DISTRICTS, name="districts"))
UNITS = pd.DataFrame(
    {"need_t": [400, 300, 200, 100], "cap_t": [400, 150, 200, 100], "floor_t": [0, 0, 0, 80], "weight": 1.0},
    index=DISTRICTS,
)
PRODUCTIVITY = pd.DataFrame({"productivity_t_ha": [6, 4, 5, 5]}, index=DISTRICTS)


def by_priority(problem: Problem) -> Shares:
    weight = weights(PRODUCTIVITY, {"productivity_t_ha": 1})
    return proportional(Problem(problem.units.assign(weight=weight), problem.total_t))


def by_worth(problem: Problem) -> Shares:
    return optimal({"urea": problem}, per_tonne(PRODUCTIVITY.set_axis(["urea"], axis=1)))["urea"]


def divided(method: Callable[[Problem], Shares]) -> Sacks:
    problem = Problem(UNITS, 600)
    return in_sacks(problem, method(problem), 50)


TONNES: Mapping[Callable[[Problem], Shares], list[float]] = {
    proportional: [246.65, 150, 123.35, 80],
    max_min: [246.65, 150, 123.35, 80],
    by_priority: [271.3, 135.65, 113.05, 80],
    by_worth: [400, 0, 120, 80],
}


@pytest.mark.parametrize("method", TONNES)
def test_each_method_gives_the_tonnes_of_the_page(method: Callable[[Problem], Shares]):
    assert divided(method).units["allocated_t"].to_list() == TONNES[method]


def test_the_level_is_the_share_of_need_that_those_whom_no_bound_holds_get():
    assert proportional(Problem(UNITS, 600)).level == pytest.approx(0.6167, abs=1e-4)


def test_the_sacks_of_the_provinces_are_those_of_their_districts():
    districts = divided(proportional).units.reset_index().assign(fertilizer="urea")
    assert districts["sacks"].to_list() == [4933, 3000, 2467, 1600]
    provinces = by_level(districts, TREE, ["sacks"])["provinces"].set_index("code")
    assert provinces["sacks"].to_dict() == {"01": 7933, "02": 4067}


def test_what_a_district_did_not_redeem_goes_to_those_that_asked_for_more():
    """Alas redeemed nothing of the fifth that was due: 986 sacks go to Cibu and Dano; Bumi is full."""
    sacks = divided(proportional).units["sacks"]
    redeemed = sacks * 0.05 / 5 * [0, 1, 1, 1]
    problem = Problem(UNITS.assign(floor_t=0.0), 600)
    again = reallocation(problem, Progress(sacks, redeemed, sacks * 0.05 / 5), 50)
    moved = in_sacks(again, proportional(again), 50).units["sacks"] - sacks
    assert moved.to_list() == [-986, 0, 902, 84]
