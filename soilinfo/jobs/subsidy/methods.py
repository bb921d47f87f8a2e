"""Which pure function shares out by which method, and what each of them goes by."""

from collections.abc import Mapping

import pandas as pd

from soilinfo.catalog.allocations import Method
from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.max_min import max_min
from soilinfo.evaluate.allocation.optimal import optimal
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.proportional import proportional
from soilinfo.evaluate.allocation.response import per_tonne
from soilinfo.evaluate.allocation.weights import weights
from soilinfo.jobs.subsidy.plans import PlanBasis


def weights_by(basis: PlanBasis, method: Method, codes: pd.Index) -> "pd.Series[float]":
    """The weight of each unit (``codes``): that of the plan's columns by ``priority``, else 1.

    InputError where the plan has no weights, or a unit's number is missing.
    """
    if method != "priority":
        return pd.Series(1.0, codes)
    if not basis.plan.weights:
        raise InputError(f"the method 'priority' needs weights; allocation plan '{basis.plan.id}' has none")
    powers = {str(name): weight.power for name, weight in zip(basis.weights, basis.plan.weights, strict=True)}
    return weights(basis.weights.loc[codes], powers).weight


def share(basis: PlanBasis, method: Method, problems: Mapping[str, Problem]) -> Mapping[str, Shares]:
    """What each unit gets of each fertilizer, before it is rounded to sacks.

    InputError where ``optimal`` has no objective, or bounds leave no solution.
    """
    if method == "optimal":
        return optimal(problems, per_tonne(_worth(basis, problems)))
    if method == "max_min":
        return {name: max_min(problem) for name, problem in problems.items()}
    return {name: proportional(problem) for name, problem in problems.items()}


def _worth(basis: PlanBasis, problems: Mapping[str, Problem]) -> pd.DataFrame:
    """What a tonne is worth (code, fertilizer): the plan's objective, whichever fertilizer it is."""
    if basis.objective is None:
        raise InputError(
            f"the method 'optimal' needs an objective; allocation plan '{basis.plan.id}' has none"
        )
    return pd.DataFrame({name: basis.objective.reindex(each.units.index) for name, each in problems.items()})
