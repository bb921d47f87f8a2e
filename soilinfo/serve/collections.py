"""What one snapshot publishes, as OGC collections: rasters, land suitability, regions and their tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pyproj import Transformer

from soilinfo.catalog.models import Catalog, Layer, Level, SoilMap
from soilinfo.catalog.names import FINDINGS, SUITABILITY, TABLES, components_of_map, suitability_of, table_of
from soilinfo.catalog.text import languages, number
from soilinfo.errors import UnknownNameError
from soilinfo.findings import Finding
from soilinfo.grid import Bounds, Grid
from soilinfo.jobs.freshness import stale_results
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.texts import Text, joined, label
from soilinfo.store.home import Store
from soilinfo.store.ledger import Decision, Snapshot, Version
from soilinfo.store.vector import Query

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@dataclass(frozen=True, eq=False)
class Source:
    """Where answers come from: one snapshot of a store. Immutable, so copies of a configuration share it.

    (Likewise a :class:`Collection`; both are equal only to themselves.)
    """

    store: Store
    catalog: Catalog
    snapshot: Snapshot

    def __deepcopy__(self, memo: dict[int, Any]) -> "Source":
        return self

    @cached_property
    def stale(self) -> Mapping[str, Finding]:
        """Published results, by name, that were derived from inputs replaced since."""
        return {finding.layer: finding for finding in stale_results(self.store, self.snapshot)}

    @cached_property
    def releases(self) -> Mapping[tuple[str, str], Decision]:
        """The last decision of a person to release a version, by (layer, version)."""
        decided = self.store.ledger.decisions()
        return {(each.layer, each.version): each for each in decided if each.kind == "release"}

    @cached_property
    def example_region(self) -> str | None:
        """The code of some published region."""
        for level in self.catalog.levels:
            if level in self.snapshot.layers:
                first = Query(fields=("code",), limit=1, geometry=False)
                found = self.store.vector.read(level, self.snapshot.layers[level], first)
                return str(found["code"].iloc[0]) if len(found) else None
        return None

    def label(self, key: str, **parts: Text | str) -> dict[str, str]:
        """A text of the program in every language; see :func:`soilinfo.serve.texts.label`."""
        return label(self.catalog.directory, key, **parts)


@dataclass(frozen=True, eq=False)
class Collection:
    """One collection of one snapshot, published under ``id``."""

    source: Source

    id: str
    kind: Literal["raster", "suitability", "vector"]
    title: Text
    description: Text
    keywords: Text
    versions: Mapping[str, Version]
    """Published name -> version; a suitability collection has one for each crop, by crop id."""
    licence: str
    attribution: str
    related: str = ""
    """A soil map's polygons and its components: the id of the one in the other."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Collection":
        return self

    @property
    def store(self) -> Store:
        """The store that holds it."""
        return self.source.store

    @property
    def catalog(self) -> Catalog:
        """The catalog it is described in."""
        return self.source.catalog

    @property
    def version(self) -> str:
        """The version of a collection that has only one."""
        (version,) = self.versions.values()
        return version.version

    @property
    def nested(self) -> tuple[str, ...]:
        """Columns whose texts are JSON and are answered as such."""
        return ("components",) if self.id in self.catalog.soil_maps else ()

    @property
    def layer(self) -> Layer:
        """The catalog's layer of a raster collection."""
        return self.catalog.layer(self.id)

    @property
    def facts(self) -> dict[str, str]:
        """Unit, depth, time and method of a raster collection, as far as they are known, in words."""
        return _facts(self.source, self.layer)

    @property
    def grid(self) -> Grid:
        """The grid of a raster or suitability collection, as stored."""
        name, version = next(iter(self.cubes.items()))
        return self.store.cube.open(name, version).grid

    @property
    def cubes(self) -> dict[str, str]:
        """Name -> version of every cube behind a collection; none for vectors."""
        if self.kind == "vector":
            return {}
        return {version.layer: version.version for version in self.versions.values()}

    @cached_property
    def bounds(self) -> Bounds:
        """(west, south, east, north) in CRS84 degrees."""
        if self.kind == "vector" and self.id != FINDINGS and not self._is_placeless:
            # Components have no geometry of their own: they are about the land of their map's polygons.
            drawn = self.related if self.related and not self.nested else self.id
            return self.store.vector.bounds(drawn, self.version)
        # Findings and tables may be without any place; they are about the whole country.
        grid = self.catalog.grid if self.kind == "vector" else self.grid
        if grid.is_geographic:
            return grid.bounds
        return Transformer.from_crs(grid.crs, "OGC:CRS84", always_xy=True).transform_bounds(*grid.bounds)

    @property
    def _is_placeless(self) -> bool:
        """True for a table that is about no administrative level, so that its rows have no shapes."""
        table = self.catalog.tables.get(self.id)
        return table is not None and table.unit_level is None


def facts_of(catalog: Catalog, layer: Layer) -> dict[str, str]:
    """Unit, depth, time and method of a layer as texts; what is not known or not fit is left out."""
    described = catalog.property(layer.property)
    known = {
        "unit": None if described.class_table or described.unit == "1" else described.unit,
        "depth": f"{layer.depth[0]:g}–{layer.depth[1]:g} cm" if layer.depth else None,
        "time": layer.time,
        "method": described.method,
    }
    return {name: text for name, text in known.items() if text}


def collections(source: Source) -> dict[str, Collection]:
    """Every collection of a snapshot by id, in the order people look for them.

    What the snapshot names but the catalog no longer knows is left out.
    """
    ledger = source.store.ledger
    recorded = {name: ledger.version(name, version) for name, version in source.snapshot.layers.items()}
    published = {name: version for name, version in recorded.items() if version}
    listed = (
        *_suitability(source, published),
        *_soil_maps(source, published),
        *_vectors(source, published),
        *_tables(source, published),
        *_rasters(source, published),
        *_findings(source, published),
    )
    return {collection.id: collection for collection in listed}


def collection_of(known: Mapping[str, Collection], name: str, kinds: tuple[str, ...]) -> Collection:
    """The collection of that name and kind.

    UnknownNameError names those that exist; one of another kind is a RefusedError that leads to its data.
    """
    if name not in known:
        offered = [id_ for id_, collection in known.items() if collection.kind in kinds]
        raise UnknownNameError("collection", name, offered)
    if known[name].kind not in kinds:
        what, data = _DATA[known[name].kind]
        raise RefusedError(404, "NotFound", f"'{name}' {what}: see /collections/{name}/{data}")
    return known[name]


_DATA = {
    "raster": ("is a coverage and has no items", "coverage"),
    "suitability": ("is a coverage and has no items", "coverage"),
    "vector": ("has features and is no coverage or map", "items"),
}


Published = Mapping[str, Version]


def _suitability(source: Source, published: Published) -> Iterator[Collection]:
    crops = {
        crop: published[suitability_of(crop)]
        for crop in source.catalog.crops
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
            **_ours(source.catalog),
        )


def _vectors(source: Source, published: Published) -> Iterator[Collection]:
    for level in source.catalog.levels.values():
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
        **_ours(source.catalog),
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
                    joined(described.description or {}, _facts(source, layer), origin),
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
            **_ours(source.catalog),
        )


def _facts(source: Source, layer: Layer) -> dict[str, str]:
    return joined(
        *(
            source.label("serve.fact", name=source.label(f"collection.{name}"), fact=text)
            for name, text in facts_of(source.catalog, layer).items()
        )
    )


def _ours(catalog: Catalog) -> dict[str, str]:
    return {"licence": catalog.services.licence, "attribution": catalog.services.contact.organisation}


def _described(source: Source, text: Text, synthetic: bool) -> dict[str, str]:
    return joined(text, source.label("serve.synthetic") if synthetic else {})


def _lower(text: Text) -> dict[str, str]:
    return {language: word.lower() for language, word in text.items()}
