"""What becomes of each outcome of an ingestion: recorded, then published, left, held, waiting or kept out."""

from collections.abc import Mapping
from dataclasses import dataclass

from soilinfo.catalog.models import Catalog
from soilinfo.findings import Finding
from soilinfo.jobs.rasters import Outcome
from soilinfo.jobs.run import RunReport
from soilinfo.jobs.versions import remember
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version


@dataclass(frozen=True)
class Settling:
    """One ingestion that settles its outcomes.

    ``served``: layer -> version as published before. ``named``: a person named the layers, which
    overrides a rollback.
    """

    store: Store
    catalog: Catalog
    report: RunReport
    served: Mapping[str, str]
    named: bool

    def settle(self, made: Outcome, judged: Outcome) -> None:
        """Record one outcome as ``made`` from its source and as ``judged`` beside the others."""
        self.report.findings.extend(judged.findings)
        if judged.version is None:
            self._block(made, judged)
            return
        for version in (judged.version, *judged.further):
            remember(self.store, version, judged.findings if version is judged.version else ())
        self._decide(judged, judged.version)

    def _block(self, made: Outcome, judged: Outcome) -> None:
        """Findings of the source itself are remembered; those beside other layers may end with these."""
        ledger, refused = self.store.ledger, made.refused or made.version
        self.report.blocked.append(judged.name)
        name = refused.version if refused else None
        ledger.record_findings(self.report.run, judged.name, name, judged.findings)
        if made.version is not None:
            ledger.settle(judged.name)
        elif made.refused is not None and not made.known:
            ledger.quarantine(made.refused)

    def _decide(self, outcome: Outcome, version: Version) -> None:
        name, ledger = outcome.name, self.store.ledger
        if self.served.get(name) == version.version:
            self.report.unchanged.append(name)
            ledger.settle(name)
        elif not self.named and ledger.was_rolled_back(name, version.version):
            self._hold_back(name, version.version)
        elif self._needs_release(outcome, version):
            self._let_wait(name, version)
        else:
            self.report.published |= {one.layer: one.version for one in (version, *outcome.further)}

    def _needs_release(self, outcome: Outcome, version: Version) -> bool:
        """What was served before was judged then; all else as the layer's ``release`` says."""
        described = self.catalog.layers.get(outcome.name) or self.catalog.levels.get(outcome.name)
        rule = described.release if described else "automatic"
        if rule == "automatic" or self.store.ledger.was_published(outcome.name, version.version):
            return False
        return rule == "always" or self._warned(outcome, version)

    def _warned(self, outcome: Outcome, version: Version) -> bool:
        recorded = self.store.ledger.findings(layer=outcome.name, version=version.version)
        found = [*outcome.findings, *(record.finding for record in recorded)]
        return any(finding.severity == "warn" for finding in found)

    def _let_wait(self, name: str, version: Version) -> None:
        self.report.waiting.append(name)
        self.store.ledger.hold(version, self.report.run)
        message = (
            f"version {version.version} waits for a person; to publish it: "
            f"soilinfo release {name} --reason '...'"
        )
        self.report.findings.append(Finding("waits_for_release", "note", name, message))

    def _hold_back(self, name: str, version: str) -> None:
        again = f"to publish it again: soilinfo ingest {name}"
        message = f"version {version} was withdrawn by a rollback; {again}"
        finding = Finding("held_back", "warn", name, message)
        self.report.held.append(name)
        self.report.findings.append(finding)
        self.store.ledger.record_findings(self.report.run, name, version, [finding])
