"""Tables, soil maps and profiles beside what is published of them: how many rows a new version has lost."""

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import components_of_map, held_profiles
from soilinfo.catalog.soil_profiles import by_held_name
from soilinfo.findings import Finding
from soilinfo.ingest.checks.losses import (
    components_lost,
    horizons_lost,
    observations_lost,
    polygons_lost,
    profiles_lost,
    rows_lost,
)
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version


def judge_losses(store: Store, catalog: Catalog, version: Version) -> list[Finding]:
    """What is found of the rows of a version; nothing of a layer or level, or of a first one."""
    name, served = version.layer, store.ledger.current().layers

    def rows(collection: str) -> tuple[int, int]:
        """As published and as they would be."""
        versions = served[collection], version.version
        return store.vector.count(collection, versions[0]), store.vector.count(collection, versions[1])

    if name not in served:
        return []
    if table := catalog.tables.get(name):
        found = [rows_lost(table, *rows(name))]
        return with_severity([one for one in found if one], table.severity)
    if soil_map := catalog.soil_maps.get(name):
        found = [
            polygons_lost(soil_map, *rows(name)),
            components_lost(soil_map, *rows(components_of_map(name))),
        ]
        return with_severity([one for one in found if one], soil_map.severity)
    if dataset := by_held_name(catalog.soil_profiles).get(name):
        checks = (profiles_lost, horizons_lost, observations_lost)
        parts = zip(checks, held_profiles(dataset.id), strict=True)
        found = [check(dataset, *rows(part)) for check, part in parts]
        return with_severity([one for one in found if one], dataset.severity)
    return []
