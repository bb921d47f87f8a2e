"""What was redeemed so far in a year: of a file or of the published table, complete by unit or not known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan, Redeemed
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import allocation_of_plan
from soilinfo.errors import InputError
from soilinfo.findings import TABLE_CHECKS, Finding, blocks, some
from soilinfo.ingest.checks.table import TableEvidence, judge_table
from soilinfo.ingest.sheets import read_cells
from soilinfo.ingest.table import read_rows
from soilinfo.jobs.subsidy.plans import stacked
from soilinfo.jobs.subsidy.unit_tree import UnitTree
from soilinfo.jobs.subsidy.uploads import uploaded, without_negatives
from soilinfo.store.home import Store

DECEMBER = 12
REDEEMED = "redeemed"
"""The choice that names the file which a reallocation was told by."""


@dataclass(frozen=True)
class Fetched:
    """What was redeemed, in the form of a table: tonnes by code and fertilizer (NaN where a month is
    missing), those that were told of, the last month told of, and what tells it."""

    table: str
    tonnes: pd.DataFrame
    told_t: pd.DataFrame
    after: int
    inputs: Mapping[str, str]
    choices: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


def fetched(
    store: Store, catalog: Catalog, plan: AllocationPlan, tree: UnitTree, path: Path | None
) -> Fetched:
    """The redeemed tonnes of the file at ``path`` in the form of the plan's table of them, or that table.

    Raises InputError for a plan without such a table, a file that its checks block, numbers below zero,
    rows of December, and a last month until which no unit tells of every one.
    """
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
    return _summed(redeemed, rows.assign(row=rows["code"]), {}, {REDEEMED: told}, findings)


def _from_file(
    catalog: Catalog, name: str, tree: UnitTree, path: Path
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Rows of a file in the form of a table of config, and what its checks find; InputError if they block."""
    table = catalog.table(name).model_copy(update={"source": str(path)})
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
    if not 0 <= after < DECEMBER:
        told_of = f"month {after} (of {some(rows.loc[rows['month'] == after, 'row'].unique())})"
        raise InputError(f"table '{redeemed.table}' tells of {told_of}; after December nothing is moved")
    told_t = rows.groupby("code")[amounts].sum(min_count=1).round(3)  # to the kilogram
    complete = _complete(rows.assign(month=rows.get("month", 0)), amounts, after or 1)
    if after and not complete.any(axis=None):
        tellers = rows.loc[rows["month"] == after, "code"].unique()
        raise InputError(
            f"table '{redeemed.table}' tells of month {after}, and no unit of every month until then; "
            f"of month {after} tell: {some(tellers)}"
        )
    return Fetched(redeemed.table, told_t.where(complete), told_t, after, inputs, choices, findings)


def _complete(rows: pd.DataFrame, amounts: list[str], months: int) -> pd.DataFrame:
    """Whether a unit (code) told of each of so many months: what is missing is not zero."""
    groups = rows.groupby("code")
    told = groups["month"].nunique() == months
    return groups[amounts].count().eq(groups.size(), axis=0).mul(told, axis=0)


# ---- findings ---------------------------------------------------------------------------

OF_REDEEMED = (*TABLE_CHECKS, "redeemed_not_told", "redeemed_less", "redeemed_of_none")
"""Ids of what is found of redeemed tonnes."""


def not_told(plan: AllocationPlan, redeemed_t: "pd.Series[float]") -> Iterator[Finding]:
    """A warning of the units that did not tell of every month what they redeemed of a fertilizer.

    ``redeemed_t``: by fertilizer and code, NaN where that is so.
    """
    unknown = redeemed_t[redeemed_t.isna()].index.to_frame(index=False)
    for name, codes in unknown.groupby("fertilizer")["code"]:
        listed = sorted(codes)
        message = (
            f"{len(listed)} unit(s) did not tell of every month what they redeemed of {name} and keep what "
            f"they have: {some(listed)}"
        )
        layer = allocation_of_plan(plan.id)
        evidence = {"fertilizer": name, "codes": listed}
        yield Finding("redeemed_not_told", "warn", layer, message, len(listed), evidence)


def less_than_before(
    plan: AllocationPlan, before_t: "pd.Series[float]", redeemed_t: "pd.Series[float]"
) -> Iterator[Finding]:
    """A warning of the units that redeemed less of a fertilizer by now than an earlier reallocation was told.

    Both by fertilizer and code, NaN where not known: a correction of what was told, or figures of another
    time, so it is told and not refused.
    """
    less = (before_t - redeemed_t).round(3)
    for name, tonnes in less[less > 0].groupby(level="fertilizer"):
        listed, less_t = sorted(tonnes.index.get_level_values("code")), round(float(tonnes.sum()), 3)
        message = (
            f"{len(listed)} unit(s) redeemed {less_t:,.3f} t less of {name} by now than the allocation in "
            f"force was told of: {some(listed)}"
        )
        evidence = {"fertilizer": name, "codes": listed, "less_t": less_t}
        layer = allocation_of_plan(plan.id)
        yield Finding("redeemed_less", "warn", layer, message, len(listed), evidence)


def of_none(plan: AllocationPlan, told_t: pd.DataFrame, units: pd.Index) -> Iterator[Finding]:
    """A warning of tonnes that were redeemed where the allocation gives none, which count nowhere.

    ``units``: fertilizer and code of those that it gives some.
    """
    told = stacked(told_t).reorder_levels([1, 0])
    elsewhere = told[(told > 0) & ~told.index.isin(units)].reset_index()
    for name, rows in elsewhere.groupby("fertilizer"):
        listed, tonnes = sorted(rows["code"]), round(float(rows["value"].sum()), 3)
        message = (
            f"{tonnes:,.3f} t of {name} were redeemed in {len(listed)} unit(s) that the allocation has none "
            f"for, and count nowhere: {some(listed)}"
        )
        evidence = {"fertilizer": name, "codes": listed, "redeemed_t": tonnes}
        layer = allocation_of_plan(plan.id)
        yield Finding("redeemed_of_none", "warn", layer, message, len(listed), evidence)
