"""What the tables of products are called where they are drawn: on the web map and in QGIS alike."""

from collections.abc import Iterator, Mapping

from soilinfo.catalog.models import Level
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product import Product, TableView
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words


def rows_of(site: Site, view: TableView) -> dict[str, str]:
    """Value by column: the row of each area that a view draws; of crops the first."""
    crop = {"crop": str(site.of_theme("suitability")[0].crop)} if view.of_crop else {}
    return {**crop, **view.rows}


def title_of(site: Site, product: Product, view: TableView, level: Level) -> str:
    """A product by the units of a level, the column drawn, and what its rows are of."""
    words, name = Words(site), table_of(product.id, level.id)
    areas = site.named(level.singular).lower()
    title = site.say("serve.product_by", product=site.named(product.title), level=areas)
    # What is the same in the rows of every crop is about none of them.
    told = view.rows if product.has_classes(view.classes_of) else rows_of(site, view)
    return f"{title}: {', '.join([words.field(view.column), *_told(words, name, told)])}"


def _told(words: Words, table: str, rows: Mapping[str, str]) -> Iterator[str]:
    """What each value is called; a number with the heading of its column, nothing of a value that is none."""
    for column, value in rows.items():
        title = words.value(column, value, table)
        if value:
            yield f"{words.field(column)}: {title}" if title.isdecimal() or title == value else title
