"""Which published results were derived from inputs that have been replaced since."""

from soilinfo.findings import Finding
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot


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
