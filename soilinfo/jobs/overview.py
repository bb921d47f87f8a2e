"""What is published at a glance: how old each layer is, how often it is made, what is at work now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from soilinfo.errors import BlockedError, OverdueError
from soilinfo.findings import Finding
from soilinfo.jobs.history import History
from soilinfo.jobs.pipeline import Pipeline
from soilinfo.jobs.schedule import Standing
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


def alarm(standings: Sequence[Standing], findings: Sequence[Finding]) -> int:
    """The exit code by which a monitor learns of trouble: 0 when all is well.

    A layer that is blocked, the exit code of a pipeline's last run, a pipeline that has not ended
    well for twice its period: the worst of these.
    """
    blocked = BlockedError.exit_code if any(one.severity == "block" for one in findings) else 0
    late = OverdueError.exit_code if any(one.late for one in standings) else 0
    return max(blocked, late, *(one.exit_code or 0 for one in standings), 0)
