"""One administrative level: from its source to a new version in the vector store."""

from collections.abc import Mapping
from dataclasses import replace

from pyproj import Transformer

from soilinfo.catalog.models import Catalog, Level
from soilinfo.findings import Finding, blocks
from soilinfo.grid import Bounds
from soilinfo.ingest.administrative import administrative_units
from soilinfo.ingest.checks.changes import judge_change
from soilinfo.ingest.checks.hierarchy import judge_parents, orphaned_children
from soilinfo.ingest.table import official_lists
from soilinfo.ingest.validity import last_change
from soilinfo.ingest.vector import read_source
from soilinfo.jobs.ingestion.offered import Offered
from soilinfo.jobs.ingestion.outcome import Outcome
from soilinfo.jobs.ingestion.sources import Reading
from soilinfo.jobs.runs.versions import Origin, new_version
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version
from soilinfo.store.vector import Query

PIPELINE = "vector/3"
"""Name of the method; raising the number makes every version anew."""


def ingest_level(store: Store, catalog: Catalog, name: str, run: str, reading: Reading) -> Outcome:
    """Bring one administrative level into the vector store, repaired, unless a check blocks it.

    Raises SourceError when the source cannot be used at all.
    """
    level = catalog.level(name)
    path, lists = reading.path(level.source), _lists(reading, level)
    # Hashed before it is read: what replaces it in between is noticed.
    hashes = reading.sha256(path), {source: reading.sha256(listed) for source, listed in lists.items()}
    frame = read_source(path, level.source_layer, level.encoding)
    version = _version(catalog, name, hashes, str(last_change(frame, level)), run)
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
    reading.require_unchanged()
    # It is there already when a run was killed before it could record it.
    if not store.vector.exists(name, version.version):
        store.vector.write(name, version.version, units, id_field="code")
    version = replace(version, metadata={"units": len(units), "code_system": level.code_system})
    return Outcome(name, version, tuple(findings))


def beside_published(table: Offered, name: str) -> list[Finding]:
    """What an offered level would change of the published one; nothing when there is none."""
    if name not in table.served:
        return []
    before = table.store.vector.read(name, table.served[name].version)
    return judge_change(name, table.catalog.level(name), before, table.units(name))


def beside_relatives(table: Offered, name: str) -> list[Finding]:
    """What is found of an offered level beside the one above, and beside those below that are there anyway.

    Levels below that are candidates are judged by themselves, beside this one.
    """
    level = table.catalog.level(name)
    found = []
    if level.parent in table.versions:
        found += judge_parents(name, level, table.units(name), table.units(str(level.parent)))
    for child, below in table.catalog.levels.items():
        if below.parent == name and child in table.versions and child not in table.candidates:
            orphans = _orphans(table, name, child)
            found += [orphans] if orphans else []
    return found


def _orphans(table: Offered, name: str, child: str) -> Finding | None:
    """Units served below that lose their parent; what has none as published loses nothing."""
    children = table.units(child, _CODES)
    if name in table.served:
        before = table.store.vector.read(name, table.served[name].version, _CODES)
        children = children[children["parent_code"].isin(list(before["code"]))]
    return orphaned_children(name, table.catalog.level(name), table.units(name, _CODES), child, children)


_CODES = Query(fields=("code", "parent_code"), geometry=False)


def _lists(reading: Reading, level: Level) -> dict[str, str]:
    """The files of the lists configured for a level, by what config calls them."""
    lists = [listed for listed in (level.code_table, level.area_table) if listed]
    return {listed.source: reading.path(listed.source) for listed in lists}


def _country(catalog: Catalog) -> Bounds:
    grid = catalog.grid
    return Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform_bounds(*grid.bounds)


def _version(
    catalog: Catalog, name: str, hashes: tuple[str, Mapping[str, str]], changed: str, run: str
) -> Version:
    level, (content, lists) = catalog.level(name), hashes
    # Which units are valid today the file alone does not tell; the day of the last change does.
    parameters = {
        "level": level.model_dump(mode="json", exclude={"title", "singular", "release"}),
        "changed": changed,
        "country": [round(degrees, 6) for degrees in _country(catalog)],
        "lists": lists,
    }
    origin = Origin(level.source, content, {})
    return new_version(name, "vector", origin, pipeline=PIPELINE, parameters=parameters, run=run)
