"""Tables of products by region as layers of QGIS."""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

from soilinfo.catalog.models import Level
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product import PERCENT, Product, TableView
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.style import ClassLine, categorised_renderer, graduated_renderer
from soilinfo.serve.qgis.part import Part, Table
from soilinfo.serve.qgis.shares import SHARE_EDGES
from soilinfo.serve.site.site import Site
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
        yield _table(part, product, view, level, name)
        for other in view.others:
            yield _table(part, product, other, level, f"{name}.{other.name}")


def _table(part: Part, product: Product, view: TableView, level: Level, id_: str) -> MapLayer:
    """Regions coloured by one column of the rows that the product chooses; QGIS can filter for others."""
    site, name = part.site, table_of(product.id, level.id)
    return part.table(
        Table(
            id=id_,
            title=title_of(site, product, view, level),
            name=name,
            look=(_coloured(site, product, view),),
            about=site.about_product(product),
            rows=rows_of(site, view),
            level=level.id,
        )
    )


def _coloured(site: Site, product: Product, view: TableView) -> Element:
    """Classes in the colours of the variable of their name, shares in five steps."""
    if product.has_classes(view.classes_of):
        entries = product.variable(view.classes_of).style.entries
        lines = [(entry.id, site.named(entry.label), entry.colour) for entry in entries]
        # QGIS draws what no category has, no value too, as the category without a text.
        lines.append(("", site.say("qgis.no_class"), site.no_data_colour))
        return categorised_renderer(view.column, lines)
    part, steps = view.most / SHARE_EDGES[-1], pairwise(SHARE_EDGES)
    ranges = [
        ClassLine(low * part, high * part, f"{low:g}–{high:g} %", colour)
        for (low, high), colour in zip(steps, PERCENT.colours[1:], strict=True)
    ]
    return graduated_renderer(f'"{view.column}"', ranges)
