"""Which versions an ingestion may serve: each one judged in the company in which people would see it.

What the sources' own checks passed is settled first: what is served already, what a rollback withdrew,
what waits for a person. The rest is judged beside what is served, all candidates in their places; what
drops out there changes the company of the others, so that they are judged again, until all that are left
fit together. In the end, what waits is judged in the same way beside what will be served then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.soil_profiles import by_held_name
from soilinfo.errors import BlockedError
from soilinfo.findings import Finding, blocks
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.jobs.ingestion.candidates import ALONE, BESIDE, Look
from soilinfo.jobs.ingestion.levels import beside_published, beside_relatives
from soilinfo.jobs.ingestion.losses import judge_losses
from soilinfo.jobs.ingestion.offered import Offered, comparable
from soilinfo.jobs.ingestion.outcome import Outcome
from soilinfo.jobs.runs.versions import was_withdrawn
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

Fate = Literal["blocked", "unchanged", "held", "waiting", "published"]


@dataclass(frozen=True)
class Verdict:
    """What an outcome comes to, and what was found of it alone and beside the others."""

    outcome: Outcome
    fate: Fate
    alone: tuple[Finding, ...] = ()
    beside: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found of it, its source's own findings first."""
        return (*self.outcome.findings, *self.alone, *self.beside)

    @property
    def version(self) -> Version:
        """The version that is judged; only a blocked source has none."""
        assert self.outcome.version is not None, "a blocked source is not judged"
        return self.outcome.version


def judge(
    store: Store, catalog: Catalog, outcomes: Sequence[Outcome], named: Iterable[str] = ()
) -> list[Verdict]:
    """What becomes of the outcomes of a run, in their order; nothing is recorded yet.

    ``named``: layers that a person named, which overrides a rollback.
    """
    seen = [(one.version, one.profile) for one in outcomes]
    profiles = {(made.layer, made.version): profile for made, profile in seen if made and profile}
    served = comparable(store, catalog, store.ledger.current().layers)
    table = Offered(store, catalog, served, profiles)
    settled = [_settled(table, outcome, named) for outcome in outcomes]
    verdicts = _fitting(table, [_alone(table, verdict) for verdict in settled], "published")
    served_then = _with(table, verdicts, "published")
    return [_told(served_then, verdict) for verdict in _fitting(served_then, verdicts, "waiting")]


def refuse_misfits(store: Store, catalog: Catalog, versions: Sequence[Version]) -> None:
    """BlockedError when versions that a person wants served together do not fit what is served."""
    served = comparable(store, catalog, store.ledger.current().layers)
    table = Offered(store, catalog, served, {})
    wanted = [Verdict(Outcome(one.layer, one, known=True), "waiting") for one in versions]
    judged = _fitting(table, [_alone(table, verdict) for verdict in wanted], "waiting")
    reasons = [finding for verdict in judged for finding in verdict.findings if finding.severity == "block"]
    if reasons:
        told = "; ".join(f"{finding.layer}: {finding.message} ({finding.check})" for finding in reasons)
        raise BlockedError(f"beside what is served, {told}")


def _settled(table: Offered, outcome: Outcome, named: Iterable[str]) -> Verdict:
    """What becomes of an outcome whatever the others are."""
    version, ledger = outcome.version, table.store.ledger
    if version is None:
        return Verdict(outcome, "blocked")
    if ledger.current().layers.get(outcome.name) == version.version:
        return Verdict(outcome, "unchanged")
    version = _with_digest(table, version)
    outcome = replace(outcome, version=version)
    if outcome.name not in named and was_withdrawn(table.store, version):
        return Verdict(outcome, "held")
    return Verdict(outcome, "waiting" if _rule(table.catalog, outcome.name) == "always" else "published")


def _with_digest(table: Offered, version: Version) -> Version:
    if version.layer not in table.catalog.layers or "cells_sha256" in version.metadata:
        return version
    digest = table.updated({version.layer: version}).digest(version.layer)
    return replace(version, metadata={**version.metadata, "cells_sha256": digest})


def _rule(catalog: Catalog, name: str) -> str:
    held = by_held_name(catalog.soil_profiles)
    sources = (catalog.layers, catalog.levels, catalog.soil_maps, catalog.tables, held)
    return next((each[name].release for each in sources if name in each), "automatic")


def _alone(table: Offered, verdict: Verdict) -> Verdict:
    """A verdict with what is found of its version whatever is served beside it."""
    if verdict.fate not in ("published", "waiting"):
        return verdict
    name, offered = verdict.outcome.name, table.updated({verdict.outcome.name: verdict.version})
    if name in table.catalog.levels:
        found = beside_published(offered, name)
    elif name in table.catalog.layers:
        found = _looked(offered, name, ALONE)
    else:
        found = judge_losses(table.store, table.catalog, verdict.version)
    return _decided(offered, replace(verdict, alone=tuple(found)))


def _fitting(table: Offered, verdicts: Sequence[Verdict], fate: Fate) -> list[Verdict]:
    """The verdicts, those of one fate judged beside each other until none of them drops out any more."""
    while True:
        offered = _with(table, verdicts, fate)
        after = [_beside(offered, one) if one.fate == fate else one for one in verdicts]
        if [one.fate for one in after] == [one.fate for one in verdicts]:
            return after
        verdicts = after


def _with(table: Offered, verdicts: Sequence[Verdict], fate: Fate) -> Offered:
    offered = {one.outcome.name: one.version for one in verdicts if one.fate == fate}
    known = {name for name in offered if name in table.catalog.layers or name in table.catalog.levels}
    return table.updated({name: offered[name] for name in known})


def _beside(offered: Offered, verdict: Verdict) -> Verdict:
    """A verdict with what is found of its version beside the others on offer."""
    name, levels = verdict.outcome.name, offered.catalog.levels
    found = beside_relatives(offered, name) if name in levels else _looked(offered, name, BESIDE)
    return _decided(offered, replace(verdict, beside=tuple(found)))


def _told(offered: Offered, verdict: Verdict) -> Verdict:
    """A verdict that was blocked alone with what would keep it out besides: a person mends all at once."""
    if verdict.fate != "blocked" or not verdict.alone or not blocks(verdict.alone):
        return verdict
    return _beside(offered.updated({verdict.outcome.name: verdict.version}), verdict)


def _looked(offered: Offered, name: str, looks: Sequence[Look]) -> list[Finding]:
    layer = offered.catalog.layers.get(name)
    if layer is None:  # soil maps and tables are compared with nothing beside them
        return []
    return with_severity([finding for look in looks for finding in look(offered, layer)], layer.severity)


def _decided(table: Offered, verdict: Verdict) -> Verdict:
    """A verdict as its findings have it: blocked, or waiting when its layer waits on a warning."""
    if blocks((*verdict.alone, *verdict.beside)):
        return replace(verdict, fate="blocked")
    if _rule(table.catalog, verdict.outcome.name) == "on_warning" and _warned(table.store, verdict):
        return replace(verdict, fate="waiting")
    return verdict


def _warned(store: Store, verdict: Verdict) -> bool:
    version = verdict.version
    recorded = store.ledger.findings(layer=version.layer, version=version.version)
    found = [*verdict.findings, *(record.finding for record in recorded)]
    return any(finding.severity == "warn" for finding in found)
