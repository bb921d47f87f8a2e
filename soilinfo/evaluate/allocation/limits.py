"""What binds fertilizers and units together: one budget for all, and quotas of what lies above the units."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.allocation.problem import SLACK, Problem
from soilinfo.findings import some

NOWHERE = ""
"""The parent of units in no group with a quota."""


@dataclass(frozen=True)
class Limits:
    """Besides the supply of each fertilizer and the bounds of each unit.

    ``budget``: the most that all may cost by ``price_per_t`` (fertilizer), in one currency. ``quotas``:
    columns ``parent``, ``fertilizer``, ``least_t`` (0 for none) and ``most_t`` (``inf`` for none);
    ``parent``: what each unit is part of, by code.
    """

    budget: float | None = None
    price_per_t: Mapping[str, float] | None = None
    quotas: pd.DataFrame | None = None
    parent: "pd.Series[str] | None" = None

    def parents_of(self, problem: Problem) -> "pd.Series[str]":
        """What each unit of a problem is part of, as far as quotas go; InputError where that is not known."""
        index = problem.units.index
        if self.quotas is None:
            return pd.Series(NOWHERE, index, dtype=object)
        if self.parent is None:
            raise InputError("quotas need to know what each unit is part of")
        parents = self.parent.reindex(index)
        if (orphans := index[parents.isna()]).size:
            raise InputError(f"there are quotas, and it is not known what these are part of: {some(orphans)}")
        return parents.where(parents.isin(self.quotas["parent"]), NOWHERE)

    def prices_of(self, fertilizers: "pd.Series[str]") -> "pd.Series[float]":
        """Price of a tonne of each; InputError for a fertilizer without one."""
        prices = fertilizers.map(dict(self.price_per_t or {})).astype(np.float64)
        if prices.isna().any():
            lacking = sorted(set(fertilizers[prices.isna()]))
            raise InputError(f"there is a budget, but no price of {', '.join(lacking)}")
        return prices


def groups_of(units: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """What the units of each group get at least and at most (index: fertilizer, parent).

    ``units``: ``fertilizer``, ``parent``, ``lower_t``, ``upper_t``. Columns: sums of both, ``least_t`` and
    ``most_t`` by quota, and ``needed_t``, the least that bounds and quota leave. Raises UnknownNameError for
    a quota of a group that there is not, InputError for one stated twice, or that the bounds of its units
    cannot keep.
    """
    groups = units.groupby(["fertilizer", "parent"])[["lower_t", "upper_t"]].sum()
    if limits.quotas is None:
        return groups.assign(least_t=0.0, most_t=np.inf, needed_t=groups["lower_t"])
    quotas = limits.quotas.set_index(["fertilizer", "parent"])[["least_t", "most_t"]]
    if not quotas.index.is_unique:
        raise InputError(f"a quota stands twice: {_pairs(quotas.index[quotas.index.duplicated()])}")
    if (unknown := quotas.index.difference(groups.index)).size:
        raise UnknownNameError("group with a quota", _pairs(unknown), map(" of ".join, groups.index))
    groups = groups.join(quotas).fillna({"least_t": 0.0, "most_t": np.inf})
    slack = SLACK * groups["upper_t"]
    for wrong, what in (
        (groups["least_t"] > groups["most_t"], "the least quota is above the most"),
        (groups["least_t"] > groups["upper_t"] + slack, "the caps sum to less than the least quota"),
        (groups["most_t"] < groups["lower_t"] - slack, "the floors sum to more than the most quota"),
    ):
        if wrong.any():
            raise InputError(f"{what}: {_pairs(groups.index[wrong])}")
    return groups.assign(needed_t=np.maximum(groups["lower_t"], groups["least_t"]))


def require_feasible(groups: pd.DataFrame, supply: Mapping[str, float], limits: Limits) -> None:
    """Raises InputError when what is needed at least (:func:`groups_of`) is more than supply or budget.

    Nothing else can be infeasible: when every group gets what it needs at least, all is kept.
    """
    needed = groups["needed_t"].groupby(level="fertilizer").sum()
    for name, tonnes in needed.items():
        if (excess := tonnes - supply[str(name)]) > SLACK * supply[str(name)]:
            raise InputError(
                f"floors and least quotas of {name} come to {excess:,.3f} t more than the supply of "
                f"{supply[str(name)]:,.3f} t"
            )
    if limits.budget is not None:
        cost = float((needed * limits.prices_of(needed.index.to_series())).sum())
        if cost > limits.budget * (1 + SLACK):
            raise InputError(
                f"floors and least quotas cost {cost:,.0f}, {cost - limits.budget:,.0f} more than the budget"
            )


def _pairs(index: pd.Index) -> str:
    return some([f"{parent} ({fertilizer})" for fertilizer, parent in index])
