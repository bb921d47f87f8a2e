"""What a person should know of an allocation before signing it: supply beside need, and printed totals."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from soilinfo.catalog.names import allocation_of_plan
from soilinfo.evaluate.allocation.hierarchy import Sacks
from soilinfo.evaluate.allocation.problem import EXACT_T, Problem
from soilinfo.findings import Finding, some
from soilinfo.jobs.subsidy.nutrients import nutrients_of_units, short_of_nutrients
from soilinfo.jobs.subsidy.plans import PlanBasis

OF_TONNES = (
    "supply_of_need",
    "weight_zero",
    "left_over",
    "left_unused",
    "nutrient_short",
    "printed_sum_differs",
    "legal_total_differs",
    "printed_supply_differs",
    "legal_units_unknown",
    "legal_units_missing",
)
"""Ids of what :func:`findings_about` finds: all else was found of what an allocation was made of."""


def findings_about(
    basis: PlanBasis,
    levels: Mapping[str, pd.DataFrame],
    problems: Mapping[str, Problem],
    sacks: Mapping[str, Sacks],
    decided: Mapping[str, Any],
) -> Iterator[Finding]:
    """Every finding about an allocation beside those about its inputs."""
    layer = allocation_of_plan(basis.plan.id)
    for name, problem in problems.items():
        yield from _supply(basis, layer, name, problem)
        yield from _weightless(layer, name, problem)
        yield from _left(layer, name, sacks[name].left_t, decided)
    units = levels[basis.plan.level]
    met = nutrients_of_units(basis.plan, units, basis.needs, basis.rates, decided["rules"])
    yield from short_of_nutrients(layer, met)
    if basis.legal is not None and basis.plan.legal_totals is not None:
        rows = levels[basis.plan.legal_totals.level]
        yield from _printed_sums(layer, basis.legal)
        yield from _differences(layer, rows)
        yield from _printed_supply(layer, basis, decided)
        yield from _unmatched(layer, basis.legal, rows)


def _supply(basis: PlanBasis, layer: str, name: str, problem: Problem) -> Iterator[Finding]:
    """How much of the need there is: less than all of it is the normal case."""
    need, usual = float(problem.units["need_t"].sum()), basis.plan.supply_pct_of_need
    if need:
        pct = 100 * problem.total_t / need
        message = (
            f"{problem.total_t:,.1f} t of {name} are {pct:.1f} % of the need of {need:,.1f} t "
            f"(usual: {usual:g} %)"
        )
        evidence = {"total_t": problem.total_t, "need_t": need, "pct": pct, "usual_pct": usual}
        yield Finding("supply_of_need", "note", layer, message, None, {"fertilizer": name, **evidence})


def _weightless(layer: str, name: str, problem: Problem) -> Iterator[Finding]:
    codes = sorted(problem.units.index[problem.units["weight"] == 0])
    if codes:
        message = f"{len(codes)} unit(s) have weight 0 and get no more {name} than their floor: {some(codes)}"
        yield Finding("weight_zero", "warn", layer, message, len(codes), {"fertilizer": name, "codes": codes})


def _left(layer: str, name: str, left_t: float, decided: Mapping[str, Any]) -> Iterator[Finding]:
    """A warning of a whole sack and more that nobody gets."""
    if left_t * 1000 >= decided["sack_kg"][name]:
        check, why = "left_over", "every unit has its request or cap"
        if decided["method"] == "optimal":
            check, why = "left_unused", "no more of it is worth anything within caps, quotas and budget"
        message = f"{left_t:,.3f} t of {name} are handed to nobody: {why}"
        yield Finding(check, "warn", layer, message, None, {"fertilizer": name, "left_t": left_t})


# ---- printed totals ---------------------------------------------------------------------


def _printed_sums(layer: str, legal: pd.DataFrame) -> Iterator[Finding]:
    """A warning for each printed total that is not the sum of the printed parts."""
    if "total" not in legal:
        return
    parts = legal.drop(columns="total").sum(axis=1, min_count=1)
    for code in legal.index[(legal["total"] - parts).abs() > EXACT_T]:
        stated, summed = float(legal["total"][code]), float(parts[code])
        message = (
            f"the printed total of {code} is {stated:,.3f} t, its printed parts sum to {summed:,.3f} t "
            f"({stated - summed:+,.3f} t)"
        )
        evidence = {"code": code, "stated_t": stated, "sum_t": summed}
        yield Finding("printed_sum_differs", "warn", layer, message, 1, evidence)


def _differences(layer: str, rows: pd.DataFrame) -> Iterator[Finding]:
    """A note for each unit and fertilizer whose printed tonnes are not the computed ones."""
    known = rows[rows["legal_t"].notna()]
    other = known[(known["allocated_t"] - known["legal_t"]).abs() > EXACT_T]
    columns = ["code", "name", "fertilizer", "legal_t", "allocated_t"]
    for code, name, fertilizer, printed, computed in other[columns].itertuples(index=False):
        message = f"{name} ({code}), {fertilizer}: {printed:,.3f} t printed, {computed:,.3f} t computed"
        evidence = {"code": code, "name": name, "fertilizer": fertilizer}
        evidence |= {"printed_t": float(printed), "computed_t": float(computed)}
        yield Finding("legal_total_differs", "note", layer, message, 1, evidence)


def _printed_supply(layer: str, basis: PlanBasis, decided: Mapping[str, Any]) -> Iterator[Finding]:
    """A warning for each fertilizer whose printed tonnes do not sum to what the plan divides."""
    assert basis.legal is not None, "asked for a plan with printed totals only"
    sums = basis.legal.drop(columns="total", errors="ignore").sum(min_count=1).dropna()
    for name, total_t in decided["total_t"].items():
        supply = total_t - decided["reserve_t"][name]
        printed = float(sums.get(name, supply))
        if abs(printed - supply) > EXACT_T:
            message = f"printed totals of {name} sum to {printed:,.3f} t; the plan divides {supply:,.3f} t"
            evidence = {"fertilizer": name, "printed_t": printed, "total_t": float(supply)}
            yield Finding("printed_supply_differs", "warn", layer, message, None, evidence)


def _unmatched(layer: str, legal: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Finding]:
    """A warning of printed totals of units that nothing is computed for, and one of units without any."""
    printed, computed = {*legal.dropna(how="all").index}, {*rows["code"]}
    for check, codes, what in (
        ("legal_units_unknown", printed - computed, "printed totals of unit(s) that nothing is allocated to"),
        ("legal_units_missing", computed - printed, "unit(s) that get some and have no printed totals"),
    ):
        if codes:
            listed = sorted(codes)
            yield Finding(check, "warn", layer, f"{what}: {some(listed)}", len(listed), {"codes": listed})
