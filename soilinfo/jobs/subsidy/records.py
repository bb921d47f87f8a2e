"""Allocations as records: draft, submit, approve; what is approved is published and never changes."""

from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import sha256

import geopandas as gpd
import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import FINDINGS, allocation_of_plan, needs_of_plan, rates_of_plan, table_of
from soilinfo.errors import InputError
from soilinfo.jobs.runs.freshness import SETTLED
from soilinfo.jobs.runs.publication import findings_version
from soilinfo.jobs.runs.run import recorded
from soilinfo.jobs.runs.versions import Origin, keep_table, new_version
from soilinfo.jobs.subsidy.allocate import Allocation
from soilinfo.jobs.subsidy.plans import derived_from
from soilinfo.jobs.subsidy.rules import changed_since, plan_kept
from soilinfo.store.allocations import AllocationRecord
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query

PIPELINE = f"{SETTLED}/1"
"""Name of the method; raising the number makes every version anew."""
WITHIN_UNIT = ("commodity", "fertilizer")
"""What tells the rows of a unit apart."""
REALLOCATES = "reallocates"
"""The choice that names the allocation which a reallocation moves tonnes of."""


def save(
    store: Store,
    catalog: Catalog,
    allocation: Allocation,
    *,
    actor: str,
    note: str = "",
    parent: str | None = None,
) -> AllocationRecord:
    """Keep an allocation as a draft: its tables by level, and of the needs and rates that it was made by,
    written and recorded, but not published.

    ``parent``: what it is to follow, by default what is in force of its plan. Takes the writer's lock.
    InputError for a parent that is not in force.
    """
    plan = allocation.plan
    with recorded(store, "allocate", actor, {"plan": plan.id}, catalog) as report:
        tables = {
            table_of(product, level): _write_table(store, allocation, product, level, rows, report.run)
            for product, level, rows in _tables(allocation)
        }
        return store.allocations.draft(
            plan.id,
            plan.year,
            choices=allocation.choices,
            inputs=allocation.inputs,
            tables=tables,
            run=report.run,
            actor=actor,
            note=note,
            parent=parent,
        )


def _tables(allocation: Allocation) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """(product, level, rows) of all that is kept of an allocation."""
    plan, finest = allocation.plan.id, allocation.finest
    yield from ((allocation_of_plan(plan), level, rows) for level, rows in allocation.levels.items())
    yield needs_of_plan(plan), finest, allocation.needs
    yield rates_of_plan(plan), finest, allocation.rates


def _write_table(
    store: Store, allocation: Allocation, product: str, level: str, rows: pd.DataFrame, run: str
) -> str:
    name = table_of(product, level)
    content = sha256(rows.to_csv(index=False).encode()).hexdigest()
    version = new_version(
        name,
        "vector",
        Origin(f"allocation of {allocation.plan.id}", content, allocation.inputs),
        pipeline=PIPELINE,
        parameters={"choices": allocation.choices, "level": level},
        metadata={"product": product, "level": level},
        run=run,
    )
    findings = allocation.findings if rows is allocation.rows else ()
    shaped = partial(_with_shapes, store, level, allocation.inputs[level], rows)
    keep_table(store, version, shaped, findings)
    return version.version


def _with_shapes(store: Store, level: str, version: str, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    units = store.vector.read(level, version, Query(fields=("code",)))
    shapes = dict(zip(units["code"], units.geometry, strict=True))
    ids = rows["code"].str.cat(rows[[each for each in WITHIN_UNIT if each in rows]], sep=".")
    geometry = gpd.GeoSeries(rows["code"].map(shapes).tolist(), crs=4326)
    return gpd.GeoDataFrame(pd.concat([ids.rename("id"), rows], axis=1), geometry=geometry)


def approve(
    store: Store,
    catalog: Catalog,
    id_: str,
    *,
    actor: str,
    note: str = "",
    as_computed: bool = False,
) -> Snapshot:
    """Approve what was submitted and publish its tables by level and their findings in one snapshot.

    InputError, and nothing is changed, when it was not submitted, when another allocation of its plan is in
    force by now than when it was drafted, or when what it was made of is not what is served and configured
    now, unless it is to be taken ``as_computed``. A reallocation was decided upon with its parent: of what
    it was made of only the redeemed tonnes are its own. Takes the writer's lock.
    """
    with recorded(store, "approve", actor, {"allocation": id_}, catalog) as report:
        record = store.allocations.record(id_)
        if not as_computed and REALLOCATES not in record.choices:
            _check_plan(catalog, record)
        shown = {**store.ledger.current().layers, **record.tables}
        snapshot = store.allocations.approve(
            id_,
            run=report.run,
            actor=actor,
            note=note,
            beside={FINDINGS: findings_version(store, shown, report.run)},
            current={} if as_computed else _own_inputs(store, record),
        )
        report.published.update(record.tables)
        report.snapshot = snapshot.id
    return snapshot


def _own_inputs(store: Store, record: AllocationRecord) -> Mapping[str, str]:
    """What it was made of and its parent was not decided upon with: the redeemed tonnes of a reallocation
    where they are a table, of any other all its inputs down to the soil layers."""
    if REALLOCATES not in record.choices:
        return dict(derived_from(store, record.inputs))
    redeemed = record.choices["plan"]["redeemed"]["table"]
    return {name: version for name, version in record.inputs.items() if name == redeemed}


def _check_plan(catalog: Catalog, record: AllocationRecord) -> None:
    """InputError where config has other rules, of the plan or beside it, than the allocation was made by."""
    if changed := changed_since(catalog, record.choices):
        raise InputError(
            f"'{record.id}' was made by other rules than config has now: {', '.join(changed)}; "
            "allocate anew, or approve it --as-computed"
        )


def allocation_of(store: Store, record: AllocationRecord) -> Allocation:
    """The allocation that a record keeps, as it was drafted, whatever config and the store hold by now."""
    plan = plan_kept(record.choices)
    names = {level: table_of(allocation_of_plan(plan.id), level) for level in record.choices["levels"]}
    levels = {level: _read(store, record, name) for level, name in names.items()}
    finest = names[plan.level]
    findings = store.ledger.findings(layer=finest, version=record.tables[finest])
    return Allocation(
        plan,
        levels,
        tuple(each.finding for each in findings),
        record.inputs,
        record.choices,
        *(_read(store, record, table_of(of(plan.id), plan.level)) for of in (needs_of_plan, rates_of_plan)),
    )


def _read(store: Store, record: AllocationRecord, name: str) -> pd.DataFrame:
    """A table of a record, by its keys; empty where an older record does not keep it."""
    if name not in record.tables:
        return pd.DataFrame()
    rows = store.vector.read(name, record.tables[name], Query(geometry=False))
    frame = pd.DataFrame(rows.drop(columns=["geometry", "id"]))
    return frame.sort_values(["code", *(each for each in WITHIN_UNIT if each in frame)], ignore_index=True)
