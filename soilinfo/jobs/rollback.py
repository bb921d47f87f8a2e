"""Taking back what was published, without undoing what owners of soil profiles forbade since."""

from pathlib import Path

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.errors import ConfigError
from soilinfo.findings import Finding
from soilinfo.jobs.harmonization.rights import not_allowed
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot


def roll_back(
    store: Store, config: Path, snapshot: int, *, actor: str, reason: str
) -> tuple[Snapshot, list[Finding]]:
    """Serve an earlier snapshot again, as a new one; what of soil profiles it shows too much of stays as now.

    Too much is what owners allow no more by the configuration of today. Where that cannot be read nobody
    knows, and all that is about profiles stays: a fault of config must not stand in the way of a rollback.
    Returns the new snapshot and a warning about what stayed. Raises as
    :meth:`soilinfo.store.ledger.Ledger.rollback`.
    """
    with store.lock():
        old = store.ledger.snapshot(snapshot).layers
        staying = not_allowed(store, _readable(config), old)
        back = store.ledger.rollback(snapshot, actor=actor, reason=reason, staying=staying)
    return back, [_stayed(name, snapshot) for name in staying if old[name] != back.layers.get(name)]


def _readable(config: Path) -> Catalog | None:
    try:
        return load(config)
    except ConfigError:
        return None


def _stayed(name: str, snapshot: int) -> Finding:
    message = (
        f"'{name}' stays as it was: that of snapshot {snapshot} shows more of soil profiles than owners "
        "allow by now"
    )
    return Finding("withheld_by_owner", "warn", name, message)
