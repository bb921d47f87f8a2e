"""What becomes of each outcome of an ingestion is recorded: in the ledger and in the run's report."""

from collections.abc import Sequence
from dataclasses import dataclass

from soilinfo.catalog.models import Catalog
from soilinfo.findings import Finding
from soilinfo.jobs.freshness import blocked_records
from soilinfo.jobs.judgement import Verdict
from soilinfo.jobs.run import RunReport
from soilinfo.jobs.versions import remember
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version


@dataclass(frozen=True)
class Settling:
    """One ingestion that settles its outcomes."""

    store: Store
    report: RunReport

    def settle(self, verdicts: Sequence[Verdict]) -> None:
        """Record the outcomes of a judgement and what each came to."""
        for verdict in verdicts:
            self._settle(verdict)

    def _settle(self, verdict: Verdict) -> None:
        self.report.findings.extend(verdict.findings)
        if verdict.fate == "blocked":
            self._block(verdict)
            return
        self._remember(verdict)
        name, version = verdict.outcome.name, verdict.version
        match verdict.fate:
            case "unchanged":
                self.report.unchanged.append(name)
                self.store.ledger.settle(name)
            case "held":
                self._hold_back(name, version.version)
            case "waiting":
                self._let_wait(name, version)
            case "published":
                made = (version, *verdict.outcome.further)
                self.report.published |= {one.layer: one.version for one in made}

    def forget(self, catalog: Catalog) -> None:
        """What config no longer has is neither blocked nor quarantined nor waiting any more."""
        ledger = self.store.ledger
        kept_out = {record.finding.layer for record in blocked_records(self.store)}
        kept_out |= {each.layer for each in ledger.quarantined()} | {each.layer for each in ledger.waiting()}
        configured = {*catalog.levels, *catalog.layers, *catalog.soil_maps, *catalog.tables}
        for name in sorted(kept_out - configured):
            ledger.settle(name)
            self.report.forgotten.append(name)

    def _remember(self, verdict: Verdict) -> None:
        """Record the versions once, and of a known one what only this run has found."""
        version, ledger = verdict.version, self.store.ledger
        for one in (version, *verdict.outcome.further):
            remember(self.store, one, verdict.findings if one is version else ())
        if verdict.outcome.known:
            recorded = ledger.findings(layer=version.layer, version=version.version)
            known = {(record.finding.check, record.finding.message) for record in recorded}
            new = [one for one in verdict.findings if (one.check, one.message) not in known]
            ledger.record_findings(self.report.run, version.layer, version.version, new)

    def _block(self, verdict: Verdict) -> None:
        """Findings of the source itself are remembered; those beside other layers may end with these."""
        ledger, made = self.store.ledger, verdict.outcome
        self.report.blocked.append(made.name)
        refused = made.refused or made.version
        name = refused.version if refused else None
        ledger.record_findings(self.report.run, made.name, name, verdict.findings)
        if made.version is not None:
            ledger.settle(made.name)
        elif made.refused is not None and not made.known:
            ledger.quarantine(made.refused)

    def _let_wait(self, name: str, version: Version) -> None:
        self.report.waiting.append(name)
        self.store.ledger.hold(version, self.report.run)
        message = (
            f"version {version.version} waits for a person; to publish it: "
            f"soilinfo release {name} --reason '...'"
        )
        self.report.findings.append(Finding("waits_for_release", "note", name, message))

    def _hold_back(self, name: str, version: str) -> None:
        # Told by the run alone: recorded with the version, it would be served with it once a person names it.
        message = (
            f"version {version}, or another of the same source or cells, was withdrawn by a rollback; "
            f"to publish it again: soilinfo ingest {name}"
        )
        self.report.held.append(name)
        self.report.findings.append(Finding("held_back", "warn", name, message))
