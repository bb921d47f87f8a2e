"""One raster layer: from its source to a new version in cube and COG, and how a version must be read."""

from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, ClassTable, Layer, Property
from soilinfo.catalog.styles import colour_table, style_of_layer
from soilinfo.findings import Finding, blocks
from soilinfo.grid import Window
from soilinfo.ingest.checks.raster import RasterEvidence, judge_raster, judge_source
from soilinfo.ingest.raster import warp
from soilinfo.ingest.source import NODATA, Reader, inspect, pack, packed_type, property_of
from soilinfo.ingest.survey import Survey, survey
from soilinfo.jobs.run import fingerprint
from soilinfo.jobs.tiles import content_of, judge_tiles, raster_of, tile_paths
from soilinfo.jobs.versions import Origin, new_version
from soilinfo.store.cog import write_cog
from soilinfo.store.cube import CubeLayer, Variable
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot, Version

PIPELINE = "raster/1"
"""Name of the method; raising the number makes every version anew."""


@dataclass(frozen=True)
class Outcome:
    """What became of one source: ``version`` is None when it was blocked.

    ``known`` says that the store had this very version, or its blocking, already. ``further``
    versions (a soil map's table of components) are published together with ``version`` or not at all.
    """

    name: str
    version: Version | None
    findings: tuple[Finding, ...] = ()
    known: bool = False
    further: tuple[Version, ...] = ()
    refused: Version | None = None
    """What a source that its own checks blocked would have become."""


def ingest_raster(store: Store, catalog: Catalog, name: str, run: str) -> Outcome:
    """Bring one raster layer onto the national grid as cube and COG twin, unless a check blocks it.

    Raises SourceError when the source cannot be used at all.
    """
    layer = catalog.layer(name)
    prop = property_of(layer, catalog.property(layer.property))
    paths = tile_paths(catalog, layer)
    source = inspect(*raster_of(store, layer, paths))
    version = _version(catalog, name, run)
    old = store.ledger.version(name, version.version)
    if old is not None and store.has_raster(name, version.version):
        return Outcome(name, old, known=True)
    if known := store.ledger.known_blocked(version):
        return Outcome(name, None, known, known=True, refused=version)
    classes = catalog.class_table(prop.class_table) if prop.class_table else None
    tiles = judge_tiles(layer, prop, classes, paths)
    doubts = [*tiles, *judge_source(RasterEvidence(name, layer, prop, classes, source))]
    if blocks(doubts):
        return Outcome(name, None, tuple(doubts), refused=version)
    reader = Reader(source, layer, prop, classes)
    seen = survey(reader, catalog.grid)
    findings = [*tiles, *judge_raster(RasterEvidence(name, layer, prop, classes, source, seen))]
    if blocks(findings):
        return Outcome(name, None, tuple(findings), refused=version)
    version = replace(version, metadata=_metadata(catalog, name, seen, source.crs))
    _write(store, catalog, name, version, reader)
    return Outcome(name, version, tuple(findings))


def _version(catalog: Catalog, name: str, run: str) -> Version:
    layer = catalog.layer(name)
    prop = catalog.property(layer.property)
    paths = tile_paths(catalog, layer)
    parameters = {
        "layer": layer.model_dump(mode="json", exclude={"release"}),
        "form": form_of(catalog, name),
        "legend": classes.model_dump(mode="json") if (classes := _classes(catalog, prop)) else None,
    }
    origin = Origin("; ".join(paths), content_of(paths), {})
    return new_version(name, "raster", origin, pipeline=PIPELINE, parameters=parameters, run=run)


def _metadata(catalog: Catalog, name: str, seen: Survey, source_crs: str) -> dict[str, Any]:
    layer = catalog.layer(name)
    return {
        "property": layer.property,
        "statistic": layer.statistic,
        "depth_cm": layer.depth,
        "time": layer.time,
        "source_crs": source_crs,
        "source_cells": {"inside_grid": seen.cells, "valid": seen.valid},
        "source_range": [seen.low, seen.high] if seen.low <= seen.high else None,
    }


def _classes(catalog: Catalog, prop: Property) -> ClassTable | None:
    return catalog.class_table(prop.class_table) if prop.class_table else None


# ---- what stored integers mean ----------------------------------------------------------


def form_of(catalog: Catalog, name: str) -> dict[str, Any]:
    """All of the configuration that gives a layer's stored integers their place and meaning."""
    layer = catalog.layer(name)
    prop = property_of(layer, catalog.property(layer.property))
    classes = _classes(catalog, prop)
    grid = catalog.grid
    return {
        "property": prop.model_dump(mode="json", include={"id", "unit", "valid_range", "decimals", "kind"}),
        "classes": {entry.id: [entry.code, entry.group] for entry in classes.classes} if classes else None,
        "grid": [grid.crs, grid.resolution, grid.west, grid.north, grid.width, grid.height],
    }


def is_outdated(catalog: Catalog, version: Version) -> bool:
    """True when the configuration has changed so that the version's integers would be misread."""
    recorded = fingerprint(form=version.parameters.get("form"))
    return recorded != fingerprint(form=form_of(catalog, version.layer))


def outdated(store: Store, catalog: Catalog, snapshot: Snapshot) -> list[str]:
    """Published raster layers that config now describes otherwise: to be ingested anew before use."""
    known = [name for name in catalog.layers if name in snapshot.layers]
    versions = [store.ledger.version(name, snapshot.layers[name]) for name in known]
    return [version.layer for version in versions if version and is_outdated(catalog, version)]


# ---- writing ----------------------------------------------------------------------------


def variable_of(catalog: Catalog, name: str) -> Variable:
    """How a raster layer is stored: integer type, scale, no data, overview rule, CF attributes."""
    layer = catalog.layer(name)
    prop = property_of(layer, catalog.property(layer.property))
    dtype = packed_type(prop)
    attributes = {
        "long_name": catalog.title_of(layer)["en"],
        "units": prop.unit,
        "soilinfo_property": layer.property,
        "soilinfo_statistic": layer.statistic,
    }
    if layer.depth:
        attributes["depth_cm"] = f"{layer.depth[0]:g}-{layer.depth[1]:g}"
    if layer.time:
        attributes["time"] = layer.time
    overview = "mode" if prop.kind == "class" else "average"
    return Variable(name, dtype, NODATA[dtype], prop.scale, overview, attributes)  # type: ignore[arg-type]


def _write(store: Store, catalog: Catalog, name: str, version: Version, reader: Reader) -> None:
    layer, variable = catalog.layer(name), variable_of(catalog, name)
    attributes = {
        "title": catalog.title_of(layer)["en"],
        "licence": layer.licence,
        "source": layer.attribution,
    }

    def packed(window: Window) -> NDArray[Any]:
        return pack(warp(reader, catalog.grid, window), reader.property)

    if not store.cube.exists(name, version.version):
        with store.cube.writer(name, version.version, catalog.grid, [variable], attributes) as writer:
            for window in catalog.grid.shards():
                writer.write(name, window, packed(window))
    if not store.cog_path(name, version.version).exists():
        _write_cog(store, catalog, name, store.cube.open(name, version.version), version.version)


def _write_cog(store: Store, catalog: Catalog, name: str, cube: CubeLayer, version: str) -> None:
    layer = catalog.layer(name)
    prop = catalog.property(layer.property)
    classes = _classes(catalog, prop)
    write_cog(
        cube,
        name,
        store.cog_path(name, version),
        tags=_tags(catalog, layer, version),
        colours=colour_table(style_of_layer(catalog, name)) if classes else None,
        category_names={entry.code: entry.title["en"] for entry in classes.classes} if classes else None,
        unit=prop.unit,
    )


def _tags(catalog: Catalog, layer: Layer, version: str) -> dict[str, str]:
    tags = {
        "TITLE": catalog.title_of(layer)["en"],
        "VERSION": version,
        "LICENCE": layer.licence,
        "ATTRIBUTION": layer.attribution,
        "LINEAGE": layer.lineage,
        "SYNTHETIC": "yes" if layer.synthetic else "no",
    }
    return {key: value for key, value in tags.items() if value}
