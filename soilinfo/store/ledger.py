"""The ledger: runs, versions, findings and the snapshots that make versions visible.

A version is recorded after its files are synced; it becomes visible when a snapshot (a map
layer -> version) that names it is committed, in one transaction. Nothing recorded is ever
changed, except that a run ends.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal

import orjson

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.findings import Finding
from soilinfo.store.database import Database, Execute, statements

Kind = Literal["raster", "suitability", "vector"]
RunStatus = Literal["running", "done", "blocked", "failed"]

_SQL = statements("ledger")
_LOOK_BACK = 1000
"""Snapshots searched for the end of a version."""
_JSON = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True)
class Version:
    """One immutable version of a layer or collection, and all that it was made from."""

    layer: str
    version: str
    kind: Kind
    source: str
    source_sha256: str
    pipeline: str
    software: str
    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]
    """Layer -> version of everything it was derived from."""
    metadata: Mapping[str, Any]
    run: str
    created: datetime
    """UTC."""


@dataclass(frozen=True)
class Snapshot:
    """What is published at one moment: layer -> version. Id 0 and no layers: nothing yet."""

    id: int
    created: datetime | None
    actor: str
    reason: str
    run: str | None
    layers: Mapping[str, str]


NOTHING = Snapshot(0, None, "", "", None, {})
"""The snapshot of a new store."""


@dataclass(frozen=True)
class Run:
    """One run of a pipeline."""

    id: str
    pipeline: str
    actor: str
    started: datetime
    finished: datetime | None
    status: RunStatus
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FindingRecord:
    """A finding as recorded; ``version`` is None when the layer was blocked."""

    finding: Finding
    version: str | None
    run: str
    created: datetime


class Ledger:
    """The ledger over one database; every public method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self) -> None:
        """Let go of idle connections."""
        self._database.close()

    # ---- runs and versions ----

    def start_run(self, pipeline: str, actor: str, parameters: Mapping[str, Any]) -> str:
        """Record that a run has begun; returns its id, which sorts by time."""
        now = datetime.now(UTC)
        run = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        values = {"pipeline": pipeline, "actor": actor, "parameters": _dump(parameters)}
        with self._database.write() as execute:
            execute(_SQL["start_run"], id=run, started=now.isoformat(), **values)
        return run

    def finish_run(self, run: str, status: RunStatus, summary: Mapping[str, Any]) -> None:
        """Record how a run ended; StoreError when there is no such run."""
        with self._database.write() as execute:
            if not execute(
                _SQL["finish_run"], id=run, finished=_now(), status=status, summary=_dump(summary)
            ):
                raise StoreError(f"the ledger has no run '{run}'")

    def runs(self, limit: int = 20) -> list[Run]:
        """The latest runs, newest first."""
        with self._database.read() as execute:
            return [_run(row) for row in execute(_SQL["runs"], limit=limit)]

    def record(self, version: Version, findings: Sequence[Finding] = ()) -> None:
        """Make a version known, with what its checks found; it is not visible before a snapshot names it."""
        with self._database.write() as execute:
            execute(_SQL["record_version"], **_row(version))
            _record_findings(execute, version.run, version.layer, version.version, findings)

    def record_findings(self, run: str, layer: str, version: str | None, findings: Sequence[Finding]) -> None:
        """Record what checks found about a layer that was blocked (no version), or later about a version."""
        with self._database.write() as execute:
            _record_findings(execute, run, layer, version, findings)

    def version(self, layer: str, version: str) -> Version | None:
        """A recorded version, or None."""
        with self._database.read() as execute:
            rows = execute(_SQL["version"], layer=layer, version=version)
        return _version(rows[0]) if rows else None

    def versions(self, layer: str | None = None) -> list[Version]:
        """Every recorded version (of one layer), by layer, newest first."""
        with self._database.read() as execute:
            rows = execute(_SQL["versions_of"], layer=layer) if layer else execute(_SQL["versions"])
        return [_version(row) for row in rows]

    def findings(
        self, layer: str | None = None, version: str | None = None, run: str | None = None
    ) -> list[FindingRecord]:
        """Recorded findings, oldest first, narrowed by what is given."""
        with self._database.read() as execute:
            rows = execute(_SQL["findings"], layer=layer, version=version, run=run)
        return [_finding(row) for row in rows]

    # ---- snapshots ----

    def publish(self, layers: Mapping[str, str], *, run: str, actor: str, reason: str) -> Snapshot:
        """Publish in ONE transaction: the newest snapshot's map, updated by ``layers``.

        Raises StoreError, and publishes nothing, when a version was never recorded.
        """
        with self._database.write() as execute:
            for layer, version in layers.items():
                if not execute(_SQL["version"], layer=layer, version=version):
                    raise StoreError(
                        f"version '{version}' of '{layer}' was never recorded, so it cannot be published"
                    )
            return _create_snapshot(execute, {**_current(execute).layers, **layers}, actor, reason, run)

    def rollback(self, snapshot: int, *, actor: str, reason: str) -> Snapshot:
        """Publish an old snapshot's map again, as a new snapshot; UnknownNameError when there is none."""
        with self._database.write() as execute:
            old = _snapshot(execute, snapshot)
            if old == NOTHING:
                raise UnknownNameError("snapshot", snapshot, _ids(execute))
            return _create_snapshot(execute, old.layers, actor, reason, None)

    def was_rolled_back(self, layer: str, version: str) -> bool:
        """True when the version was served and a rollback, not a later publication, ended that."""
        history = self.snapshots(limit=_LOOK_BACK)
        for newer, older in pairwise(history):
            if older.layers.get(layer) == version != newer.layers.get(layer):
                return newer.run is None  # only a rollback publishes without a run
        return False

    def current_id(self) -> int:
        """Id of the newest snapshot, 0 when nothing is published; cheap enough to poll."""
        with self._database.read() as execute:
            return _current_id(execute)

    def current(self) -> Snapshot:
        """The newest snapshot."""
        with self._database.read() as execute:
            return _current(execute)

    def snapshot(self, snapshot: int) -> Snapshot:
        """One snapshot by id (0 is the empty one), or UnknownNameError naming those that exist."""
        with self._database.read() as execute:
            return _snapshot(execute, snapshot)

    def snapshots(self, limit: int = 20) -> list[Snapshot]:
        """The latest snapshots, newest first."""
        with self._database.read() as execute:
            return [_snapshot_of(execute, row) for row in execute(_SQL["snapshots"], limit=limit)]


# ---- rows <-> types ----


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _dump(document: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(document), option=_JSON).decode()


def _record_findings(
    execute: Execute, run: str, layer: str, version: str | None, findings: Sequence[Finding]
) -> None:
    first = execute(_SQL["next_finding"], run=run)[0]["number"]
    for number, finding in enumerate(findings, first):
        execute(
            _SQL["record_finding"],
            run=run,
            number=number,
            layer=layer,
            version=version,
            check_id=finding.check,
            severity=finding.severity,
            message=finding.message,
            count=None if finding.count is None else int(finding.count),
            evidence=_dump(finding.evidence),
            created=_now(),
        )


def _current_id(execute: Execute) -> int:
    return int(execute(_SQL["current_id"])[0]["id"])


def _current(execute: Execute) -> Snapshot:
    return _snapshot(execute, _current_id(execute))


def _snapshot(execute: Execute, snapshot: int) -> Snapshot:
    if snapshot == NOTHING.id:
        return NOTHING
    rows = execute(_SQL["snapshot"], id=snapshot)
    if not rows:
        raise UnknownNameError("snapshot", snapshot, _ids(execute))
    return _snapshot_of(execute, rows[0])


def _ids(execute: Execute) -> list[int]:
    return [row["id"] for row in execute(_SQL["snapshot_ids"])]


def _snapshot_of(execute: Execute, row: Mapping[str, Any]) -> Snapshot:
    layers = {each["layer"]: each["version"] for each in execute(_SQL["snapshot_layers"], id=row["id"])}
    return Snapshot(**{**row, "created": datetime.fromisoformat(row["created"])}, layers=layers)


def _create_snapshot(
    execute: Execute, layers: Mapping[str, str], actor: str, reason: str, run: str | None
) -> Snapshot:
    snapshot = _current_id(execute) + 1
    execute(_SQL["create_snapshot"], id=snapshot, created=_now(), actor=actor, reason=reason, run=run)
    for layer, version in layers.items():
        execute(_SQL["add_snapshot_layer"], snapshot=snapshot, layer=layer, version=version)
    return _snapshot(execute, snapshot)


def _row(version: Version) -> dict[str, Any]:
    documents = {key: _dump(getattr(version, key)) for key in ("parameters", "inputs", "metadata")}
    created = version.created.astimezone(UTC).isoformat()
    return {**vars(version), **documents, "created": created}


def _version(row: Mapping[str, Any]) -> Version:
    documents = {key: orjson.loads(row[key]) for key in ("parameters", "inputs", "metadata")}
    return Version(**{**row, **documents, "created": datetime.fromisoformat(row["created"])})


def _run(row: Mapping[str, Any]) -> Run:
    finished = datetime.fromisoformat(row["finished"]) if row["finished"] else None
    times = {"started": datetime.fromisoformat(row["started"]), "finished": finished}
    return Run(**{**row, **times, "summary": orjson.loads(row["summary"])})


def _finding(row: Mapping[str, Any]) -> FindingRecord:
    finding = Finding(
        row["check_id"],
        row["severity"],
        row["layer"],
        row["message"],
        row["count"],
        orjson.loads(row["evidence"]),
    )
    return FindingRecord(finding, row["version"], row["run"], datetime.fromisoformat(row["created"]))
