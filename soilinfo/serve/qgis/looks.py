"""Collections with looks of their own as layers of QGIS: a layer for each map against soil profiles, and for
each indicator of a region."""

from collections.abc import Iterator

from soilinfo.catalog.entries import About
from soilinfo.report.look import Drawn, title_of
from soilinfo.report.looks import looks
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.rules import rule_renderer
from soilinfo.report.qgis.tables import geometry_of
from soilinfo.serve.collections import Collection
from soilinfo.serve.qgis.part import Part, Table
from soilinfo.serve.vector_tiles.looks import schemes


def layers_of_looks(part: Part, collection: Collection) -> Iterator[MapLayer]:
    """A layer of a collection's rows for each look."""
    site, name = part.site, collection.id
    source = collection.attributed(site.language)
    about = About(site.named(collection.description), source, collection.licence, "")
    drawn = Drawn(name, part.columns(name), site.catalog, site.published, schemes=schemes(collection))
    for look in looks(drawn):
        yield part.table(
            Table(
                id=f"{name}.{look.id}",
                title=title_of(site.catalog, name, look, site.language),
                name=name,
                look=(rule_renderer(look, site.language),),
                about=about,
                rows=look.rows,
                parented=False,
                geometry=geometry_of(look),
            )
        )
