"""Which pure function shares out by which method, and what each of them goes by."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan, Method
from soilinfo.catalog.fertilizers import unit_subsidy
from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.allocation.limits import Limits
from soilinfo.evaluate.allocation.max_min import max_min
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.proportional import proportional
from soilinfo.evaluate.allocation.response import best_first, per_tonne, response
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
    return weights(basis.weights.loc[codes], powers)


def share(
    basis: PlanBasis, decided: Mapping[str, Any], problems: Mapping[str, Problem]
) -> Mapping[str, Shares]:
    """What each unit gets of each fertilizer, before it is rounded to sacks, by what was decided upon.

    InputError where ``optimal`` has nothing to go by, where another method is to keep to the plan's budget
    or quotas, or bounds leave no solution.
    """
    plan, method = basis.plan, decided["method"]
    if method == "optimal":
        # scipy takes half a second to load, which no other command should wait for.
        from soilinfo.evaluate.allocation.optimal import optimal

        return optimal(problems, _pieces(basis, problems), _limits(basis, decided, problems))
    if plan.budget or plan.quotas:
        raise InputError(
            f"allocation plan '{plan.id}' has a budget for all or quotas, which the method '{method}' does "
            "not keep to; 'optimal' does"
        )
    each = max_min if method == "max_min" else proportional
    return {name: each(problem) for name, problem in problems.items()}


# ---- the optimum ------------------------------------------------------------------------


def budget_of(catalog: Catalog, plan: AllocationPlan, change: float) -> dict[str, Any] | None:
    """``money`` for all fertilizers together, times ``change``, and what a tonne of each costs the state.

    None without such a budget. InputError for a fertilizer without both prices on the plan's day.
    """
    if plan.budget is None:
        return None
    paid = {name: unit_subsidy(catalog.fertilizers[name], plan.date) for name in plan.fertilizers}
    if lacking := sorted(name for name, each in paid.items() if each is None or each <= 0):
        raise InputError(
            f"the budget of allocation plan '{plan.id}' pays for no tonnes of {', '.join(lacking)}: there is "
            f"no production price above the ceiling price on {plan.date}"
        )
    per_t = {name: each * 1000 for name, each in paid.items() if each is not None}
    return {"money": plan.budget * change, "per_t": per_t}


def _pieces(basis: PlanBasis, problems: Mapping[str, Problem]) -> pd.DataFrame:
    """What tonnes are worth: by the plan's objective, or by its yield responses."""
    plan, objective = basis.plan, basis.objective
    if plan.response:
        return _responses(basis, problems)
    if plan.objective is None or objective is None:
        raise InputError(
            f"the method 'optimal' needs an objective or a yield response; allocation plan '{plan.id}' has "
            "neither"
        )
    worth = plan.objective.worth
    columns = {
        name: objective.reindex(each.units.index) * worth.get(name, 1.0) for name, each in problems.items()
    }
    return per_tonne(pd.DataFrame(columns))


def _responses(basis: PlanBasis, problems: Mapping[str, Problem]) -> pd.DataFrame:
    """The yield responses of the commodities that need each fertilizer, on their areas."""
    if basis.planted is None:
        raise InputError(
            f"allocation plan '{basis.plan.id}' goes by yield responses on the area of each commodity, "
            "which is not known of an allocation that is divided anew"
        )
    curves = {(each.fertilizer, each.commodity): each for each in basis.plan.response}
    planted = basis.planted[basis.planted["fertilizer"].isin(list(problems))]
    areas = {
        (str(fertilizer), str(commodity)): rows.set_index("code")["area_ha"]
        for (fertilizer, commodity), rows in planted.groupby(["fertilizer", "commodity"])
    }
    if lacking := sorted(f"{fertilizer} on {commodity}" for fertilizer, commodity in areas.keys() - curves):
        raise InputError(
            f"allocation plan '{basis.plan.id}' has no yield response of {', '.join(lacking)}; commodities "
            "without a rate need one too, unless the plan leaves them out (without_rate: leave_out)"
        )
    return best_first([response(curves[key], area_ha) for key, area_ha in areas.items()])


def _limits(basis: PlanBasis, decided: Mapping[str, Any], problems: Mapping[str, Problem]) -> Limits:
    """The plan's budget and quotas; none for tonnes that move within the year, which change neither."""
    if "after" in decided:
        return Limits()
    budget, quotas = decided["budget"], basis.plan.quotas
    if quotas and quotas.level not in basis.tree.paths:
        raise UnknownNameError(f"level above '{basis.plan.level}'", quotas.level, basis.tree.paths)
    rows = [
        (code, name, *(pct / 100 * problems[name].total_t for pct in (quota.least_pct, quota.most_pct)))
        for code, of_unit in (quotas.units if quotas else {}).items()
        for name, quota in of_unit.items()
        if name in problems
    ]
    return Limits(
        budget["money"] if budget else None,
        budget["per_t"] if budget else None,
        pd.DataFrame(rows, columns=["parent", "fertilizer", "least_t", "most_t"]) if rows else None,
        basis.tree.paths[quotas.level] if quotas else None,
    )
