"""What stands in a database for QGIS beside what is published: a style for each look of each table, projects.

Made from the configuration at each publication, so that whoever opens the database sees the colours and
words of the maps without asking the server.
"""

import logging
from collections.abc import Iterator, Mapping

from soilinfo.catalog.legends import UnitLine
from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import REGIONAL_INDICATORS, is_held
from soilinfo.errors import ConfigError
from soilinfo.report.look import Drawn, title_of
from soilinfo.report.qgis.archive import archive
from soilinfo.report.qgis.project import document
from soilinfo.report.qgis.tables import Stored, Table, geometry_of, qml
from soilinfo.report.region.scheme import Scheme, schemes_of
from soilinfo.settings import Settings
from soilinfo.store.desktop import SCHEMA, Furnishing, StoredProject, TableStyle
from soilinfo.store.home import Furnish, Store

LOG = logging.getLogger(__name__)


def furnished_by(settings: Settings) -> Furnish:
    """What makes styles and projects by the settings' configuration, read when something is published."""

    def furnish(store: Store, layers: Mapping[str, str]) -> Furnishing | None:
        try:
            catalog = load(settings.config)
        except ConfigError as error:
            # A fault of config must not stand in the way of a rollback.
            LOG.warning("styles and projects in the database stay as they are: %s", error)
            return None
        return furnishing(store, catalog, layers, settings.url)

    return furnish


def furnishing(store: Store, catalog: Catalog, layers: Mapping[str, str], url: str | None) -> Furnishing:
    """Styles of every published table with places, and a project for each language of the service.

    ``layers``: published name -> version. ``url``: where rasters are served; None leaves them out.
    """
    tables = [*_tables(store, catalog, layers)]
    address = url.rstrip("/") if url else None
    styles = [style for table in tables for style in _styles(catalog, table)]
    spoken = catalog.services.languages
    stored = (Stored(catalog, layers, tables, SCHEMA, language, address) for language in spoken)
    return Furnishing(tuple(styles), tuple(map(_project, stored)))


def _tables(store: Store, catalog: Catalog, layers: Mapping[str, str]) -> Iterator[Table]:
    """The tables with places, coarse regions first, as people look for them."""
    order = [*catalog.every_level(), *catalog.soil_maps]
    ranks = {name: rank for rank, name in enumerate(order)}
    written = {name for name, _ in store.vector.on_disk()}
    for name in sorted(written, key=lambda each: (ranks.get(each, len(ranks)), each)):
        version = None if is_held(name) else layers.get(name)
        if version and store.vector.exists(name, version):
            described = store.vector.description(name, version)
            if described.bounds is not None:
                units, schemes = _units(store, catalog, name, version), _schemes(store, name, version)
                drawn = Drawn(name, tuple(described.fields), catalog, layers, units, schemes)
                yield Table(drawn, described.id_field, version)


def _units(store: Store, catalog: Catalog, name: str, version: str) -> tuple[UnitLine, ...]:
    """The legend of a soil map, as it was found when it was ingested; none of anything else."""
    recorded = store.ledger.version(name, version) if name in catalog.soil_maps else None
    return tuple(UnitLine(**line) for line in recorded.metadata["legend"]) if recorded else ()


def _schemes(store: Store, name: str, version: str) -> tuple[Scheme, ...]:
    """How the indicators of a region are drawn; none of anything else."""
    recorded = store.ledger.version(name, version) if name == REGIONAL_INDICATORS else None
    return schemes_of(recorded.metadata) if recorded else ()


def _styles(catalog: Catalog, table: Table) -> Iterator[TableStyle]:
    """Each look in each language under its title; the first in the first language is what QGIS draws by."""
    written: dict[str, TableStyle] = {}
    for language in catalog.services.languages:
        for look in table.looks:
            name = title_of(catalog, table.name, look, language)
            text, kind = qml(table.style(look, language)), geometry_of(look)
            style = TableStyle(table.name, name, text, kind, not written, table.version)
            written.setdefault(name, style)
    yield from written.values()


def _project(stored: Stored) -> StoredProject:
    name = f"{stored.catalog.country.id}-{stored.language}"
    return StoredProject(name, archive(name, document(stored.project())))
