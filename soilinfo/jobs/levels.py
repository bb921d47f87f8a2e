"""One administrative level: from its source to a new version in the vector store."""

from collections.abc import Mapping
from dataclasses import replace

from soilinfo.catalog.load import source_path
from soilinfo.catalog.models import Catalog, Level
from soilinfo.findings import blocks
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.vector import administrative_units, last_change, orphans, read_source
from soilinfo.jobs.rasters import Outcome
from soilinfo.jobs.run import file_sha256
from soilinfo.jobs.versions import Origin, new_version
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version
from soilinfo.store.vector import Query

PIPELINE = "vector/1"
"""Name of the method; raising the number makes every version anew."""


def ingest_level(store: Store, catalog: Catalog, name: str, run: str) -> Outcome:
    """Bring one administrative level into the vector store, repaired, unless a check blocks it.

    Raises SourceError when the source cannot be used at all.
    """
    level = catalog.level(name)
    path = source_path(catalog, level)
    frame = read_source(path, level.source_layer)
    version = _version(name, level, path, str(last_change(frame, level)), run)
    old = store.ledger.version(name, version.version)
    if old is not None and store.vector.exists(name, version.version):
        return Outcome(name, old, known=True)
    units, findings = administrative_units(frame, name, level)
    if blocks(findings):
        return Outcome(name, None, tuple(findings))
    store.vector.write(name, version.version, units, id_field="code")
    version = replace(version, metadata={"units": len(units), "code_system": level.code_system})
    return Outcome(name, version, tuple(findings))


def with_parents(store: Store, catalog: Catalog, outcome: Outcome, published: Mapping[str, str]) -> Outcome:
    """The outcome of a level, blocked when its units name parents that the level above does not have.

    ``published``: level -> version as this run would publish them. Without the level above there
    is nothing to compare with.
    """
    parent = catalog.levels[outcome.name].parent if outcome.name in catalog.levels else None
    if outcome.version is None or parent is None or parent not in published:
        return outcome
    above = store.vector.read(parent, published[parent], _CODES)["code"]
    units = store.vector.read(outcome.name, outcome.version.version)
    lost = with_severity(
        orphans(units, set(above), outcome.name, parent), catalog.level(outcome.name).severity
    )
    version = None if blocks(lost) else outcome.version
    return replace(outcome, version=version, findings=(*outcome.findings, *lost))


_CODES = Query(fields=("code",), geometry=False)


def _version(name: str, level: Level, path: str, changed: str, run: str) -> Version:
    # Which units are valid today the file alone does not tell; the day of the last change does.
    parameters = {"level": level.model_dump(mode="json", exclude={"title", "singular"}), "changed": changed}
    origin = Origin(path, file_sha256(path), {})
    return new_version(name, "vector", origin, pipeline=PIPELINE, parameters=parameters, run=run)
