"""A plan's allocation: what there is, shared by a method in whole sacks, by level and through the year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan, Method
from soilinfo.catalog.models import Catalog
from soilinfo.evaluate.allocation.hierarchy import Sacks, by_level, in_sacks
from soilinfo.evaluate.allocation.months import monthly
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.sacks import KG, tonnes_of, whole_sacks
from soilinfo.findings import Finding
from soilinfo.jobs.subsidy.allocation_findings import findings_about
from soilinfo.jobs.subsidy.methods import budget_of, share, weights_by
from soilinfo.jobs.subsidy.nutrients import nutrients_of_units
from soilinfo.jobs.subsidy.plans import PlanBasis, basis_of, stacked
from soilinfo.jobs.subsidy.rules import rules_of
from soilinfo.store.home import Store

SUMMED = ("area_ha", "need_t", "request_t", "due_t", "redeemed_t", "sacks", "allocated_t")
"""Columns that a unit has the sums of its parts of."""
DEMANDED = ("area_ha", "request_t", "due_t", "redeemed_t")
"""Those of them that are told of a unit beside what it is given."""


@dataclass(frozen=True)
class Choices:
    """What may be chosen beside a plan."""

    method: Method | None = None
    """None: the plan's."""
    total_change_pct: float = 0.0
    """By how much there is more (or, negative, less) of everything than the plan says."""


@dataclass(frozen=True)
class Allocation:
    """What each unit gets of each fertilizer, and how that came about.

    ``levels``: by level, the coarsest first, a row for each unit and fertilizer, sorted by both: ``code``,
    ``name``, ``fertilizer``, those of SUMMED that there are, ``need_met_pct``, and the cost to farmers at the
    ceiling price (``cost_<currency>``); the finest has ``weight``, ``floor_t``, ``cap_t``, ``share_t`` and
    ``bound`` besides, that of the legal totals ``legal_t``. NaN: not known. ``choices``: all that decided the
    tonnes but the inputs, JSON-ready: ``plan``, ``method``, ``total_change_pct``, ``levels`` in their order,
    by fertilizer ``total_t``, ``reserve_t``, ``sack_kg`` and ``price``, the ``budget`` for all, and the
    ``rules`` of config; of a reallocation ``after``, the last month past. ``inputs``: layer or table ->
    version. ``needs`` and ``rates``: what the needs follow from, as
    :class:`soilinfo.jobs.subsidy.need.Need` has them; empty of an answer that was handed out.
    """

    plan: AllocationPlan
    levels: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...]
    inputs: Mapping[str, str]
    choices: Mapping[str, Any]
    needs: pd.DataFrame = field(default_factory=pd.DataFrame)
    rates: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def finest(self) -> str:
        """The level whose units share."""
        return self.plan.level

    @property
    def rows(self) -> pd.DataFrame:
        """The rows of the finest level."""
        return self.levels[self.finest]

    @cached_property
    def months(self) -> pd.DataFrame:
        """code, fertilizer, month, sacks and allocated_t, of the months that are not past."""
        return _months(self)

    @cached_property
    def nutrients(self) -> pd.DataFrame:
        """What the tonnes of each finest unit bring of each nutrient; see :func:`nutrients_of_units`."""
        return nutrients_of_units(self.plan, self.rows, self.needs, self.rates, self.choices["rules"])

    @property
    def totals(self) -> dict[str, dict[str, float]]:
        """By fertilizer: total_t, reserve_t, allocated_t, left_t (handed to nobody), need_t, need_met_pct."""
        sums = self.rows.groupby("fertilizer")[["allocated_t", "need_t"]].sum()
        return {name: _total(self.choices, name, *sums.loc[name]) for name in sorted(self.choices["total_t"])}


@dataclass(frozen=True)
class Divided:
    """One fertilizer: what was to be divided within which bounds, what each unit gets, and its sacks."""

    problem: Problem
    shares: Shares
    sacks: Sacks


def _total(choices: Mapping[str, Any], name: str, allocated_t: float, need_t: float) -> dict[str, float]:
    total_t, reserve_t = choices["total_t"][name], choices["reserve_t"][name]
    return {
        "total_t": total_t,
        "reserve_t": reserve_t,
        "allocated_t": round(float(allocated_t), 3),
        "left_t": round(float(total_t - reserve_t - allocated_t), 3),
        "need_t": round(float(need_t), 3),
        "need_met_pct": 100 * float(allocated_t / need_t) if need_t else float("nan"),
    }


def allocate(
    store: Store,
    catalog: Catalog,
    plan: AllocationPlan,
    choices: Choices | None = None,
    published: Mapping[str, str] | None = None,
) -> Allocation:
    """A plan's allocation by what is published (by default now); nothing is kept of it.

    Raises the errors of :func:`soilinfo.jobs.subsidy.plans.basis_of`, and InputError where the method lacks
    what it goes by, or bounds leave no solution.
    """
    return share_out(catalog, basis_of(store, catalog, plan, published), choices or Choices())


def share_out(catalog: Catalog, basis: PlanBasis, choices: Choices) -> Allocation:
    """The allocation of what :func:`basis_of` gathered."""
    decided = decided_on(catalog, basis, choices)
    problems = {name: problem_of(basis, decided, name) for name in basis.plan.fertilizers}
    return tabled(basis, decided, divided(basis, decided, problems))


def divided(
    basis: PlanBasis, decided: Mapping[str, Any], problems: Mapping[str, Problem]
) -> dict[str, Divided]:
    """These problems (by fertilizer) solved by the method decided upon, in whole sacks."""
    shares = share(basis, decided, problems)
    return {
        name: Divided(problem, shares[name], in_sacks(problem, shares[name], decided["sack_kg"][name]))
        for name, problem in problems.items()
    }


def together(parts: Sequence[Divided]) -> Divided:
    """One fertilizer, of groups of units each of which it was divided among for itself."""
    return Divided(
        Problem(
            pd.concat([each.problem.units for each in parts]), sum(each.problem.total_t for each in parts)
        ),
        Shares(pd.concat([each.shares.units for each in parts]), sum(each.shares.left_t for each in parts)),
        Sacks(pd.concat([each.sacks.units for each in parts]), sum(each.sacks.left_t for each in parts)),
    )


def tabled(basis: PlanBasis, decided: Mapping[str, Any], done: Mapping[str, Divided]) -> Allocation:
    """The allocation of fertilizers that are divided."""
    cost = f"cost_{decided['rules']['currency'].lower()}"
    rows = pd.concat([_rows(basis, name, each) for name, each in done.items()], ignore_index=True)
    sums = by_level(rows, basis.tree.above, [name for name in SUMMED if name in rows])
    levels = {level: _level(basis, frame, level, decided, cost) for level, frame in sums.items()}
    problems = {name: each.problem for name, each in done.items()}
    sacks = {name: each.sacks for name, each in done.items()}
    findings = (*basis.findings, *findings_about(basis, levels, problems, sacks, decided))
    return Allocation(basis.plan, levels, findings, basis.inputs, decided, basis.needs, basis.rates)


def decided_on(catalog: Catalog, basis: PlanBasis, choices: Choices) -> dict[str, Any]:
    """All that decides the tonnes but the inputs: the plan and what is chosen beside it, JSON-ready."""
    plan, change = basis.plan, 1 + choices.total_change_pct / 100
    totals = {name: round(float(total) * change, 6) for name, total in basis.supply_t.items()}
    return {
        "plan": plan.model_dump(mode="json"),
        "method": choices.method or plan.method,
        "total_change_pct": choices.total_change_pct,
        "levels": list(basis.tree.paths.columns),
        "total_t": totals,
        "reserve_t": {
            name: round(totals[name] * supply.reserve_pct / 100, 6)
            for name, supply in plan.fertilizers.items()
        },
        "sack_kg": {name: plan.sack_kg or catalog.fertilizers[name].sack_kg for name in plan.fertilizers},
        "price": dict(basis.prices),
        "rules": rules_of(catalog, plan),
        "budget": budget_of(catalog, plan, change),
    }


def problem_of(basis: PlanBasis, decided: Mapping[str, Any], name: str) -> Problem:
    """What there is of one fertilizer, and the needs, floors and caps of the units that take part.

    A cap is the request, and the plan's share of need; a floor never stands above it.
    """
    plan, units = basis.plan, basis.demand.loc[name]
    caps = pd.concat([units["need_t"] * plan.cap_pct_of_need / 100, units["request_t"]], axis=1).min(axis=1)
    frozen = {code: amounts[name] for code, amounts in plan.frozen.items() if name in amounts}
    return Problem(
        pd.DataFrame(
            {
                "need_t": units["need_t"],
                "floor_t": np.minimum(units["need_t"] * plan.floor_pct_of_need / 100, caps),
                "cap_t": caps,
                "weight": weights_by(basis, decided["method"], units.index),
                "frozen_t": pd.Series(frozen, units.index, dtype=float),
            }
        ),
        decided["total_t"][name] - decided["reserve_t"][name],
    )


# ---- tables -----------------------------------------------------------------------------


def _rows(basis: PlanBasis, name: str, done: Divided) -> pd.DataFrame:
    """What each unit gets of one fertilizer, and why, by position."""
    finest, units = done.sacks.units, done.problem.units
    about = basis.demand.loc[name].loc[units.index, [each for each in DEMANDED if each in basis.demand]]
    frame = about.join(units[["need_t", "weight", "floor_t", "cap_t"]]).assign(
        share_t=done.shares.units["allocated_t"],
        bound=done.shares.units["bound"],
        sacks=finest["sacks"],
        allocated_t=finest["allocated_t"],
        fertilizer=name,
    )
    return frame.rename_axis("code").reset_index()


def _level(
    basis: PlanBasis, frame: pd.DataFrame, level: str, decided: Mapping[str, Any], cost: str
) -> pd.DataFrame:
    """Rows or sums of one level with names, cost and what is met of the need, in the order of the chain."""
    # Of whole sacks, so that sums are the same whichever way they are added up.
    tonnes = tonnes_of(frame["sacks"], frame["fertilizer"].map(decided["sack_kg"]))
    price = frame["fertilizer"].map(decided["price"]).astype(float)
    frame = frame.assign(
        allocated_t=tonnes,
        name=frame["code"].map(basis.tree.names[level]),
        need_met_pct=(100 * tonnes / frame["need_t"].where(frame["need_t"] > 0)).round(4),
        **{cost: (tonnes * KG * price).round(2)},
    ).astype({"sacks": "int64"})
    if basis.legal is not None and basis.plan.legal_totals and level == basis.plan.legal_totals.level:
        frame = frame.assign(legal_t=_printed(basis.legal, frame))
    summed = [name for name in SUMMED if name in frame and name not in ("sacks", "allocated_t")]
    first = ["code", "name", "fertilizer", *summed]
    last = ["sacks", "allocated_t", "need_met_pct", cost]
    between = [name for name in ("weight", "floor_t", "cap_t", "share_t", "bound") if name in frame]
    after = [name for name in ("legal_t",) if name in frame]
    ordered = frame[[*first, *between, *last, *after]].sort_values(["code", "fertilizer"], ignore_index=True)
    # What additions of floating point leave of hectares and tonnes is not told.
    return ordered.round(dict.fromkeys([*SUMMED, "weight", "floor_t", "cap_t", "share_t"], 6))


def _printed(legal: pd.DataFrame, frame: pd.DataFrame) -> "pd.Series[float]":
    printed = stacked(legal.drop(columns="total", errors="ignore"))
    keys = pd.MultiIndex.from_frame(frame[["code", "fertilizer"]])
    return pd.Series(printed.reindex(keys).to_numpy(), frame.index)


def redeemed_by_now(rows: pd.DataFrame) -> "pd.Series[float]":
    """Tonnes of the finest units that count as redeemed: where nobody told, those that were due."""
    if "redeemed_t" not in rows:
        return pd.Series(0.0, rows.index)
    return rows["redeemed_t"].fillna(rows["due_t"])


def _months(allocation: Allocation) -> pd.DataFrame:
    rows, sack_kg = allocation.rows, allocation.choices["sack_kg"]
    left_t = (rows["allocated_t"] - redeemed_by_now(rows)).to_numpy()
    left = pd.Series(whole_sacks(left_t, rows["fertilizer"].map(sack_kg).to_numpy()), rows.index)
    sacks = monthly(left, allocation.plan.months, after=allocation.choices.get("after", 0))
    units = rows[["code", "fertilizer"]]
    long = units.join(sacks).melt([*units], var_name="month", value_name="sacks")
    tonnes = tonnes_of(long["sacks"], long["fertilizer"].map(sack_kg))
    return long.assign(allocated_t=tonnes).sort_values([*units, "month"], ignore_index=True)
