"""What waits for a person, what is kept out, and what people decided: release, pin, unpin."""

from collections.abc import Mapping
from types import MappingProxyType

from soilinfo.errors import BlockedError, InputError, UnknownNameError
from soilinfo.findings import Finding
from soilinfo.store import clock
from soilinfo.store.database import Database, Execute, statements
from soilinfo.store.rows import (
    Decision,
    DecisionKind,
    Quarantined,
    Snapshot,
    Version,
    Waiting,
    dated,
    finding_of,
    version_of,
)
from soilinfo.store.snapshots import SQL, current_snapshot, next_snapshot, snapshot_by_id, withdrawn

_SQL = statements("decisions")


class Decisions:
    """The part of the ledger that people decide about; every public method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- waiting and quarantined ----

    def hold(self, version: Version, run: str) -> None:
        """Let a recorded version wait for its release; it takes the place of one that waited before."""
        with self._database.write() as execute:
            if _waiting(execute).get(version.layer, "") == version.version:
                return
            settle(execute, version.layer)
            created = clock.now().isoformat()
            values = {"layer": version.layer, "version": version.version}
            execute(_SQL["set_waiting"], run=run, created=created, **values)

    def quarantine(self, version: Version) -> None:
        """Remember that an input was blocked by its own checks, so that nobody surveys it twice.

        ``version`` is what it would have become. What waited for release is replaced by it.
        """
        with self._database.write() as execute:
            settle(execute, version.layer)
            names = ("layer", "version", "source", "source_sha256", "software", "run")
            values = {name: getattr(version, name) for name in names}
            execute(_SQL["set_quarantine"], created=clock.now().isoformat(), **values)

    def settle(self, layer: str) -> None:
        """Nothing of the layer waits or is quarantined any more."""
        with self._database.write() as execute:
            settle(execute, layer)

    def waiting(self) -> list[Waiting]:
        """What waits for a release, by layer."""
        with self._database.read() as execute:
            return [dated(Waiting, row) for row in execute(_SQL["waiting"])]

    def quarantined(self) -> list[Quarantined]:
        """Inputs that their own checks blocked, by layer."""
        with self._database.read() as execute:
            return [dated(Quarantined, row) for row in execute(_SQL["quarantine"])]

    def known_blocked(self, version: Version) -> tuple[Finding, ...]:
        """The findings that blocked this very version before, by the same software; empty when none did."""
        with self._database.read() as execute:
            rows = [dated(Quarantined, row) for row in execute(_SQL["quarantine"])]
            for known in rows:
                if (known.layer, known.version, known.software) == (
                    version.layer,
                    version.version,
                    version.software,
                ):
                    found = execute(SQL["findings"], layer=known.layer, version=known.version, run=known.run)
                    return tuple(finding_of(row).finding for row in found)
        return ()

    # ---- decisions ----

    def releasable(self, layer: str, version: str | None = None) -> Version:
        """The version of a layer that may be released: the one that waits, or the one named.

        By name also one that does not wait, even one older than what is served. InputError when there is
        nothing to release or it is served already, UnknownNameError for an unknown version,
        BlockedError for one that its checks blocked.
        """
        with self._database.read() as execute:
            return _releasable(execute, layer, version)

    def release(
        self,
        versions: Mapping[str, str],
        *,
        actor: str,
        reason: str,
        beside: Mapping[str, str] = MappingProxyType({}),
    ) -> Snapshot:
        """Publish versions (layer -> version) in one transaction, and keep who decided so and why.

        ``beside``: derived layers to publish with them. Raises the errors of :meth:`releasable`.
        """
        with self._database.publishing() as execute:
            for layer, version in versions.items():
                _releasable(execute, layer, version)
            layers = {**versions, **beside}
            snapshot = next_snapshot(execute, layers, actor=actor, reason=reason, kind="release")
            for layer, version in versions.items():
                settle(execute, layer)
                _decide(execute, "release", layer, version, actor, reason, snapshot.id)
            return snapshot

    def withdrawn(self, layer: str) -> list[Version]:
        """The versions of a layer that rollbacks withdrew and nobody has published since."""
        with self._database.read() as execute:
            return withdrawn(execute, layer)

    def withdrawn_by(self, layer: str, version: str) -> Snapshot:
        """The snapshot by which a rollback withdrew a version of :meth:`withdrawn`."""
        with self._database.read() as execute:
            (row,) = execute(SQL["withdrawn_by"], layer=layer, version=version)
            return snapshot_by_id(execute, row["snapshot"])

    def pin(self, layer: str, version: str, *, actor: str, reason: str) -> None:
        """Keep a version for ever; UnknownNameError when it was never recorded, InputError when removed."""
        with self._database.write() as execute:
            if _recorded(execute, layer, version).removed:
                raise InputError(f"version '{version}' of '{layer}' was removed, so it cannot be pinned")
            _decide(execute, "pin", layer, version, actor, reason)

    def unpin(self, layer: str, version: str, *, actor: str, reason: str) -> None:
        """No longer keep a version for ever; InputError when it is not pinned."""
        with self._database.write() as execute:
            if (layer, version) not in _pinned(execute):
                raise InputError(f"version '{version}' of '{layer}' is not pinned")
            _decide(execute, "unpin", layer, version, actor, reason)

    def pinned(self) -> set[tuple[str, str]]:
        """(layer, version) of everything that is pinned."""
        with self._database.read() as execute:
            return _pinned(execute)

    def decisions(self, layer: str | None = None) -> list[Decision]:
        """Every decision (about one layer), oldest first."""
        with self._database.read() as execute:
            return [dated(Decision, row) for row in execute(_SQL["decisions"], layer=layer)]

    def was_published(self, layer: str, version: str) -> bool:
        """True when some snapshot serves or served the version."""
        with self._database.read() as execute:
            return bool(execute(_SQL["was_published"], layer=layer, version=version))


def settle(execute: Execute, layer: str) -> None:
    """Within a transaction: nothing of the layer waits or is quarantined."""
    execute(_SQL["end_waiting"], layer=layer)
    execute(_SQL["end_quarantine"], layer=layer)


def _waiting(execute: Execute) -> dict[str, str]:
    return {row["layer"]: row["version"] for row in execute(_SQL["waiting"])}


def _pinned(execute: Execute) -> set[tuple[str, str]]:
    last: dict[tuple[str, str], str] = {}
    for row in execute(_SQL["decisions"], layer=None):
        if row["kind"] != "release":
            last[row["layer"], row["version"]] = row["kind"]
    return {key for key, kind in last.items() if kind == "pin"}


def _recorded(execute: Execute, layer: str, version: str) -> Version:
    rows = execute(SQL["version"], layer=layer, version=version)
    if not rows:
        known = [row["version"] for row in execute(SQL["versions"], layer=layer)]
        raise UnknownNameError(f"version of '{layer}'", version, known)
    return version_of(rows[0])


def _releasable(execute: Execute, layer: str, version: str | None) -> Version:
    """The version to release, or the error that says why there is none."""
    waits, served = _waiting(execute), current_snapshot(execute).layers.get(layer)
    chosen = version or waits.get(layer)
    if chosen is None:
        others = ", ".join(waits) or "nothing"
        raise InputError(f"no version of '{layer}' waits for a release; what waits: {others}")
    if not execute(SQL["version"], layer=layer, version=chosen):
        _check_not_blocked(execute, layer, chosen)
    recorded = _recorded(execute, layer, chosen)
    if chosen == served:
        raise InputError(f"version '{chosen}' of '{layer}' is published already")
    if version is None and served and _number(execute, layer, chosen) < _number(execute, layer, served):
        raise InputError(
            f"version '{chosen}' of '{layer}' is older than the published '{served}'; "
            f"to publish it all the same: soilinfo release {layer} {chosen}"
        )
    return recorded


def _check_not_blocked(execute: Execute, layer: str, version: str) -> None:
    found = [
        finding_of(row).finding for row in execute(SQL["findings"], layer=layer, version=version, run=None)
    ]
    reasons = "; ".join(dict.fromkeys(each.message for each in found if each.severity == "block"))
    if reasons:
        raise BlockedError(f"version '{version}' of '{layer}' is blocked: {reasons}")


def _number(execute: Execute, layer: str, version: str) -> int:
    return int(execute(_SQL["version_number"], layer=layer, version=version)[0]["number"])


def _decide(
    execute: Execute,
    kind: DecisionKind,
    layer: str,
    version: str,
    actor: str,
    reason: str,
    snapshot: int | None = None,
) -> None:
    values = {"layer": layer, "version": version, "actor": actor, "reason": reason}
    created, at = clock.now().isoformat(), snapshot or current_snapshot(execute).id or None
    execute(_SQL["add_decision"], kind=kind, snapshot=at, created=created, **values)
