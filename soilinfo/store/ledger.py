"""The ledger: runs, versions, findings and the snapshots that make versions visible.

A version is recorded after its files are synced; it becomes visible when a snapshot (a map
layer -> version) that names it is committed, in one transaction. Nothing recorded is ever
changed, except that a run ends and that the files of an old version are removed.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.findings import Finding
from soilinfo.store import clock, snapshots
from soilinfo.store.database import Execute
from soilinfo.store.decisions import Decisions, settle
from soilinfo.store.rows import (
    NOTHING,
    Decision,
    FindingRecord,
    Kind,
    Publication,
    Quarantined,
    Run,
    RunStatus,
    Serving,
    Snapshot,
    Version,
    Waiting,
    dumped,
    finding_of,
    run_of,
    serving_of,
    version_of,
    version_row,
)
from soilinfo.store.snapshots import SQL

__all__ = [
    "NOTHING",
    "Decision",
    "FindingRecord",
    "Kind",
    "Ledger",
    "Publication",
    "Quarantined",
    "Run",
    "RunStatus",
    "Serving",
    "Snapshot",
    "Version",
    "Waiting",
]


class Ledger(Decisions):
    """The ledger over one database; every public method is one transaction."""

    def close(self) -> None:
        """Let go of idle connections."""
        self._database.close()

    def born(self) -> str:
        """The instant at which the ledger's tables were made, by which it is known from every other."""
        with self._database.read() as execute:
            return str(execute(SQL["born"])[0]["applied"])

    # ---- runs and versions ----

    def start_run(self, pipeline: str, actor: str, parameters: Mapping[str, Any]) -> str:
        """Record that a run has begun; returns its id."""
        now = clock.now()
        run = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        values = {"pipeline": pipeline, "actor": actor, "parameters": dumped(parameters)}
        with self._database.write() as execute:
            execute(SQL["start_run"], id=run, started=now.isoformat(), **values)
        return run

    def finish_run(self, run: str, status: RunStatus, summary: Mapping[str, Any]) -> None:
        """Record how a run ended; StoreError when there is no such run."""
        with self._database.write() as execute:
            _finish(execute, _run(execute, run), status, summary)

    def end_broken_runs(self, why: str = "the run ended without saying why") -> list[str]:
        """Record as failed, and why, every run that ended without saying so; returns their ids.

        To be called by the one writer, who knows that none of them is still at work.
        """
        with self._database.write() as execute:
            broken = [run_of(row) for row in execute(SQL["unfinished_runs"])]
            for run in broken:
                _finish(execute, run, "failed", {"error": why})
        return [run.id for run in broken]

    def run(self, run: str) -> Run:
        """One run; StoreError when there is none."""
        with self._database.read() as execute:
            return _run(execute, run)

    def runs(self, limit: int = 20) -> list[Run]:
        """The latest runs, newest first."""
        with self._database.read() as execute:
            return [run_of(row) for row in execute(SQL["runs"], limit=limit)]

    def runs_since(self, instant: datetime) -> list[Run]:
        """Runs that began at or after an instant, or that have not ended, newest first."""
        with self._database.read() as execute:
            return [run_of(row) for row in execute(SQL["runs_since"], started=instant.isoformat())]

    def record(self, version: Version, findings: Sequence[Finding] = ()) -> None:
        """Make a version known, with what its checks found; it is not visible before a snapshot names it."""
        with self._database.write() as execute:
            execute(SQL["record_version"], **version_row(version))
            _record_findings(execute, version.run, version.layer, version.version, findings)

    def record_findings(self, run: str, layer: str, version: str | None, findings: Sequence[Finding]) -> None:
        """Record what checks found about a layer that was blocked, or later about a version.

        ``version`` of a blocked layer: the name that it would have had, None when its source was unreadable.
        """
        with self._database.write() as execute:
            _record_findings(execute, run, layer, version, findings)

    def set_removed(self, versions: Iterable[tuple[str, str]], *, removed: bool = True) -> None:
        """Record that the files of versions (layer, version) are to be removed, or are there again."""
        instant = clock.now().isoformat() if removed else None
        with self._database.write() as execute:
            for layer, version in versions:
                execute(SQL["set_removed"], layer=layer, version=version, removed=instant)

    def version(self, layer: str, version: str) -> Version | None:
        """A recorded version, or None."""
        with self._database.read() as execute:
            rows = execute(SQL["version"], layer=layer, version=version)
        return version_of(rows[0]) if rows else None

    def versions(self, layer: str | None = None) -> list[Version]:
        """Every recorded version (of one layer), by layer, newest first."""
        with self._database.read() as execute:
            return [version_of(row) for row in execute(SQL["versions"], layer=layer)]

    def findings(
        self, layer: str | None = None, version: str | None = None, run: str | None = None
    ) -> list[FindingRecord]:
        """Recorded findings, oldest first, narrowed by what is given."""
        with self._database.read() as execute:
            rows = execute(SQL["findings"], layer=layer, version=version, run=run)
        return [finding_of(row) for row in rows]

    # ---- snapshots ----

    def publish(
        self,
        layers: Mapping[str, str],
        *,
        run: str,
        actor: str,
        reason: str,
        without: Collection[str] = (),
    ) -> Snapshot:
        """Publish in ONE transaction: the newest snapshot's map, updated by ``layers``, ``without`` others.

        What waited or was quarantined of these layers is settled by it, and what a rollback withdrew
        of their content is so no more. Raises StoreError, and publishes nothing, when a version was
        never recorded or its files were removed.
        """
        with self._database.publishing() as execute:
            for layer in layers:
                settle(execute, layer)
            return snapshots.next_snapshot(
                execute, layers, actor=actor, reason=reason, run=run, without=without
            )

    def rollback(self, snapshot: int, *, actor: str, reason: str, staying: Collection[str] = ()) -> Snapshot:
        """Publish an old snapshot's map again, as a new snapshot, and keep what it withdrew.

        Layers that are ``staying`` are not taken from it: they are served as now, or not at all.

        UnknownNameError when there is none, StoreError when a version that it names was removed.
        """
        with self._database.publishing() as execute:
            old = snapshots.snapshot_by_id(execute, snapshot)
            if old == NOTHING:
                raise UnknownNameError("snapshot", snapshot, snapshots.snapshot_ids(execute))
            last = snapshots.current_snapshot(execute)
            layers = {name: each for name, each in old.layers.items() if name not in staying}
            layers |= {name: each for name, each in last.layers.items() if name in staying}
            back = snapshots.next_snapshot(execute, layers, actor=actor, reason=reason, kind="rollback")
            snapshots.withdraw(execute, last, back)
            return back

    def show(self) -> None:
        """Show people who open the database the newest snapshot, where that could not be done before."""
        self._database.show()

    def shown(self) -> set[tuple[str, str]]:
        """What those people see, as (layer, version); of an older snapshot where somebody reads on and on."""
        return self._database.shown()

    def every_snapshot(self) -> list[Snapshot]:
        """All snapshots, newest first."""
        return self.snapshots(limit=self.current_id())

    def current_id(self) -> int:
        """Id of the newest snapshot, 0 when nothing is published."""
        with self._database.read() as execute:
            return snapshots.current_id(execute)

    def mark(self) -> str:
        """Changes with every publication, decision, report and removal of files; cheap enough to poll."""
        with self._database.read() as execute:
            return " ".join(map(str, execute(SQL["mark"])[0].values()))

    def current(self) -> Snapshot:
        """The newest snapshot."""
        with self._database.read() as execute:
            return snapshots.current_snapshot(execute)

    def snapshot(self, snapshot: int) -> Snapshot:
        """One snapshot by id (0 is the empty one), or UnknownNameError naming those that exist."""
        with self._database.read() as execute:
            return snapshots.snapshot_by_id(execute, snapshot)

    def snapshots(self, limit: int = 20) -> list[Snapshot]:
        """The latest snapshots, newest first."""
        with self._database.read() as execute:
            return [snapshots.snapshot_of(execute, row) for row in execute(SQL["snapshots"], limit=limit)]

    def servings(self, layer: str | None = None, *, snapshot: int) -> list[Serving]:
        """Every version (of one layer) that ``snapshot`` or one before it named, the latest first."""
        with self._database.read() as execute:
            rows = execute(SQL["servings"], layer=layer, snapshot=snapshot)
        return [serving_of(row) for row in rows]


def _run(execute: Execute, run: str) -> Run:
    rows = execute(SQL["run"], id=run)
    if not rows:
        raise StoreError(f"the ledger has no run '{run}'")
    return run_of(rows[0])


def _finish(execute: Execute, run: Run, status: RunStatus, summary: Mapping[str, Any]) -> None:
    finished = clock.not_before(run.started).isoformat()
    execute(SQL["finish_run"], id=run.id, finished=finished, status=status, summary=dumped(summary))


def _record_findings(
    execute: Execute, run: str, layer: str, version: str | None, findings: Sequence[Finding]
) -> None:
    first = execute(SQL["next_finding"], run=run)[0]["number"]
    for number, finding in enumerate(findings, first):
        execute(
            SQL["record_finding"],
            run=run,
            number=number,
            layer=layer,
            version=version,
            check_id=finding.check,
            severity=finding.severity,
            message=finding.message,
            count=None if finding.count is None else int(finding.count),
            evidence=dumped(finding.evidence),
            created=clock.now().isoformat(),
        )
