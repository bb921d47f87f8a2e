"""Privacy over time: what was made when owners of profiles allowed more than today is served no more.

What the public may see of profiles is part of the parameters of every version that is made of them, so that
it is known of a version, however old, whether owners still allow what it shows.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import FINDINGS, PROFILE_COLLECTIONS, is_held
from soilinfo.catalog.profile_rights import shows_more
from soilinfo.findings import Finding
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot, Version


def not_allowed(store: Store, catalog: Catalog | None, layers: Mapping[str, str]) -> list[str]:
    """What of a snapshot (name -> version) shows more of profiles than their owners allow today, sorted.

    Also what is held, where it was ingested under looser privacy, and with it the collection of findings,
    for it may say where such a profile is. Of an unknown ``catalog`` (None) all that is about profiles.
    """
    about = [name for name in layers if name in PROFILE_COLLECTIONS or is_held(name)]
    found = {name for name in about if catalog is None or _is_looser(store, catalog, name, layers[name])}
    if FINDINGS in layers and any(map(is_held, found)):
        found.add(FINDINGS)
    return sorted(found)


def as_allowed(store: Store, catalog: Catalog, snapshot: Snapshot) -> Snapshot:
    """A snapshot as it may be served: without what shows more than owners allow today."""
    hidden = not_allowed(store, catalog, snapshot.layers)
    shown = {name: version for name, version in snapshot.layers.items() if name not in hidden}
    return replace(snapshot, layers=shown) if hidden else snapshot


def hidden(store: Store, catalog: Catalog, snapshot: Snapshot) -> list[Finding]:
    """A warning for each published collection that is not served for that reason."""
    names = [name for name in not_allowed(store, catalog, snapshot.layers) if not is_held(name)]
    why = (
        "shows more of soil profiles than their owners allow by now and is not served; to make it anew: "
        "soilinfo ingest, soilinfo harmonize"
    )
    return [Finding("withheld_by_owner", "warn", name, f"'{name}' {why}") for name in names]


def _is_looser(store: Store, catalog: Catalog, name: str, version: str) -> bool:
    known = store.ledger.version(name, version)
    said = _said(known) if known else None
    return said is None or shows_more(catalog, said)


def _said(version: Version) -> Mapping[str, Mapping[str, Any]] | None:
    """Dataset -> what its owner had said when a version was made; None where that was not written down."""
    parameters = version.parameters
    if is_held(version.layer):
        return {parameters["dataset"]["id"]: parameters["dataset"]} if "dataset" in parameters else None
    said: Mapping[str, Mapping[str, Any]] | None = parameters.get("privacy", parameters.get("datasets"))
    return said
