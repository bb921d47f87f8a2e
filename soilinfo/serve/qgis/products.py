"""Tables of products by region as layers of QGIS."""

from collections.abc import Iterator

from soilinfo.catalog.models import Level
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product import Product, TableView
from soilinfo.report.look import Drawn, Look
from soilinfo.report.looks import looks
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.rules import rule_renderer
from soilinfo.serve.qgis.part import Part, Table
from soilinfo.serve.site.views import rows_of, title_of


def tables_of_theme(part: Part, theme: str) -> Iterator[MapLayer]:
    """The tables of a theme's products, by the units that plans are made for."""
    level = part.planning_level
    for product in part.site.products.values():
        if level and product.theme == theme:
            yield from tables_of_product(part, product, level)


def tables_of_product(part: Part, product: Product, level: Level) -> Iterator[MapLayer]:
    """Every way to draw the table of a product by one level; nothing where it is not published."""
    name, view = table_of(product.id, level.id), product.table
    if view and name in part.site.published:
        drawn = Drawn(name, part.columns(name), part.site.catalog, part.site.published)
        by_view = {look.id: look for look in looks(drawn)}
        yield _table(part, product, view, level, name, by_view[view.name])
        for other in view.others:
            yield _table(part, product, other, level, f"{name}.{other.name}", by_view[other.name])


def _table(part: Part, product: Product, view: TableView, level: Level, id_: str, look: Look) -> MapLayer:
    """Regions in the classes of the web map, of the rows that the product chooses (QGIS can filter)."""
    site, name = part.site, table_of(product.id, level.id)
    return part.table(
        Table(
            id=id_,
            title=title_of(site, product, view, level),
            name=name,
            look=(rule_renderer(look, site.language),),
            about=site.about_product(product),
            rows=rows_of(site, view),
            level=level.id,
        )
    )
