"""What happened to a layer: who published, released, rolled back or pinned which version, when and why."""

from dataclasses import dataclass
from datetime import datetime

from soilinfo.errors import UnknownNameError
from soilinfo.store.home import Store


@dataclass(frozen=True)
class Deed:
    """One thing that happened to a layer; ``snapshot``: the one that it made, or that was current."""

    snapshot: int
    what: str
    """'publication', 'release', 'rollback', 'pin', 'unpin' or 'removal'."""
    version: str
    created: datetime
    actor: str
    reason: str


def chronicle(store: Store, layer: str) -> list[Deed]:
    """All that happened to a layer, oldest first; UnknownNameError when the ledger does not have it.

    Ordered by the ledger's own numbers, whatever the clock said.
    """
    versions = store.ledger.versions(layer)
    if not versions:
        raise UnknownNameError("layer or collection", layer, {each.layer for each in store.ledger.versions()})
    decided = [
        Deed(each.snapshot or 0, each.kind, each.version, each.created, each.actor, each.reason)
        for each in store.ledger.decisions(layer)
        if each.kind != "release"
    ]
    return sorted([*_served(store, layer), *decided], key=lambda deed: deed.snapshot)


def _served(store: Store, layer: str) -> list[Deed]:
    """A deed for every snapshot that changed which version of the layer is served."""
    deeds: list[Deed] = []
    for snapshot in reversed(store.ledger.every_snapshot()):
        version = snapshot.layers.get(layer)
        before = deeds[-1].version if deeds else None
        if version and version != before and snapshot.created:
            created, who, why = snapshot.created, snapshot.actor, snapshot.reason
            deeds.append(Deed(snapshot.id, snapshot.kind, version, created, who, why))
    return deeds
