"""Everything that one collection serves, as layers of QGIS: a crop or a variable each."""

from collections.abc import Iterator

from soilinfo.catalog.entries import Entry
from soilinfo.catalog.models import Level
from soilinfo.catalog.names import (
    HARMONIZED,
    HORIZONS,
    PROFILES,
    REGIONAL_INDICATORS,
    SUITABILITY,
    allocation_of_plan,
    table_of,
)
from soilinfo.catalog.product_recommendation import NEED
from soilinfo.report.looks import ERRORS
from soilinfo.report.qgis.layers import Group, MapLayer
from soilinfo.serve.collections import Collection
from soilinfo.serve.qgis.allocations import allocated, needed
from soilinfo.serve.qgis.figures import largest_classes, means, table
from soilinfo.serve.qgis.looks import layers_of_looks
from soilinfo.serve.qgis.outlines import outline, soil_map
from soilinfo.serve.qgis.part import Part
from soilinfo.serve.qgis.products import tables_of_product
from soilinfo.serve.qgis.rasters import raster, rasters_of
from soilinfo.serve.qgis.shares import suitable_share, tables_of_shares
from soilinfo.serve.qgis.tiles import groups_of_tiles
from soilinfo.serve.state import pinned


def groups_of(part: Part, collection: Collection) -> tuple[Group, ...]:
    """The layers of a collection, the first switched on; suitability has a group a level of management."""
    layers = tuple(_layers(part, collection))
    shown = frozenset(layer.id for layer in layers[:1])
    first = Group(part.site.named(collection.title), layers, shown)
    return (first, *groups_of_tiles(part)) if collection.id == SUITABILITY else (first,)


def _layers(part: Part, collection: Collection) -> Iterator[MapLayer]:
    if collection.kind == "theme":
        yield from rasters_of(part, collection.id)
    elif collection.id == PROFILES:
        beside = (name for name in (PROFILES, HORIZONS, HARMONIZED) if name in pinned().collections)
        yield from (table(part, pinned().collections[name]) for name in beside)
    elif collection.id in (*ERRORS, REGIONAL_INDICATORS):
        yield from layers_of_looks(part, collection)
    elif collection.kind == "vector":
        yield from list(_of_features(part, collection)) or [table(part, collection)]
    else:
        yield from (raster(part, entry) for entry in _variables(part, collection))


def _variables(part: Part, collection: Collection) -> Iterator[Entry]:
    for entry in part.site.of_collection(collection.id):
        yield from part.site.variables_of(entry) or [entry]


def _of_features(part: Part, collection: Collection) -> Iterator[MapLayer]:
    """Features in colours of their own, if the collection has any."""
    site, name = part.site, collection.id
    if name in site.catalog.soil_maps:
        yield soil_map(part, site.entries[name])
    if name in site.catalog.every_level():
        yield outline(part, site.entries[name])
    for shares in tables_of_shares(part):
        if shares.name == name:
            yield from (
                suitable_share(part, shares, crop, further=True) for crop in site.of_theme(SUITABILITY)
            )
    for level in site.catalog.every_level().values():
        yield from _of_level(part, name, level)


def _of_level(part: Part, name: str, level: Level) -> Iterator[MapLayer]:
    """The table of that name, if it is by this level."""
    site = part.site
    for product in site.products.values():
        if name == table_of(product.id, level.id):
            yield from tables_of_product(part, product, level)
    for plan in site.catalog.allocations.values():
        for of, made in ((allocation_of_plan(plan.id), allocated), (NEED, needed)):
            if name == table_of(of, level.id):
                for fertilizer in plan.fertilizers:
                    yield from made(part, plan, level, fertilizer)
    for kind, drawn in (("properties", means), ("classes", largest_classes)):
        if name == table_of(kind, level.id):
            yield from drawn(part, level)
