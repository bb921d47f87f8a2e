"""What one snapshot publishes, as OGC collections: coverages, soil maps, regions, tables."""

from collections.abc import Iterator, Mapping

from soilinfo.catalog.models import Level, SoilMap
from soilinfo.catalog.names import FINDINGS, SUITABILITY, TABLES, components_of_map, suitability_of, table_of
from soilinfo.catalog.text import languages, number
from soilinfo.serve.collections import Collection, Source, in_words, our_rights
from soilinfo.serve.edr.themes import theme_collections
from soilinfo.serve.published_products import product_collections
from soilinfo.serve.published_profiles import profile_collections
from soilinfo.serve.published_region import regional_collections
from soilinfo.serve.texts import Text, joined
from soilinfo.store.ledger import Version

Published = Mapping[str, Version]


def published_collections(source: Source) -> dict[str, Collection]:
    """Every collection of a snapshot by id, in the order people look for them.

    What the snapshot names but the catalog no longer knows is left out, and so is what it would misread.
    """
    published = source.served
    listed = (
        *_suitability(source, published),
        *product_collections(source, published),
        *_soil_maps(source, published),
        *profile_collections(source, published),
        *regional_collections(source, published),
        *_vectors(source, published),
        *_tables(source, published),
        *theme_collections(source, published),
        *_rasters(source, published),
        *_findings(source, published),
    )
    return {collection.id: collection for collection in listed}


def _suitability(source: Source, published: Published) -> Iterator[Collection]:
    crops = {
        crop: published[suitability_of(crop)]
        for crop in source.catalog.every_crop()
        if suitability_of(crop) in published
    }
    if crops:
        yield Collection(
            source=source,
            id=SUITABILITY,
            kind="suitability",
            title=source.label("suitability.title"),
            description=_described(
                source, source.label("serve.suitability.description"), source.catalog.country.synthetic
            ),
            keywords=source.label("theme.suitability"),
            versions=crops,
            **our_rights(source.catalog),
        )


def _vectors(source: Source, published: Published) -> Iterator[Collection]:
    for level in source.catalog.every_level().values():
        for kind in TABLES:
            if table_of(kind, level.id) in published:
                yield _table(source, kind, level, published[table_of(kind, level.id)])
        if level.id in published:
            yield _level(source, level, published[level.id])


def _table(source: Source, kind: str, level: Level, version: Version) -> Collection:
    name = table_of(kind, level.id)
    text = source.label(f"serve.{kind}_by.description", level=_lower(level.singular))
    return Collection(
        source=source,
        id=name,
        kind="vector",
        title=source.label(f"serve.{kind}_by", level=_lower(level.singular)),
        description=_described(source, text, source.catalog.country.synthetic),
        keywords=source.label("serve.keyword.statistics"),
        versions={name: version},
        **our_rights(source.catalog),
    )


def _level(source: Source, level: Level, version: Version) -> Collection:
    return Collection(
        source=source,
        id=level.id,
        kind="vector",
        title=level.title,
        description=_described(
            source, source.label("serve.level.description", title=level.title), level.synthetic
        ),
        keywords=source.label("serve.keyword.boundaries"),
        versions={level.id: version},
        licence=level.licence,
        attribution=level.attribution,
    )


def _tables(source: Source, published: Published) -> Iterator[Collection]:
    for table in source.catalog.tables.values():
        if table.id in published:
            origin = source.label("serve.source", source=table.attribution)
            yield Collection(
                source=source,
                id=table.id,
                kind="vector",
                title=table.title,
                description=_described(source, joined(table.description, origin), table.synthetic),
                keywords=source.label("serve.keyword.statistics"),
                versions={table.id: published[table.id]},
                licence=table.licence,
                attribution=table.attribution,
            )


def _soil_maps(source: Source, published: Published) -> Iterator[Collection]:
    """Polygons and components of every soil map, each leading to the other."""
    for soil_map in source.catalog.soil_maps.values():
        table = components_of_map(soil_map.id)
        if soil_map.id in published and table in published:
            scale = {each: number(soil_map.scale, 0, each) for each in languages(source.catalog.directory)}
            drawn = source.label("serve.soil_map.description", scale=scale)
            told = source.label("serve.soil_map.components.description")
            title = source.label("serve.soil_map.components", title=soil_map.title)
            yield _of_soil_map(source, soil_map, published[soil_map.id], soil_map.title, drawn)
            yield _of_soil_map(source, soil_map, published[table], title, told)


def _of_soil_map(
    source: Source, soil_map: SoilMap, version: Version, title: Text, description: Text
) -> Collection:
    table = components_of_map(soil_map.id)
    is_table = version.layer == table
    period = source.label("serve.fact", name=source.label("collection.time"), fact=_period(soil_map.time))
    return Collection(
        source=source,
        id=version.layer,
        kind="vector",
        title=title,
        description=_described(
            source,
            joined(
                description,
                period if soil_map.time else {},
                source.label("serve.source", source=soil_map.attribution),
            ),
            soil_map.synthetic,
        ),
        keywords=source.label("serve.keyword.soil_map"),
        versions={version.layer: version},
        licence=soil_map.licence,
        attribution=soil_map.attribution,
        related=soil_map.id if is_table else table,
    )


def _period(time: str | None) -> str:
    return (time or "").replace("/", "–")


def _rasters(source: Source, published: Published) -> Iterator[Collection]:
    catalog = source.catalog
    for layer in catalog.layers.values():
        if layer.id in published:
            described = catalog.property(layer.property)
            origin = source.label("serve.source", source=layer.attribution)
            yield Collection(
                source=source,
                id=layer.id,
                kind="raster",
                title=catalog.title_of(layer),
                description=_described(
                    source,
                    joined(described.description or {}, in_words(source, layer), origin),
                    layer.synthetic,
                ),
                keywords=source.label(f"theme.{described.theme}"),
                versions={layer.id: published[layer.id]},
                licence=layer.licence,
                attribution=layer.attribution,
            )


def _findings(source: Source, published: Published) -> Iterator[Collection]:
    if FINDINGS in published:
        yield Collection(
            source=source,
            id=FINDINGS,
            kind="vector",
            title=source.label("serve.findings"),
            description=source.label("serve.findings.description"),
            keywords=source.label("serve.keyword.quality"),
            versions={FINDINGS: published[FINDINGS]},
            **our_rights(source.catalog),
        )


def _described(source: Source, text: Text, synthetic: bool) -> dict[str, str]:
    return joined(text, source.label("serve.synthetic") if synthetic else {})


def _lower(text: Text) -> dict[str, str]:
    return {language: word.lower() for language, word in text.items()}
