"""Which pure function shares out by which method, and what each of them goes by."""

from collections.abc import Mapping

import pandas as pd

from soilinfo.catalog.allocations import Method
from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.max_min import max_min
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.proportional import proportional
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
    powers = {name: weight.power for name, weight in zip(basis.weights, basis.plan.weights, strict=True)}
    return weights(basis.weights.loc[codes], powers).weight


def share(method: Method, problems: Mapping[str, Problem]) -> dict[str, Shares]:
    """What each unit gets of each fertilizer, before it is rounded to sacks."""
    if method == "max_min":
        return {name: max_min(problem) for name, problem in problems.items()}
    return {name: proportional(problem) for name, problem in problems.items()}
