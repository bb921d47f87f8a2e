"""Through the year: what is not redeemed moves to where it is asked for, as a new draft."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan, Redeemed
from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import Problem
from soilinfo.evaluate.allocation.reallocation import reallocation
from soilinfo.findings import Finding, blocks
from soilinfo.ingest.checks.table import TableEvidence, judge_table
from soilinfo.ingest.sheets import read_cells
from soilinfo.ingest.table import read_rows
from soilinfo.jobs.subsidy.allocate import EXACT, Allocation, divided
from soilinfo.jobs.subsidy.plans import PlanBasis, column_of, printed_totals, stacked
from soilinfo.jobs.subsidy.records import REALLOCATES, allocation_of
from soilinfo.jobs.subsidy.unit_tree import UnitTree, unit_tree
from soilinfo.jobs.subsidy.uploads import uploaded, without_negatives
from soilinfo.store.allocations import AllocationRecord
from soilinfo.store.home import Store


@dataclass(frozen=True)
class Fetched:
    """What was redeemed: tonnes by code and fertilizer, the last month told of, and what tells it."""

    tonnes: pd.DataFrame
    after: int
    inputs: Mapping[str, str]
    choices: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


def reallocate(
    store: Store, catalog: Catalog, record: AllocationRecord, path: Path | None = None
) -> Allocation:
    """An approved allocation divided anew, by its own method, for what is left of the year.

    What was due by the last month told of and was not redeemed moves to the units that redeemed all that was
    due to them, as far as they asked for more; what they cannot take stays where it was. Without months
    nothing tells what was due, and all that is not redeemed may move. No unit gets less than it redeemed nor
    more than it asked for, what all get together is what they had, and frozen units keep theirs. Redeemed
    tonnes are those of the file at ``path``, in the form of the plan's
    table of redeemed tonnes, else of that table as it is published. Needs, requests, weights and prices are
    those that the allocation was made by. Raises InputError for a record that is not approved, a plan without
    such a table, a file that its checks block, units that nothing is told of, and more redeemed than
    allocated or asked for.
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
    problems = {name: _problem(old, basis, fetched.after, name) for name in old.plan.fertilizers}
    return divided(basis, decided, problems)


def _basis(store: Store, old: Allocation, tree: UnitTree, fetched: Fetched) -> PlanBasis:
    """What the allocation was made of, with what was redeemed since."""
    plan, rows = old.plan, old.rows.set_index(["fertilizer", "code"]).sort_index()
    redeemed = stacked(fetched.tonnes).reorder_levels([1, 0]).reindex(rows.index)
    # Nothing can be redeemed of nothing, so of such a unit nobody has to tell.
    demand = rows[["area_ha", "need_t", "request_t"]].assign(
        redeemed_t=redeemed.mask(redeemed.isna() & (rows["allocated_t"] == 0), 0.0)
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
        fetched.findings,
        {**old.inputs, **fetched.inputs},
        old.needs,
        old.rates,
    )


def _problem(old: Allocation, basis: PlanBasis, after: int, name: str) -> Problem:
    rows = old.rows[old.rows["fertilizer"] == name].set_index("code")
    units = rows[["need_t", "floor_t", "cap_t", "weight"]].assign(
        frozen_t=rows["allocated_t"].where(rows["bound"] == "frozen")
    )
    asked = rows["request_t"] if old.plan.request else pd.Series(np.inf, rows.index)
    given = Problem(units.assign(floor_t=0.0), float(rows["allocated_t"].sum()))
    redeemed = basis.demand.loc[name]["redeemed_t"]
    free = reallocation(given, rows["allocated_t"], redeemed, asked)
    return _moved(free, rows["allocated_t"], _kept(old, rows, redeemed, after, name))


def _kept(
    old: Allocation, rows: pd.DataFrame, redeemed: "pd.Series[float]", after: int, name: str
) -> "pd.Series[float]":
    """What each unit keeps, in whole sacks: all but what was due and is not redeemed."""
    months = old.months
    past = months[(months["fertilizer"] == name) & ((months["month"] <= after) | (after == 0))]
    before = rows["redeemed_t"] if "redeemed_t" in rows else pd.Series(0.0, rows.index)
    due = before + past.groupby("code")["allocated_t"].sum().reindex(rows.index)
    lags = (due - redeemed).clip(lower=0.0).where(rows["bound"] != "frozen", 0.0)
    sack_t = old.choices["sack_kg"][name] / 1000
    sacks = np.ceil((rows["allocated_t"] - lags) / sack_t - EXACT)
    return pd.Series(sacks * sack_t, rows.index)


def _moved(free: Problem, allocated: "pd.Series[float]", kept: "pd.Series[float]") -> Problem:
    """The problem of moving what units do not keep to those that keep all they have.

    Where these cannot take it all they are filled, and the others share the rest of what they had.
    """
    units, lags = free.units, kept < allocated - EXACT
    kept, allocated = kept.reindex(units.index), allocated.reindex(units.index)
    lags = lags.reindex(units.index)
    room = (units["cap_t"] - allocated)[~lags & ~free.frozen].sum()
    full = room < (allocated - kept).sum()
    most = np.where(lags, allocated if full else kept, units["cap_t"])
    least = np.where(lags | (not full), kept, units["cap_t"])
    bounded = units.assign(floor_t=np.where(free.frozen, 0.0, least), cap_t=most)
    return replace(free, units=bounded)


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
    sums = rows.groupby("code")[amounts].sum(min_count=1)
    return Fetched(sums, after, inputs, choices, findings)
