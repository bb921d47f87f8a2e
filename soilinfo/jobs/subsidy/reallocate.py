"""Through the year: what is not redeemed moves to where it is asked for, as a new draft."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan, Redeemed
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import allocation_of_plan
from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import Problem
from soilinfo.evaluate.allocation.reallocation import Progress, reallocation, settled
from soilinfo.findings import Finding, blocks, some
from soilinfo.ingest.checks.table import TableEvidence, judge_table
from soilinfo.ingest.sheets import read_cells
from soilinfo.ingest.table import read_rows
from soilinfo.jobs.subsidy.allocate import Allocation, Divided, divided, redeemed_by_now, tabled
from soilinfo.jobs.subsidy.plans import PlanBasis, column_of, printed_totals, stacked
from soilinfo.jobs.subsidy.records import REALLOCATES, allocation_of
from soilinfo.jobs.subsidy.unit_tree import UnitTree, unit_tree
from soilinfo.jobs.subsidy.uploads import uploaded, without_negatives
from soilinfo.store.allocations import AllocationRecord
from soilinfo.store.home import Store


@dataclass(frozen=True)
class Fetched:
    """What was redeemed: tonnes by code and fertilizer (NaN where a month is missing), the last month told
    of, and what tells it."""

    tonnes: pd.DataFrame
    after: int
    inputs: Mapping[str, str]
    choices: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


def reallocate(
    store: Store, catalog: Catalog, record: AllocationRecord, path: Path | None = None
) -> Allocation:
    """An approved allocation divided anew, by its own method, for what is left of the year.

    See :func:`soilinfo.evaluate.allocation.reallocation.reallocation` for what moves. Without months nothing
    tells what was due, and all that is not redeemed may move. Who did not tell of every month is taken to
    have redeemed what was due, keeps what it has, and is named. Redeemed tonnes are those of the file at
    ``path``, in the form of the plan's table of redeemed tonnes, else of that table as it is published.
    Needs, requests, weights and prices are those that the allocation was made by. Raises InputError for a
    record that is not in force, a plan without such a table, a file that its checks block, and more redeemed
    than allocated.
    """
    if record.state != "approved":
        raise InputError(f"'{record.id}' is {record.state}; only what is approved is reallocated")
    in_force = store.allocations.in_force(record.plan)
    if in_force and in_force.tables != record.tables:
        raise InputError(f"'{record.id}' is not in force any more; reallocate '{in_force.id}'")
    old = allocation_of(store, record)
    tree = unit_tree(store, catalog, record.inputs, old.finest)
    fetched = _fetched(store, catalog, old.plan, tree, path)
    basis = _basis(store, old, tree, fetched)
    decided = {**record.choices, "after": fetched.after, REALLOCATES: record.id, **fetched.choices}
    return tabled(basis, decided, _moved(basis, decided))


def _moved(basis: PlanBasis, decided: Mapping[str, Any]) -> dict[str, Divided]:
    """Each fertilizer divided anew, told by the bounds that it has, not by those of moving it."""
    sack_kg = decided["sack_kg"]
    had = {name: basis.demand.loc[[name]].droplevel("fertilizer") for name in basis.plan.fertilizers}
    year = {name: Progress(each["sacks"], each["redeemed_t"], each["due_t"]) for name, each in had.items()}
    before = {name: _problem(each) for name, each in had.items()}
    moving = {name: reallocation(each, year[name], sack_kg[name]) for name, each in before.items()}
    return {
        name: replace(
            each,
            problem=before[name],
            shares=settled(before[name], each.shares, year[name].sacks, sack_kg[name]),
        )
        for name, each in divided(basis, decided, moving).items()
    }


def _basis(store: Store, old: Allocation, tree: UnitTree, fetched: Fetched) -> PlanBasis:
    """What the allocation was made of, with what was redeemed since."""
    plan, rows = old.plan, old.rows.set_index(["fertilizer", "code"]).sort_index()
    redeemed = stacked(fetched.tonnes).reorder_levels([1, 0]).reindex(rows.index)
    # Nothing can be redeemed of nothing, so of such a unit nobody has to tell.
    demand = rows.assign(
        due_t=_due(old, fetched.after).reindex(rows.index),
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
        (*fetched.findings, *_untold(plan, demand["redeemed_t"])),
        {**old.inputs, **fetched.inputs},
        old.needs,
        old.rates,
    )


def _due(old: Allocation, after: int) -> "pd.Series[float]":
    """What each unit had to redeem by the end of a month (0: of the year), by fertilizer and code."""
    key, months = ["fertilizer", "code"], old.months
    past = months[(months["month"] <= after) | (after == 0)]
    before = redeemed_by_now(old.rows).set_axis(pd.MultiIndex.from_frame(old.rows[key]))
    return before.add(past.groupby(key)["allocated_t"].sum(), fill_value=0.0).round(3)


def _untold(plan: AllocationPlan, redeemed_t: "pd.Series[float]") -> Iterator[Finding]:
    """A warning of the units that did not tell of every month what they redeemed of a fertilizer."""
    for name, codes in (
        redeemed_t[redeemed_t.isna()].index.to_frame(index=False).groupby("fertilizer")["code"]
    ):
        listed = sorted(codes)
        message = (
            f"{len(listed)} unit(s) did not tell of every month what they redeemed of {name} and keep what "
            f"they have: {some(listed)}"
        )
        layer = allocation_of_plan(plan.id)
        evidence = {"fertilizer": name, "codes": listed}
        yield Finding("redeemed_not_told", "warn", layer, message, len(listed), evidence)


def _problem(had: pd.DataFrame) -> Problem:
    """What units had of one fertilizer, to be divided among them: at least what each redeemed."""
    least = had["redeemed_t"].fillna(had["allocated_t"])
    units = had[["need_t", "cap_t", "weight"]].assign(
        floor_t=np.minimum(least, had["allocated_t"]),
        frozen_t=had["allocated_t"].where(had["bound"] == "frozen"),
    )
    return Problem(units, float(had["allocated_t"].sum()))


# ---- what was redeemed ------------------------------------------------------------------


def _fetched(
    store: Store, catalog: Catalog, plan: AllocationPlan, tree: UnitTree, path: Path | None
) -> Fetched:
    redeemed = plan.redeemed
    if redeemed is None:
        raise InputError(
            f"allocation plan '{plan.id}' names no table of redeemed tonnes; add `redeemed:` to "
            f"config/allocations/{plan.id}.yaml, also to say what a file of them looks like"
        )
    columns = {"code": redeemed.code, **redeemed.columns} | (
        {"month": redeemed.month} if redeemed.month else {}
    )
    if path is None:
        published = store.ledger.current().layers
        rows = uploaded(store, published, plan.id, redeemed.table, columns)
        return _summed(redeemed, rows, {redeemed.table: published[redeemed.table]}, {}, ())
    frame, findings = _from_file(catalog, redeemed.table, tree, path)
    rows = frame.rename(columns={there: here for here, there in columns.items()})[list(columns)]
    told = {"file": path.name, "sha256": sha256(path.read_bytes()).hexdigest()}
    return _summed(redeemed, rows.assign(row=rows["code"]), {}, {"redeemed": told}, findings)


def _from_file(
    catalog: Catalog, name: str, tree: UnitTree, path: Path
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Rows of a file in the form of a table of config, and what its checks find; InputError if they block."""
    table = catalog.table(name)
    cells = read_cells(str(path), table)
    rows = read_rows(cells, table)
    findings = tuple(judge_table(TableEvidence(name, table, cells, rows, tree.shared)))
    if blocks(findings):
        reasons = "; ".join(each.message for each in findings if each.severity == "block")
        raise InputError(f"{path}: {reasons}")
    return rows.frame, findings


def _summed(
    redeemed: Redeemed,
    rows: pd.DataFrame,
    inputs: Mapping[str, str],
    choices: Mapping[str, Any],
    findings: tuple[Finding, ...],
) -> Fetched:
    amounts = list(redeemed.columns)
    without_negatives(redeemed.table, rows, amounts)
    after = int(rows["month"].max()) if redeemed.month else 0
    if not 0 <= after < 12:
        raise InputError(f"table '{redeemed.table}' tells of month {after}; after December nothing is moved")
    return Fetched(_sums(rows, amounts, after or 1), after, inputs, choices, findings)


def _sums(rows: pd.DataFrame, amounts: list[str], months: int) -> pd.DataFrame:
    """Tonnes by code, to the kilogram; NaN where one of so many months is missing, which is not zero."""
    groups = rows.assign(month=rows.get("month", 0)).groupby("code")
    told = groups["month"].nunique() == months
    complete = groups[amounts].count().eq(groups.size(), axis=0).mul(told, axis=0)
    return groups[amounts].sum().round(3).where(complete)
