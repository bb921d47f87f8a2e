"""Allocations as records: draft, submit, approve; what is approved is published and never changes."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import geopandas as gpd
import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import FINDINGS, allocation_of_plan, table_of
from soilinfo.errors import InputError
from soilinfo.jobs.runs.publication import findings_version
from soilinfo.jobs.runs.run import recorded
from soilinfo.jobs.runs.versions import Origin, new_version, remember
from soilinfo.jobs.subsidy.allocate import Allocation
from soilinfo.store.allocations import AllocationRecord
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query

PIPELINE = "allocation/1"
"""Name of the method; raising the number makes every version anew."""


def save(
    store: Store,
    catalog: Catalog,
    allocation: Allocation,
    *,
    actor: str,
    note: str = "",
    parent: str | None = None,
) -> AllocationRecord:
    """Keep an allocation as a draft: its tables by level, written and recorded, but not published.

    Takes the writer's lock. InputError for a parent that is not approved.
    """
    plan = allocation.plan
    with recorded(store, "allocate", actor, {"plan": plan.id}, catalog) as report:
        tables = {
            name: _write_table(store, allocation, level, name, report.run)
            for level in allocation.levels
            for name in [table_of(allocation_of_plan(plan.id), level)]
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


def _write_table(store: Store, allocation: Allocation, level: str, name: str, run: str) -> str:
    rows = allocation.levels[level]
    content = sha256(rows.to_csv(index=False).encode()).hexdigest()
    version = new_version(
        name,
        "vector",
        Origin(f"allocation of {allocation.plan.id}", content, allocation.inputs),
        pipeline=PIPELINE,
        parameters={"choices": allocation.choices, "level": level},
        metadata={"product": allocation_of_plan(allocation.plan.id), "level": level},
        run=run,
    )
    if not store.vector.exists(name, version.version):
        frame = _with_shapes(store, level, allocation.inputs[level], rows)
        store.vector.write(name, version.version, frame, id_field="id", shape_field="code")
    remember(store, version, allocation.findings if level == allocation.finest else ())
    return version.version


def _with_shapes(store: Store, level: str, version: str, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    units = store.vector.read(level, version, Query(fields=("code",)))
    shapes = dict(zip(units["code"], units.geometry, strict=True))
    ids = rows["code"].str.cat(rows["fertilizer"], sep=".")
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

    InputError, and nothing is changed, when it was not submitted, or when what it was made of is not what
    is served and configured now, unless it is to be taken ``as_computed``. Takes the writer's lock.
    """
    with recorded(store, "approve", actor, {"allocation": id_}, catalog) as report:
        record = store.allocations.record(id_)
        if not as_computed:
            _check_plan(catalog, record)
        shown = {**store.ledger.current().layers, **record.tables}
        snapshot = store.allocations.approve(
            id_,
            run=report.run,
            actor=actor,
            note=note,
            beside={FINDINGS: findings_version(store, shown, report.run)},
            as_computed=as_computed,
        )
        report.published.update(record.tables)
        report.snapshot = snapshot.id
    return snapshot


def _check_plan(catalog: Catalog, record: AllocationRecord) -> None:
    """InputError where config has other rules for the plan than the allocation was made by."""
    plan = catalog.allocations.get(record.plan)
    now: Mapping[str, Any] = plan.model_dump(mode="json") if plan else {}
    then = record.choices["plan"]
    changed = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
    if changed:
        raise InputError(
            f"'{record.id}' was made by other rules than config/allocations/{record.plan}.yaml has now: "
            f"{', '.join(changed)}; allocate anew, or approve it --as-computed"
        )


def allocation_of(store: Store, record: AllocationRecord) -> Allocation:
    """The allocation that a record keeps, as it was drafted, whatever config and the store hold by now."""
    plan = AllocationPlan.model_validate(record.choices["plan"])
    names = {level: table_of(allocation_of_plan(plan.id), level) for level in record.choices["levels"]}
    levels = {level: _read(store, name, record.tables[name]) for level, name in names.items()}
    finest = names[plan.level]
    findings = store.ledger.findings(layer=finest, version=record.tables[finest])
    return Allocation(plan, levels, tuple(each.finding for each in findings), record.inputs, record.choices)


def _read(store: Store, name: str, version: str) -> pd.DataFrame:
    frame = pd.DataFrame(store.vector.read(name, version, Query(geometry=False)).drop(columns="geometry"))
    return frame.drop(columns="id").sort_values(["code", "fertilizer"], ignore_index=True)
