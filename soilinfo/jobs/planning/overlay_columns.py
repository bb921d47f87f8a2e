"""What the table of an overlay has columns of: every published map asked about, and how it is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.product import ProductVariable, Text
from soilinfo.catalog.product_fertility import NUTRIENT_STATUS, SOIL_RATINGS
from soilinfo.catalog.product_zoning import ZONING
from soilinfo.catalog.products import Product, products
from soilinfo.catalog.styles import StyleEntry, style_of_suitability
from soilinfo.catalog.text import label


@dataclass(frozen=True)
class Column:
    """A column of the table: its name in files, its title and unit, what the codes in it are called."""

    name: str
    title: Text
    unit: str = ""
    titles: Mapping[str, Text] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)
    """By code, of a column that a map can be coloured by."""


@dataclass(frozen=True)
class ClassMap:
    """A published raster of classes; ``prefix`` begins the names of its columns, ``main`` is its own."""

    layer: str
    variable: str
    prefix: str
    main: str
    subject: Text
    entries: Sequence[StyleEntry]
    with_areas: bool = False
    """Whether hectares stand beside percentages."""
    limiting: str = ""
    """Variable with the bits of the limiting qualities; of suitability alone."""


def suitability_maps(catalog: Catalog, crops: Sequence[str], scenario: str) -> Iterator[ClassMap]:
    """The published suitability of each crop in one scenario."""
    entries = style_of_suitability(catalog).entries
    for crop in crops:
        title = catalog.crop(crop).title
        yield ClassMap(
            suitability_of(crop),
            scenario,
            crop,
            f"{crop}_class",
            title,
            entries,
            with_areas=True,
            limiting=f"limiting_{scenario}",
        )


def nutrient_maps(catalog: Catalog) -> Iterator[ClassMap]:
    """The ratings of the soil, and the nutrient status of each commodity's own land."""
    for product in products(catalog).values():
        if product.id == SOIL_RATINGS:
            yield from (_of_product(product, each, each.name) for each in product.variables if each.codes)
        if product.id.startswith(f"{NUTRIENT_STATUS}_"):
            commodity = product.id.removeprefix(f"{NUTRIENT_STATUS}_")
            named = ((each, f"{commodity}_{each.name}") for each in product.variables if each.codes)
            yield from (
                _of_product(product, each, name, _joined(product.title, each.title)) for each, name in named
            )


def zoning_maps(catalog: Catalog) -> Iterator[ClassMap]:
    """The zones of the land."""
    for product in products(catalog).values():
        if product.id == ZONING:
            yield _of_product(product, product.variables[0], product.variables[0].name)


def _of_product(product: Product, each: ProductVariable, name: str, subject: Text | None = None) -> ClassMap:
    entries = [entry for entry in each.style.entries if entry.id]
    return ClassMap(product.id, each.name, name, name, subject or each.title, entries)


def _joined(*texts: Text) -> Text:
    return {language: ": ".join(each.get(language, each["en"]) for each in texts) for language in texts[0]}


# ---- columns ----------------------------------------------------------------------------


def measured(catalog: Catalog, name: str, subject: Text, measure: str, unit: str = "") -> Column:
    """A column of one ``measure`` of a map: a text ``overlay.<measure>``."""
    return Column(name, _joined(subject, label(f"overlay.{measure}", catalog.directory)), unit)


def columns_of_classes(catalog: Catalog, one: ClassMap) -> list[Column]:
    """The largest class, the share of each (and its hectares), and of land without data."""
    titles = {entry.id: entry.label for entry in one.entries}
    colours = {entry.id: entry.colour for entry in one.entries}
    main = _joined(one.subject, label("overlay.class", catalog.directory))
    limits = _columns_of_limits(catalog, one) if one.limiting else []
    names = {**titles, "nodata": label("overlay.nodata", catalog.directory)}
    units = ("ha", "%") if one.with_areas else ("%",)
    shares = [
        Column(share_name(one, id, unit), _joined(one.subject, title), unit)
        for id, title in names.items()
        for unit in units
    ]
    return [Column(one.main, main, "", titles, colours), *limits, *shares]


def share_name(one: ClassMap, id: str, unit: str) -> str:
    """Name of the column with the hectares ('ha') or percentage ('%') of a class, or of 'nodata'."""
    return f"{one.prefix}_{id.lower()}_{'ha' if unit == 'ha' else 'pct'}"


def _columns_of_limits(catalog: Catalog, one: ClassMap) -> list[Column]:
    codes = {each.code: each.title for each in catalog.evaluation.qualities}
    main = measured(catalog, f"{one.prefix}_limiting", one.subject, "limiting")
    return [
        Column(main.name, main.title, "", codes),
        measured(catalog, f"{one.prefix}_limiting_ha", one.subject, "limiting_ha", "ha"),
    ]


STATISTICS = {"mean": "mean", "min": "min", "max": "max", "covered_pct": "covered"}
"""What is told of a map of numbers: column of :func:`soilinfo.evaluate.zonal.statistics`, and its text."""


def columns_of_numbers(catalog: Catalog, layer: str) -> list[Column]:
    """Mean (by area), least and largest value, and the share of the land with data."""
    one = catalog.layer(layer)
    unit, title = catalog.property(one.property).unit, catalog.title_of(one)
    return [
        measured(catalog, f"{layer}_{name}", title, measure, "%" if name == "covered_pct" else unit)
        for name, measure in STATISTICS.items()
    ]
