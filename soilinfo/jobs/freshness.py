"""What a person should know of the published snapshot: what is stale, and what was blocked."""

from soilinfo.findings import Finding
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

RUNS_LOOKED_AT = 1000


def stale_results(store: Store, snapshot: Snapshot) -> list[Finding]:
    """A warning for each published result whose inputs are not the published ones any more.

    Between an ingestion and the evaluation that follows it this is so by design; every result keeps
    the versions that it was derived from.
    """
    known = [store.ledger.version(name, version) for name, version in snapshot.layers.items()]
    found = []
    for version in known:
        replaced = (
            [name for name, used in version.inputs.items() if snapshot.layers.get(name) != used]
            if version
            else []
        )
        if version and replaced:
            message = f"derived from older versions of {', '.join(sorted(replaced))}; run `soilinfo evaluate`"
            found.append(Finding("stale_result", "warn", version.layer, message, len(replaced)))
    return found


def blocked_layers(store: Store) -> list[Finding]:
    """Blocking findings of the layers that their last run blocked."""
    last: dict[str, str | None] = {}
    for run in store.ledger.runs(RUNS_LOOKED_AT):
        for layer in run.summary.get("blocked", ()):
            last.setdefault(layer, run.id)
        for layer in (*run.summary.get("published", ()), *run.summary.get("unchanged", ())):
            last.setdefault(layer, None)
    records = [
        record for layer, run in last.items() if run for record in store.ledger.findings(layer=layer, run=run)
    ]
    return [record.finding for record in records if record.finding.severity == "block"]
