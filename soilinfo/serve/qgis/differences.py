"""Maps against soil profiles as layers of QGIS: one for each map, by region or place by place."""

from collections.abc import Iterator

from soilinfo.catalog.entries import About
from soilinfo.report.looks import Drawn, looks, title_of
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.rules import rule_renderer
from soilinfo.report.qgis.tables import geometry_of
from soilinfo.serve.collections import Collection
from soilinfo.serve.qgis.part import Part, Table


def differences(part: Part, collection: Collection) -> Iterator[MapLayer]:
    """What each map says less what profiles say, in steps on both sides of no difference."""
    site, name = part.site, collection.id
    about = About(site.named(collection.description), collection.attribution, collection.licence, "")
    drawn = Drawn(name, part.columns(name), site.catalog, site.published)
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
