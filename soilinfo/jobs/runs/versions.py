"""A new version's record: named by its content, so that equal inputs and parameters get an equal name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from soilinfo import __version__
from soilinfo.catalog.names import is_held, made_anew_by
from soilinfo.findings import Finding
from soilinfo.jobs.runs.run import fingerprint
from soilinfo.jobs.runs.source_names import without_secrets
from soilinfo.store import clock
from soilinfo.store.home import Store
from soilinfo.store.ledger import Kind, Version


def was_withdrawn(store: Store, version: Version, shown: Mapping[str, str] | None = None) -> bool:
    """True when a rollback withdrew a version, or one of the same source or cells described otherwise.

    Where what is served is of the same source, the rollback was about what the version was derived from:
    then it was withdrawn only if it was derived from the same. What was withdrawn only together with its
    inputs is so no more once these are ``shown`` again (by default: served), as a person wished.
    """
    ledger = store.ledger
    current = ledger.current().layers
    served = ledger.version(version.layer, current.get(version.layer, ""))
    alike = [
        old
        for old in ledger.withdrawn(version.layer)
        if version.is_like(old) and not _came_back(store, old, current if shown is None else shown)
    ]
    if served is None or served.source_sha256 != version.source_sha256:
        return bool(alike)
    return any(old.inputs == version.inputs for old in alike) and served.version != version.version


def _came_back(store: Store, old: Version, shown: Mapping[str, str]) -> bool:
    """Whether all that a version was derived from, and that was withdrawn with it, is shown again."""
    left = store.ledger.withdrawn_by(old.layer, old.version).layers
    lost = {(name, used) for name, used in old.inputs.items() if left.get(name) != used}
    return bool(lost) and lost <= shown.items()


def held_back(version: Version) -> Finding:
    """The warning that a version is not published unasked, as a rollback withdrew it or its like."""
    message = (
        f"version {version.version}, or another of the same source or cells, was withdrawn by a rollback; "
        f"to publish it again: {made_anew_by(version.layer, version.metadata.get('product'))}"
    )
    return Finding("held_back", "warn", version.layer, message)


@dataclass(frozen=True)
class Origin:
    """Where a version comes from: a file or table with its hash, or published layers (``inputs``)."""

    source: str
    sha256: str
    inputs: Mapping[str, str]


def remember(store: Store, version: Version, findings: Sequence[Finding] = ()) -> None:
    """Record a version whose files are written, once; one that was removed is known to be there again.

    What people look at as a map is made ready to be cut into tiles first: servers may only read the store,
    and nobody who asks them waits for it.
    """
    if version.kind == "vector" and is_map(store, version):
        store.tiles.open(version.layer, version.version)
    known = store.ledger.version(version.layer, version.version)
    if known is None:
        store.ledger.record(version, findings)
    elif known.removed:
        store.ledger.set_removed([(version.layer, version.version)], removed=False)


def is_map(store: Store, version: Version) -> bool:
    """Whether features have places, each its own, and are shown to people.

    Tables of several rows for each place are many times as large, and few of them are ever drawn.
    """
    if is_held(version.layer):
        return False
    about = store.vector.description(version.layer, version.version)
    return about.bounds is not None and about.shape_field is None


def keep_table(
    store: Store,
    version: Version,
    rows: Callable[[], gpd.GeoDataFrame],
    findings: Sequence[Finding] = (),
) -> bool:
    """Write a table by administrative unit (``id``, ``code``) where its version is not there yet, and record
    it; True where it was written."""
    missing = not store.vector.exists(version.layer, version.version)
    if missing:
        store.vector.write(version.layer, version.version, rows(), id_field="id", shape_field="code")
    remember(store, version, findings)
    return missing


def new_version(
    layer: str,
    kind: Kind,
    origin: Origin,
    *,
    pipeline: str,
    parameters: Mapping[str, Any],
    run: str,
    metadata: Mapping[str, Any] | None = None,
) -> Version:
    """The record of a version made now by this software.

    Its name is that of its source's content, its inputs, the method (``pipeline``) and all parameters;
    ``metadata`` describes the outcome and plays no part in the name, nor do passwords and tokens of URLs.
    """
    parameters = without_secrets(parameters)
    name = fingerprint(source=origin.sha256, inputs=origin.inputs, pipeline=pipeline, parameters=parameters)
    return Version(
        layer=layer,
        version=name[:16],
        kind=kind,
        source=without_secrets(origin.source),
        source_sha256=origin.sha256,
        pipeline=pipeline,
        software=f"soilinfo {__version__}",
        parameters=parameters,
        inputs=origin.inputs,
        metadata=metadata or {},
        run=run,
        created=clock.now(),
    )
