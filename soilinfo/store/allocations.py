"""Allocations of subsidised fertilizer: drafted, submitted, approved, and never changed.

A record says what an allocation was made of and which immutable tables it gives; its state is that of the
last event of its history. The database itself refuses to change or remove either (see the triggers).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.store import clock
from soilinfo.store.database import Database, Execute, statements
from soilinfo.store.rows import Snapshot, dated, dumped
from soilinfo.store.snapshots import current_snapshot, next_snapshot
from soilinfo.store.states import State, check_next, removed_of

_SQL = statements("allocations")


@dataclass(frozen=True)
class AllocationRecord:
    """One allocation, as it was drafted; ``id`` is '<plan>-<n>'."""

    id: str
    plan: str
    year: int
    parent: str | None
    """What of its plan was in force when it was drafted, and which it is to follow."""
    choices: Mapping[str, Any]
    """The plan's rules and what was chosen beside them: all that decided the tonnes but the inputs."""
    inputs: Mapping[str, str]
    """Layer or table -> version."""
    tables: Mapping[str, str]
    """Collection -> version of its tables by level."""
    run: str
    state: State
    actor: str
    """Who drafted it."""
    created: datetime


@dataclass(frozen=True)
class AllocationEvent:
    """What was done about an allocation, by whom and why; ``snapshot`` is what an approval published."""

    allocation: str
    number: int
    state: State
    actor: str
    note: str
    snapshot: int | None
    created: datetime


class Allocations:
    """The allocations of one database; every public method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draft(
        self,
        plan: str,
        year: int,
        *,
        choices: Mapping[str, Any],
        inputs: Mapping[str, str],
        tables: Mapping[str, str],
        run: str,
        actor: str,
        note: str = "",
        parent: str | None = None,
    ) -> AllocationRecord:
        """Keep a new allocation of a plan, to follow ``parent``, by default what is in force of the plan.

        InputError for a parent that is not in force, or of another plan.
        """
        documents = {"choices": dumped(choices), "inputs": dumped(inputs), "tables": dumped(tables)}
        with self._database.write() as execute:
            in_force = _in_force(execute, plan)
            if parent is not None:
                _check_parent(_record(execute, parent), plan, in_force)
            elif in_force:
                parent = in_force[0].id
            number = execute(_SQL["next_number"], plan=plan)[0]["number"]
            values = {"plan": plan, "number": number, "year": year, "parent": parent, "run": run}
            id_ = f"{plan}-{number}"
            execute(_SQL["add_allocation"], id=id_, **values, **documents)
            _add_event(execute, id_, "draft", actor, note)
            return _record(execute, id_)

    def submit(self, id_: str, *, actor: str, note: str = "") -> AllocationRecord:
        """Put a draft before who approves; InputError when it is no draft any more."""
        with self._database.write() as execute:
            _record(execute, id_)
            _add_event(execute, id_, "submitted", actor, note)
            return _record(execute, id_)

    def approve(
        self,
        id_: str,
        *,
        run: str,
        actor: str,
        note: str = "",
        beside: Mapping[str, str],
        current: Mapping[str, str],
    ) -> Snapshot:
        """Approve what was submitted and publish its tables, in ONE transaction.

        ``beside``: collections to publish with them. ``current``: the versions that must still be served.
        InputError when it was not submitted, when another allocation of its plan is in force than the one
        that it is to follow, when a version that it was made of was removed, or when one of ``current`` is
        not served.
        """
        with self._database.publishing() as execute:
            record = _record(execute, id_)
            check_next(_history(execute, id_), id_, "approved")
            _check_follows(execute, record)
            _check_there(execute, record)
            _check_served(execute, record, current)
            layers = {**record.tables, **beside}
            snapshot = next_snapshot(execute, layers, actor=actor, reason=f"approve {id_}", run=run)
            _add_event(execute, id_, "approved", actor, note, snapshot.id)
            return snapshot

    def record(self, id_: str) -> AllocationRecord:
        """One allocation, or UnknownNameError naming those that exist."""
        with self._database.read() as execute:
            return _record(execute, id_)

    def records(self, plan: str | None = None) -> list[AllocationRecord]:
        """Every allocation (of one plan), by plan, newest first."""
        with self._database.read() as execute:
            return _records(execute, plan=plan)

    def in_force(self, plan: str) -> AllocationRecord | None:
        """The approved allocation of a plan that is served, None where none is."""
        with self._database.read() as execute:
            return next(iter(_in_force(execute, plan)), None)

    def history(self, id_: str) -> list[AllocationEvent]:
        """What was done about an allocation, oldest first; UnknownNameError when there is none."""
        with self._database.read() as execute:
            _record(execute, id_)
            return _history(execute, id_)


def _records(execute: Execute, id_: str | None = None, plan: str | None = None) -> list[AllocationRecord]:
    return [_record_of(row) for row in execute(_SQL["allocations"], id=id_, plan=plan)]


def _record(execute: Execute, id_: str) -> AllocationRecord:
    found = _records(execute, id_)
    if not found:
        raise UnknownNameError("allocation", id_, [record.id for record in _records(execute)])
    return found[0]


def _record_of(row: Mapping[str, Any]) -> AllocationRecord:
    documents = {name: orjson.loads(row[name]) for name in ("choices", "inputs", "tables")}
    return dated(AllocationRecord, {**row, **documents})


def _history(execute: Execute, id_: str) -> list[AllocationEvent]:
    return [dated(AllocationEvent, row) for row in execute(_SQL["events"], id=id_)]


def _add_event(
    execute: Execute, id_: str, state: State, actor: str, note: str, snapshot: int | None = None
) -> None:
    """The next event of a history; InputError when another state is next."""
    past = _history(execute, id_)
    check_next(past, id_, state)
    created = clock.not_before(past[-1].created if past else None).isoformat()
    values = {"actor": actor, "note": note, "snapshot": snapshot, "created": created}
    execute(_SQL["add_event"], allocation=id_, number=len(past) + 1, state=state, **values)


def _in_force(execute: Execute, plan: str) -> list[AllocationRecord]:
    """The approved allocations of a plan whose tables are served, newest first: equal ones share theirs."""
    served = current_snapshot(execute).layers.items()
    records = _records(execute, plan=plan)
    return [each for each in records if each.state == "approved" and each.tables.items() <= served]


def _check_parent(parent: AllocationRecord, plan: str, in_force: Sequence[AllocationRecord]) -> None:
    if parent.plan != plan:
        raise InputError(f"'{parent.id}' is an allocation of '{parent.plan}', not of '{plan}'")
    if parent.state != "approved":
        raise InputError(f"'{parent.id}' is {parent.state}; only what is approved is reallocated")
    if parent not in in_force:
        raise InputError(f"'{parent.id}' is not in force any more; {_named(in_force)}")


def _check_follows(execute: Execute, record: AllocationRecord) -> None:
    in_force = _in_force(execute, record.plan)
    if in_force and record.parent not in [each.id for each in in_force]:
        before = f"to follow '{record.parent}'" if record.parent else "before any was approved"
        raise InputError(f"'{record.id}' was drafted {before}; {_named(in_force)}, so draft it anew")


def _named(in_force: Sequence[AllocationRecord]) -> str:
    return f"'{in_force[0].id}' is in force" if in_force else "none of its plan is"


def _check_there(execute: Execute, record: AllocationRecord) -> None:
    if gone := removed_of(execute, record.inputs):
        raise InputError(f"'{record.id}' was made of versions that are removed by now: {', '.join(gone)}")


def _check_served(execute: Execute, record: AllocationRecord, current: Mapping[str, str]) -> None:
    served = current_snapshot(execute).layers
    changed = [
        f"{layer} ({version}, now {served.get(layer, 'not published')})"
        for layer, version in current.items()
        if served.get(layer) != version
    ]
    if changed:
        raise InputError(
            f"'{record.id}' was made of versions that are no longer served: {', '.join(changed)}; "
            "allocate anew, or approve it --as-computed"
        )
