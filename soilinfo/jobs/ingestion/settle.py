"""What becomes of each outcome of an ingestion is recorded: in the ledger and in the run's report."""

from collections.abc import Sequence
from dataclasses import dataclass

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.soil_profiles import by_held_name
from soilinfo.findings import Finding
from soilinfo.jobs.ingestion.judgement import Verdict
from soilinfo.jobs.runs.freshness import blocked_records
from soilinfo.jobs.runs.run import RunReport
from soilinfo.jobs.runs.versions import held_back
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
        found = self._found(verdict)
        self.report.findings.extend(found)
        if verdict.fate == "blocked":
            self._block(verdict, found)
            return
        self._record_new(verdict.version, found)
        name, version = verdict.outcome.name, verdict.version
        match verdict.fate:
            case "unchanged":
                self.report.unchanged.append(name)
                self.store.ledger.settle(name)
            case "held":
                self._hold_back(version)
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
        held = by_held_name(catalog.soil_profiles)
        configured = {*catalog.levels, *catalog.layers, *catalog.soil_maps, *catalog.tables, *held}
        for name in sorted(kept_out - configured):
            ledger.settle(name)
            self.report.forgotten.append(name)

    def _found(self, verdict: Verdict) -> list[Finding]:
        """What is found of an outcome: with what an earlier run that made the version found of its source."""
        made = verdict.outcome.version
        if made is None or not verdict.outcome.known or verdict.fate not in ("published", "blocked"):
            return list(verdict.findings)
        recorded = self.store.ledger.findings(layer=made.layer, version=made.version, run=made.run)
        earlier = [record.finding for record in recorded if record.finding.severity != "block"]
        return [*_without(earlier, verdict.findings), *verdict.findings]

    def _record_new(self, version: Version, found: Sequence[Finding], run: str | None = None) -> None:
        """Record what is found of a version and was not recorded of it yet (by ``run``, if given)."""
        ledger = self.store.ledger
        recorded = ledger.findings(layer=version.layer, version=version.version, run=run)
        new = _without(found, [record.finding for record in recorded])
        ledger.record_findings(self.report.run, version.layer, version.version, new)

    def _block(self, verdict: Verdict, found: Sequence[Finding]) -> None:
        """Findings of the source itself are remembered; those beside other layers may end with these."""
        ledger, made = self.store.ledger, verdict.outcome
        self.report.blocked.append(made.name)
        if refused := made.refused or made.version:
            self._record_new(refused, found, self.report.run)
        else:
            ledger.record_findings(self.report.run, made.name, None, found)
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

    def _hold_back(self, version: Version) -> None:
        # Told by the run alone: recorded with the version, it would be served with it once a person names it.
        self.report.held.append(version.layer)
        self.report.findings.append(held_back(version))


def _without(findings: Sequence[Finding], known: Sequence[Finding]) -> list[Finding]:
    """The findings that say something else than all those known."""
    said = {(one.check, one.message) for one in known}
    return [one for one in findings if (one.check, one.message) not in said]
