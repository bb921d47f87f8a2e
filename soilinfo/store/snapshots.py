"""Snapshots within a transaction: read the current one, put the next one after it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from soilinfo.errors import InputError, StoreError, UnknownNameError
from soilinfo.store import clock
from soilinfo.store.database import Execute, statements
from soilinfo.store.rows import NOTHING, Publication, Snapshot, Version, version_of

SQL = statements("ledger")


def current_id(execute: Execute) -> int:
    """Id of the newest snapshot, 0 when nothing is published."""
    return int(execute(SQL["current_id"])[0]["id"])


def current_snapshot(execute: Execute) -> Snapshot:
    """The newest snapshot."""
    return snapshot_by_id(execute, current_id(execute))


def snapshot_by_id(execute: Execute, snapshot: int) -> Snapshot:
    """One snapshot, or UnknownNameError naming those that exist."""
    if snapshot == NOTHING.id:
        return NOTHING
    rows = execute(SQL["snapshot"], id=snapshot)
    if not rows:
        raise UnknownNameError("snapshot", snapshot, snapshot_ids(execute))
    return snapshot_of(execute, rows[0])


def snapshot_ids(execute: Execute) -> list[int]:
    """Every snapshot's id, oldest first."""
    return [row["id"] for row in execute(SQL["snapshot_ids"])]


def snapshot_of(execute: Execute, row: Mapping[str, Any]) -> Snapshot:
    """A snapshot of its row, with its layers."""
    layers = {each["layer"]: each["version"] for each in execute(SQL["snapshot_layers"], id=row["id"])}
    return Snapshot(**{**row, "created": datetime.fromisoformat(row["created"])}, layers=layers)


def next_snapshot(
    execute: Execute,
    layers: Mapping[str, str],
    *,
    actor: str,
    reason: str,
    run: str | None = None,
    kind: Publication = "publication",
    without: Collection[str] = (),
) -> Snapshot:
    """The newest snapshot's map, updated by ``layers`` and ``without`` others, as a new snapshot.

    It is never dated before the last.

    StoreError when a version was never recorded, or its files were removed.
    """
    for layer, version in layers.items():
        _check_there(execute, layer, version)
    last = current_snapshot(execute)
    created = clock.not_before(last.created).isoformat()
    values = {"actor": actor, "reason": reason, "run": run, "kind": kind}
    execute(SQL["create_snapshot"], id=last.id + 1, created=created, **values)
    if kind != "rollback":
        _end_withdrawals(execute, layers)
    kept = {layer: version for layer, version in last.layers.items() if layer not in without}
    whole = dict(layers) if kind == "rollback" else {**kept, **layers}
    for layer, version in whole.items():
        execute(SQL["add_snapshot_layer"], snapshot=last.id + 1, layer=layer, version=version)
    return snapshot_by_id(execute, last.id + 1)


def withdraw(execute: Execute, last: Snapshot, back: Snapshot) -> None:
    """Keep which versions a rollback from ``last`` to ``back`` withdrew; what it restored is so no more."""
    for layer, version in back.layers.items():
        execute(SQL["end_withdrawal"], layer=layer, version=version)
    for layer, version in last.layers.items():
        if back.layers.get(layer) != version:
            execute(SQL["withdraw"], layer=layer, version=version, snapshot=back.id)


def withdrawn(execute: Execute, layer: str) -> list[Version]:
    """The versions of a layer that rollbacks withdrew and nobody has published since."""
    return [version_of(row) for row in execute(SQL["withdrawn"], layer=layer)]


def _end_withdrawals(execute: Execute, layers: Mapping[str, str]) -> None:
    """A person wants the content of these versions served, under whatever name it was withdrawn."""
    for layer, version in layers.items():
        chosen = version_of(execute(SQL["version"], layer=layer, version=version)[0])
        for old in filter(chosen.is_like, withdrawn(execute, layer)):
            execute(SQL["end_withdrawal"], layer=layer, version=old.version)


def _check_there(execute: Execute, layer: str, version: str) -> None:
    rows = execute(SQL["version"], layer=layer, version=version)
    if not rows:
        raise StoreError(f"version '{version}' of '{layer}' was never recorded, so it cannot be published")
    if rows[0]["removed"]:
        raise InputError(
            f"version '{version}' of '{layer}' cannot be served: its files were removed on "
            f"{rows[0]['removed'][:10]}; the ledger keeps only its record"
        )
