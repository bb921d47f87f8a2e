"""Through the year: what is not redeemed moves to where it is asked for, as a new draft."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.limits import NOWHERE
from soilinfo.evaluate.allocation.problem import Problem
from soilinfo.evaluate.allocation.reallocation import Progress, reallocation, settled
from soilinfo.jobs.subsidy.allocate import Allocation, Divided, divided, redeemed_by_now, tabled, together
from soilinfo.jobs.subsidy.allocation_findings import OF_TONNES
from soilinfo.jobs.subsidy.plans import PlanBasis, column_of, printed_totals, stacked
from soilinfo.jobs.subsidy.records import REALLOCATES, allocation_of
from soilinfo.jobs.subsidy.redeemed import (
    OF_REDEEMED,
    REDEEMED,
    Fetched,
    fetched,
    less_than_before,
    not_told,
    of_none,
)
from soilinfo.jobs.subsidy.unit_tree import UnitTree, unit_tree
from soilinfo.store.allocations import AllocationRecord
from soilinfo.store.home import Store


def reallocate(
    store: Store, catalog: Catalog, record: AllocationRecord, path: Path | None = None
) -> Allocation:
    """An approved allocation divided anew, by its own method, for what is left of the year.

    See :func:`soilinfo.evaluate.allocation.reallocation.reallocation` for what moves. Without months nothing
    tells what was due, and all that is not redeemed may move. Who did not tell of every month is taken to
    have redeemed what was due, keeps what it has, and is named. A fertilizer with quotas moves within the
    unit of each quota alone, which so keeps, to the sack, what it had. Redeemed tonnes are those that
    :func:`soilinfo.jobs.subsidy.redeemed.fetched` finds; needs, requests, weights and prices those that the
    allocation was made by. Raises its errors, and InputError for a record that is not in force, for one so
    old that it keeps no rules, for months that end before those it was decided upon after, and for more
    redeemed than allocated.
    """
    if "rules" not in record.choices:
        raise InputError(f"'{record.id}' was made before rules were kept with it; allocate anew")
    if record.state != "approved":
        raise InputError(f"'{record.id}' is {record.state}; only what is approved is reallocated")
    in_force = store.allocations.in_force(record.plan)
    if in_force and in_force.tables != record.tables:
        raise InputError(f"'{record.id}' is not in force any more; reallocate '{in_force.id}'")
    old = allocation_of(store, record)
    tree = unit_tree(store, catalog, record.inputs, old.finest)
    told = fetched(store, catalog, old.plan, tree, path)
    if told.after < (past := record.choices.get("after", 0)):
        raise InputError(
            f"table '{told.table}' ends with month {told.after}; "
            f"'{record.id}' was decided upon after month {past}"
        )
    basis = _basis(store, old, tree, told)
    by_plan = {name: each for name, each in record.choices.items() if name != REDEEMED}
    decided = {**by_plan, "after": told.after, REALLOCATES: record.id, **told.choices}
    return tabled(basis, decided, _moved(basis, decided))


def _moved(basis: PlanBasis, decided: Mapping[str, Any]) -> dict[str, Divided]:
    """Each fertilizer divided anew, among all units or those of each quota."""
    groups = [_moved_within(basis, decided, units) for _, units in basis.demand.groupby(_quota_of(basis))]
    return {
        name: together([each[name] for each in groups if name in each]) for name in basis.plan.fertilizers
    }


def _quota_of(basis: PlanBasis) -> "pd.Series[str]":
    """The code of the unit whose quota each row of the demand counts in, NOWHERE where it counts in none."""
    rows, quotas = basis.demand.index.to_frame(), basis.plan.quotas
    if quotas is None:
        return pd.Series(NOWHERE, rows.index)
    above = rows["code"].map(basis.tree.paths[quotas.level])
    held = [name in quotas.units.get(code, {}) for name, code in zip(rows["fertilizer"], above, strict=True)]
    return above.where(pd.Series(held, rows.index), NOWHERE)


def _moved_within(basis: PlanBasis, decided: Mapping[str, Any], units: pd.DataFrame) -> dict[str, Divided]:
    """Units that share with each other: told by the bounds that they have, not by those of moving."""
    sack_kg = decided["sack_kg"]
    had = {str(name): rows.droplevel("fertilizer") for name, rows in units.groupby(level="fertilizer")}
    year = {name: Progress(each["sacks"], each["redeemed_t"], each["due_t"]) for name, each in had.items()}
    before = {name: _problem(each) for name, each in had.items()}
    moving = {
        name: reallocation(_wanting(basis, decided, name, each), year[name], sack_kg[name])
        for name, each in before.items()
    }
    return {
        name: replace(
            each,
            problem=before[name],
            shares=settled(before[name], each.shares, year[name].sacks, sack_kg[name]),
        )
        for name, each in divided(basis, decided, moving).items()
    }


def _wanting(basis: PlanBasis, decided: Mapping[str, Any], name: str, problem: Problem) -> Problem:
    """The problem in which units want nothing whose tonnes are worth nothing: the optimum gives them none, so
    what moved there would be lost."""
    if decided["method"] != "optimal" or basis.plan.objective is None or basis.objective is None:
        return problem
    worth = basis.objective.reindex(problem.units.index) * basis.plan.objective.worth.get(name, 1.0)
    return replace(problem, units=problem.units.assign(weight=problem.units["weight"].where(worth > 0, 0.0)))


def _basis(store: Store, old: Allocation, tree: UnitTree, told: Fetched) -> PlanBasis:
    """What the allocation was made of, with what was redeemed since."""
    plan, rows = old.plan, old.rows.set_index(["fertilizer", "code"]).sort_index()
    before = rows.get("redeemed_t", pd.Series(np.nan, rows.index))
    of_needs = [each for each in old.findings if each.check not in (*OF_TONNES, *OF_REDEEMED)]
    redeemed = stacked(told.tonnes).reorder_levels([1, 0]).reindex(rows.index)
    # Nothing can be redeemed of nothing, so of such a unit nobody has to tell.
    demand = rows.assign(
        due_t=_due(old, told.after).reindex(rows.index),
        redeemed_t=redeemed.mask(redeemed.isna() & (rows["sacks"] == 0), 0.0),
    )
    return PlanBasis(
        plan,
        tree,
        demand,
        pd.DataFrame(index=tree.paths.index),
        column_of(store, old.inputs, plan, plan.objective, tree) if plan.objective else None,
        old.choices["total_t"],
        old.choices["price"],
        printed_totals(store, old.inputs, plan),
        (
            *of_needs,
            *told.findings,
            *not_told(plan, demand["redeemed_t"]),
            *less_than_before(plan, before, demand["redeemed_t"]),
            *of_none(plan, told.told_t, rows.index),
        ),
        {**{name: each for name, each in old.inputs.items() if name != told.table}, **told.inputs},
        old.needs,
        old.rates,
    )


def _due(old: Allocation, after: int) -> "pd.Series[float]":
    """What each unit had to redeem by the end of a month (0: of the year), by fertilizer and code."""
    key, months = ["fertilizer", "code"], old.months
    past = months[(months["month"] <= after) | (after == 0)]
    before = redeemed_by_now(old.rows).set_axis(pd.MultiIndex.from_frame(old.rows[key]))
    return before.add(past.groupby(key)["allocated_t"].sum(), fill_value=0.0).round(3)


def _problem(had: pd.DataFrame) -> Problem:
    """What units had of one fertilizer, to be divided among them: at least what each redeemed."""
    least = had["redeemed_t"].fillna(had["allocated_t"])
    units = had[["need_t", "cap_t", "weight"]].assign(
        floor_t=np.minimum(least, had["allocated_t"]),
        frozen_t=had["allocated_t"].where(had["bound"] == "frozen"),
    )
    return Problem(units, float(had["allocated_t"].sum()))
