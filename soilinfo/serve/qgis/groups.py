"""The groups of a QGIS project: themes from the top of the map (outlines) to its bottom."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from soilinfo.catalog.entries import COVERAGE_THEMES, THEMES, Entry
from soilinfo.catalog.names import (
    FINDINGS,
    HARMONIZED,
    HORIZONS,
    NATION,
    PROFILES,
    REGIONAL_COLLECTIONS,
    REGIONAL_INDICATORS,
    SITES,
    SUITABILITY,
    table_of,
)
from soilinfo.catalog.product import PRODUCT_THEMES
from soilinfo.catalog.product_indicators import INDICATORS
from soilinfo.errors import UnknownNameError
from soilinfo.report.qgis.layers import Group, MapLayer
from soilinfo.serve.collections import Collection
from soilinfo.serve.qgis.allocations import allocations
from soilinfo.serve.qgis.figures import level_of, table
from soilinfo.serve.qgis.looks import layers_of_looks
from soilinfo.serve.qgis.outlines import outlines, soil_maps
from soilinfo.serve.qgis.part import Part
from soilinfo.serve.qgis.products import tables_of_theme
from soilinfo.serve.qgis.rasters import rasters_of
from soilinfo.serve.qgis.shares import Shares, suitable_share, tables_of_shares
from soilinfo.serve.qgis.tiles import groups_of_tiles

LEVELS_SHOWN = 2
"""Levels of regions that are switched on: the coarsest of the part, with the nation above them."""


def groups_of_theme(part: Part, collections: Mapping[str, Collection], theme: str) -> tuple[Group, ...]:
    """The outlines and the groups of one theme, its first layer switched on.

    UnknownNameError naming the themes that have layers.
    """
    every = groups(part, collections)
    held = {group.theme for group in every}
    if theme not in held:
        raise UnknownNameError("theme", theme, (each for each in THEMES if each in held))
    outlines, *others = (group for group in every if group.theme in ("regions", theme))
    if others and not any(group.shown for group in others):
        others[0] = replace(others[0], shown=frozenset([_first(others[0].layers).id]))
    return outlines, *others


def _first(layers: tuple[MapLayer, ...]) -> MapLayer:
    """A raster where there is one: it needs no choice of rows."""
    return next((layer for layer in layers if layer.is_raster), layers[0])


def groups(part: Part, collections: Mapping[str, Collection]) -> tuple[Group, ...]:
    """Every group that has layers, from the top of the map to its bottom."""
    return tuple(group for group in _every(part, collections) if group.layers)


def _every(part: Part, collections: Mapping[str, Collection]) -> Iterator[Group]:
    site = part.site
    yield _regions(part)
    yield Group(site.say("theme.soil_maps"), tuple(soil_maps(part)), theme="soil_maps")
    yield from _suitability(part)
    yield from groups_of_tiles(part)
    for theme in (*PRODUCT_THEMES, *COVERAGE_THEMES):
        layers = *tables_of_theme(part, theme), *rasters_of(part, theme)
        yield Group(site.say(f"theme.{theme}"), layers, theme=theme)
        if theme == INDICATORS and site.catalog.region:
            named = site.named(site.catalog.region.title)
            yield Group(named, tuple(_of_region(part, collections)), theme=theme)
    yield Group(site.say("qgis.allocations"), tuple(allocations(part)), theme="fertility")
    profiles = [PROFILES, SITES, HORIZONS, HARMONIZED]
    for theme, names in (("profiles", profiles), ("tables", [*site.catalog.tables]), ("quality", [FINDINGS])):
        known = [collections[name] for name in names if name in collections]
        tables = tuple(table(part, each) for each in known if part.holds(level_of(each)))
        yield Group(site.say(f"theme.{theme}"), tables, theme=theme)


def _of_region(part: Part, collections: Mapping[str, Collection]) -> Iterator[MapLayer]:
    """Each indicator of a region's countries, in the classes of its atlas, and the tables beside them."""
    for collection in (collections[name] for name in REGIONAL_COLLECTIONS if name in collections):
        is_drawn = collection.id == REGIONAL_INDICATORS
        yield from layers_of_looks(part, collection) if is_drawn else [table(part, collection)]


def _regions(part: Part) -> Group:
    layers = tuple(outlines(part))
    coarsest = [level for level in part.site.catalog.levels if part.holds(level)][:LEVELS_SHOWN]
    shown = {NATION, *coarsest}.intersection(layer.id for layer in layers)
    return Group(part.site.say("theme.regions"), layers, frozenset(shown), theme="regions")


def _suitability(part: Part) -> Iterator[Group]:
    """Tables above the rasters of the crops, which would hide them."""
    site, level = part.site, part.planning_level
    crops, rasters = site.of_theme(SUITABILITY), tuple(rasters_of(part, SUITABILITY))
    title, shown = site.say("theme.suitability"), frozenset(layer.id for layer in rasters[:1])
    tables = tuple(suitable_share(part, each, crops[0]) for each in tables_of_shares(part) if crops)
    yield Group(f"{title}: {site.say('theme.tables')}", tables, theme=SUITABILITY)
    if level and crops:
        areas = site.named(level.title)
        shares = Shares(table_of(SUITABILITY, level.id), areas, level.id)
        yield Group(f"{title}: {areas}", _of_crops(part, shares, crops[1:]), theme=SUITABILITY)
    yield Group(title, rasters, shown, theme=SUITABILITY)


def _of_crops(part: Part, shares: Shares, crops: list[Entry]) -> tuple[MapLayer, ...]:
    return tuple(suitable_share(part, shares, crop, further=True) for crop in crops)
