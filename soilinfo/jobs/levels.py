"""One administrative level: from its source to a new version in the vector store."""

from collections.abc import Mapping
from dataclasses import replace

from pyproj import Transformer

from soilinfo.catalog.models import Catalog, Level
from soilinfo.findings import Finding, blocks
from soilinfo.grid import Bounds
from soilinfo.ingest.administrative import administrative_units
from soilinfo.ingest.checks.changes import judge_change
from soilinfo.ingest.checks.hierarchy import judge_parents
from soilinfo.ingest.table import official_lists
from soilinfo.ingest.validity import last_change
from soilinfo.ingest.vector import read_source
from soilinfo.jobs.rasters import Outcome
from soilinfo.jobs.run import file_sha256
from soilinfo.jobs.sources import readable
from soilinfo.jobs.versions import Origin, new_version
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version
from soilinfo.store.vector import Query

PIPELINE = "vector/2"
"""Name of the method; raising the number makes every version anew."""


def ingest_level(store: Store, catalog: Catalog, name: str, run: str) -> Outcome:
    """Bring one administrative level into the vector store, repaired, unless a check blocks it.

    Raises SourceError when the source cannot be used at all.
    """
    level = catalog.level(name)
    path = readable(store, catalog, level.source)
    frame = read_source(path, level.source_layer, level.encoding)
    lists = _lists(store, catalog, level)
    version = _version(name, level, path, str(last_change(frame, level)), lists, run)
    old = store.ledger.version(name, version.version)
    if old is not None and store.vector.exists(name, version.version):
        return Outcome(name, old, known=True)
    if known := store.ledger.known_blocked(version):
        return Outcome(name, None, known, known=True, refused=version)
    units, findings = administrative_units(
        frame, name, level, official=official_lists(level, lists), country=_country(catalog)
    )
    if blocks(findings):
        return Outcome(name, None, tuple(findings), refused=version)
    store.vector.write(name, version.version, units, id_field="code")
    version = replace(version, metadata={"units": len(units), "code_system": level.code_system})
    return Outcome(name, version, tuple(findings))


def with_parents(store: Store, catalog: Catalog, outcome: Outcome, published: Mapping[str, str]) -> Outcome:
    """The outcome of a level with what is found beside the level above, and beside what is served.

    ``published``: level -> version as this run would publish them. Without a level above, and without
    a published version, there is nothing to compare with. Shapes are compared once, when they are new.
    """
    if outcome.version is None or outcome.name not in catalog.levels:
        return outcome
    found = [*_beside_parent(store, catalog, outcome, published), *_beside_served(store, catalog, outcome)]
    version = None if blocks(found) else outcome.version
    return replace(outcome, version=version, findings=(*outcome.findings, *found))


def _beside_parent(
    store: Store, catalog: Catalog, outcome: Outcome, published: Mapping[str, str]
) -> list[Finding]:
    level = catalog.level(outcome.name)
    if level.parent is None or level.parent not in published or outcome.version is None:
        return []
    query = _CODES if outcome.known else Query()
    units = store.vector.read(outcome.name, outcome.version.version, query)
    parents = store.vector.read(level.parent, published[level.parent], query)
    return judge_parents(outcome.name, level, units, parents, shapes=not outcome.known)


def _beside_served(store: Store, catalog: Catalog, outcome: Outcome) -> list[Finding]:
    served = store.ledger.current().layers.get(outcome.name)
    if served is None or outcome.known or outcome.version is None or served == outcome.version.version:
        return []
    before, after = (store.vector.read(outcome.name, one) for one in (served, outcome.version.version))
    return judge_change(outcome.name, catalog.level(outcome.name), before, after)


_CODES = Query(fields=("code", "parent_code"), geometry=False)


def _lists(store: Store, catalog: Catalog, level: Level) -> dict[str, str]:
    """The files of the lists configured for a level, by what config calls them."""
    lists = [listed for listed in (level.code_table, level.area_table) if listed]
    return {listed.source: readable(store, catalog, listed.source) for listed in lists}


def _country(catalog: Catalog) -> Bounds:
    grid = catalog.grid
    return Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform_bounds(*grid.bounds)


def _version(name: str, level: Level, path: str, changed: str, lists: Mapping[str, str], run: str) -> Version:
    # Which units are valid today the file alone does not tell; the day of the last change does.
    parameters = {
        "level": level.model_dump(mode="json", exclude={"title", "singular", "release"}),
        "changed": changed,
        "lists": {source: file_sha256(listed) for source, listed in lists.items()},
    }
    origin = Origin(level.source, file_sha256(path), {})
    return new_version(name, "vector", origin, pipeline=PIPELINE, parameters=parameters, run=run)
