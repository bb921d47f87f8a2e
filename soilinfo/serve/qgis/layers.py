"""What the QGIS project holds: its groups of layers, each with its source and its look. Pure functions.

Rasters are the versioned COGs, read by range requests, so QGIS shows real values; regions come
over OGC API Features. The tables by region have many rows for each region, and QGIS before 3.32
filters its own OAPIF layers only after fetching every row, so they are read by GDAL's driver for
the same API, which has the server filter.
"""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

from soilinfo.catalog.entries import COVERAGE_THEMES, Entry
from soilinfo.catalog.models import SCENARIOS, Level
from soilinfo.catalog.names import NATION, suitability_of_map, table_of
from soilinfo.catalog.product import PERCENT, PRODUCT_THEMES, Product, TableView
from soilinfo.report.qgis.form import aliases, value_maps
from soilinfo.report.qgis.layers import Group, MapLayer
from soilinfo.report.qgis.style import (
    ClassLine,
    categorised_renderer,
    graduated_renderer,
    labels,
    outline_renderer,
    raster_renderer,
)
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words

NO_DATA = -1.0
"""What SHARE gives for a region of which more than half has no data."""
SHARE = f'CASE WHEN "nodata_pct" > 50 THEN {NO_DATA:g} ELSE "s1_pct" + "s2_pct" END'
SHARE_EDGES = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
"""Edges in % of the classes that show the share of S1 + S2 land of a region."""
SHARE_COLOURS = ("#8c510a", "#dfc27d", "#f6e8c3", "#80cdc1", "#01665e")
"""ColorBrewer BrBG, as the suitability classes themselves."""
SHARE_LINES = tuple(
    ClassLine(low, high, f"{low:g}–{high:g} %", colour)
    for low, high, colour in zip(SHARE_EDGES, SHARE_EDGES[1:], SHARE_COLOURS, strict=False)
)


LEVELS_SHOWN = 2
"""Levels of regions that are switched on: the coarsest, with the nation above them."""
LABELLED_FROM = (None, 1_000_000, 250_000)
"""Scale 1:n from which regions are labelled, by the rank of their level; None: always."""


def groups(site: Site) -> Iterator[Group]:
    """Groups from the top of the map (outlines) to its bottom."""
    outlines = tuple(_outlines(site))
    shown = {NATION, *[*site.catalog.levels][:LEVELS_SHOWN]}.intersection(layer.id for layer in outlines)
    yield Group(site.say("theme.regions"), outlines, frozenset(shown))
    yield Group(site.say("theme.soil_maps"), tuple(_soil_maps(site)))
    rasters = tuple(_raster(site, entry) for entry in site.of_theme("suitability"))
    tables = tuple(_suitable_share(site, *table) for table in _tables_of_shares(site) if rasters)
    yield Group(site.say("theme.suitability"), tables + rasters, frozenset(layer.id for layer in rasters[:1]))
    if (level := site.planning_level) and rasters:
        name, areas = table_of("suitability", level.id), site.named(level.title)
        others = (_suitable_share(site, name, areas, crop) for crop in site.of_theme("suitability")[1:])
        yield Group(f"{site.say('theme.suitability')}: {areas}", tuple(others))
    for theme in (*PRODUCT_THEMES, *COVERAGE_THEMES):
        layers = tuple(_raster(site, entry) for entry in site.of_theme(theme))
        yield Group(site.say(f"theme.{theme}"), (*_tables_of_products(site, theme), *layers))


def _raster(site: Site, entry: Entry) -> MapLayer:
    assert entry.legend is not None, "a raster has a legend"
    return MapLayer(
        id=entry.id,
        title=site.named_in_full(entry),
        provider="gdal",
        source=f"/vsicurl/{site.cog(entry.id)}",
        crs=site.catalog.grid.crs,
        style=(raster_renderer(entry.legend),),
        about=site.about(entry),
        legend_nodes=1 if entry.legend.kind == "ramp" else len(entry.legend.lines),
    )


def _outlines(site: Site) -> Iterator[MapLayer]:
    """Outlines of the levels, the coarsest drawn on top and thickest, the finer labelled only from near."""
    fields = aliases(Words(site).headings)
    levels = [*site.catalog.levels]
    for entry in site.of_theme("regions"):
        rank = levels.index(entry.id) if entry.id in levels else -1  # the nation
        scale = LABELLED_FROM[min(max(rank, 0), len(LABELLED_FROM) - 1)]
        names = labels("name", max(7, 11 - 2 * rank), scale)
        look = outline_renderer("#2f3b36", max(0.2, 0.6 - 0.2 * rank)), names, fields
        source = _oapif(site, entry)
        yield MapLayer(entry.id, entry.title, "OAPIF", source, "EPSG:4326", look, site.about(entry))


def _soil_maps(site: Site) -> Iterator[MapLayer]:
    """Map units, each code with its colour and all its soils in the legend; labelled near the map's scale."""
    for entry in site.of_theme("soil_maps"):
        lines = [(line.code, line.label, line.colour) for line in site.legend_of_map(entry.id)]
        codes = labels("unit_code", 7, 2 * site.catalog.soil_map(entry.id).scale)
        look = categorised_renderer("unit_code", lines), codes, aliases(Words(site).headings)
        yield MapLayer(
            entry.id, entry.title, "OAPIF", _oapif(site, entry), "EPSG:4326", look, site.about(entry)
        )


def _oapif(site: Site, entry: Entry) -> str:
    return f"restrictToRequestBBOX='1' srsname='EPSG:4326' typename='{entry.id}' url='{site.base}'"


def _tables_of_shares(site: Site) -> Iterator[tuple[str, str]]:
    """Published tables with shares of classes, and what their areas are called: regions, map units."""
    for level in site.table_levels("suitability"):
        yield f"suitability_by_{level.id}", site.named(level.title)
    for soil_map in site.catalog.soil_maps.values():
        name, title = suitability_of_map(soil_map.id), site.named(soil_map.title)
        if name in site.published:
            yield name, title
        if (planned := site.planning_level) and table_of(name, planned.id) in site.published:
            yield table_of(name, planned.id), f"{site.named(planned.title)} ({title})"


def _suitable_share(site: Site, name: str, areas: str, other: Entry | None = None) -> MapLayer:
    """Areas coloured by the share of S1 + S2 land for the first crop, or for another."""
    crop = other or site.of_theme("suitability")[0]
    title = site.say("qgis.suitable_share", crop=crop.title.lower(), level=areas)
    no_data = ClassLine(NO_DATA, NO_DATA, site.say("qgis.no_data"), site.no_data_colour)
    words = Words(site)
    look = (
        graduated_renderer(SHARE, (*SHARE_LINES, no_data)),
        aliases(words.headings),
        value_maps(words.names),
    )
    source = f"OAPIF:{site.base}|layername={name}|subset=crop = '{crop.crop}' AND scenario = '{SCENARIOS[0]}'"
    id_ = f"{name}.{other.crop}" if other else name
    return MapLayer(id_, title, "ogr", source, "EPSG:4326", look, site.about(crop))


def _tables_of_products(site: Site, theme: str) -> Iterator[MapLayer]:
    """The tables of products by the regions that plans are made for."""
    level = site.planning_level
    for product in site.products.values():
        view = product.table
        if view and level and product.theme == theme and table_of(product.id, level.id) in site.published:
            name = table_of(product.id, level.id)
            yield _table_of_product(site, product, view, level, name)
            for other in view.others:
                yield _table_of_product(site, product, other, level, f"{name}.{other.classes_of}")


def _table_of_product(site: Site, product: Product, view: TableView, level: Level, id_: str) -> MapLayer:
    """Regions coloured by one column of the rows that the product chooses; QGIS can filter for others."""
    words, name = Words(site), table_of(product.id, level.id)
    chosen = {**({"crop": str(site.of_theme("suitability")[0].crop)} if view.of_crop else {}), **view.rows}
    areas = site.named(level.singular).lower()
    title = site.say("serve.product_by", product=site.named(product.title), level=areas)
    # What is the same in the rows of every crop is about none of them.
    told = view.rows if product.has_classes(view.classes_of) else chosen
    what = [words.field(view.column), *(_told(words, name, *each) for each in told.items())]
    subset = " AND ".join(f"{column} = '{value}'" for column, value in chosen.items())
    source = f"OAPIF:{site.base}|layername={name}" + (f"|subset={subset}" if subset else "")
    look = _coloured(site, product, view), aliases(words.headings), value_maps(words.names)
    about = site.about_product(product)
    return MapLayer(id_, f"{title}: {', '.join(what)}", "ogr", source, "EPSG:4326", look, about)


def _told(words: Words, table: str, column: str, value: str) -> str:
    """What a value is called; a number with the heading of its column."""
    title = words.value(column, value, table)
    return f"{words.field(column)}: {title}" if title.isdecimal() or title == value else title


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
