"""What a person should know of the published snapshot: what is stale, and what was blocked."""

from soilinfo.findings import Finding
from soilinfo.jobs.runs.run import RunReport
from soilinfo.store.home import Store
from soilinfo.store.ledger import FindingRecord, Snapshot

RUNS_LOOKED_AT = 1000
SETTLED = "allocation"
"""Pipelines of results that stay as they were decided, whatever becomes of their inputs."""
INGESTED = "table"
"""Pipelines of what is ingested anew, not evaluated, when its inputs are other ones."""


def stale_results(store: Store, snapshot: Snapshot) -> list[Finding]:
    """A warning for each published result whose inputs are not the published ones any more.

    Between an ingestion and the evaluation that follows it this is so by design; every result keeps
    the versions that it was derived from. An approved allocation stays as it was approved.
    """
    known = [store.ledger.version(name, version) for name, version in snapshot.layers.items()]
    found = []
    for version in known:
        replaced = (
            [name for name, used in version.inputs.items() if snapshot.layers.get(name) != used]
            if version
            else []
        )
        pipeline = version.pipeline.partition("/")[0] if version else ""
        if version and replaced and pipeline != SETTLED:
            anew = f"ingest {version.layer}" if pipeline == INGESTED else "evaluate"
            message = f"derived from older versions of {', '.join(sorted(replaced))}; run `soilinfo {anew}`"
            found.append(Finding("stale_result", "warn", version.layer, message, len(replaced)))
    return found


def blocked_layers(store: Store) -> list[Finding]:
    """Blocking findings of the layers that their last run blocked."""
    return [record.finding for record in blocked_records(store) if record.finding.severity == "block"]


def blocked_records(store: Store, report: RunReport | None = None) -> list[FindingRecord]:
    """All findings of the layers that their last run blocked; ``report``: of a run still at work."""
    last: dict[str, str | None] = {}
    ended = [(run.id, run.summary) for run in store.ledger.runs(RUNS_LOOKED_AT)]
    for run, summary in ([(report.run, report.summary())] if report else []) + ended:
        for layer in summary.get("blocked", ()):
            last.setdefault(layer, run)
        for settled in ("published", "unchanged", "held", "waiting", "forgotten"):
            last.update(dict.fromkeys(set(summary.get(settled, ())) - set(last)))
    return [
        record
        for layer, blocking in last.items()
        if blocking
        for record in store.ledger.findings(layer=layer, run=blocking)
    ]


def waiting_layers(store: Store) -> list[Finding]:
    """A note for each version that is not served before a person releases it."""
    return [
        Finding(
            "waits_for_release",
            "note",
            each.layer,
            f"version {each.version} waits since {each.created:%Y-%m-%d}; to publish it: "
            f"soilinfo release {each.layer} --reason '...'",
        )
        for each in store.ledger.waiting()
    ]
