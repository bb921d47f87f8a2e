"""Max-min fairness beside its definition: linear programmes, each raising the smallest share of need met."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import linprog

from soilinfo.evaluate.allocation.max_min import max_min
from soilinfo.evaluate.allocation.problem import Problem
from soilinfo.evaluate.allocation.proportional import proportional
from tests.evaluate.allocation.units import problem, problems


def lexicographic(given_problem: Problem) -> np.ndarray:
    """Tonnes by definition: raise the smallest share of need met as far as possible, fix the units that can
    go no further unless another falls below it, and go on with the others."""
    need, lower, upper = given_problem.units["need_t"].to_numpy(), given_problem.lower, given_problem.upper
    given_t, open_ = np.where(need > 0, np.nan, lower), need > 0
    while open_.any():
        level = raised(given_problem, given_t, open_)
        least = [
            raised(given_problem, given_t, open_, but=unit, level=level) for unit in np.flatnonzero(open_)
        ]
        stuck = np.flatnonzero(open_)[np.isclose(least, level, rtol=1e-6, atol=1e-6)]
        assert stuck.size, "someone always limits the smallest share"
        given_t[stuck] = np.clip(level * need[stuck], lower[stuck], upper[stuck])
        open_[stuck] = False
    return given_t


def raised(
    given_problem: Problem,
    given_t: np.ndarray,
    open_: np.ndarray,
    *,
    but: int | None = None,
    level: float = 0.0,
) -> float:
    """The largest smallest share of the open units; with ``but`` that unit's own, the others at ``level``."""
    need = given_problem.units["need_t"].to_numpy()
    units = np.flatnonzero(open_)
    free = given_problem.total_t - np.nansum(np.where(open_, 0.0, given_t))
    bounds = [(given_problem.lower[unit], min(given_problem.upper[unit], 1e6)) for unit in units]
    shares = np.diag(-1.0 / need[units])
    raise_it = np.ones((len(units), 1)) if but is None else (units == but).astype(float)[:, np.newaxis]
    fixed = np.zeros(len(units)) if but is None else np.where(units == but, 0.0, -level + 1e-10)
    found = linprog(
        [*np.zeros(len(units)), -1.0],
        np.vstack([np.hstack([shares, raise_it]), [*np.ones(len(units)), 0.0]]),
        [*fixed, free + 1e-9],
        bounds=[*bounds, (0, None)],
    )
    assert found.status == 0, found.message
    return float(found.x[-1])


def test_everybody_has_the_same_share_of_need_met_and_not_the_same_tonnes():
    found = max_min(problem(50, [80, 20])).units
    assert found["allocated_t"].to_list() == pytest.approx([40, 10])


def test_only_a_cap_keeps_a_unit_behind_the_others():
    found = max_min(problem(50, [80, 20], cap_t=[30, 20])).units
    assert found["allocated_t"].to_list() == pytest.approx([30, 20])
    assert found["bound"].to_list() == ["cap", "cap"]


def test_weights_do_not_count():
    found = max_min(problem(50, [80, 20], weight=[1, 9])).units
    assert found["allocated_t"].to_list() == pytest.approx([40, 10])


def test_a_unit_of_weight_zero_gets_its_share_all_the_same():
    found = max_min(problem(50, [80, 20], weight=[0, 1])).units
    assert found["allocated_t"].to_list() == pytest.approx([40, 10])


@settings(max_examples=15)
@given(problems())
def test_it_is_the_lexicographic_max_min(given_problem: Problem):
    found = max_min(given_problem).units["allocated_t"].to_numpy()
    assert found == pytest.approx(lexicographic(given_problem), rel=1e-5, abs=1e-5)


@given(problems())
def test_it_is_the_proportional_allocation_of_equal_weights(given_problem: Problem):
    equal = Problem(given_problem.units.assign(weight=1.0), given_problem.total_t)
    assert max_min(given_problem).units.equals(proportional(equal).units)
