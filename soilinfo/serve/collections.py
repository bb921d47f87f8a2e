"""A published collection: what it is, where its versions lie, and how one is found by its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypedDict

from pyproj import Transformer

from soilinfo.catalog.models import Catalog, Layer
from soilinfo.catalog.names import (
    FINDINGS,
    PROFILE_COLLECTIONS,
    components_of_map,
    is_held,
    suitability_of_map,
)
from soilinfo.catalog.products import Product, products
from soilinfo.catalog.text import in_language, languages
from soilinfo.catalog.titles import titles
from soilinfo.errors import UnknownNameError
from soilinfo.findings import Finding
from soilinfo.grid import Bounds, Grid
from soilinfo.jobs.ingestion.meaning import is_misread
from soilinfo.jobs.runs.freshness import stale_results
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.texts import Text, joined, label
from soilinfo.store.home import Store
from soilinfo.store.ledger import Decision, Snapshot, Version
from soilinfo.store.vector import Query

RASTERS = ("raster", "suitability")
VECTORS = ("vector",)
THEMES = ("theme",)
EVERY_KIND = (*RASTERS, *VECTORS, *THEMES)
"""Kinds of collections."""


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
    def served(self) -> Mapping[str, Version]:
        """Published name -> version, without what is held and what the catalog of today would misread."""
        found = {name: self.store.ledger.version(name, each) for name, each in self.snapshot.layers.items()}
        return {
            name: version
            for name, version in found.items()
            if version and not is_held(name) and not is_misread(self.catalog, version)
        }

    @cached_property
    def products(self) -> Mapping[str, Product]:
        """Every product that may be published, by id."""
        return products(self.catalog)

    @cached_property
    def titles(self) -> Mapping[str, Mapping[str, str]]:
        """Language -> published name -> its title."""
        spoken = languages(self.catalog.directory)
        return {language: titles(self.catalog, language) for language in spoken}

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
    kind: Literal["raster", "suitability", "vector", "theme"]
    """A theme is every layer of it in one collection, asked for at places and in areas only."""
    title: Text
    description: Text
    keywords: Text
    versions: Mapping[str, Version]
    """Published name -> version: one, of a theme each layer's, and for each crop one, by crop id."""
    licence: str
    attribution: str
    related: str = ""
    """A soil map's polygons and its components: the id of the one in the other."""
    product: Product | None = None
    """What the cubes of a product hold."""
    notice: Text = field(default_factory=dict)
    """What has to stand on every map of it, beside whom to name."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Collection":
        return self

    def attributed(self, language: str) -> str:
        """Whom a map of it names, and what it has to say."""
        notice = in_language(self.notice, language) if self.notice else ""
        return f"{self.attribution}. {notice}" if notice else self.attribution

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
        maps = self.catalog.soil_maps
        evaluated = self.id in map(suitability_of_map, maps)
        return ("components",) if self.id in maps else ("shares",) if evaluated else ()

    @property
    def layer(self) -> Layer | None:
        """The catalog's layer that a collection is of; None for what was derived, and for vectors."""
        return self.catalog.layers.get(self.id)

    @property
    def time(self) -> str | None:
        """The time that all of it is about, as its layer, soil map or table says it."""
        is_components = self.id == components_of_map(self.related)
        soil_map = self.catalog.soil_maps.get(self.related if is_components else self.id)
        described = self.layer or soil_map or self.catalog.tables.get(self.id)
        return described.time if described else None

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
        return lonlat_bounds(grid)

    @property
    def _is_placeless(self) -> bool:
        """True where no row has a shape: a table about no administrative level, profiles without places."""
        if self.id in PROFILE_COLLECTIONS:
            return self.store.vector.description(self.id, self.version).bounds is None
        table = self.catalog.tables.get(self.id)
        return table is not None and table.unit_level is None


def lonlat_bounds(grid: Grid) -> Bounds:
    """(west, south, east, north) of a grid in CRS84 degrees."""
    if grid.is_geographic:
        return grid.bounds
    return Transformer.from_crs(grid.crs, "OGC:CRS84", always_xy=True).transform_bounds(*grid.bounds)


class Rights(TypedDict):
    """Who may use a collection, and whom to name."""

    licence: str
    attribution: str


def our_rights(catalog: Catalog) -> Rights:
    """The rights in what the service itself derived."""
    return {"licence": catalog.services.licence, "attribution": catalog.services.contact.organisation}


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
    "theme": ("is asked for at places and in areas", "position?coords=POINT(longitude latitude)"),
}


def in_words(source: Source, layer: Layer) -> dict[str, str]:
    """Unit, depth, time and method of a layer as a text in every language."""
    return joined(
        *(
            source.label("serve.fact", name=source.label(f"collection.{name}"), fact=text)
            for name, text in facts_of(source.catalog, layer).items()
        )
    )
