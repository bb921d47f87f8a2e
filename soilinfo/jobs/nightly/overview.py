"""What is published at a glance: how old each layer is, how often it is made, what is at work now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from soilinfo.catalog.names import made_anew_by
from soilinfo.errors import BlockedError, OverdueError
from soilinfo.findings import Finding, Severity
from soilinfo.jobs.nightly.pipeline import Pipeline
from soilinfo.jobs.nightly.schedule import Standing
from soilinfo.jobs.runs.freshness import RUNS_LOOKED_AT
from soilinfo.jobs.runs.history import History
from soilinfo.store.home import Store

MANY = 3
"""Findings of one check of which more than so many are shown as one."""


@dataclass(frozen=True)
class LayerState:
    """One published layer: when its version was made, and the pipeline that publishes it, if one does."""

    layer: str
    kind: str
    version: str
    created: datetime
    pipeline: str = ""
    every: timedelta | None = None


@dataclass(frozen=True)
class Group:
    """The published layers of one kind: how many, and when the oldest and the newest were made."""

    kind: str
    layers: int
    oldest: datetime
    newest: datetime


def published(
    store: Store, histories: Sequence[History], pipelines: Mapping[str, Pipeline]
) -> list[LayerState]:
    """Every published layer, by name."""
    served = store.ledger.current().layers
    makers = {layer: one.last.pipeline for one in histories for layer in one.layers}
    known = [one for one in store.ledger.versions() if served.get(one.layer) == one.version]
    return [
        LayerState(
            one.layer,
            one.kind,
            one.version,
            one.created,
            makers.get(one.layer, ""),
            pipelines[makers[one.layer]].every if makers.get(one.layer) in pipelines else None,
        )
        for one in sorted(known, key=lambda one: one.layer)
    ]


def groups(layers: Sequence[LayerState]) -> list[Group]:
    """The layers of each kind together."""
    kinds = sorted({one.kind for one in layers})
    made = {kind: [one.created for one in layers if one.kind == kind] for kind in kinds}
    return [Group(kind, len(times), min(times), max(times)) for kind, times in made.items()]


def first_published(store: Store) -> datetime | None:
    """When the store first published something; None when it never has."""
    snapshots = store.ledger.every_snapshot()
    return min((one.created for one in snapshots if one.created), default=None)


def held_layers(store: Store) -> list[Finding]:
    """A warning for each layer whose new version its last run held back after a rollback."""
    last: dict[str, bool] = {}
    for run in store.ledger.runs(RUNS_LOOKED_AT):
        for outcome in ("held", "published", "unchanged", "blocked", "waiting", "withdrawn", "forgotten"):
            for layer in run.summary.get(outcome, ()):
                last.setdefault(layer, outcome == "held")
    return [_held(store, layer) for layer, held in sorted(last.items()) if held]


def _held(store: Store, layer: str) -> Finding:
    known = store.ledger.versions(layer)
    anew = made_anew_by(layer, known[0].metadata.get("product") if known else None)
    message = f"what its source holds was withdrawn by a rollback; to publish it again: {anew}"
    return Finding("held_back", "warn", layer, message)


def condensed(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, with one in place of many that differ in their layer only; what blocks stays apart."""
    by_check: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        by_check.setdefault((one.check, one.layer if one.severity == "block" else ""), []).append(one)
    return [one for alike in by_check.values() for one in (_summed(alike) if len(alike) > MANY else alike)]


def _summed(alike: Sequence[Finding]) -> list[Finding]:
    first, *_ = alike
    message = f"{first.layer}: {first.message} (and {len(alike) - 1} more, see --all)"
    return [Finding(first.check, first.severity, f"{len(alike)} layers", message, len(alike))]


def summed_by_layer(findings: Sequence[Finding]) -> list[Finding]:
    """One finding for each layer and severity that says how many there are of which check.

    What blocks stays apart.
    """
    kept = [one for one in findings if one.severity == "block"]
    by_layer: dict[tuple[str, Severity], Counter[str]] = {}
    for one in findings:
        if one.severity != "block":
            by_layer.setdefault((one.layer, one.severity), Counter())[one.check] += 1
    return kept + [
        Finding("see --all", severity, layer, _told(checks), checks.total())
        for (layer, severity), checks in by_layer.items()
    ]


def _told(checks: Counter[str]) -> str:
    return ", ".join(f"{count} {check}" for check, count in sorted(checks.items()))


def alarm(standings: Sequence[Standing], findings: Sequence[Finding], *, empty: bool) -> int:
    """The exit code by which a monitor learns of trouble: 0 when all is well.

    A layer that is blocked, the exit code of a pipeline's last run, a pipeline that has not ended
    well for twice its period: the worst of these. A store where nothing is published (``empty``) and
    nothing has gone wrong either has not been filled for too long.
    """
    blocked = BlockedError.exit_code if any(one.severity == "block" for one in findings) else 0
    late = OverdueError.exit_code if any(one.late for one in standings) else 0
    worst = max(blocked, late, *(one.exit_code or 0 for one in standings), 0)
    return worst or (OverdueError.exit_code if empty else 0)
